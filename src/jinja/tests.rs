//! The tests behind `is`.

use std::cmp::Ordering;

use super::failure::{Failure, Outcome};
use super::filters;
use super::given::{Given, needed};
use super::run::Run;
use super::value::Value;

const NAMES: &[&str] = &[
    "odd",
    "even",
    "divisibleby",
    "defined",
    "undefined",
    "filter",
    "test",
    "none",
    "boolean",
    "false",
    "true",
    "integer",
    "float",
    "lower",
    "upper",
    "string",
    "mapping",
    "number",
    "sequence",
    "iterable",
    "callable",
    "sameas",
    "escaped",
    "in",
    "==",
    "eq",
    "equalto",
    "!=",
    "ne",
    ">",
    "gt",
    "greaterthan",
    "ge",
    ">=",
    "<",
    "lt",
    "lessthan",
    "<=",
    "le",
];

/// Whether there is a test of this name.
#[must_use]
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a value passes a test.
///
/// # Errors
/// If there is no such test, or it does not take such a value.
pub fn apply(run: &Run<'_>, name: &str, of: &Value, given: Given) -> Outcome<bool> {
    match name {
        "defined" => return Ok(!of.is_undefined()),
        "undefined" => return Ok(of.is_undefined()),
        _ => {}
    }
    if of.is_unknown() || given.has_unknown() {
        return Err(Failure::unknown("a test depends on a value that is not known"));
    }
    if matches!(name, "lower" | "upper" | "iterable" | "odd" | "even" | "divisibleby")
        && let Value::Undefined(undefined) = of
    {
        return if run.is_lenient() { Ok(false) } else { Err(undefined.failure()) };
    }
    let [argument] = given.take(name, ["other"])?;
    let other = |argument: Option<Value>| needed(argument, name, "other");
    Ok(match name {
        "odd" => rest(of, 2, name)?.to_bits() == 1f64.to_bits(),
        "even" => is_zero(rest(of, 2, name)?),
        "divisibleby" => {
            let by = other(argument)?;
            let by =
                by.as_int().filter(|by| *by != 0).ok_or_else(|| Failure::new("`divisibleby` takes a number but 0"))?;
            is_zero(rest(of, by, name)?)
        }
        "filter" => of.as_text().is_some_and(|name| filters::exists(name)),
        "test" => of.as_text().is_some_and(|name| exists(name)),
        "none" => matches!(of, Value::None),
        "boolean" => matches!(of, Value::Bool(_)),
        "false" => matches!(of, Value::Bool(false)),
        "true" => matches!(of, Value::Bool(true)),
        "integer" => matches!(of, Value::Int(_)),
        "float" => matches!(of, Value::Float(_)),
        "lower" => has_case(&of.to_text()?, char::is_lowercase, char::is_uppercase),
        "upper" => has_case(&of.to_text()?, char::is_uppercase, char::is_lowercase),
        "string" => matches!(of, Value::Text(_)),
        "mapping" => matches!(of, Value::Dict(_)),
        "number" => of.as_float().is_some(),
        "sequence" => {
            matches!(of, Value::Text(_) | Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Range(..))
        }
        "iterable" => match of {
            Value::Object(object) => object.items().is_some(),
            _ => !matches!(of, Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_)),
        },
        "callable" => matches!(of, Value::Object(object) if object.is_callable()),
        "sameas" => of.is_same(&other(argument)?),
        "escaped" => of.as_text().is_some_and(super::value::Text::is_safe),
        "in" => other(argument)?.contains(of)?,
        "==" | "eq" | "equalto" => of.equals(&other(argument)?)?,
        "!=" | "ne" => !of.equals(&other(argument)?)?,
        ">" | "gt" | "greaterthan" => of.order(&other(argument)?, ">")? == Some(Ordering::Greater),
        ">=" | "ge" => matches!(of.order(&other(argument)?, ">=")?, Some(Ordering::Greater | Ordering::Equal)),
        "<" | "lt" | "lessthan" => of.order(&other(argument)?, "<")? == Some(Ordering::Less),
        "<=" | "le" => matches!(of.order(&other(argument)?, "<=")?, Some(Ordering::Less | Ordering::Equal)),
        _ => return Err(Failure::new(format!("there is no test `{name}`"))),
    })
}

fn is_zero(number: f64) -> bool {
    number.abs() < f64::MIN_POSITIVE
}

fn rest(of: &Value, by: i128, name: &str) -> Outcome<f64> {
    match (of.as_int(), of) {
        (Some(number), _) => Ok(number.rem_euclid(by) as f64),
        (None, Value::Float(number)) => Ok(number.rem_euclid(by as f64)),
        _ => Err(Failure::new(format!("`{name}` takes a number, not a value of type `{}`", of.type_name()))),
    }
}

/// Python's `islower` and `isupper`: something of this case, and nothing of the other.
pub fn has_case(text: &str, wanted: fn(char) -> bool, other: fn(char) -> bool) -> bool {
    text.chars().any(wanted) && !text.chars().any(other)
}
