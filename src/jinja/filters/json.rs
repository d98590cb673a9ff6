//! `tojson`, as Python's `json.dumps` with sorted keys.

use std::fmt::Write;

use super::super::failure::{Failure, Outcome};
use super::super::given::{Given, whole};
use super::super::value::{Dict, Key, Text, Value, float_text, sort_by_keys};
use super::Around;

/// How deep values are written.
const DEEPEST: usize = 100;

pub fn tojson(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [indent] = given.take("tojson", ["indent"])?;
    let indent = match &indent {
        None | Some(Value::None) => None,
        Some(Value::Text(text)) => Some(text.to_string()),
        Some(width) => Some(" ".repeat(usize::try_from(whole(Some(width), 0, "tojson")?).unwrap_or(0).min(1_000))),
    };
    if let Value::Undefined(undefined) = &of
        && !around.run.is_lenient()
    {
        return Err(undefined.failure());
    }
    let mut out = String::new();
    write(&of, indent.as_deref(), 0, &mut out)?;
    for (letter, escaped) in [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\'', "\\u0027")] {
        if out.contains(letter) {
            out = out.replace(letter, escaped);
        }
    }
    let text = Text::new(out).marked_safe(true);
    Ok(if of.has_unknown() { Value::Unknown(text) } else { Value::Text(text) })
}

fn write(of: &Value, indent: Option<&str>, depth: usize, out: &mut String) -> Outcome<()> {
    if depth > DEEPEST {
        return Err(Failure::new("a value is nested too deep to be written"));
    }
    match of {
        Value::None => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Float(number) if number.is_nan() => out.push_str("NaN"),
        Value::Float(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" });
        }
        Value::Float(number) => out.push_str(&float_text(*number)),
        Value::Text(text) | Value::Unknown(text) => quoted(text, out),
        Value::List(items) => write_items(&items.borrow(), indent, depth, out)?,
        Value::Tuple(items) => write_items(items, indent, depth, out)?,
        Value::Dict(entries) => {
            let entries = entries.borrow();
            let mut pairs = Vec::with_capacity(entries.len());
            for (key, value) in entries.iter() {
                pairs.push((key.value().clone(), Value::tuple(vec![key.value().clone(), value.clone()])));
            }
            let pairs = sort_by_keys(pairs, false)?;
            if pairs.is_empty() {
                out.push_str("{}");
                return Ok(());
            }
            out.push('{');
            for (index, pair) in pairs.iter().enumerate() {
                between(index, indent, depth + 1, out);
                let Value::Tuple(pair) = pair else { continue };
                key(&pair[0], out)?;
                out.push_str(": ");
                write(&pair[1], indent, depth + 1, out)?;
            }
            line(indent, depth, out);
            out.push('}');
        }
        Value::Undefined(_) => out.push_str("\"\""),
        other => return Err(Failure::new(format!("`tojson` does not write a value of type `{}`", other.type_name()))),
    }
    Ok(())
}

fn write_items(items: &[Value], indent: Option<&str>, depth: usize, out: &mut String) -> Outcome<()> {
    if items.is_empty() {
        out.push_str("[]");
        return Ok(());
    }
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        between(index, indent, depth + 1, out);
        write(item, indent, depth + 1, out)?;
    }
    line(indent, depth, out);
    out.push(']');
    Ok(())
}

fn between(index: usize, indent: Option<&str>, depth: usize, out: &mut String) {
    if index > 0 {
        out.push_str(if indent.is_some() { "," } else { ", " });
    }
    line(indent, depth, out);
}

fn line(indent: Option<&str>, depth: usize, out: &mut String) {
    if let Some(indent) = indent {
        out.push('\n');
        out.push_str(&indent.repeat(depth));
    }
}

/// JSON has no keys but texts: Python writes numbers, `True` and `None` as one.
fn key(key: &Value, out: &mut String) -> Outcome<()> {
    match key {
        Value::Text(text) => quoted(text, out),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            out.push('"');
            write(key, None, 0, out)?;
            out.push('"');
        }
        other => return Err(Failure::new(format!("`tojson` takes no key of type `{}`", other.type_name()))),
    }
    Ok(())
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// A value with the keys of its mappings sorted.
pub fn sorted(of: &Value, depth: usize) -> Outcome<Value> {
    if depth > DEEPEST {
        return Err(Failure::new("a value is nested too deep to be written"));
    }
    let all = |items: &[Value]| items.iter().map(|item| sorted(item, depth + 1)).collect::<Outcome<Vec<_>>>();
    Ok(match of {
        Value::List(items) => Value::list(all(&items.borrow())?),
        Value::Tuple(items) => Value::tuple(all(items)?),
        Value::Dict(entries) => {
            let entries = entries.borrow();
            let keys = entries.keys().map(|key| (key.value().clone(), key.value().clone())).collect();
            let mut made = Dict::default();
            for key in sort_by_keys(keys, false)? {
                let key = Key::of(key)?;
                if let Some(value) = entries.get(&key) {
                    made.insert(key, sorted(value, depth + 1)?);
                }
            }
            Value::dict(made)
        }
        other => other.clone(),
    })
}
