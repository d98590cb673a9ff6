//! Sceptre's resolvers, as far as they can be known without AWS.
//!
//! Adding one means adding a function and its line in [`RESOLVERS`]. A tag that is not in the list (a stack output, a
//! plugin's resolver) gives [`Resolution::Unknown`]: later stages leave such a value alone.

mod lookups;
mod texts;

use serde_yaml::Value;

use super::environment::{self, NoSuchKey};
use super::stack::Stack;
use crate::logical_path::LogicalPath;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// Exactly this value; free of tags.
    Known(Value),
    /// Sceptre leaves the key out, as with `!no_value`.
    Nothing,
    /// Only AWS, or a plugin, knows.
    Unknown,
}

/// Why a resolver would fail: the same form as a key that does not exist.
pub type Problem = NoSuchKey;

type Resolver = fn(&Value, &Stack) -> Result<Resolution, Problem>;

const RESOLVERS: &[(&str, Resolver)] = &[
    ("!environment_variable", lookups::environment_variable),
    ("!file_contents", lookups::file_contents),
    ("!join", texts::join),
    ("!no_value", lookups::no_value),
    ("!select", texts::select),
    ("!sesame", lookups::sesame),
    ("!split", texts::split),
    ("!stack_attr", lookups::stack_attr),
    ("!sub", texts::sub),
];

/// Resolves a value and everything in it.
///
/// # Errors
/// If a resolver would fail whatever AWS says.
pub fn resolve(value: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    match value {
        Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            match RESOLVERS.iter().find(|(name, _)| *name == tag) {
                Some((_, resolver)) => resolver(&tagged.value, stack),
                None => Ok(Resolution::Unknown),
            }
        }
        Value::Sequence(items) => {
            let mut known = Vec::with_capacity(items.len());
            for item in items {
                match resolve(item, stack)? {
                    Resolution::Known(value) => known.push(value),
                    Resolution::Nothing => {}
                    Resolution::Unknown => return Ok(Resolution::Unknown),
                }
            }
            Ok(Resolution::Known(Value::Sequence(known)))
        }
        Value::Mapping(entries) => {
            let mut known = serde_yaml::Mapping::new();
            for (key, item) in entries {
                match resolve(item, stack)? {
                    Resolution::Known(value) => {
                        known.insert(key.clone(), value);
                    }
                    Resolution::Nothing => {}
                    Resolution::Unknown => return Ok(Resolution::Unknown),
                }
            }
            Ok(Resolution::Known(Value::Mapping(known)))
        }
        scalar => Ok(Resolution::Known(scalar.clone())),
    }
}

/// The path of the config that a value is read from, if it is a resolver that only looks another value up.
#[must_use]
pub fn origin(value: &Value, stack: &Stack) -> Option<LogicalPath> {
    let Value::Tagged(tagged) = value else { return None };
    let key = tagged.value.as_str()?;
    let path = match tagged.tag.to_string().as_str() {
        "!sesame" => environment::path_of(key),
        "!stack_attr" => LogicalPath::from_dotted(key),
        _ => return None,
    };
    stack.config.value_at(&path).is_some().then_some(path)
}

fn problem(message: impl Into<String>) -> Problem {
    NoSuchKey { message: message.into(), help: None }
}
