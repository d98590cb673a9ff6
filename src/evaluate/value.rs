//! A value that may be unknown, wholly or in parts.

use super::InternedText;

/// See the module. Numbers and booleans are texts, as CloudFormation compares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: also what `AWS::NoValue` leaves.
    Null,
    /// A text, a number or a boolean.
    Text(InternedText),
    /// A list.
    List(Vec<Value>),
    /// A mapping, in the order of the file.
    Map(Vec<(InternedText, Value)>),
    /// Only AWS knows.
    Unknown,
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<InternedText>) -> Value {
        Value::Text(text.into())
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The items of a list; a single value counts as a list of one, as in IAM policies.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Null => &[],
            Value::List(items) => items,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether it, or anything in it, is unknown.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Value::Unknown => true,
            Value::List(items) => items.iter().any(Value::is_uncertain),
            Value::Map(entries) => entries.iter().any(|(_, value)| value.is_uncertain()),
            Value::Null | Value::Text(_) => false,
        }
    }
}
