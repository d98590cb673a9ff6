//! The template of a stack: is it there, is it CloudFormation, will CloudFormation take its size?

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_yaml::Value;

use crate::files::Files;
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::jinja::Rendered;
use crate::project::{Folders, Project, Selection, Stack, TemplateSource};
use crate::render::{SceptreJinja, TEMPLATE_JINJA, render_sceptre_jinja};
use crate::template::{BUCKET_LIMIT, INLINE_LIMIT, Problem, Template, sent_size};
use crate::yaml::Position;

rules! {
    pub(crate) static TEMPLATE_MISSING: Rule = Rule::error("template-missing", Chapter::Templates)
        .about("a template that is not there");
    static TEMPLATE_TOO_LARGE: Rule = Rule::error("template-too-large", Chapter::Templates)
        .about("a template above CloudFormation's limit, inline or from a bucket")
        .page("a template above what CloudFormation takes: 51,200 bytes, or 1 MB with a template bucket");
}

/// Where the template of a stack lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateFile {
    /// Relative to `templates/`, as the stack file names it.
    pub name: String,
    /// Absolute.
    pub file: PathBuf,
}

/// The text of a template.
#[derive(Clone, Debug)]
pub struct TemplateText {
    source: String,
    /// After Jinja, if it is a template of that kind.
    rendered: Option<Rendered>,
}

impl TemplateText {
    /// The text that CloudFormation gets.
    #[must_use]
    pub fn sent(&self) -> &str {
        self.rendered.as_ref().map_or(&self.source, |rendered| &rendered.text)
    }

    /// The place of a position in what CloudFormation gets: of a Jinja template the line that wrote it, if that is known.
    #[must_use]
    pub fn place(&self, file: &Path, at: Position) -> Place {
        let Some(rendered) = &self.rendered else { return Place::line(file, at.line, at.column) };
        match rendered.lines.as_ref().and_then(|lines| lines.origin(at.line)) {
            Some((name, line)) => {
                Place { line: Some(line), ..Place::file(file.parent().unwrap_or(Path::new("")).join(name)) }
            }
            None => Place::file(file),
        }
    }
}

impl TemplateFile {
    /// The template of a stack. `Ok(None)` if it cannot be read offline: it comes from another handler than `file`, or
    /// is a Python program.
    ///
    /// # Errors
    /// A finding, if there is no such file.
    pub fn of(stack: &Stack, folders: &Folders) -> Result<Option<TemplateFile>, Vec<Finding>> {
        let Some(TemplateSource::File(name, named_at)) = stack.template() else { return Ok(None) };
        let file = folders.templates.join(&name);
        let name = folders.template_name(&file).unwrap_or(name);
        if !folders.files.is_file(&file) {
            let message = format!("there is no template `{name}` in `templates/`");
            let source = folders.sources.as_ref().map(|sources| sources.join(format!("{name}.j2")));
            let help = source
                .is_some_and(|source| folders.files.is_file(&source))
                .then(|| format!("run `sesame render {name}`"));
            let place = stack.config.place_of(&named_at);
            return Err(vec![TEMPLATE_MISSING.finding(place, message).at(named_at).help(help)]);
        }
        Ok((!name.ends_with(".py")).then_some(TemplateFile { name, file }))
    }

    /// Whether what it comes to depends on the stack: Sceptre renders it with the stack's `sceptre_user_data`.
    #[must_use]
    pub fn is_jinja(&self) -> bool {
        self.name.ends_with(".j2")
    }

    /// Reads the text, for a stack.
    ///
    /// # Errors
    /// Findings about the file.
    pub fn read(&self, stack: &Stack) -> Result<TemplateText, Vec<Finding>> {
        let settings = stack.config.get("j2_environment").and_then(Value::as_mapping);
        self.read_with(&stack.folders.files, SceptreJinja { user_data: stack.user_data(), settings })
    }

    /// Reads the text; if it is Jinja, with these values.
    ///
    /// # Errors
    /// Findings about the file; none if what it comes to is not known here.
    pub fn read_with(&self, files: &Arc<dyn Files>, with: SceptreJinja<'_>) -> Result<TemplateText, Vec<Finding>> {
        let source = files.read_text(&self.file).map_err(|error| {
            vec![TEMPLATE_MISSING.finding(Place::file(&self.file), format!("cannot be read: {error}"))]
        })?;
        let rendered = if self.is_jinja() {
            let rendered = render_sceptre_jinja(files, &self.file, &source, with, true);
            // What depends on a value that is not known here is not known either, and nothing is wrong with it.
            let is_unknown = match &rendered {
                Ok(rendered) => rendered.has_unknown,
                Err(error) => error.is_unknown,
            };
            if is_unknown {
                return Err(Vec::new());
            }
            Some(rendered.map_err(|error| vec![TEMPLATE_JINJA.finding(error.place, error.message).help(error.help)])?)
        } else {
            None
        };
        Ok(TemplateText { source, rendered })
    }

    /// Reads the template in its text.
    ///
    /// # Errors
    /// Findings about the template.
    pub fn parse<'t>(&self, text: &'t TemplateText) -> Result<Template<'t>, Vec<Finding>> {
        Template::parse(text.sent()).map_err(|problems| {
            let finding = |problem: Problem| {
                let place = problem.position.map_or_else(|| Place::file(&self.file), |at| text.place(&self.file, at));
                problem.finding(place)
            };
            problems.into_iter().map(finding).collect()
        })
    }

    /// A finding, if the template is too large for the way in which its stack sends it.
    #[must_use]
    pub fn size_problem(&self, text: &TemplateText, stack: &Stack) -> Option<Finding> {
        too_large(&self.file, sent_size(text.sent()), stack.has_template_bucket())
    }
}

/// A finding, if CloudFormation does not take a template of this size.
#[must_use]
pub fn too_large(file: &Path, size: usize, from_bucket: bool) -> Option<Finding> {
    let (limit, how, help) = if from_bucket {
        (BUCKET_LIMIT, "from a template bucket", "make it smaller: divide it into two stacks")
    } else {
        (
            INLINE_LIMIT,
            "without a template bucket",
            "make it smaller, or set `template_bucket_name` in the group config",
        )
    };
    let message = format!("has {size} bytes; CloudFormation takes {limit} {how}");
    (size > limit).then(|| TEMPLATE_TOO_LARGE.finding(Place::file(file), message).help(Some(help.to_owned())))
}

/// Whether every stack that uses a template has a template bucket; with no such stack, nobody has one.
#[must_use]
pub fn has_bucket(project: &Project, template: &str) -> bool {
    let Ok(reading) = Selection::of(&project.folders, None).and_then(|all| project.read(&all)) else { return false };
    let uses = |stack: &&Stack| matches!(stack.template(), Some(TemplateSource::File(name, _)) if name == template);
    let mut users = reading.stacks.iter().filter(uses).peekable();
    users.peek().is_some() && users.all(Stack::has_template_bucket)
}
