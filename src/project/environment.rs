//! The one mapping that holds an environment's values: `environment:` in a group config.

use serde_yaml::Value;

use crate::logical_path::{LogicalPath, Segment};
use crate::words;

/// The key of the mapping.
pub const KEY: &str = "environment";

/// The one key of `!sesame` that is not looked up in the mapping: the account id of the stack's credentials.
pub const ACCOUNT_ID: &str = "aws.account_id";

/// Why a key names no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchKey {
    /// What is wrong.
    pub message: String,
    /// The nearest key, if one is near.
    pub help: Option<String>,
}

/// The value that a dotted key names, such as `networks.people.0`.
///
/// # Errors
/// If a step of the key does not exist.
pub fn lookup<'a>(environment: Option<&'a Value>, key: &str) -> Result<&'a Value, NoSuchKey> {
    let Some(environment) = environment else {
        return Err(NoSuchKey {
            message: format!("`!sesame {key}` needs an `{KEY}:` mapping in the group's `config.yaml`"),
            help: None,
        });
    };
    let mut value = environment;
    for part in key.split('.') {
        let next = match value {
            Value::Mapping(mapping) => mapping.get(part),
            Value::Sequence(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        value = next.ok_or_else(|| NoSuchKey {
            message: format!("`{KEY}` has no key `{key}`"),
            help: nearest(environment, key),
        })?;
    }
    Ok(value)
}

fn nearest(environment: &Value, key: &str) -> Option<String> {
    let mut keys = Vec::new();
    collect(environment, String::new(), &mut keys);
    words::did_you_mean(key, keys.iter().map(String::as_str))
}

fn collect(value: &Value, prefix: String, keys: &mut Vec<String>) {
    if let Value::Mapping(mapping) = value {
        for (key, value) in mapping {
            if let Some(key) = key.as_str() {
                let name = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
                keys.push(name.clone());
                collect(value, name, keys);
            }
        }
    }
}

/// The path, in the group config, of the value that a dotted key names.
#[must_use]
pub fn path_of(key: &str) -> LogicalPath {
    let mut path = LogicalPath(vec![Segment::from(KEY)]);
    path.0.extend(LogicalPath::from_dotted(key).0);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_by_dotted_keys() {
        let environment: Value = serde_yaml::from_str("networks: {people: [a, b]}\ndomain: acme.co.jp\n").unwrap();
        assert_eq!(lookup(Some(&environment), "domain").unwrap(), "acme.co.jp");
        assert_eq!(lookup(Some(&environment), "networks.people.1").unwrap(), "b");
        let error = lookup(Some(&environment), "networks.peopel").unwrap_err();
        assert_eq!(error.message, "`environment` has no key `networks.peopel`");
        assert_eq!(error.help.as_deref(), Some("did you mean `networks.people`?"));
        assert!(lookup(None, "domain").unwrap_err().message.contains("needs an `environment:` mapping"));
    }
}
