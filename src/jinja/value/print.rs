//! How Python writes values: `str` and `repr`.

use std::fmt::Write;

use super::{Key, Text, Value};
use crate::jinja::failure::limit;
use crate::jinja::failure::{Failure, Outcome};

/// How deep values are written: a list that holds itself has no end.
const DEEPEST: usize = 100;

/// How many parts of a value are looked at for one that is not known.
const MOST_PARTS: usize = 20_000;

impl Value {
    /// `str(…)`: what `{{ … }}` writes.
    ///
    /// # Errors
    /// If it is undefined, or Python writes an address of memory.
    pub fn to_text(&self) -> Outcome<Text> {
        match self {
            Value::Text(text) | Value::Unknown(text) => Ok(text.clone()),
            _ if self.is_empty_undefined() => Ok(Text::new("")),
            Value::Undefined(undefined) => Err(undefined.failure()),
            other => {
                let mut out = String::new();
                other.write(&mut out, 0)?;
                Ok(Text::new(out))
            }
        }
    }

    /// `repr(…)`: how a value looks inside a list.
    ///
    /// # Errors
    /// As [`Value::to_text`].
    pub fn to_repr(&self) -> Outcome<String> {
        let mut out = String::new();
        self.write(&mut out, 0)?;
        Ok(out)
    }

    /// Whether something in it is not known. Of a value too large to look through it is taken so.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Value::Unknown(_) => true,
            Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Object(_) => {
                self.holds_unknown(&mut MOST_PARTS.clone())
            }
            _ => false,
        }
    }

    fn holds_unknown(&self, left: &mut usize) -> bool {
        match left.checked_sub(1) {
            Some(rest) => *left = rest,
            None => return true,
        }
        let any = |items: &[Value], left: &mut usize| items.iter().any(|item| item.holds_unknown(left));
        match self {
            Value::Unknown(_) => true,
            Value::List(items) => any(&items.borrow(), left),
            Value::Tuple(items) => any(items, left),
            Value::Dict(entries) => entries.borrow().values().any(|value| value.holds_unknown(left)),
            Value::Object(object) => object.items().is_some_and(|items| any(&items, left)),
            _ => false,
        }
    }

    fn write(&self, out: &mut String, depth: usize) -> Outcome<()> {
        if depth > DEEPEST {
            return Err(Failure::new("a value is nested too deep to be written"));
        }
        limit(out.len())?;
        match self {
            Value::None => out.push_str("None"),
            Value::Bool(flag) => out.push_str(if *flag { "True" } else { "False" }),
            Value::Int(number) => {
                let _ = write!(out, "{number}");
            }
            Value::Float(number) => out.push_str(&float_text(*number)),
            Value::Text(text) if text.is_safe() => {
                out.push_str("Markup(");
                write_quoted(out, text);
                out.push(')');
            }
            Value::Text(text) => write_quoted(out, text),
            Value::Unknown(text) => out.push_str(text),
            Value::List(items) => write_items(out, "[", &items.borrow(), "]", depth)?,
            Value::Tuple(items) if items.len() == 1 => write_items(out, "(", items, ",)", depth)?,
            Value::Tuple(items) => write_items(out, "(", items, ")", depth)?,
            Value::Dict(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.borrow().iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    Key::value(key).write(out, depth + 1)?;
                    out.push_str(": ");
                    value.write(out, depth + 1)?;
                }
                out.push('}');
            }
            Value::Range(first, end, 1) => {
                let _ = write!(out, "range({first}, {end})");
            }
            Value::Range(first, end, step) => {
                let _ = write!(out, "range({first}, {end}, {step})");
            }
            Value::Undefined(_) => out.push_str("Undefined"),
            Value::Iterator(_) => {
                return Err(Failure::new("a generator is written, which shows an address of memory")
                    .with_help("put `| list` or `| join` behind it"));
            }
            Value::Object(object) => match object.shown()? {
                Some(shown) => out.push_str(&shown),
                None => {
                    return Err(Failure::new(format!(
                        "a value of type `{}` is written, which shows an address of memory",
                        object.type_name()
                    ))
                    .with_help("call it with `()`, or take one of its values"));
                }
            },
        }
        Ok(())
    }
}

fn write_items(out: &mut String, open: &str, items: &[Value], close: &str, depth: usize) -> Outcome<()> {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        item.write(out, depth + 1)?;
    }
    out.push_str(close);
    Ok(())
}

/// `repr` of a `str`: in single quotes, unless that saves backslashes.
fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if letter == quote => {
                out.push('\\');
                out.push(letter);
            }
            _ if is_printable(letter) => out.push(letter),
            _ => {
                let code = u32::from(letter);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

fn is_printable(letter: char) -> bool {
    letter == ' ' || letter == '"' || letter == '\'' || !letter.is_whitespace() && letter.escape_debug().len() == 1
}

/// `repr` of a `float`: the fewest digits that give the number back, with an exponent where Python writes one.
#[must_use]
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
