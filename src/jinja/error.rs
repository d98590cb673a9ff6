//! A Jinja error in the words of this program: never with the values of variables, which may be secret.

use std::path::Path;

use thiserror::Error;

use super::ast::Name;
use super::failure::Failure;
use crate::finding::Place;

/// Why a file could not be rendered.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{place}: {message}")]
pub struct JinjaError {
    /// The file and line, of an included file if the error is there.
    pub place: Place,
    /// The reason, lower case.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether it stops only because a value is not known here: Sceptre, at AWS, may go on.
    pub is_unknown: bool,
}

impl JinjaError {
    /// An error about a file as a whole.
    #[must_use]
    pub fn message(file: &Path, message: impl Into<String>) -> JinjaError {
        JinjaError { place: Place::file(file), message: message.into(), help: None, is_unknown: false }
    }

    /// A failure in the files of a folder; `name` is the file that was rendered, `files` those that it took part of.
    #[must_use]
    pub(super) fn new(folder: &Path, name: &str, files: &[Name], failure: &Failure) -> JinjaError {
        let place = match failure.at {
            Some((file, line)) => {
                let file = usize::try_from(file).ok().and_then(|file| files.get(file)).map_or(name, |file| file);
                Place { line: usize::try_from(line).ok(), ..Place::file(folder.join(file)) }
            }
            None => Place::file(folder.join(name)),
        };
        JinjaError {
            place,
            message: failure.message.clone(),
            help: failure.help.clone(),
            is_unknown: failure.is_unknown,
        }
    }
}
