//! Escaping, as Python's `markupsafe` does it.

use super::failure::Outcome;
use super::value::{Text, Value};

/// A text that is escaped, unless it is safe already.
#[must_use]
pub fn escaped_text(text: &Text) -> Text {
    if text.is_safe() { text.clone() } else { text.map(escaped).marked_safe(true) }
}

/// Whether a text has something to escape.
fn has_entities(text: &str) -> bool {
    text.contains(['&', '<', '>', '\'', '"'])
}

/// A text with the entities of `markupsafe`.
#[must_use]
pub fn escaped(text: &str) -> String {
    if !has_entities(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            other => out.push(other),
        }
    }
    out
}

/// A value as a safe text.
///
/// # Errors
/// If it cannot be written.
pub fn escaped_value(value: &Value) -> Outcome<Text> {
    value.to_text().map(|text| escaped_text(&text))
}
