//! The resolvers and hooks of a stack, wherever Sceptre takes them.

use serde_yaml::Value;
use serde_yaml::value::TaggedValue;

use super::keys::RESOLVABLE;
use super::stack::Stack;
use crate::logical_path::LogicalPath;
use crate::yaml::{date, scalar_text};

/// Visits each tagged value of a stack. What stands behind a tag is visited if `found` says so.
pub fn each_tagged(stack: &Stack, found: &mut impl FnMut(&LogicalPath, &TaggedValue) -> bool) {
    for key in RESOLVABLE {
        if let Some(value) = stack.config.get(key) {
            walk(value, &LogicalPath::from([*key]), found);
        }
    }
}

fn walk(value: &Value, path: &LogicalPath, found: &mut impl FnMut(&LogicalPath, &TaggedValue) -> bool) {
    match value {
        Value::Tagged(_) if date(value).is_some() => {}
        Value::Tagged(tagged) if found(path, tagged) => walk(&tagged.value, path, found),
        Value::Mapping(entries) => {
            for (key, item) in entries {
                walk(item, &path.join(scalar_text(key).unwrap_or_default()), found);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &path.join(index), found);
            }
        }
        _ => {}
    }
}
