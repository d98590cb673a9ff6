//! Resolvers that make a value out of others: `!join`, `!split`, `!select`, `!sub`.

use serde_yaml::Value;

use super::{Problem, Resolution, problem, resolve};
use crate::project::stack::Stack;
use crate::yaml::scalar_text;

/// The two elements that all four resolvers take, resolved; `None` if one is not known.
fn two(name: &str, argument: &Value, stack: &Stack) -> Result<Option<(Value, Value)>, Problem> {
    match resolve(argument, stack)? {
        Resolution::Known(Value::Sequence(items)) => match <[Value; 2]>::try_from(items) {
            Ok([first, second]) => Ok(Some((first, second))),
            Err(_) => Err(problem(format!("`{name}` takes a list of two elements"))),
        },
        Resolution::Known(_) => Err(problem(format!("`{name}` takes a list of two elements"))),
        Resolution::Nothing | Resolution::Unknown => Ok(None),
    }
}

/// `!join [":", [a, b]]`.
pub fn join(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let Some((delimiter, items)) = two("!join", argument, stack)? else { return Ok(Resolution::Unknown) };
    let (Value::String(delimiter), Value::Sequence(items)) = (delimiter, items) else {
        return Err(problem("`!join` takes a delimiter and a list"));
    };
    let texts: Vec<String> = items.iter().map(|item| scalar_text(item).unwrap_or_default()).collect();
    Ok(Resolution::Known(texts.join(&delimiter).into()))
}

/// `!split [";", text]`.
pub fn split(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let Some((delimiter, text)) = two("!split", argument, stack)? else { return Ok(Resolution::Unknown) };
    let (Value::String(delimiter), Value::String(text)) = (delimiter, text) else {
        return Err(problem("`!split` takes a delimiter and a text"));
    };
    Ok(Resolution::Known(text.split(delimiter.as_str()).map(Value::from).collect::<Vec<_>>().into()))
}

/// `!select [-1, [a, b]]` or `!select [key, mapping]`.
pub fn select(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let Some((wanted, items)) = two("!select", argument, stack)? else { return Ok(Resolution::Unknown) };
    let selected = match (&items, wanted.as_i64()) {
        (Value::Sequence(items), Some(index)) => {
            let index = if index < 0 { index + i64::try_from(items.len()).unwrap_or(i64::MAX) } else { index };
            usize::try_from(index).ok().and_then(|index| items.get(index))
        }
        (Value::Mapping(entries), _) => entries.get(&wanted),
        _ => None,
    };
    selected.cloned().map(Resolution::Known).ok_or_else(|| problem("`!select` names nothing in its second element"))
}

/// `!sub ["{user}@{host}", {user: a, host: b}]`.
pub fn sub(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let Some((format, values)) = two("!sub", argument, stack)? else { return Ok(Resolution::Unknown) };
    let (Value::String(format), Value::Mapping(values)) = (format, values) else {
        return Err(problem("`!sub` takes a text and a mapping"));
    };
    let mut text = String::new();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        // `{{` is Python's way to write a brace.
        if let Some(after) = after.strip_prefix('{') {
            text.push('{');
            rest = after;
            continue;
        }
        let (name, after) = after.split_once('}').ok_or_else(|| problem("`!sub` has a `{` without its `}`"))?;
        let value = values.get(name).and_then(scalar_text);
        text.push_str(&value.ok_or_else(|| problem(format!("`!sub` has no value for `{name}`")))?);
        rest = after;
    }
    text.push_str(rest);
    Ok(Resolution::Known(text.replace("}}", "}").into()))
}
