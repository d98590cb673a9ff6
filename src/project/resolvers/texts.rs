//! Resolvers that make a value out of others: `!join`, `!split`, `!select`, `!sub`.

use serde_yaml::{Mapping, Value};

use super::{Context, Resolution, ResolverError, error, resolve_in};
use crate::yaml::scalar_text;

/// The two elements that all four resolvers take, resolved; `None` if one is not known.
fn two(name: &str, argument: &Value, context: &Context<'_>) -> Result<Option<(Value, Value)>, ResolverError> {
    match resolve_in(argument, context)? {
        Resolution::Known(Value::Sequence(items)) => match <[Value; 2]>::try_from(items) {
            Ok([first, second]) => Ok(Some((first, second))),
            Err(_) => Err(error(format!("`{name}` takes a list of two elements"))),
        },
        Resolution::Known(_) => Err(error(format!("`{name}` takes a list of two elements"))),
        Resolution::Nothing | Resolution::Unknown => Ok(None),
    }
}

/// `!join [":", [a, b]]`.
pub fn join(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let Some((delimiter, items)) = two("!join", argument, context)? else { return Ok(Resolution::Unknown) };
    let (Value::String(delimiter), Value::Sequence(items)) = (delimiter, items) else {
        return Err(error("`!join` takes a delimiter and a list"));
    };
    let texts: Option<Vec<String>> = items.iter().map(python_text).collect();
    Ok(texts.map_or(Resolution::Unknown, |texts| Resolution::Known(texts.join(&delimiter).into())))
}

/// What Python's `str` makes of a value; `None` for lists and mappings, which nobody means to write so.
fn python_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        other => scalar_text(other),
    }
}

/// `!split [";", text]`.
pub fn split(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let Some((delimiter, text)) = two("!split", argument, context)? else { return Ok(Resolution::Unknown) };
    let (Value::String(delimiter), Value::String(text)) = (delimiter, text) else {
        return Err(error("`!split` takes a delimiter and a text"));
    };
    if delimiter.is_empty() {
        return Err(error("`!split` cannot split at an empty text"));
    }
    Ok(Resolution::Known(text.split(delimiter.as_str()).map(Value::from).collect::<Vec<_>>().into()))
}

/// `!select [-1, [a, b]]` or `!select [key, mapping]`.
pub fn select(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let Some((wanted, items)) = two("!select", argument, context)? else { return Ok(Resolution::Unknown) };
    let selected = match (&items, wanted.as_i64()) {
        (Value::Sequence(items), Some(index)) => {
            let index = if index < 0 { index + i64::try_from(items.len()).unwrap_or(i64::MAX) } else { index };
            usize::try_from(index).ok().and_then(|index| items.get(index))
        }
        (Value::Mapping(entries), _) => entries.get(&wanted),
        _ => None,
    };
    selected.cloned().map(Resolution::Known).ok_or_else(|| error("`!select` names nothing in its second element"))
}

/// `!sub ["{user}@{host}", {user: a, host: b}]`.
pub fn sub(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let Some((format, values)) = two("!sub", argument, context)? else { return Ok(Resolution::Unknown) };
    let (Value::String(format), Value::Mapping(values)) = (format, values) else {
        return Err(error("`!sub` takes a text and a mapping"));
    };
    Ok(format_text(&format, &values)?.map_or(Resolution::Unknown, |text| Resolution::Known(text.into())))
}

/// Python's `str.format` with names only; `None` if the format has more than that, such as `{x[0]}` or `{x:>5}`.
fn format_text(format: &str, values: &Mapping) -> Result<Option<String>, ResolverError> {
    let (mut text, mut rest, mut is_known) = (String::new(), format, true);
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        // Two of them are Python's way to write one.
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err(error("`!sub` has a `}` without its `{`; write `}}` for the sign itself"));
        }
        let end = end_of_field(rest).ok_or_else(|| error("`!sub` has a `{` without its `}`"))?;
        match field(&rest[..end], values)? {
            Some(value) => text.push_str(&value),
            None => is_known = false,
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Ok(is_known.then_some(text))
}

/// Where the brace is that closes a field; a field may have others inside.
fn end_of_field(text: &str) -> Option<usize> {
    let mut open = 0;
    text.bytes().position(|byte| match byte {
        b'}' if open == 0 => true,
        b'}' => {
            open -= 1;
            false
        }
        b'{' => {
            open += 1;
            false
        }
        _ => false,
    })
}

/// The text for one field; `None` if it is more than a name.
fn field(field: &str, values: &Mapping) -> Result<Option<String>, ResolverError> {
    let name_ends = field.find(['.', '[', '!', ':']);
    let name = &field[..name_ends.unwrap_or(field.len())];
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error("`!sub` takes names between its braces; write `{{` for the sign itself"));
    }
    match values.get(name) {
        None => Err(error(format!("`!sub` has no value for `{name}`"))),
        Some(_) if name_ends.is_some() => Ok(None),
        Some(value) => Ok(python_text(value)),
    }
}

#[cfg(test)]
mod tests {
    use crate::project::resolvers::testing::resolved;

    fn value(yaml: &str) -> String {
        resolved("", &format!("{{% raw %}}parameters:\n  A: {yaml}\n{{% endraw %}}"))
    }

    #[test]
    fn join_writes_values_as_python_does() {
        assert_eq!(value("!join ['-', [a, true, 1, null, 1.0e+20]]"), "\"a-True-1-None-1e+20\"");
        assert_eq!(value("!join ['-', [a, !no_value , b]]"), "\"a-b\"");
        assert_eq!(value("!join ['-', [[a]]]"), "unknown");
        assert_eq!(value("!join [1, [a]]"), "`!join` takes a delimiter and a list");
    }

    #[test]
    fn split_needs_something_to_split_at() {
        assert_eq!(value("!split [',', 'a,b']"), "[\"a\",\"b\"]");
        assert_eq!(value("!split ['', ab]"), "`!split` cannot split at an empty text");
    }

    #[test]
    fn sub_is_pythons_format() {
        for (format, text) in [
            ("{x}-{y}", "\"True-1.0\""),
            ("{j}", "\"{\\\"a\\\":{\\\"b\\\":1}}\""),
            ("{{{x}}}", "\"{True}\""),
            ("a}}b{{c", "\"a}b{c\""),
            ("é{y}é", "\"é1.0é\""),
            ("{l[0]}", "unknown"),
            ("{m.k}", "unknown"),
            ("{y:>{w}}", "unknown"),
            ("{y!r}", "unknown"),
            ("{l}", "unknown"),
            ("a}b", "`!sub` has a `}` without its `{`; write `}}` for the sign itself"),
            ("a{b", "`!sub` has a `{` without its `}`"),
            ("{}", "`!sub` takes names between its braces; write `{{` for the sign itself"),
            ("{0}", "`!sub` takes names between its braces; write `{{` for the sign itself"),
            ("{z}", "`!sub` has no value for `z`"),
            ("{z[0]}", "`!sub` has no value for `z`"),
        ] {
            let values = "{x: true, y: 1.0, j: '{\"a\":{\"b\":1}}', l: [q], m: {k: v}, w: 5}";
            assert_eq!(value(&format!("!sub ['{format}', {values}]")), text, "{format}");
        }
    }
}
