//! The template of a stack: is it there, is it CloudFormation, will CloudFormation take its size?

use std::path::{Path, PathBuf};

use serde_yaml::Mapping;

use crate::finding::{Finding, Place};
use crate::jinja::source_line;
use crate::project::{Folders, Stack, TemplateSource};
use crate::render::render_native;
use crate::template::{INLINE_LIMIT, Template, sent_size};

/// Where the template of a stack lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateFile {
    /// Relative to `templates/`, as the stack file names it.
    pub name: String,
    /// Absolute.
    pub file: PathBuf,
}

/// A template and the size of its text in bytes.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The template.
    pub template: Template,
    size: usize,
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
        if !file.is_file() {
            let message = format!("there is no template `{name}` in `templates/`");
            let source = folders.sources.as_ref().map(|sources| sources.join(format!("{name}.j2")));
            let help = source.is_some_and(|source| source.is_file()).then(|| format!("run `sesame render {name}`"));
            let place = stack.config.place_of(&named_at);
            return Err(vec![Finding::error("template-missing", place, message).at(named_at).help(help)]);
        }
        Ok((!name.ends_with(".py")).then_some(TemplateFile { name, file }))
    }

    /// Whether what it comes to depends on the stack: Sceptre renders it with the stack's `sceptre_user_data`.
    #[must_use]
    pub fn is_jinja(&self) -> bool {
        self.name.ends_with(".j2")
    }

    /// Reads the template, for a stack.
    ///
    /// # Errors
    /// Findings about the template.
    pub fn load(&self, stack: &Stack) -> Result<Loaded, Vec<Finding>> {
        self.load_with(stack.user_data())
    }

    /// Reads the template; if it is Jinja, with these values of `sceptre_user_data`.
    ///
    /// # Errors
    /// Findings about the template.
    pub fn load_with(&self, user_data: Option<&Mapping>) -> Result<Loaded, Vec<Finding>> {
        let source = std::fs::read_to_string(&self.file).map_err(|error| {
            vec![Finding::error("template-missing", Place::file(&self.file), format!("cannot be read: {error}"))]
        })?;
        let text = if self.is_jinja() {
            render_native(&self.file, &source, user_data)
                .map_err(|error| vec![Finding::error("template-jinja", error.place, error.message)])?
        } else {
            source.clone()
        };
        match Template::parse(&text) {
            Ok(template) => Ok(Loaded { template, size: sent_size(&text) }),
            Err(problems) => Err(problems
                .into_iter()
                .map(|problem| {
                    let place = match problem.position {
                        Some(at) if self.is_jinja() => {
                            Place { line: Some(source_line(&source, &text, at.line)), ..Place::file(&self.file) }
                        }
                        Some(at) => Place::line(&self.file, at.line, at.column),
                        None => Place::file(&self.file),
                    };
                    Finding::error("not-cloudformation", place, problem.message).at(problem.path).help(problem.help)
                })
                .collect()),
        }
    }

    /// A finding, if the template is too large for a stack that sends it inline.
    #[must_use]
    pub fn size_problem(&self, loaded: &Loaded, stack: &Stack) -> Option<Finding> {
        (loaded.size > INLINE_LIMIT && !stack.has_template_bucket()).then(|| too_large(&self.file, loaded.size))
    }
}

/// A template that CloudFormation does not take inline.
#[must_use]
pub fn too_large(file: &Path, size: usize) -> Finding {
    let message = format!("has {size} bytes; CloudFormation takes {INLINE_LIMIT} without a template bucket");
    Finding::error("template-too-large", Place::file(file), message)
        .help(Some("make it smaller, or set `template_bucket_name` in the group config".to_owned()))
}
