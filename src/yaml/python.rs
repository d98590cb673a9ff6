//! Plain scalars that Sceptre reads otherwise than YAML 1.2: its PyYAML follows YAML 1.1.
//!
//! The patterns are those of PyYAML's `SafeLoader` resolver.

use jiff::civil::{Date, Time};
use serde_yaml::Value;
use serde_yaml::value::{Tag, TaggedValue};

/// What PyYAML makes of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
enum Reading {
    /// As it stands.
    Text,
    /// `yes`, `on`, `true`.
    Boolean(bool),
    /// A number, as Python writes it.
    Number(String),
    /// A day, or a day and a time, as Python writes it; `None` if there is no such day or time.
    Date(Option<String>),
    /// `=`: PyYAML has a name for it and no value, and stops.
    ValueMark,
}

/// What PyYAML makes of a plain scalar, in words, if that is something else than what `serde_yaml` makes of it;
/// `None` if both agree.
#[must_use]
pub fn python_reading(plain: &str) -> Option<String> {
    if !plain.starts_with(|first: char| first.is_ascii_digit() || "-+.=yYnNoO".contains(first)) {
        return None;
    }
    match reading(plain) {
        Reading::Boolean(flag) => Some(format!("the boolean {flag}")),
        Reading::Date(_) => Some("a date".to_owned()),
        Reading::ValueMark => Some("a mark of its own, and stops".to_owned()),
        Reading::Number(number) => (ours(plain) != number).then(|| format!("the number {number}")),
        Reading::Text => (ours(plain) != plain).then(|| "a string, not a number".to_owned()),
    }
}

/// What PyYAML makes of a plain scalar.
pub enum Plain {
    /// This value; a date is a text with the tag [`DATE`].
    Value(Value),
    /// `<<`, which takes other mappings in where it is a key.
    Merge,
    /// It stops, for this reason.
    Wrong(String),
}

/// The tag of a date, or of a date and a time, in a value: Python has types of its own for them. The value is the text that
/// Python makes of it.
pub const DATE: &str = "!!timestamp";

/// The value of a plain scalar.
pub fn plain_value(plain: &str) -> Plain {
    match plain {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Value(Value::Null),
        "true" | "True" | "TRUE" => return Plain::Value(true.into()),
        "false" | "False" | "FALSE" => return Plain::Value(false.into()),
        "<<" => return Plain::Merge,
        _ => {}
    }
    if !plain.starts_with(|first: char| first.is_ascii_digit() || "-+.=yYnNoO".contains(first)) {
        return Plain::Value(plain.into());
    }
    Plain::Value(match reading(plain) {
        Reading::Text => plain.into(),
        Reading::Boolean(flag) => flag.into(),
        Reading::Number(number) => number_value(number),
        Reading::Date(Some(text)) => Value::Tagged(Box::new(TaggedValue { tag: Tag::new(DATE), value: text.into() })),
        Reading::Date(None) => return Plain::Wrong(format!("`{plain}` is no date; put it in quotes if it is a text")),
        Reading::ValueMark => {
            return Plain::Wrong("`=` is a mark of its own in Sceptre's YAML; put it in quotes".to_owned());
        }
    })
}

/// A number from Python's text of it. Its numbers have no end; as a parameter, a number is a text anyway.
fn number_value(text: String) -> Value {
    let whole = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from));
    match whole {
        Ok(number) => number,
        Err(_) if text.contains(['.', 'e', 'n']) => text.parse::<f64>().map_or(Value::from(text), Value::from),
        Err(_) => text.into(),
    }
}

/// Whether PyYAML takes a plain scalar for a boolean.
fn is_boolean(plain: &str) -> bool {
    matches!(plain, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(reading(plain), Reading::Boolean(_))
}

/// Whether a plain scalar is anything but a text.
pub fn has_a_type(plain: &str) -> bool {
    matches!(plain, "" | "~" | "null" | "Null" | "NULL") || is_boolean(plain) || reading(plain) != Reading::Text
}

/// The text of the value that `serde_yaml` makes of it.
fn ours(plain: &str) -> String {
    match serde_yaml::from_str::<Value>(plain) {
        Ok(Value::Number(number)) => super::number_text(&number),
        _ => plain.to_owned(),
    }
}

fn reading(plain: &str) -> Reading {
    match plain {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Reading::Boolean(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Reading::Boolean(false),
        "=" => return Reading::ValueMark,
        _ => {}
    }
    if is_date(plain) || is_timestamp(plain) {
        return Reading::Date(date_text(plain));
    }
    integer(plain).or_else(|| float(plain)).map_or(Reading::Text, Reading::Number)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One or two digits.
fn short(text: &str) -> bool {
    digits(text) && text.len() <= 2
}

/// `2010-09-09`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day]
        if [(year, 4), (month, 2), (day, 2)].iter().all(|(part, length)| part.len() == *length && digits(part)))
}

/// `2001-12-14 21:59:43.1 +1:00`, `2001-12-14T21:59:43Z`.
fn is_timestamp(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't', ' ', '\t']) else { return false };
    let date: Vec<&str> = date.split('-').collect();
    let date =
        matches!(date.as_slice(), [year, month, day] if digits(year) && year.len() == 4 && short(month) && short(day));
    // Only blanks may be more than one.
    let rest = if text.contains(['T', 't']) { rest } else { rest.trim_start_matches([' ', '\t']) };
    let end = rest.find(|other: char| !other.is_ascii_digit() && other != ':' && other != '.').unwrap_or(rest.len());
    date && is_time(&rest[..end]) && is_zone(rest[end..].trim_start_matches([' ', '\t']))
}

