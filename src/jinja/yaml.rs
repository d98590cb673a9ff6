//! From YAML to values of Jinja.

use serde_yaml::{Mapping, Value as Yaml};

use super::value::{Dict, Key, Value};

/// A YAML mapping for Jinja, in the order of the file.
#[must_use]
pub fn mapping_value(mapping: &Mapping) -> Value {
    let entries = mapping.iter().filter_map(|(key, value)| Some((Key::of(value_of(key)).ok()?, value_of(value))));
    Value::dict(entries.collect::<Dict>())
}

/// A YAML value for Jinja. A resolver's tag is dropped: what it would resolve to is not known here.
#[must_use]
pub fn value_of(value: &Yaml) -> Value {
    match value {
        Yaml::Mapping(mapping) => mapping_value(mapping),
        Yaml::Sequence(items) => Value::list(items.iter().map(value_of).collect()),
        Yaml::Tagged(tagged) => value_of(&tagged.value),
        Yaml::String(text) => text.as_str().into(),
        Yaml::Bool(flag) => Value::Bool(*flag),
        Yaml::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Value::Int(whole.into()),
            (None, Some(whole)) => Value::Int(whole.into()),
            _ => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Yaml::Null => Value::None,
    }
}
