//! Filters of numbers.

use super::super::failure::{Failure, Outcome};
use super::super::given::{Given, flag, whole};
use super::super::lexer::is_space;
use super::super::value::Value;
use super::{Around, refuse};

fn not_a_number(name: &str, of: &Value) -> Box<Failure> {
    Failure::new(format!("`{name}` takes a number, not a value of type `{}`", of.type_name()))
}

pub fn abs(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "abs")?;
    match &of {
        Value::Float(number) => Ok(Value::Float(number.abs())),
        _ => of.as_int().map(|number| Value::Int(number.abs())).ok_or_else(|| not_a_number("abs", &of)),
    }
}

/// A text as Python's `float` reads it.
fn parsed(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_space);
    let lower = text.to_ascii_lowercase();
    let bare = lower.trim_start_matches(['+', '-']);
    if matches!(bare, "nan" | "inf" | "infinity") {
        return lower.parse().ok();
    }
    let is_decimal = bare.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    if !is_decimal || text.contains("__") || text.ends_with('_') {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A text as Python's `int` reads it.
fn parsed_whole(text: &str, base: i128) -> Option<i128> {
    let text = text.trim_matches(is_space);
    let (is_negative, text) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => (false, text),
    };
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match (base, lower.get(..2)) {
        (0 | 16, Some("0x")) => (16, &lower[2..]),
        (0 | 8, Some("0o")) => (8, &lower[2..]),
        (0 | 2, Some("0b")) => (2, &lower[2..]),
        (0, _) => (10, &*lower),
        _ => (base, &*lower),
    };
    if digits.starts_with(['_', '+', '-']) || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    let base = u32::try_from(base).ok().filter(|base| (2..=36).contains(base))?;
    let number = i128::from_str_radix(&digits.replace('_', ""), base).ok()?;
    Some(if is_negative { -number } else { number })
}

pub fn int(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [default, base] = given.take("int", ["default", "base"])?;
    let default = default.unwrap_or(Value::Int(0));
    let base = whole(base.as_ref(), 10, "int")?;
    #[expect(clippy::cast_possible_truncation, reason = "Python cuts off what stands behind the point")]
    let cut = |number: f64| (number.abs() < 1e38).then(|| Value::Int(number as i128));
    let number = match &of {
        Value::Text(text) => match parsed_whole(text, base) {
            Some(number) => Some(Value::Int(number)),
            None => parsed(text).and_then(cut),
        },
        Value::Float(number) => cut(*number),
        other => other.as_int().map(Value::Int),
    };
    Ok(number.unwrap_or(default))
}

pub fn float(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [default] = given.take("float", ["default"])?;
    let number = match &of {
        Value::Text(text) => parsed(text),
        other => other.as_float(),
    };
    Ok(number.map(Value::Float).or(default).unwrap_or(Value::Float(0.0)))
}

pub fn round(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [precision, method] = given.take("round", ["precision", "method"])?;
    let precision = i32::try_from(whole(precision.as_ref(), 0, "round")?).unwrap_or(0).clamp(-400, 400);
    let method = method.map_or_else(
        || Ok(super::super::value::Text::new("common")),
        |method| super::super::given::text(&method, "round"),
    )?;
    let number = of.as_float().ok_or_else(|| not_a_number("round", &of))?;
    let factor = 10f64.powi(precision);
    match (method.as_str(), of.as_int()) {
        ("common", Some(number)) if precision >= 0 => Ok(Value::Int(number)),
        ("common", Some(number)) => {
            let unit = 10i128.checked_pow(precision.unsigned_abs()).unwrap_or(i128::MAX);
            let rest = number.rem_euclid(unit);
            let down = number - rest;
            let is_up = rest * 2 > unit || rest * 2 == unit && (down / unit) % 2 != 0;
            Ok(Value::Int(if is_up { down + unit } else { down }))
        }
        ("common", None) => Ok(Value::Float(rounded(number, precision))),
        ("ceil", _) => Ok(Value::Float((number * factor).ceil() / factor)),
        ("floor", _) => Ok(Value::Float((number * factor).floor() / factor)),
        _ => Err(Failure::new("`round` takes `common`, `ceil` or `floor`")),
    }
}

/// Python's `round`: to the nearest, of two equally near the even one, by the exact value of the number.
fn rounded(number: f64, precision: i32) -> f64 {
    match usize::try_from(precision) {
        Ok(precision) => format!("{number:.precision$}").parse().unwrap_or(number),
        Err(_) => {
            let unit = 10f64.powi(-precision);
            (number / unit).round_ties_even() * unit
        }
    }
}

pub fn filesizeformat(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [binary] = given.take("filesizeformat", ["binary"])?;
    let is_binary = flag(binary.as_ref(), false)?;
    let bytes = match &of {
        Value::Text(text) => parsed(text),
        other => other.as_float(),
    };
    let bytes = bytes.ok_or_else(|| not_a_number("filesizeformat", &of))?;
    let base: f64 = if is_binary { 1024.0 } else { 1000.0 };
    if (bytes - 1.0).abs() < f64::EPSILON {
        return Ok("1 Byte".into());
    }
    if bytes < base {
        return Ok(format!("{:.0} Bytes", bytes.trunc()).into());
    }
    let names = if is_binary {
        ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
    } else {
        ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
    };
    let mut unit = base;
    let mut shown = names[0];
    for name in names {
        unit *= base;
        shown = name;
        if bytes < unit {
            break;
        }
    }
    Ok(format!("{:.1} {shown}", base * bytes / unit).into())
}