/// A date, or a date and a time, as Python's `str` writes it; `None` if there is no such day or time.
fn date_text(text: &str) -> Option<String> {
    let (date, rest) = text.split_once(['T', 't', ' ', '\t']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-');
    let year = parts.next()?.parse().ok().filter(|year| *year > 0)?;
    let date = Date::new(year, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?).ok()?;
    if rest.is_empty() {
        return Some(date.to_string());
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let end = rest.find(|other: char| !other.is_ascii_digit() && other != ':' && other != '.').unwrap_or(rest.len());
    let (clock, zone) = (&rest[..end], rest[end..].trim_start_matches([' ', '\t']));
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
    let time = Time::new(parts.next()??, parts.next()??, parts.next()??, 0).ok()?;
    let micros = format!("{:0<6}", &fraction[..fraction.len().min(6)]);
    let micros = if micros.bytes().all(|digit| digit == b'0') { String::new() } else { format!(".{micros}") };
    Some(format!("{date} {time}{micros}{}", zone_text(zone)?))
}

/// An offset as Python writes it; `None` if it is a day or more.
fn zone_text(zone: &str) -> Option<String> {
    let (minus, offset) = match zone {
        "" => return Some(String::new()),
        "Z" => return Some("+00:00".to_owned()),
        _ => sign(zone),
    };
    let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
    let minutes = hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?;
    let sign = if minus && minutes > 0 { '-' } else { '+' };
    (minutes < 24 * 60).then(|| format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    let (second, fraction) = second.split_once('.').unwrap_or((second, ""));
    let pair = |text: &str| digits(text) && text.len() == 2;
    short(hour) && pair(minute) && pair(second) && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['-', '+']) else { return text.is_empty() || text == "Z" };
    match offset.split_once(':') {
        Some((hours, minutes)) => short(hours) && digits(minutes) && minutes.len() == 2,
        None => short(offset),
    }
}

/// `1_000`, `010` (which is 8), `0b11`, `0x1F`, `1:30` (which is 90), in Python's decimal.
fn integer(text: &str) -> Option<String> {
    let (minus, unsigned) = sign(text);
    let rest = unsigned.strip_prefix('0');
    let number = match rest.map(|rest| (rest, rest.get(..1).unwrap_or_default())) {
        Some(("", _)) => return Some("0".to_owned()),
        Some((rest, "b")) => i128::from_str_radix(&without_underscores(&rest[1..]), 2).ok()?,
        Some((rest, "x")) => i128::from_str_radix(&without_underscores(&rest[1..]), 16).ok()?,
        Some((_, "-" | "+")) => return None,
        Some((rest, _)) => i128::from_str_radix(&format!("0{}", without_underscores(rest)), 8).ok()?,
        None if unsigned.contains(':') => sexagesimal(unsigned)?,
        None => return decimal(minus, unsigned),
    };
    Some(if minus { -number } else { number }.to_string())
}

/// A number of any size.
fn decimal(minus: bool, unsigned: &str) -> Option<String> {
    let all = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let begins = unsigned.starts_with(|first: char| first.is_ascii_digit());
    (all && begins).then(|| format!("{}{}", if minus { "-" } else { "" }, without_underscores(unsigned)))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn without_underscores(text: &str) -> String {
    // A sign inside is none of Python's patterns, though Rust would take it.
    if text.starts_with(['-', '+']) { String::new() } else { text.replace('_', "") }
}

/// `1:30` is 90; each further part has one or two digits and is below 60.
fn sexagesimal(text: &str) -> Option<i128> {
    let (first, rest) = text.split_once(':')?;
    let first = decimal(false, first)?.parse().ok()?;
    rest.split(':').try_fold(first, |total: i128, part| {
        let part: i128 = short(part).then(|| part.parse().ok()).flatten().filter(|part| *part < 60)?;
        total.checked_mul(60)?.checked_add(part)
    })
}

/// `1.5`, `1_0.5`, `.5`, `1.0e+3` (an exponent needs its sign, and a number its point), `1:30.5`, `.inf`, `.nan`.
fn float(text: &str) -> Option<String> {
    let (minus, unsigned) = sign(text);
    let signed = |number: f64| float_text(if minus { -number } else { number });
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned == text => return Some("nan".to_owned()),
        _ => {}
    }
    let (whole, rest) = unsigned.split_once('.')?;
    if whole.contains(':') {
        let fraction: f64 = format!("0.{}", fraction(rest)?).parse().ok()?;
        #[expect(clippy::cast_precision_loss, reason = "as Python does")]
        return Some(signed(sexagesimal(whole)? as f64 + fraction));
    }
    let (decimals, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, "+0"),
    };
    if !exponent.strip_prefix(['-', '+']).is_some_and(digits) {
        return None;
    }
    // Without digits before the point there is no sign, and a digit right after it.
    let bare = whole.is_empty() && unsigned == text && decimals.starts_with(|first: char| first.is_ascii_digit());
    if !bare && decimal(false, whole).is_none() {
        return None;
    }
    let number: f64 = format!("0{}.{}e{exponent}", without_underscores(whole), fraction(decimals)?).parse().ok()?;
    Some(signed(number))
}

/// Digits and underscores behind a point, as digits.
fn fraction(text: &str) -> Option<String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    fits.then(|| format!("{}0", text.replace('_', "")))
}

