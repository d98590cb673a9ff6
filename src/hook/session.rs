//! Everything that an action can see: the stack, its values, its template, and a way to call AWS.

use std::sync::Arc;

use serde_yaml::Value;

use crate::deployment::{Given, TEMPLATE_MISSING, given};
use crate::finding::{Finding, Place};
use crate::host::Host;
use crate::logical_path::LogicalPath;
use crate::project::keys::with_slashes;
use crate::project::{Folders, Project, Stack, TemplateSource, Undefined, parameters};
use crate::words;

use super::Context;
use super::context::TemplateContext;

/// One run of a hook for one stack.
pub struct Session<'a> {
    /// The project's folders.
    pub folders: Arc<Folders>,
    /// Sceptre's name of the stack: `prod/ses`.
    pub stack_name: String,
    /// The name in CloudFormation.
    pub external_name: String,
    /// The template. `None` where Sceptre does without, before and after a deletion.
    pub template: Option<SentTemplate>,
    /// The parameters.
    pub given: Vec<Given>,
    /// Those that are no value of a parameter.
    pub problems: Vec<Finding>,
    /// The group's `environment:`.
    pub environment: Option<Value>,
    /// Where Sceptre puts the template for CloudFormation.
    pub template_bucket: TemplateBucket,
    /// Whether Sceptre refuses to change the stack (`protect: true`).
    pub protected: bool,
    /// When Sceptre began, ISO 8601.
    pub started: Option<String>,
    /// Calls AWS.
    pub host: &'a mut dyn Host,
    /// The stack's files, for the places of its values. `None` if they cannot be read.
    stack: Option<Stack>,
}

impl<'a> Session<'a> {
    /// The session of a hook that Sceptre runs. Values are Sceptre's; the files are read only for their line numbers,
    /// leniently, since the `--var` values of the command line are not known here.
    ///
    /// # Errors
    /// A sentence, if there is no project where the context says.
    pub fn from_context(context: Context, host: &'a mut dyn Host) -> Result<Session<'a>, String> {
        let folders = Folders::find(Some(&context.project_path)).map_err(|error| error.to_string())?;
        let name = &context.stack.name;
        if !std::path::Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            return Err(format!("the stack name `{}` leads out of the project", words::printable(name)));
        }
        let file = format!("{}.yaml", context.stack.name);
        let project = Project::new(folders, serde_yaml::Mapping::new(), Undefined::Lenient);
        let folders = Arc::clone(&project.folders);
        let stack = project.stack(&file).ok();
        let settings = stack.as_ref().map(parameters).unwrap_or_default();
        let (mut given, mut problems) = (Vec::new(), Vec::new());
        for (name, value) in context.stack.parameters {
            let setting = settings.iter().find(|setting| setting.name == name);
            let own = || LogicalPath::from(["parameters", name.as_str()]);
            let origin = setting.map_or_else(own, |setting| setting.origin.clone());
            let value = serde_yaml::to_value(value).unwrap_or_default();
            // Sceptre leaves it out.
            if value.is_null() {
                continue;
            }
            let (one, problem) = Given::read(name, &value, origin, |path| place(&folders, stack.as_ref(), &file, path));
            given.push(one);
            problems.extend(problem);
        }
        let template = context.stack.template.map(|template| SentTemplate::of_sceptre(&folders, template));
        let environment = serde_yaml::to_value(&context.stack.group_config)
            .ok()
            .and_then(|group| group.get(crate::project::environment::KEY).cloned());
        Ok(Session {
            folders,
            stack_name: context.stack.name,
            external_name: context.stack.external_name,
            template,
            given,
            problems,
            environment,
            template_bucket: TemplateBucket::resolved(context.stack.template_bucket_name),
            protected: context.stack.protected,
            started: context.started,
            host,
            stack,
        })
    }

