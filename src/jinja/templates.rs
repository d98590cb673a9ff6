//! Templates of one folder, read and parsed once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::ast::{Ast, Name};
use super::failure::{Failure, Outcome};
use super::loader::read_confined;
use super::parser::parse;
use super::syntax::Syntax;
use crate::files::Files;

/// Whether the values that a template writes are escaped, by its name.
pub type Escaping = fn(&str) -> bool;

/// The templates of a folder.
pub struct Templates {
    files: Arc<dyn Files>,
    /// Absolute.
    pub folder: PathBuf,
    syntax: Syntax,
    escaping: Escaping,
    /// Whether an undefined value is empty and no error.
    pub is_lenient: bool,
    known: Mutex<HashMap<String, Arc<Template>>>,
}

/// A parsed template.
pub struct Template {
    /// Its name, relative to the folder.
    pub name: Name,
    /// What it is made of.
    pub ast: Ast,
    /// Whether the values that it writes are escaped.
    pub escapes: bool,
}

impl Templates {
    /// Nothing is read yet.
    pub fn new(files: &Arc<dyn Files>, folder: &Path, syntax: Syntax, escaping: Escaping) -> Templates {
        Templates {
            files: Arc::clone(files),
            folder: folder.to_path_buf(),
            syntax,
            escaping,
            is_lenient: false,
            known: Mutex::default(),
        }
    }

    /// A template by its name. `Ok(None)` if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read, or is no Jinja.
    pub fn template(&self, name: &str) -> Outcome<Option<Arc<Template>>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = known().get(name) {
            return Ok(Some(Arc::clone(template)));
        }
        let Some(text) = read_confined(&*self.files, &self.folder, name).map_err(Failure::new)? else {
            return Ok(None);
        };
        let template = self.parsed(name, &text)?;
        known().insert(name.to_owned(), Arc::clone(&template));
        Ok(Some(template))
    }

    /// A text as the template of a name.
    ///
    /// # Errors
    /// If it is no Jinja.
    pub fn parsed(&self, name: &str, text: &str) -> Outcome<Arc<Template>> {
        let ast = parse(text, &self.syntax)?;
        let escapes = self.syntax.autoescape.unwrap_or_else(|| (self.escaping)(name));
        Ok(Arc::new(Template { name: name.into(), ast, escapes }))
    }
}
