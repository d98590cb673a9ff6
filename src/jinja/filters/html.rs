//! Filters of HTML and URLs.

use super::super::failure::{Failure, Outcome};
use super::super::given::{Given, flag};
use super::super::html::escaped_value;
use super::super::value::{Text, Value};
use super::{Around, refuse};

/// Percent signs for everything but letters, digits, `_.-~` and what is safe.
fn quoted(text: &str, is_query: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => out.push(char::from(byte)),
            b'/' if !is_query => out.push('/'),
            b' ' if is_query => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub fn urlencode(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "urlencode")?;
    let pairs = match &of {
        Value::Dict(entries) => {
            entries.borrow().iter().map(|(key, value)| Value::tuple(vec![key.value().clone(), value.clone()])).collect()
        }
        Value::List(_) | Value::Tuple(_) | Value::Iterator(_) | Value::Object(_) => around.run.items(&of)?,
        other => return Ok(quoted(&other.to_text()?, false).into()),
    };
    let mut parts = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let pair = around.run.items(&pair)?;
        let [key, value] = pair.as_slice() else { return Err(Failure::new("`urlencode` takes pairs")) };
        parts.push(format!("{}={}", quoted(&key.to_text()?, true), quoted(&value.to_text()?, true)));
    }
    Ok(parts.join("&").into())
}

pub fn xmlattr(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [space] = given.take("xmlattr", ["autospace"])?;
    let space = flag(space.as_ref(), true)?;
    let Value::Dict(entries) = &of else {
        return Err(Failure::new(format!("`xmlattr` takes a mapping, not a value of type `{}`", of.type_name())));
    };
    let mut parts = Vec::new();
    for (key, value) in entries.borrow().iter() {
        if matches!(value, Value::None | Value::Undefined(_)) {
            continue;
        }
        let name = super::super::given::text(key.value(), "xmlattr")?;
        if name.contains(|letter: char| letter.is_ascii_whitespace() || letter == '\u{b}' || "/>=".contains(letter)) {
            return Err(Failure::new("`xmlattr` takes no name with a space, `/`, `>` or `=`"));
        }
        parts.push(format!("{}=\"{}\"", escaped_value(&name.into())?.as_str(), escaped_value(value)?.as_str()));
    }
    let mut text = parts.join(" ");
    if space && !text.is_empty() {
        text.insert(0, ' ');
    }
    Ok(Text::new(text).marked_safe(around.escapes).into())
}

/// Without comments and tags, entities resolved, white space made one space.
pub fn striptags(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "striptags")?;
    let mut text = of.to_text()?.to_string();
    for (open, close) in [("<!--", "-->"), ("<", ">")] {
        while let Some(start) = text.find(open) {
            let Some(end) = text[start..].find(close) else { break };
            text.replace_range(start..start + end + close.len(), "");
        }
    }
    let text = text.split(super::super::lexer::is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&amp;", "&")];
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((entity, letter)) = known.iter().find(|(entity, _)| rest.starts_with(entity)) {
            out.push_str(letter);
            rest = &rest[entity.len()..];
        } else if rest[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '#') {
            return Err(Failure::new("`striptags` of a text with other entities than `&amp;` is not done by sesame"));
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Ok(out.into())
}

pub fn urlize(_: &Around<'_, '_>, _: Value, _: Given) -> Outcome<Value> {
    Err(Failure::new("`urlize` is not done by sesame").with_help("it makes links for HTML; write the link itself"))
}
