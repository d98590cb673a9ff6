//! Rendering, for the rest of the program.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::JinjaError;
use super::ast::Name;
use super::failure::Failure;
use super::loader::refuse_huge;
use super::output::Lines;
use super::run::{Given, Run};
use super::syntax::Syntax;
use super::templates::{Escaping, Template, Templates};
use super::value::Text;
use crate::files::Files;

/// The templates of a folder, to be rendered.
pub struct Environment {
    templates: Templates,
}

/// What rendering gives.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The text.
    pub text: Arc<str>,
    /// Whether something in it is not known.
    pub has_unknown: bool,
    /// Where its lines were written, if somebody asked.
    pub lines: Option<Lines>,
}

impl Environment {
    /// An environment as Sceptre's: strict, with files of one folder only.
    #[must_use]
    pub fn new(files: &Arc<dyn Files>, folder: &Path, syntax: Syntax, escaping: Escaping) -> Environment {
        Environment { templates: Templates::new(files, folder, syntax, escaping) }
    }

    /// The same, where an undefined value is empty.
    #[must_use]
    pub fn lenient(mut self, is_lenient: bool) -> Environment {
        self.templates.is_lenient = is_lenient;
        self
    }

    /// Renders a text that is the template of a name.
    ///
    /// # Errors
    /// If it is too large, is no Jinja, or uses something that does not exist.
    pub fn render_text(&self, name: &str, text: &str, given: Given<'_>, traces: bool) -> Result<Rendered, JinjaError> {
        let file = self.templates.folder.join(name);
        refuse_huge(&file, text)?;
        let text = if text.contains('\r') {
            text.replace("\r\n", "\n").replace('\r', "\n").into()
        } else {
            Cow::Borrowed(text)
        };
        let fail = |failure: &Failure, files: &[Name]| JinjaError::new(&self.templates.folder, name, files, failure);
        let template = self.templates.parsed(name, &text).map_err(|failure| fail(&failure, &[name.into()]))?;
        self.render(&template, given, traces)
    }

    /// Renders a template by its name.
    ///
    /// # Errors
    /// As [`Environment::render_text`], and if there is no such template.
    pub fn render_named(&self, name: &str, given: Given<'_>, traces: bool) -> Result<Rendered, JinjaError> {
        let found = self
            .templates
            .template(name)
            .and_then(|template| template.ok_or_else(|| Failure::new("there is no such template")));
        let template =
            found.map_err(|failure| JinjaError::new(&self.templates.folder, name, &[name.into()], &failure))?;
        self.render(&template, given, traces)
    }

    fn render(&self, template: &Arc<Template>, given: Given<'_>, traces: bool) -> Result<Rendered, JinjaError> {
        let run = Run::new(&self.templates, given, traces);
        // The file that is rendered is the first.
        run.file(&template.name);
        match run.render(template) {
            Ok((text, has_unknown)) => Ok(Rendered {
                lines: traces.then(|| Lines::of(&text, run.files())),
                text: Text::shared(&text).clone(),
                has_unknown,
            }),
            Err(failure) => Err(JinjaError::new(&self.templates.folder, &template.name, &run.files(), &failure)),
        }
    }
}
