//! A YAML value that borrows from the text it was read from: what templates are read into. A project has thousands of
//! them, and most of their texts are never looked at.

use std::borrow::Cow;

use serde_yaml::Value;

use super::scalar_text;

/// A value of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tree<'t> {
    /// Nothing.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as Sceptre would hand it to CloudFormation.
    Number(Cow<'t, str>),
    /// A text.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Tree<'t>>),
    /// A mapping, in the order of the text. Keys that are no texts stand as [`scalar_text`] writes them.
    Map(Vec<(Cow<'t, str>, Tree<'t>)>),
    /// A value with a short tag: its name without the exclamation mark, and what it stands before.
    Tagged(Box<(Cow<'t, str>, Tree<'t>)>),
}

impl<'t> Tree<'t> {
    /// The value of a key, if this is a mapping that has it; a tag before the mapping does not count.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree<'t>> {
        match self {
            Tree::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Tree::Tagged(tagged) => tagged.1.get(key),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Tree::Text(text) => Some(text),
            Tree::Tagged(tagged) => tagged.1.as_str(),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Tree<'t>]> {
        match self {
            Tree::List(items) => Some(items),
            Tree::Tagged(tagged) => tagged.1.as_list(),
            _ => None,
        }
    }

    /// The entries, if it is a mapping; else none.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Tree<'t>)> {
        let entries = match self {
            Tree::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(name, value)| (&**name, value))
    }

    /// A scalar as Sceptre would hand it to CloudFormation.
    #[must_use]
    pub fn scalar_text(&self) -> Option<&str> {
        match self {
            Tree::Text(text) | Tree::Number(text) => Some(text),
            Tree::Bool(true) => Some("true"),
            Tree::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// A word for what it is, as messages use it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Tree::Null => "nothing",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "a string",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a mapping",
            Tree::Tagged(_) => "a tagged value",
        }
    }
}

impl From<Value> for Tree<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Tree::Null,
            Value::Bool(flag) => Tree::Bool(flag),
            Value::Number(_) => Tree::Number(scalar_text(&value).unwrap_or_default().into()),
            Value::String(text) => Tree::Text(text.into()),
            Value::Sequence(items) => Tree::List(items.into_iter().map(Tree::from).collect()),
            Value::Mapping(entries) => {
                let entries = entries.into_iter();
                Tree::Map(entries.map(|(key, value)| (key_text(key).into(), Tree::from(value))).collect())
            }
            Value::Tagged(tagged) => {
                let name = tagged.tag.to_string();
                let name = name.strip_prefix('!').map_or(name.clone(), str::to_owned);
                Tree::Tagged(Box::new((name.into(), Tree::from(tagged.value))))
            }
        }
    }
}

fn key_text(key: Value) -> String {
    match key {
        Value::String(text) => text,
        other => scalar_text(&other).unwrap_or_default(),
    }
}
