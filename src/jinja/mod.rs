//! What both kinds of Jinja in a project share: config files and template sources.

mod environment;
mod error;
mod line_map;
mod loader;

pub use environment::base_environment;
pub use error::JinjaError;
pub use line_map::{known_source, line_map, source_line};
pub use loader::{list_confined, read_confined, read_listed, refuse_huge};

use minijinja::Value as JinjaValue;
use serde_yaml::{Mapping, Value};

/// A YAML mapping for Jinja, in the order of the file.
#[must_use]
pub fn mapping_value(mapping: &Mapping) -> JinjaValue {
    let entries =
        mapping.iter().filter_map(|(name, value)| Some((crate::yaml::scalar_text(name)?, jinja_value(value))));
    JinjaValue::from_pairs(entries)
}

/// A YAML value for Jinja. A resolver's tag is dropped: what it would resolve to is not known here.
#[must_use]
pub fn jinja_value(value: &Value) -> JinjaValue {
    match value {
        Value::Mapping(mapping) => mapping_value(mapping),
        Value::Sequence(items) => items.iter().map(jinja_value).collect::<Vec<_>>().into(),
        Value::Tagged(tagged) => jinja_value(&tagged.value),
        Value::String(text) => text.as_str().into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, float) => float.unwrap_or_default().into(),
        },
        Value::Null => ().into(),
    }
}
