//! A Jinja error in the words of this program: never with the values of variables, which may be secret.

use std::path::Path;

use minijinja::ErrorKind;
use thiserror::Error;

use crate::finding::Place;

/// Why a file could not be rendered.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{place}: {message}")]
pub struct JinjaError {
    /// The file and line, of an included file if the error is there.
    pub place: Place,
    /// The reason, lower case.
    pub message: String,
}

impl JinjaError {
    /// An error about a file as a whole.
    #[must_use]
    pub fn message(file: &Path, message: impl Into<String>) -> JinjaError {
        JinjaError { place: Place::file(file), message: message.into() }
    }

    /// Takes what may be shown out of MiniJinja's error; `file` is the file that was rendered, `folder` the one that the
    /// names of templates are relative to.
    #[must_use]
    pub fn new(file: &Path, folder: &Path, error: &minijinja::Error) -> JinjaError {
        // An error inside an included file hides behind "could not render include".
        let mut innermost = error;
        while let Some(source) = std::error::Error::source(innermost).and_then(|s| s.downcast_ref()) {
            innermost = source;
        }
        let file = match innermost.name() {
            Some(name) if !file.ends_with(name) => folder.join(name),
            _ => file.to_path_buf(),
        };
        let place = match innermost.line() {
            Some(line) => Place { file, line: Some(line), column: None },
            None => Place::file(file),
        };
        JinjaError { place, message: words(innermost) }
    }
}

fn words(error: &minijinja::Error) -> String {
    let expression = error
        .range()
        .and_then(|range| error.template_source().and_then(|source| source.get(range)))
        .map(|text| text.trim().trim_start_matches("{{").trim_end_matches("}}").trim().to_owned())
        .filter(|text| !text.is_empty() && !text.contains('\n'));
    match (error.kind(), expression, error.detail()) {
        (ErrorKind::UndefinedError, Some(name), _) if is_name(&name) => format!("`{name}` is not defined"),
        (ErrorKind::UndefinedError, Some(text), _) => format!("`{text}` uses something that is not defined"),
        // The name of the template may come from a variable; the text in the file is what may be shown.
        (ErrorKind::TemplateNotFound, Some(text), _) => format!("`{text}`: there is no such template"),
        (ErrorKind::TemplateNotFound, None, _) => "there is no such template".to_owned(),
        (ErrorKind::OutOfFuel, ..) => "rendering does not end: it went over the limit for one file".to_owned(),
        (_, _, Some(detail)) => detail.to_owned(),
        (kind, ..) => kind.to_string(),
    }
}

/// `var.domain` or `names[0]`: something that can be looked up, and not a whole expression.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_alphanumeric() || "_.[]'\"".contains(c))
}
