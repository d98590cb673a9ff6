//! What the schemas say about this project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};
use serde_yaml::Value;

use super::tags::TagUse;
use crate::deployment::TemplateFile;
use crate::files::{Entry, Kind};
use crate::finding::{Finding, sorted};
use crate::project::keys::TEMPLATE_SUFFIXES;
use crate::project::{Folders, Project, ProjectError, Selection, Stack};
use crate::render::SceptreJinja;
use crate::schema::{Bundle, SchemaError, Schemas};
use crate::template::Parameter;
use crate::validate::{schema_of, schema_problem, schemas};

/// See the module.
#[derive(Debug, Default)]
pub struct Survey {
    /// The stacks, by their files below `config/`.
    pub stacks: Vec<String>,
    /// The templates, by name.
    pub templates: Vec<TemplateParameters>,
    /// The keys that `!sesame` finds in some environment.
    pub keys: Vec<String>,
    /// The tags of the config files.
    pub tags: BTreeSet<TagUse>,
    /// Top-level keys that some stack may get from another file than its own.
    pub inherited: BTreeSet<String>,
    /// The project's schemas for parameters, and all that they refer to.
    pub rules: Map<String, Json>,
    /// The project's schema for `environment:`, and all that it refers to.
    pub environment: Option<Bundle>,
    /// What could not be read, and is not in the schemas.
    pub findings: Vec<Finding>,
}

/// A file that may be a template.
#[derive(Debug)]
pub struct TemplateParameters {
    /// Its path below `templates/`.
    pub name: String,
    /// `None` if they cannot be known: the template is a program, or cannot be read.
    pub parameters: Option<Vec<Parameter>>,
    /// The rule of the project's own schema for a parameter, if it has one.
    pub rules: BTreeMap<String, Json>,
}

impl Survey {
    /// Reads the whole project.
    ///
    /// # Errors
    /// If a folder cannot be listed.
    pub fn of(project: &Project) -> Result<Survey, ProjectError> {
        let selection = Selection::of(&project.folders, None)?;
        let reading = project.read(&selection)?;
        let mut survey =
            Survey { stacks: selection.stacks().to_vec(), findings: reading.findings, ..Survey::default() };
        let mut keys = BTreeSet::new();
        for stack in &reading.stacks {
            survey.inherited.extend(inherited(stack));
            if let Some(environment) = stack.environment() {
                collect_keys(environment, "", &mut keys);
            }
            for layer in &stack.config.layers {
                super::tags::collect(&layer.document.value, &mut survey.tags);
            }
        }
        survey.keys = keys.into_iter().collect();
        for name in template_names(&project.folders)? {
            survey.add_template(name, &project.folders);
        }
        if let Some(schemas) = schemas(&project.folders)
            && let Err(error) = survey.add_rules(&schemas)
        {
            survey.findings.push(schema_problem(&error));
        }
        survey.findings = sorted(survey.findings);
        Ok(survey)
    }

    fn add_template(&mut self, name: String, folders: &Folders) {
        let template = TemplateFile { file: folders.templates.join(&name), name };
        // What these come to depends on the stack.
        let known = !template.is_jinja() && !template.name.ends_with(".py");
        let parameters = || {
            template
                .parse(&template.read_with(&folders.files, SceptreJinja::default())?)
                .map(|template| template.parameters)
        };
        let parameters = match known.then(parameters) {
            Some(Ok(parameters)) => Some(parameters),
            Some(Err(problems)) => {
                self.findings.extend(problems);
                None
            }
            None => None,
        };
        self.templates.push(TemplateParameters { name: template.name, parameters, rules: BTreeMap::new() });
    }

    fn add_rules(&mut self, schemas: &Schemas) -> Result<(), SchemaError> {
        let jinja = json!({"$ref": "#/$defs/jinja"});
        self.environment = schemas.bundle("environment.schema.json", &jinja)?;
        for template in &mut self.templates {
            let Some(file) = schema_of(&template.name) else { continue };
            let Some(schema) = schemas.bundle(&file, &jinja)? else { continue };
            for parameter in template.parameters.iter().flatten() {
                if let Some(rule) = schema.property(&parameter.name) {
                    template.rules.insert(parameter.name.clone(), rule);
                }
            }
            self.rules.extend(schema.files);
        }
        Ok(())
    }
}

/// What a stack has from its groups, and from files of its name in the folders above.
fn inherited(stack: &Stack) -> impl Iterator<Item = String> {
    let layers = &stack.config.layers;
    layers
        .iter()
        .take(layers.len().saturating_sub(1))
        .filter_map(|layer| layer.document.value.as_mapping())
        .flat_map(|keys| keys.keys().filter_map(crate::yaml::scalar_text))
}

/// The dotted keys below a value that `!sesame` takes: those of texts and lists.
fn collect_keys(value: &Value, prefix: &str, keys: &mut BTreeSet<String>) {
    let below = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match value {
        Value::Mapping(entries) => {
            for (key, value) in entries {
                if let Some(key) = key.as_str() {
                    collect_keys(value, &below(key), keys);
                }
            }
        }
        Value::Sequence(items) => {
            keys.insert(prefix.to_owned());
            for (index, item) in items.iter().enumerate() {
                collect_keys(item, &below(&index.to_string()), keys);
            }
        }
        _ => drop(keys.insert(prefix.to_owned())),
    }
}

/// The files below `templates/` that Sceptre takes for templates, sorted. Links to folders are not followed.
fn template_names(folders: &Folders) -> Result<Vec<String>, ProjectError> {
    let (files, templates) = (&*folders.files, &folders.templates);
    let mut names = Vec::new();
    let mut waiting: Vec<PathBuf> = files.is_folder(templates).then(|| templates.clone()).into_iter().collect();
    while let Some(folder) = waiting.pop() {
        let unreadable = |source| ProjectError::Unreadable { file: folder.clone(), source };
        for Entry { path, kind, .. } in files.list(&folder).map_err(unreadable)? {
            if kind == Kind::Folder {
                waiting.push(path);
            } else if files.is_file(&path)
                && path.extension().is_some_and(|suffix| TEMPLATE_SUFFIXES.iter().any(|known| suffix == *known))
                && let Ok(name) = path.strip_prefix(templates)
            {
                names.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    Ok(names)
}