    /// The session of a hook that a person runs: everything comes from the project's files.
    ///
    /// # Errors
    /// Findings about files that cannot be used.
    pub fn from_project(project: &Project, path: &str, host: &'a mut dyn Host) -> Result<Session<'a>, Vec<Finding>> {
        let stack = project.stack(path)?;
        let (given, problems) = given(&stack);
        if !problems.is_empty() {
            return Err(problems);
        }
        let template = Some(SentTemplate::by_hand(&project.folders, stack.template())?);
        Ok(Session {
            folders: Arc::clone(&project.folders),
            stack_name: stack.name().to_owned(),
            external_name: stack.external_name(),
            template,
            given,
            problems,
            environment: stack.environment().cloned(),
            template_bucket: TemplateBucket::written(stack.config.get("template_bucket_name")),
            protected: stack.is_protected(),
            started: None,
            host,
            stack: Some(stack),
        })
    }

    /// The stack's file relative to `config/`.
    #[must_use]
    pub fn stack_path(&self) -> String {
        format!("{}.yaml", self.stack_name)
    }

    /// The file and line that set the value at a path of the config.
    #[must_use]
    pub fn place_of(&self, path: &LogicalPath) -> Place {
        place(&self.folders, self.stack.as_ref(), &self.stack_path(), path)
    }
}

/// A template, as far as it is known here.
pub struct SentTemplate {
    /// Its path relative to `templates/`. `None` if it is none of the project's files: then it has neither a schema nor a
    /// source.
    pub name: Option<String>,
    /// Its text. `None` if only Sceptre can get it.
    pub body: Option<String>,
    /// What to call one that is no file of the project: "template of type `s3`".
    pub description: String,
}

impl SentTemplate {
    /// The one that Sceptre has read and will send.
    fn of_sceptre(folders: &Folders, template: TemplateContext) -> SentTemplate {
        let path = template.path.map(|path| folders.templates.join(&*with_slashes(&path)));
        let name = path.and_then(|path| folders.template_name(&path));
        SentTemplate { name, body: Some(template.body), description: description(template.kind.as_deref()) }
    }

    /// The one that the stack's files name.
    fn by_hand(folders: &Folders, source: Option<TemplateSource>) -> Result<SentTemplate, Vec<Finding>> {
        let (name, body, kind) = match source {
            Some(TemplateSource::File(name, _)) => {
                let file = folders.templates.join(&name);
                let body = folders.files.read_text(&file).map_err(|error| {
                    vec![TEMPLATE_MISSING.finding(Place::file(&file), format!("cannot be read: {error}"))]
                })?;
                (folders.template_name(&file), Some(body), None)
            }
            Some(TemplateSource::Other(kind)) => (None, None, Some(kind)),
            None => (None, None, None),
        };
        Ok(SentTemplate { name, body, description: description(kind.as_deref()) })
    }
}

fn description(kind: Option<&str>) -> String {
    match kind {
        None | Some("file") => "template outside of `templates/`".to_owned(),
        Some(kind) => format!("template of type `{kind}`"),
    }
}

/// The bucket through which Sceptre gives CloudFormation the template.
pub enum TemplateBucket {
    /// None: the template goes to CloudFormation itself.
    None,
    /// One of this name.
    Named(String),
    /// One whose name is not known here.
    Unknown,
}

impl TemplateBucket {
    /// By the value that Sceptre has resolved. It takes an empty one for none.
    fn resolved(name: Option<String>) -> TemplateBucket {
        name.filter(|name| !name.is_empty()).map_or(TemplateBucket::None, TemplateBucket::Named)
    }

    /// By what stands in the config.
    fn written(value: Option<&Value>) -> TemplateBucket {
        match value {
            None | Some(Value::Null) => TemplateBucket::None,
            Some(Value::String(name)) => TemplateBucket::resolved(Some(name.clone())),
            Some(_) => TemplateBucket::Unknown,
        }
    }
}

/// The file and line of a config path; the stack's own file, by its path below `config/`, if its files cannot be read.
fn place(folders: &Folders, stack: Option<&Stack>, file: &str, path: &LogicalPath) -> Place {
    match stack {
        Some(stack) => stack.config.place_of(path),
        None => Place::file(folders.config.join(file)),
    }
}
