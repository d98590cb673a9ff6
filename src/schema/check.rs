//! A compiled schema, and the way from the validator's errors to violations.

use super::documents::Documents;
use super::explain::explain;
use super::failure::Failure;
use super::merge::merge;
use super::violation::Violation;
use super::{formats, keywords, places};
use crate::logical_path::Segment;
use jsonschema::Validator;
use serde_json::Value;

/// A schema that is ready to check values. Made by [`Schemas::compile`](super::Schemas::compile).
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    documents: Documents,
    /// Whether any schema in the files is `writeOnly`: if not, nobody needs to look for it.
    has_secrets: bool,
}

impl Schema {
    /// Compiles documents. The error has the file, the place in it and the reason.
    pub(super) fn new(documents: Documents) -> Result<Schema, (String, String, String)> {
        let options = jsonschema::draft202012::options()
            .with_base_uri(documents.root_uri())
            .with_retriever(documents.clone())
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false);
        let options = keywords::register(formats::register(options));
        match options.build(documents.root().value) {
            Ok(validator) => Ok(Schema { validator, has_secrets: documents.mention("writeOnly"), documents }),
            Err(error) => Err(match documents.bad_pattern() {
                Some((file, place, pattern)) => {
                    (file.to_owned(), place, format!("`{pattern}` is no regular expression that can be used"))
                }
                None => {
                    let reason = format!("cannot be compiled: {error}");
                    (documents.root().file.to_owned(), error.schema_path().as_str().to_owned(), reason)
                }
            }),
        }
    }

    /// The files that it consists of.
    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Compares a value with the schema. Every broken rule is a violation, in the order of the value's parts; a
    /// mapping comes before what is in it. Empty if the value is as the schema wants it.
    ///
    /// Values that the schema marks with `writeOnly` are in no text.
    #[must_use]
    pub fn check(&self, instance: &Value) -> Vec<Violation> {
        self.check_hiding(instance, |_| false)
    }

    /// The same, with more secrets than the schema knows: a value is secret too if `secret` says so for its path or
    /// for the path of a value around it. Say, the parameters that a template declares with `NoEcho`.
    #[must_use]
    pub fn check_hiding(&self, instance: &Value, secret: impl Fn(&[Segment]) -> bool) -> Vec<Violation> {
        if self.validator.is_valid(instance) {
            return Vec::new();
        }
        let mut failures: Vec<Failure> = Vec::new();
        for error in self.validator.iter_errors(instance) {
            explain(&self.documents, instance, None, &error, &mut failures);
        }
        if failures.is_empty() {
            failures.push(Failure::unexplained());
        }
        let is_secret = |path: &[Segment]| {
            (0..=path.len()).any(|length| secret(&path[..length]))
                || (self.has_secrets && places::is_secret(&self.documents, path))
        };
        merge(instance, failures.into_iter().map(|failure| failure.into_violation(&is_secret)).collect())
    }
}
