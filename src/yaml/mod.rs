//! Reading YAML: values by serde_yaml, and beside them an index of where each value stands.

mod index;
mod python;

pub use index::{Content, Duplicate, Index, Node, Position};
pub use python::python_reading;

use serde_yaml::Value;
use thiserror::Error;

/// A YAML text as values and positions.
#[derive(Clone, Debug)]
pub struct Document {
    /// The values; short tags such as `!Ref` and `!sesame` stay as [`Value::Tagged`].
    pub value: Value,
    /// Where they stand.
    pub index: Index,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct YamlError {
    /// The parser's words, without the position.
    pub message: String,
    /// Where, if the parser knows.
    pub position: Option<Position>,
}

impl Document {
    /// Reads one YAML document. An empty text is `null`.
    ///
    /// # Errors
    /// If the text is not one YAML document, or has a key twice in one mapping.
    pub fn parse(text: &str) -> Result<Document, YamlError> {
        let index = Index::of(text)?;
        if let Some(duplicate) = index.duplicates.first() {
            return Err(YamlError {
                message: format!("key `{}` stands twice, first in line {}", duplicate.key, duplicate.first.line),
                position: Some(duplicate.second),
            });
        }
        let mut value: Value = serde_yaml::from_str(text).map_err(|error| YamlError {
            position: error.location().map(|at| Position { line: at.line(), column: at.column() }),
            message: without_position(&error.to_string()),
        })?;
        value.apply_merge().map_err(|error| YamlError { message: error.to_string(), position: None })?;
        Ok(Document { value, index })
    }
}

/// serde_yaml ends its messages with "at line 3 column 4", which every finding shows in its own way.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// A scalar as Sceptre would hand it to CloudFormation: booleans as `true`/`false`, numbers as written by Python.
#[must_use]
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A word for the kind of a value, as messages use it.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Tagged(_) => "a tagged value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_tags_and_positions() {
        let document = Document::parse("a:\n  b: !Ref X\n  c: [1, two]\n").unwrap();
        let position = document.index.root.find(&"a.c.1".split('.').map(segment).collect::<Vec<_>>()).unwrap();
        assert_eq!(position, Position { line: 3, column: 10 });
        assert!(matches!(document.value["a"]["b"], Value::Tagged(_)));
    }

    fn segment(text: &str) -> crate::logical_path::Segment {
        text.parse().map_or_else(|_| text.into(), crate::logical_path::Segment::Index)
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error_with_its_place() {
        let error = Document::parse("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(error.message, "key `a` stands twice, first in line 1");
        assert_eq!(error.position, Some(Position { line: 3, column: 1 }));
    }

    #[test]
    fn broken_yaml_says_where() {
        let error = Document::parse("a: [1, 2\nb: 3\n").unwrap_err();
        assert_eq!(error.position.unwrap().line, 2);
        assert!(!error.message.contains("at line"));
    }

    #[test]
    fn merge_keys_are_applied() {
        let document = Document::parse("base: &b {x: 1}\nmore:\n  <<: *b\n  y: 2\n").unwrap();
        assert_eq!(document.value["more"]["x"], Value::from(1));
    }
}