/// A number as Python's `str` writes it. Rust's shortest form has the same digits, with another exponent.
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (minus, digits) = sign(exponent);
            // Python leaves a fraction of nothing away here: `1e+20`.
            let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
            format!("{mantissa}e{}{digits:0>2}", if minus { '-' } else { '+' })
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_pyyaml_reads_otherwise() {
        for (plain, reading) in [
            ("yes", "the boolean true"),
            ("OFF", "the boolean false"),
            ("010", "the number 8"),
            ("-010", "the number -8"),
            ("012_3", "the number 83"),
            ("0_1", "the number 1"),
            ("1_000", "the number 1000"),
            ("-1_000", "the number -1000"),
            ("1_000.5", "the number 1000.5"),
            ("0b1_1", "the number 3"),
            ("1:30", "the number 90"),
            ("-1:30", "the number -90"),
            ("1:30:00", "the number 5400"),
            ("1:30.5", "the number 90.5"),
            ("2010-09-09", "a date"),
            ("2001-12-14 21:59:43", "a date"),
            ("2001-12-14T21:59:43Z", "a date"),
            ("2001-1-4 1:59:43.10 -5", "a date"),
            ("2001-12-14t21:59:43.10-05:00", "a date"),
            ("=", "a mark of its own, and stops"),
            ("1e3", "a string, not a number"),
            ("1.5e3", "a string, not a number"),
            ("1e-7", "a string, not a number"),
            ("0o17", "a string, not a number"),
            ("+.5", "a string, not a number"),
        ] {
            assert_eq!(python_reading(plain).as_deref(), Some(reading), "{plain}");
        }
    }

    #[test]
    fn is_silent_where_both_agree() {
        for plain in [
            "y",
            "n",
            "true",
            "null",
            "90",
            "-5",
            "+5",
            "0",
            "-0",
            "09",
            "1.5",
            "+1.5",
            "1.0e-7",
            "1.0e+20",
            ".5",
            "1.",
            "0x1F",
            "-0x1F",
            "0b11",
            ".inf",
            "-.inf",
            ".nan",
            "acme.co.jp",
            "12:99",
            "1:2:99",
            "10.0.0.0/8",
            "1.2.3",
            "2010-9-9",
            "2010-09-09x",
            "2001-12-14 21:59",
            "-",
            "--x",
            "+",
            ".",
            "..",
            "on-call",
            "no-one",
            "==",
            "",
            "0x",
            "0b",
            "0b+1",
            "123456789012345678901234567890",
            "é",
            "0é",
            "-é",
        ] {
            assert_eq!(python_reading(plain), None, "{plain}");
        }
    }

    #[test]
    fn knows_what_is_no_text() {
        for plain in ["", "~", "null", "true", "No", "1", "1.5", "2010-09-09", "="] {
            assert!(has_a_type(plain), "{plain}");
        }
        for plain in ["a", "nulls", "1.2.3", "y"] {
            assert!(!has_a_type(plain), "{plain}");
        }
        assert!(is_boolean("On") && is_boolean("TRUE") && !is_boolean("1") && !is_boolean("y"));
    }
}
