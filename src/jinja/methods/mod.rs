//! The methods of Python's texts, lists, tuples, mappings and numbers.

mod collections;
pub(super) mod texts;

use super::failure::{Failure, Outcome};
use super::given::Given;
use super::run::Run;
use super::run::{Loop, Tool};
use super::value::{Object, Value};

/// Whether a value has a method of this name.
#[must_use]
pub fn exist(of: &Value, name: &str) -> bool {
    match of {
        Value::Text(_) => texts::NAMES.contains(&name) || texts::REFUSED.contains(&name),
        Value::List(_) => collections::OF_LISTS.contains(&name),
        Value::Tuple(_) => matches!(name, "count" | "index"),
        Value::Dict(_) => collections::OF_DICTS.contains(&name),
        Value::Int(_) | Value::Bool(_) => matches!(name, "bit_length" | "is_integer"),
        Value::Float(_) => name == "is_integer",
        _ => false,
    }
}

/// Calls a method.
///
/// # Errors
/// If the value has no such method, or the method does not take these arguments.
pub fn call(run: &Run<'_>, of: &Value, name: &str, given: Given) -> Outcome<Value> {
    if given.has_unknown() && !matches!(of, Value::List(_) | Value::Dict(_) | Value::Object(_)) {
        return Ok(Value::unknown(super::UNKNOWN));
    }
    match of {
        Value::Text(text) => texts::call(run, text, name, given),
        Value::List(items) => collections::of_list(run, items, name, given),
        Value::Tuple(items) => collections::of_items(items, name, given),
        Value::Dict(entries) => collections::of_dict(run, entries, name, given),
        Value::Float(number) => Ok((number.fract() == 0.0).into()),
        Value::Int(_) | Value::Bool(_) => Ok(match name {
            "is_integer" => true.into(),
            _ => i64::from(128 - of.as_int().unwrap_or(0).unsigned_abs().leading_zeros()).into(),
        }),
        Value::Object(object) => match Tool::of(object) {
            Some(tool) => of_tool(tool, name, given),
            None => Err(Failure::new(format!("a value of type `{}` has no method `{name}`", object.type_name()))),
        },
        other => Err(Failure::new(format!("a value of type `{}` has no method `{name}`", other.type_name()))),
    }
}

fn of_tool(object: &Tool, name: &str, given: Given) -> Outcome<Value> {
    match (object, name) {
        (Tool::Loop(of), "cycle") => given
            .positional
            .get(of.index.get() % given.positional.len().max(1))
            .cloned()
            .ok_or_else(|| Failure::new("`loop.cycle` needs at least one value")),
        (Tool::Loop(of), _) => changed(of, given.positional),
        (Tool::Cycler(_, at), "reset") => {
            at.set(0);
            Ok(Value::None)
        }
        (Tool::Cycler(items, at), _) => {
            let value = items.get(at.get()).cloned().unwrap_or(Value::None);
            at.set((at.get() + 1) % items.len().max(1));
            Ok(value)
        }
        _ => Err(Failure::new(format!("a value of type `{}` has no method `{name}`", object.type_name()))),
    }
}

fn changed(of: &Loop, now: Vec<Value>) -> Outcome<Value> {
    let mut last = of.last.borrow_mut();
    let is_same = match &*last {
        Some(last) => Value::tuple(last.clone()).equals(&Value::tuple(now.clone()))?,
        None => false,
    };
    *last = Some(now);
    Ok((!is_same).into())
}
