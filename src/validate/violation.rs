//! From a schema's violation to the words of a finding.

use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::schema::{SchemaError, Violation};

rules! {
    static SCHEMA: Rule = Rule::error("schema", Chapter::Values)
        .about("a schema file that cannot be used")
        .firm();
}

/// The sentence of a violation. The schema module leaves a secret value out of all its parts.
pub fn text(violation: &Violation) -> String {
    let expected = &violation.expected;
    match (violation.keyword.as_str(), &violation.got, &violation.reason) {
        ("required", ..) => format!("{} is missing", expected.trim_start_matches("property ")),
        ("additionalProperties", ..) => {
            let known = expected.trim_start_matches("properties ").trim_start_matches("property ");
            format!("this key is not known; known are {known}")
        }
        (_, Some(got), Some(reason)) => format!("got `{}`, expected {expected}: {reason}", plain(got)),
        (_, Some(got), None) => format!("got `{}`, expected {expected}", plain(got)),
        (_, None, Some(reason)) => format!("expected {expected}: {reason}"),
        (_, None, None) => format!("expected {expected}"),
    }
}

/// Whether the line of a violation may hold a secret. A missing or unknown key has no value to show.
pub fn is_secret(violation: &Violation) -> bool {
    violation.got.is_none() && !matches!(violation.keyword.as_str(), "required" | "additionalProperties")
}

/// A value as it stands in YAML: a text without the quotes of JSON.
fn plain(got: &str) -> String {
    serde_json::from_str::<String>(got).unwrap_or_else(|_| got.to_owned())
}

/// A schema that cannot be used.
#[must_use]
pub fn schema_problem(error: &SchemaError) -> Finding {
    let message = match error.place.as_str() {
        "" => error.reason.clone(),
        place => format!("at `{place}`: {}", error.reason),
    };
    SCHEMA.finding(Place::file(&error.file), message).help(error.help.clone())
}
