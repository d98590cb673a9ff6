//! Schema keywords that JSON Schema does not have: rules between the values of one mapping.
//!
//! A new one is a file here and a line in [`KEYWORDS`].

mod cidrs_inside;
mod increasing;
mod other_domain;

use super::violation::place;
use crate::logical_path::LogicalPath;
use jsonschema::{Keyword as Validated, ValidationError, ValidationOptions};
use serde_json::{Map, Value};

/// One broken rule, seen from the mapping that carries the keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    /// The offending value.
    pub path: LogicalPath,
    /// What it should be. Tells names, never values.
    pub expected: String,
    /// Why it is not that. May tell the values at `path` and at `mentions`.
    pub reason: String,
    /// The other values that the texts tell.
    pub mentions: Vec<LogicalPath>,
}

/// A keyword with its argument, ready to look at mappings.
pub(super) trait Relation: Send + Sync {
    /// Every broken rule, in the order of the argument. None for values of a wrong kind: `type` reports them.
    fn problems(&self, mapping: &Map<String, Value>) -> Vec<Breach>;

    /// The paths of the properties that the argument names, so that a misspelt name is found.
    fn names(&self) -> Vec<Vec<&str>>;
}

/// A keyword: its name in schemas and how its argument is read. The error says what is wrong with the argument.
pub(super) struct Keyword {
    pub name: &'static str,
    pub read: fn(&Value) -> Result<Box<dyn Relation>, String>,
}

/// The keywords of ours. The one list that registers them and that explains their failures.
pub(super) static KEYWORDS: [Keyword; 3] = [
    Keyword { name: "increasing", read: increasing::read },
    Keyword { name: "cidrsInside", read: cidrs_inside::read },
    Keyword { name: "otherDomain", read: other_domain::read },
];

/// The keyword of ours with this name.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// An argument that is an object of pairs of dotted paths.
fn pairs(argument: &Value) -> Result<Vec<(String, String)>, String> {
    let argument = argument.as_object().ok_or("must be an object of dotted paths")?;
    if argument.is_empty() {
        return Err("must have at least one pair of dotted paths".to_owned());
    }
    let pair = |(one, other): (&String, &Value)| {
        let other = other.as_str().ok_or_else(|| format!("must have a dotted path at `{one}`"))?;
        for path in [one, other] {
            if path.split('.').any(str::is_empty) {
                return Err(format!("has `{path}`, which is no dotted path"));
            }
        }
        if one == other {
            return Err(format!("compares `{one}` with itself"));
        }
        Ok((one.clone(), other.to_owned()))
    };
    argument.iter().map(pair).collect()
}

/// What stands at a dotted path.
fn value_at<'v>(mapping: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let mut names = path.split('.');
    let first = mapping.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

/// Adds the keywords of ours to a validator's options.
pub(super) fn register<'o>(options: ValidationOptions<'o>) -> ValidationOptions<'o> {
    KEYWORDS.iter().fold(options, |options, keyword| {
        options.with_keyword(keyword.name, |_, argument, _| match (keyword.read)(argument) {
            Ok(rule) => Ok(Box::new(Registered(rule)) as Box<dyn for<'i> Validated<'i>>),
            Err(reason) => Err(ValidationError::schema(format!("`{}` {reason}", keyword.name))),
        })
    })
}

/// A rule as the validator calls it. It only learns that something failed: the details are asked for again later.
struct Registered(Box<dyn Relation>);

impl<'i> Validated<'i> for Registered {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom("a rule between values is broken")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_object().is_none_or(|mapping| self.0.problems(mapping).is_empty())
    }
}

/// Reads a dotted path: `networks.mail_servers`.
fn dotted(text: &str) -> LogicalPath {
    LogicalPath(text.split('.').map(Into::into).collect())
}

/// A path in backticks.
fn quoted(path: &LogicalPath) -> String {
    format!("`{}`", place(&path.0))
}

#[cfg(test)]
mod testing {
    use super::{Breach, Relation};
    use serde_json::Value;

    /// What a keyword with this argument says about a mapping.
    #[track_caller]
    pub fn problems(
        read: fn(&Value) -> Result<Box<dyn Relation>, String>,
        argument: &Value,
        mapping: &Value,
    ) -> Vec<Breach> {
        let rule = read(argument).map_err(|reason| format!("{argument}: {reason}")).unwrap();
        rule.problems(mapping.as_object().expect("a mapping"))
    }

    /// The error about an argument.
    #[track_caller]
    pub fn refused(read: fn(&Value) -> Result<Box<dyn Relation>, String>, argument: &Value) -> String {
        match read(argument) {
            Ok(_) => panic!("{argument} must be refused"),
            Err(reason) => reason,
        }
    }
}
