//! Values, types and property names as messages show them.

use crate::words::{count, nearest};
use serde_json::Value;

/// Lists longer than this are cut, so that a message stays one readable line.
const LONGEST_LIST: usize = 30;

/// Strings with more characters than this are cut.
const LONGEST_STRING: usize = 60;

/// A value in short JSON. Of a list or a mapping only the size is told: what is in it may be long, or secret.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(items) => format!("a list of {}", count(items.len(), "item")),
        Value::Object(_) => "a mapping".to_owned(),
        Value::String(text) if text.chars().count() > LONGEST_STRING => {
            let start: String = text.chars().take(LONGEST_STRING - 1).collect();
            Value::from(format!("{start}…")).to_string()
        }
        scalar => scalar.to_string(),
    }
}

/// "a list", "a string": what a value is, without its content.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// The name of a JSON Schema type in the words of YAML.
pub(super) fn type_name(name: &str) -> &'static str {
    match name {
        "null" => "null",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "a mapping",
        _ => "another type",
    }
}

/// "1, 3, 5": values in short JSON, long lists cut.
pub(super) fn list<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    join(values.into_iter().map(short).collect(), ", ")
}

/// "properties `a`, `b`", "property `a`", "no properties".
pub(super) fn properties(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "no properties".to_owned(),
        1 => format!("property {}", quoted[0]),
        _ => format!("properties {}", join(quoted, ", ")),
    }
}

fn join(mut texts: Vec<String>, separator: &str) -> String {
    let left_out = texts.len().saturating_sub(LONGEST_LIST);
    texts.truncate(LONGEST_LIST);
    let text = texts.join(separator);
    if left_out == 0 { text } else { format!("{text} and {left_out} more") }
}

/// The nearest allowed value: by distance among numbers, by spelling among strings. A numeric string is a number here.
pub(super) fn nearest_allowed<'a>(got: &Value, allowed: &'a [Value]) -> Option<&'a Value> {
    if let Some(got) = number(got) {
        let numbers = allowed.iter().filter_map(|value| Some(((number(value)? - got).abs(), value)));
        if let Some((_, near)) = numbers.min_by(|(one, _), (other, _)| one.total_cmp(other)) {
            return Some(near);
        }
    }
    let word = got.as_str()?;
    let near = nearest(word, allowed.iter().filter_map(Value::as_str))?;
    allowed.iter().find(|value| value.as_str() == Some(near))
}

/// A finite number, or a string that holds one.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_short() {
        let case = |value: Value, text: &str| assert_eq!(short(&value), text);
        case(json!(null), "null");
        case(json!("a \"b\"\n"), r#""a \"b\"\n""#);
        case(json!(1.5), "1.5");
        case(json!([]), "an empty list");
        case(json!([1]), "a list of 1 item");
        case(json!([1, "x"]), "a list of 2 items");
        case(json!({"password": "x"}), "a mapping");
        case(json!("あ".repeat(61)), &format!("\"{}…\"", "あ".repeat(59)));
        case(json!("a".repeat(60)), &format!("\"{}\"", "a".repeat(60)));
    }

    #[test]
    fn lists() {
        assert_eq!(properties(&[]), "no properties");
        assert_eq!(properties(&["a"]), "property `a`");
        assert_eq!(properties(&["a", "b"]), "properties `a`, `b`");
        let many: Vec<Value> = (0..33).map(Value::from).collect();
        assert!(list(&many).ends_with("28, 29 and 3 more"));
    }

    #[test]
    fn nearest_values_are_numbers_or_words() {
        let days = [json!(1), json!(30), json!(90)];
        assert_eq!(nearest_allowed(&json!(80), &days), Some(&json!(90)));
        assert_eq!(nearest_allowed(&json!("91"), &days), Some(&json!(90)));
        assert_eq!(nearest_allowed(&json!(true), &days), None);
        assert_eq!(nearest_allowed(&json!("prdo"), &[json!("dev"), json!("prod")]), Some(&json!("prod")));
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        assert_eq!(number(&json!(" 30 ")), Some(30.0));
        assert_eq!(number(&json!("nan")), None);
        assert_eq!(number(&json!("inf")), None);
        assert_eq!(number(&json!("")), None);
        assert_eq!(number(&json!(true)), None);
    }
}
