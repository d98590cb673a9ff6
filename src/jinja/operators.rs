//! Python's arithmetic.

use super::ast::Operator;
use super::failure::{Failure, Outcome};
use super::html::escaped_text;
use super::percent::percent_format;
use super::value::{Text, TextBuilder, Value};

/// The longest text or list that `*` makes.
const LONGEST: usize = 1_000_000;

/// `left operator right`.
///
/// # Errors
/// If Python does not calculate with these types, or with these numbers.
pub fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Outcome<Value> {
    for side in [left, right] {
        if let Value::Undefined(undefined) = side {
            return Err(undefined.failure());
        }
    }
    if let (Operator::Add, Value::Unknown(_), Value::Text(_) | Value::Unknown(_))
    | (Operator::Add, Value::Text(_), Value::Unknown(_)) = (operator, left, right)
    {
        return Ok(joined_unknown(left, right));
    }
    if let (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) = (left, right) {
        return Ok(Value::Unknown(unknown.clone()));
    }
    match (operator, left, right) {
        (Operator::Remainder, Value::Text(text), _) => return percent_format(text, right),
        (Operator::Add, Value::Text(one), Value::Text(other)) => {
            let is_safe = one.is_safe() || other.is_safe();
            let mut builder = TextBuilder::default();
            for side in [one, other] {
                builder.push_text(&if is_safe { escaped_text(side) } else { side.clone() });
            }
            return Ok(builder.finish(is_safe).into());
        }
        (Operator::Add, Value::List(one), Value::List(other)) => {
            return Ok(Value::list([one.borrow().as_slice(), other.borrow().as_slice()].concat()));
        }
        (Operator::Add, Value::Tuple(one), Value::Tuple(other)) => {
            return Ok(Value::tuple([&one[..], &other[..]].concat()));
        }
        (Operator::Multiply, many, count) | (Operator::Multiply, count, many)
            if matches!(many, Value::Text(_) | Value::List(_) | Value::Tuple(_)) =>
        {
            if let Some(count) = count.as_int() {
                return repeated(many, count);
            }
        }
        _ => {}
    }
    if let (Some(one), Some(other)) = (left.as_int(), right.as_int()) {
        return whole(operator, one, other);
    }
    match (left.as_float(), right.as_float()) {
        (Some(one), Some(other)) => floating(operator, one, other),
        _ => Err(Failure::new(format!(
            "`{}` does not take a value of type `{}` and one of type `{}`",
            operator.sign(),
            left.type_name(),
            right.type_name()
        ))),
    }
}

fn joined_unknown(left: &Value, right: &Value) -> Value {
    let mut builder = TextBuilder::default();
    for side in [left, right] {
        if let Value::Text(text) | Value::Unknown(text) = side {
            builder.push_text(text);
        }
    }
    Value::Unknown(builder.finish(false))
}

fn repeated(many: &Value, count: i128) -> Outcome<Value> {
    let count = usize::try_from(count).unwrap_or(0);
    let size = if let Value::Text(text) = many { text.len() } else { many.length().unwrap_or(0) };
    if size.saturating_mul(count) > LONGEST {
        return Err(Failure::new("`*` makes a value that is too long"));
    }
    Ok(match many {
        Value::Text(text) => Value::Text(Text::new(text.repeat(count)).marked_safe(text.is_safe())),
        Value::List(items) => Value::list(many_times(&items.borrow(), count)),
        Value::Tuple(items) => Value::tuple(many_times(items, count)),
        other => other.clone(),
    })
}

fn many_times(items: &[Value], count: usize) -> Vec<Value> {
    std::iter::repeat_n(items, count).flatten().cloned().collect()
}

fn by_zero() -> Box<Failure> {
    Failure::new("division by zero")
}

fn whole(operator: Operator, one: i128, other: i128) -> Outcome<Value> {
    let is_division = matches!(operator, Operator::Divide | Operator::FloorDivide | Operator::Remainder);
    if is_division && other == 0 {
        return Err(by_zero());
    }
    let number = match operator {
        Operator::Add => one.checked_add(other),
        Operator::Subtract => one.checked_sub(other),
        Operator::Multiply => one.checked_mul(other),
        Operator::Divide => return Ok(Value::Float(one as f64 / other as f64)),
        Operator::FloorDivide => one.checked_div(other).map(|quotient| {
            let is_inexact = one.checked_rem(other).is_some_and(|rest| rest != 0) && (one < 0) != (other < 0);
            quotient - i128::from(is_inexact)
        }),
        Operator::Remainder => {
            one.checked_rem(other).map(|rest| if rest != 0 && (rest < 0) != (other < 0) { rest + other } else { rest })
        }
        Operator::Power if other < 0 => return floating(operator, one as f64, other as f64),
        Operator::Power => u32::try_from(other).ok().and_then(|other| one.checked_pow(other)),
    };
    // The smallest number has no opposite: without it, every sign can be changed.
    let number = number.filter(|number| *number != i128::MIN);
    number.map(Value::Int).ok_or_else(|| Failure::new("a number is larger than this program calculates with"))
}

fn floating(operator: Operator, one: f64, other: f64) -> Outcome<Value> {
    let is_division = matches!(operator, Operator::Divide | Operator::FloorDivide | Operator::Remainder);
    if is_division && other == 0.0 || operator == Operator::Power && one == 0.0 && other < 0.0 {
        return Err(by_zero());
    }
    let rest = || {
        let rest = one % other;
        if rest != 0.0 && (rest < 0.0) != (other < 0.0) { rest + other } else { rest }
    };
    Ok(Value::Float(match operator {
        Operator::Add => one + other,
        Operator::Subtract => one - other,
        Operator::Multiply => one * other,
        Operator::Divide => one / other,
        Operator::FloorDivide => ((one - rest()) / other).round(),
        Operator::Remainder => rest(),
        Operator::Power => one.powf(other),
    }))
}

/// `-value` and `+value`.
///
/// # Errors
/// If it is not a number.
pub fn negate(value: &Value, is_minus: bool) -> Outcome<Value> {
    match value {
        Value::Undefined(undefined) => Err(undefined.failure()),
        Value::Unknown(_) => Ok(value.clone()),
        Value::Float(number) => Ok(Value::Float(if is_minus { -number } else { *number })),
        _ => match value.as_int() {
            Some(number) => Ok(Value::Int(if is_minus { -number } else { number })),
            None => Err(Failure::new(format!("a sign before a value of type `{}`", value.type_name()))),
        },
    }
}
