//! What is wrong with a schema file itself.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// A schema file that cannot be used: not readable, not JSON, not a valid schema, or referring to what is not there.
///
/// It is a mistake of whoever wrote the schema, never of whoever wrote the checked values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The schema file, below the folder that was opened.
    pub file: PathBuf,
    /// Where in the file, as a JSON pointer (RFC 6901). Empty for the file as a whole.
    pub place: String,
    /// What is wrong, in lower case and without a final period.
    pub reason: String,
    /// What was probably meant, such as "did you mean `cidr`?".
    pub help: Option<String>,
}

impl SchemaError {
    pub(super) fn new(file: PathBuf, place: impl Into<String>, reason: impl Into<String>) -> SchemaError {
        SchemaError { file, place: place.into(), reason: reason.into(), help: None }
    }

    pub(super) fn with_help(mut self, help: Option<String>) -> SchemaError {
        self.help = help;
        self
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if !self.place.is_empty() {
            write!(out, "#{}", self.place)?;
        }
        write!(out, ": {}", self.reason)?;
        match &self.help {
            Some(help) => write!(out, "; {help}"),
            None => Ok(()),
        }
    }
}

impl Error for SchemaError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_line_with_file_place_reason_and_help() {
        let error = SchemaError::new("schemas/base.schema.json".into(), "/properties/a", "unknown format `cird`");
        assert_eq!(error.to_string(), "schemas/base.schema.json#/properties/a: unknown format `cird`");
        let error = SchemaError::new("a.json".into(), "", "is empty").with_help(Some("did you mean `b`?".into()));
        assert_eq!(error.to_string(), "a.json: is empty; did you mean `b`?");
    }
}
