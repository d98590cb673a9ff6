//! A whole schema in a few words: its title, else its main rule.

use super::documents::{Documents, Subschema};
use super::located::title;
use super::{formats, values};
use crate::words;
use serde_json::Value;

/// References are followed this far: a schema may refer to itself.
const DEEPEST: usize = 8;

/// What a schema in `file` describes, such as "a string".
pub(super) fn schema(documents: &Documents, file: &str, value: &Value) -> String {
    describe(documents, Subschema { file, value }, DEEPEST).unwrap_or_else(|| "another form".to_owned())
}

fn describe(documents: &Documents, schema: Subschema<'_>, depth: usize) -> Option<String> {
    let get = |keyword: &str| schema.value.get(keyword);
    if let Some(title) = title(schema.value) {
        return Some(title.to_owned());
    }
    if let Some(text) = get("$ref").and_then(Value::as_str).filter(|_| depth > 0) {
        let target = documents.resolve(schema.file, text).ok()?;
        return describe(documents, target, depth - 1);
    }
    if let Some(value) = get("const") {
        return Some(values::short(value));
    }
    if let Some(values) = get("enum").and_then(Value::as_array) {
        return Some(one_of(values));
    }
    if let Some(format) = get("format").and_then(Value::as_str) {
        return Some(formats::expected(format));
    }
    if let Some(branches) = get("anyOf").or_else(|| get("oneOf")).and_then(Value::as_array).filter(|_| depth > 0) {
        let each = branches.iter().map(|value| describe(documents, Subschema { value, ..schema }, depth - 1));
        return each.collect::<Option<Vec<String>>>().map(words::alternatives);
    }
    if let Some(names) = get("required").and_then(Value::as_array) {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        return Some(values::properties(&names));
    }
    let types: Vec<String> = types(schema.value).into_iter().map(|name| values::type_name(name).to_owned()).collect();
    (!types.is_empty()).then(|| words::alternatives(types))
}

/// "one of 1, 3, 5", or the value if there is just one.
pub(super) fn one_of(values: &[Value]) -> String {
    match values {
        [one] => values::short(one),
        many => format!("one of {}", values::list(many)),
    }
}

/// The names in a schema's `type`.
pub(super) fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
