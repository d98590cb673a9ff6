//! The JSON of an SES event: by field first, by pattern after that.

use std::collections::HashMap;
use std::sync::LazyLock;

use fancy_regex::Regex;
use serde_json::{Map, Value};

use super::patterns::pattern;
use super::{HIDDEN, ROUNDS, address, encoded, ip, mask_text, number, wide};

const DEPTH_LIMIT: usize = 64;

/// Fields and headers (lower case) that hold addresses and nothing else of interest.
static ADDRESS_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\A(?:(resent-)?(from|sender|reply-?to|to|cc|bcc)|return-?path|[a-z-]+-to|destination|recipients|emailaddress)\z",
    )
});
/// Made by a program: hexadecimal, with eight digits at least.
static MESSAGE_ID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\A<?(?=(?:[^@]*[0-9]){8})[0-9A-Fa-f.$_-]{16,}@[0-9A-Za-z.-]+>?\z"));

/// Masks a value of a field (in lower case), or `None` if it is nested too deeply.
pub fn mask(value: &Value, field: &str, depth: usize) -> Option<Value> {
    if depth > DEPTH_LIMIT && (value.is_array() || value.is_object()) {
        return None;
    }
    Some(match value {
        Value::String(text) if wide::is_set_aside(text) => value.clone(),
        Value::String(text) => Value::String(mask_field(text, field)),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| mask(item, field, depth + 1)).collect::<Option<_>>()?)
        }
        Value::Object(object) => Value::Object(mask_object(object, depth)?),
        Value::Number(whole) if !whole.is_f64() => {
            let text = whole.to_string();
            let masked = number::mask(&text);
            if masked.ends_with(']') { Value::String(masked) } else { value.clone() }
        }
        other => other.clone(),
    })
}

fn mask_object(object: &Map<String, Value>, depth: usize) -> Option<Map<String, Value>> {
    let mut masked = Map::new();
    let mut alike: HashMap<String, usize> = HashMap::new();
    for (key, item) in object {
        // A header is {"name": "To", "value": "..."}: its name says what the value is.
        let name = if key == "value" { object.get("name").and_then(Value::as_str).unwrap_or("") } else { key };
        let key = mask_text(key, false);
        let mut shown = key.clone();
        while masked.contains_key(&shown) {
            let count = alike.entry(key.clone()).or_insert(1);
            *count += 1;
            shown = format!("{key} {count}");
        }
        masked.insert(shown, mask(item, &name.to_lowercase(), depth + 1)?);
    }
    Some(masked)
}

fn mask_field(text: &str, field: &str) -> String {
    let is_address = || ADDRESS_FIELD.is_match(field).unwrap_or(true) || (field == "source" && text.contains('@'));
    match field {
        "ipaddress" | "sourceip" | "ses:source-ip" => ip::mask_field(text),
        _ if is_address() => mask_address_field(text),
        "sendingaccountid" if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
        "message-id" | "messageid" | "in-reply-to" if MESSAGE_ID.is_match(text).unwrap_or(false) => text.to_owned(),
        // The IP addresses there are those of mail servers.
        "diagnosticcode" | "smtpresponse" | "remotemtaip" | "reportingmta" | "ses:outgoing-ip" => mask_text(text, true),
        _ => mask_text(text, false),
    }
}

/// Only the masked addresses stay: names and comments beside them are personal as well.
fn mask_address_field(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let plain = mask_text(&encoded::decode_all(&text), false);
        let Some(addresses) = address::addresses(&plain) else { break };
        let found: Vec<&str> = addresses.iter().map(|address| &plain[address.start..address.end]).collect();
        let masked = match found.is_empty() {
            true if text.is_empty() => String::new(),
            true => HIDDEN.to_owned(),
            false => found.join(", "),
        };
        if masked == text {
            return text;
        }
        text = masked;
    }
    HIDDEN.to_owned()
}
