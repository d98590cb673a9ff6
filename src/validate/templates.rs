//! The template of a stack: is it there, is it CloudFormation, will CloudFormation take its size?

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::finding::{Finding, Place};
use crate::project::{Folders, Stack, TemplateSource};
use crate::render::render_native;
use crate::template::{INLINE_LIMIT, Template};

/// A template and the size of its text in bytes, or why there is none.
type Loaded = Result<(Rc<Template>, usize), Vec<Finding>>;

/// Reads each template once.
pub struct Templates<'a> {
    folders: &'a Folders,
    loaded: HashMap<PathBuf, Loaded>,
}

impl<'a> Templates<'a> {
    /// No templates read yet.
    #[must_use]
    pub fn new(folders: &'a Folders) -> Templates<'a> {
        Templates { folders, loaded: HashMap::new() }
    }

    /// The template of a stack and its path relative to `templates/`. `Ok(None)` if it cannot be read offline: it
    /// comes from another handler than `file`, or is a Python program.
    ///
    /// # Errors
    /// Findings about the template.
    pub fn of(&mut self, stack: &Stack) -> Result<Option<(String, Rc<Template>)>, Vec<Finding>> {
        let Some(TemplateSource::File(name, named_at)) = stack.template() else { return Ok(None) };
        let file = self.folders.templates.join(&name);
        if !file.is_file() {
            let message = format!("there is no template `{name}` in `templates/`");
            let source = self.folders.sources.as_ref().map(|sources| sources.join(format!("{name}.j2")));
            let help = source.is_some_and(|source| source.is_file()).then(|| format!("run `sesame render {name}`"));
            let place = stack.config.place_of(&named_at);
            return Err(vec![Finding::error("template-missing", place, message).at(named_at).help(help)]);
        }
        if name.ends_with(".py") {
            return Ok(None);
        }
        let (template, size) = if name.ends_with(".j2") {
            // What it renders to depends on the stack.
            load(&file, Some(stack))?
        } else {
            self.loaded.entry(file.clone()).or_insert_with(|| load(&file, None)).clone()?
        };
        if size > INLINE_LIMIT && !stack.has_template_bucket() {
            return Err(vec![too_large(&file, size)]);
        }
        Ok(Some((name, template)))
    }
}

/// A template that CloudFormation does not take inline.
#[must_use]
pub fn too_large(file: &Path, size: usize) -> Finding {
    let message = format!("has {size} bytes; CloudFormation takes {INLINE_LIMIT} without a template bucket");
    Finding::error("template-too-large", Place::file(file), message)
        .help(Some("make it smaller, or set `template_bucket_name` in the group config".to_owned()))
}

fn load(file: &Path, stack: Option<&Stack>) -> Loaded {
    let text = std::fs::read_to_string(file).map_err(|error| {
        vec![Finding::error("template-missing", Place::file(file), format!("cannot be read: {error}"))]
    })?;
    let text = match stack {
        Some(stack) => render_native(file, &text, stack.user_data())
            .map_err(|error| vec![Finding::error("template-jinja", error.place, error.message)])?,
        None => text,
    };
    match Template::parse(&text) {
        Ok(template) => Ok((Rc::new(template), text.len())),
        Err(problems) => Err(problems
            .into_iter()
            .map(|problem| {
                let place = match problem.position {
                    Some(at) => Place::line(file, at.line, at.column),
                    None => Place::file(file),
                };
                Finding::error("not-cloudformation", place, problem.message).at(problem.path).help(problem.help)
            })
            .collect()),
    }
}
