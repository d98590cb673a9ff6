//! `text % values` and `text.format(…)`.

use super::failure::{Failure, Outcome, limit};
use super::given::Given;
use super::html::escaped_text;
use super::value::{Text, Value};

/// The pieces of a format: its flags, width and precision.
#[derive(Clone, Debug, Default)]
struct Form {
    fill: Option<char>,
    /// `<`, `>`, `^` or `=`.
    align: Option<char>,
    /// `+`, `-` or a space.
    sign: Option<char>,
    has_hash: bool,
    /// `,` or `_` between thousands.
    grouping: Option<char>,
    width: usize,
    precision: Option<usize>,
    kind: Option<char>,
}

/// The widest field.
const WIDEST: usize = 1_000_000;

fn bad(what: &str) -> Box<Failure> {
    Failure::new(format!("a format {what}"))
}

/// `text % values`.
///
/// # Errors
/// If the values do not fit the format.
pub fn percent_format(format: &Text, values: &Value) -> Outcome<Value> {
    let is_safe = format.is_safe();
    let mut given: Box<dyn Iterator<Item = Value>> = match values {
        Value::Tuple(items) => Box::new(items.iter().cloned()),
        other => Box::new(std::iter::once(other.clone())),
    };
    let mut has_taken_names = false;
    let mut out = String::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut value = None;
        if letters.peek() == Some(&'(') {
            letters.next();
            let mut depth = 1;
            let mut name = String::new();
            for letter in letters.by_ref() {
                depth += match letter {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                if depth == 0 {
                    break;
                }
                name.push(letter);
            }
            let Value::Dict(entries) = values else { return Err(bad("with names needs a mapping")) };
            value =
                Some(entries.borrow().get(name.as_str()).cloned().ok_or_else(|| bad("names a key that is not there"))?);
            has_taken_names = true;
        }
        let mut form = Form::default();
        let mut is_left = false;
        let mut is_zero = false;
        while let Some(flag) = letters.next_if(|letter| "#0- +".contains(*letter)) {
            match flag {
                '#' => form.has_hash = true,
                '0' => is_zero = true,
                '-' => is_left = true,
                '+' => form.sign = Some('+'),
                _ => form.sign = form.sign.or(Some(' ')),
            }
        }
        let next = |given: &mut dyn Iterator<Item = Value>| given.next().ok_or_else(|| bad("needs more values"));
        let number = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut number = None;
            while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
                letters.next();
                number = Some((number.unwrap_or(0usize) * 10 + digit as usize).min(WIDEST));
            }
            number
        };
        if letters.next_if_eq(&'*').is_some() {
            let width = next(&mut *given)?.as_int().ok_or_else(|| bad("has a width that is no number"))?;
            is_left |= width < 0;
            form.width = usize::try_from(width.unsigned_abs()).unwrap_or(WIDEST).min(WIDEST);
        } else {
            form.width = number(&mut letters).unwrap_or(0);
        }
        if letters.next_if_eq(&'.').is_some() {
            form.precision = Some(if letters.next_if_eq(&'*').is_some() {
                let precision = next(&mut *given)?.as_int().ok_or_else(|| bad("has a precision that is no number"))?;
                usize::try_from(precision).unwrap_or(0).min(WIDEST)
            } else {
                number(&mut letters).unwrap_or(0)
            });
        }
        while letters.next_if(|letter| "hlL".contains(*letter)).is_some() {}
        let Some(kind) = letters.next() else { return Err(bad("ends behind `%`")) };
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = match value {
            Some(value) => value,
            None => next(&mut *given)?,
        };
        form.align = Some(if is_left { '<' } else { '>' });
        if is_zero && !is_left && !matches!(kind, 's' | 'r' | 'a' | 'c') {
            form.fill = Some('0');
            form.align = Some('=');
        }
        out.push_str(&converted(&value, kind, form, is_safe)?);
        limit(out.len())?;
    }
    let is_left_over = given.next().is_some() && !has_taken_names && !matches!(values, Value::Dict(_));
    if is_left_over {
        return Err(bad("does not use all of its values"));
    }
    Ok(Text::new(out).marked_safe(is_safe).into())
}

fn converted(value: &Value, kind: char, form: Form, is_safe: bool) -> Outcome<String> {
    match kind {
        's' | 'r' | 'a' => {
            let mut text = if kind == 's' { value.to_text()?.to_string() } else { value.to_repr()? };
            if let Some(precision) = form.precision {
                text = text.chars().take(precision).collect();
            }
            if is_safe && !value.as_text().is_some_and(Text::is_safe) {
                text = escaped_text(&Text::new(text)).to_string();
            }
            Ok(padded(&text, "", &form))
        }
        'c' => match (value.as_int(), value.as_text()) {
            (Some(code), _) => {
                let letter =
                    u32::try_from(code).ok().and_then(char::from_u32).ok_or_else(|| bad("has no such letter"))?;
                Ok(padded(&letter.to_string(), "", &form))
            }
            (None, Some(text)) if text.chars().count() == 1 => Ok(padded(text, "", &form)),
            _ => Err(bad("`%c` needs one letter")),
        },
        'd' | 'i' | 'u' => {
            #[expect(clippy::cast_possible_truncation, reason = "Python cuts off what stands behind the point")]
            let number = match value {
                Value::Float(number) => *number as i128,
                other => other.as_int().ok_or_else(|| not_a_number(value))?,
            };
            let mut digits = number.unsigned_abs().to_string();
            if let Some(precision) = form.precision {
                digits = "0".repeat(precision.saturating_sub(digits.len())) + &digits;
            }
            Ok(padded(&digits, sign(number < 0, form.sign), &form))
        }
        'x' | 'X' | 'o' => {
            let number = value.as_int().ok_or_else(|| not_a_number(value))?;
            let (prefix, digits) = in_base(number.unsigned_abs(), kind);
            let prefix = if form.has_hash { prefix } else { "" };
            let mut text = digits;
            if let Some(precision) = form.precision {
                text = "0".repeat(precision.saturating_sub(text.len())) + &text;
            }
            Ok(padded(&text, &format!("{}{prefix}", sign(number < 0, form.sign)), &form))
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = value.as_float().ok_or_else(|| not_a_number(value))?;
            let text = float_digits(number.abs(), kind, form.precision.unwrap_or(6), form.has_hash);
            Ok(padded(&text, sign(number.is_sign_negative(), form.sign), &form))
        }
        _ => Err(bad("has a letter behind `%` that means nothing")),
    }
}

fn not_a_number(value: &Value) -> Box<Failure> {
    bad(&format!("needs a number, not a value of type `{}`", value.type_name()))
}

fn sign(is_negative: bool, wanted: Option<char>) -> &'static str {
    match (is_negative, wanted) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    }
}

fn in_base(number: u128, kind: char) -> (&'static str, String) {
    match kind {
        'x' => ("0x", format!("{number:x}")),
        'X' => ("0X", format!("{number:X}")),
        'o' => ("0o", format!("{number:o}")),
        _ => ("0b", format!("{number:b}")),
    }
}

/// A number that is not negative, as C writes it with `%e`, `%f` or `%g`.
fn float_digits(number: f64, kind: char, precision: usize, keeps_zeros: bool) -> String {
    if !number.is_finite() {
        let text = if number.is_nan() { "nan" } else { "inf" };
        return if kind.is_uppercase() { text.to_uppercase() } else { text.to_owned() };
    }
    let precision = precision.min(1_000);
    let scientific = |precision: usize| {
        let text = format!("{number:.precision$e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        (digits.to_owned(), exponent)
    };
    let with_exponent = |digits: &str, exponent: i32| {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    };
    let text = match kind.to_ascii_lowercase() {
        'f' => format!("{number:.precision$}"),
        'e' => {
            let (digits, exponent) = scientific(precision);
            with_exponent(&digits, exponent)
        }
        _ => {
            let precision = precision.max(1);
            let (digits, exponent) = scientific(precision - 1);
            let cut = |text: String| {
                if keeps_zeros || !text.contains('.') {
                    text
                } else {
                    text.trim_end_matches('0').trim_end_matches('.').to_owned()
                }
            };
            let precise = i32::try_from(precision).unwrap_or(i32::MAX);
            if exponent < -4 || exponent >= precise {
                with_exponent(&cut(digits), exponent)
            } else {
                let places = usize::try_from(precise - 1 - exponent).unwrap_or(0);
                cut(format!("{number:.places$}"))
            }
        }
    };
    if kind.is_uppercase() { text.to_uppercase() } else { text }
}

/// A text in a field; what stands before it, as a sign, comes before zeros.
fn padded(text: &str, before: &str, form: &Form) -> String {
    let length = text.chars().count() + before.chars().count();
    let fill = form.fill.unwrap_or(' ');
    let missing = form.width.saturating_sub(length);
    let filled = |count: usize| fill.to_string().repeat(count);
    match form.align {
        Some('<') => format!("{before}{text}{}", filled(missing)),
        Some('^') => format!("{}{before}{text}{}", filled(missing / 2), filled(missing - missing / 2)),
        Some('=') => format!("{before}{}{text}", filled(missing)),
        _ => format!("{}{before}{text}", filled(missing)),
    }
}

/// What looks up a name of `{…}`: attributes and items of a value.
pub type LookUp<'a> = &'a dyn Fn(&Value, &str, bool) -> Outcome<Value>;

/// `text.format(…)`.
///
/// # Errors
/// If the values do not fit the format.
pub fn brace_format(format: &Text, given: &Given, look_up: LookUp<'_>) -> Outcome<Value> {
    let mut out = String::new();
    let mut automatic = 0;
    braces(format, given, look_up, &mut automatic, format.is_safe(), &mut out)?;
    Ok(Text::new(out).marked_safe(format.is_safe()).into())
}

fn braces(
    format: &str,
    given: &Given,
    look_up: LookUp<'_>,
    automatic: &mut usize,
    is_safe: bool,
    out: &mut String,
) -> Outcome<()> {
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let is_open = rest[at..].starts_with('{');
        rest = &rest[at + 1..];
        let twice = if is_open { '{' } else { '}' };
        if rest.starts_with(twice) {
            out.push(twice);
            rest = &rest[1..];
            continue;
        }
        if !is_open {
            return Err(bad("has a single `}`"));
        }
        let mut depth = 1;
        let end = rest
            .find(|letter: char| {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                depth == 0
            })
            .ok_or_else(|| bad("has a `{` that is not closed"))?;
        let (field, behind) = (&rest[..end], &rest[end + 1..]);
        rest = behind;
        let (field, form) = field.split_once(':').unwrap_or((field, ""));
        let (name, conversion) = match field.split_once('!') {
            Some((name, conversion)) => (name, Some(conversion)),
            None => (field, None),
        };
        let mut value = field_value(name, given, look_up, automatic)?;
        match conversion {
            None => {}
            Some("s") => value = value.to_text()?.into(),
            Some("r" | "a") => value = value.to_repr()?.into(),
            Some(_) => return Err(bad("has a letter behind `!` that means nothing")),
        }
        let mut inner = String::new();
        braces(form, given, look_up, automatic, false, &mut inner)?;
        let text = formatted(&value, &inner)?;
        limit(out.len())?;
        if is_safe && !value.as_text().is_some_and(Text::is_safe) {
            out.push_str(&escaped_text(&Text::new(text)));
        } else {
            out.push_str(&text);
        }
    }
    out.push_str(rest);
    Ok(())
}

fn field_value(name: &str, given: &Given, look_up: LookUp<'_>, automatic: &mut usize) -> Outcome<Value> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let index = if first.is_empty() {
        *automatic += 1;
        Some(*automatic - 1)
    } else {
        first.parse().ok()
    };
    let value = match index {
        Some(index) => given.positional.get(index).cloned(),
        None => given.named.iter().find(|(own, _)| **own == *first).map(|(_, value)| value.clone()),
    };
    let mut value = value.ok_or_else(|| bad("names a value that is not given"))?;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            value = look_up(&value, &after[..end], false)?;
            rest = &after[end..];
        } else {
            let after = &rest[1..];
            let end = after.find(']').ok_or_else(|| bad("has a `[` that is not closed"))?;
            value = look_up(&value, &after[..end], true)?;
            rest = &after[end + 1..];
        }
    }
    Ok(value)
}

/// `format(value, form)` of Python.
fn formatted(value: &Value, form: &str) -> Outcome<String> {
    if form.is_empty() {
        return value.to_text().map(|text| text.to_string());
    }
    let mut parsed = parsed(form)?;
    let number = value.as_float();
    match (value, number) {
        (Value::Text(text), _) => {
            if !matches!(parsed.kind, None | Some('s')) || parsed.align == Some('=') || parsed.sign.is_some() {
                return Err(bad("does not fit a text"));
            }
            let text: String = text.chars().take(parsed.precision.unwrap_or(usize::MAX)).collect();
            parsed.align = parsed.align.or(Some('<'));
            Ok(padded(&text, "", &parsed))
        }
        (_, Some(number)) => {
            parsed.align = parsed.align.or(Some('>'));
            let whole = value.as_int();
            let kind = parsed.kind.unwrap_or(if whole.is_some() { 'd' } else { '\0' });
            let (text, is_negative, prefix) = match (kind, whole) {
                ('d' | 'n', Some(whole)) => (whole.unsigned_abs().to_string(), whole < 0, ""),
                ('x' | 'X' | 'o' | 'b', Some(whole)) => {
                    let (prefix, digits) = in_base(whole.unsigned_abs(), kind);
                    (digits, whole < 0, if parsed.has_hash { prefix } else { "" })
                }
                ('c', Some(whole)) => {
                    let letter = u32::try_from(whole).ok().and_then(char::from_u32);
                    (letter.ok_or_else(|| bad("has no such letter"))?.to_string(), false, "")
                }
                ('e' | 'E' | 'f' | 'F' | 'g' | 'G', _) => (
                    float_digits(number.abs(), kind, parsed.precision.unwrap_or(6), parsed.has_hash),
                    number.is_sign_negative(),
                    "",
                ),
                ('%', _) => {
                    let text = float_digits(number.abs() * 100.0, 'f', parsed.precision.unwrap_or(6), false);
                    (text + "%", number.is_sign_negative(), "")
                }
                ('\0', None) => {
                    let text = match parsed.precision {
                        Some(precision) => float_digits(number.abs(), 'g', precision, false),
                        None => super::value::float_text(number.abs()),
                    };
                    (text, number.is_sign_negative(), "")
                }
                _ => return Err(bad("does not fit a number")),
            };
            let text = match parsed.grouping {
                Some(separator) => grouped(&text, separator),
                None => text,
            };
            Ok(padded(&text, &format!("{}{prefix}", sign(is_negative, parsed.sign)), &parsed))
        }
        _ => Err(bad(&format!("is given for a value of type `{}`", value.type_name()))),
    }
}

fn grouped(text: &str, separator: char) -> String {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    out + rest
}

/// `[[fill]align][sign][#][0][width][grouping][.precision][type]`
fn parsed(form: &str) -> Outcome<Form> {
    let mut parsed = Form::default();
    let letters: Vec<char> = form.chars().collect();
    let is_align = |letter: Option<&char>| letter.is_some_and(|letter| "<>^=".contains(*letter));
    let mut at = 0;
    if is_align(letters.get(1)) {
        parsed.fill = Some(letters[0]);
        parsed.align = Some(letters[1]);
        at = 2;
    } else if is_align(letters.first()) {
        parsed.align = Some(letters[0]);
        at = 1;
    }
    if let Some(sign) = letters.get(at).filter(|letter| "+- ".contains(**letter)) {
        parsed.sign = Some(*sign);
        at += 1;
    }
    if letters.get(at) == Some(&'#') {
        parsed.has_hash = true;
        at += 1;
    }
    if letters.get(at) == Some(&'0') && parsed.align.is_none() {
        parsed.fill = Some('0');
        parsed.align = Some('=');
        at += 1;
    }
    let number = |at: &mut usize| {
        let mut number = None;
        while let Some(digit) = letters.get(*at).and_then(|letter| letter.to_digit(10)) {
            number = Some((number.unwrap_or(0usize) * 10 + digit as usize).min(WIDEST));
            *at += 1;
        }
        number
    };
    parsed.width = number(&mut at).unwrap_or(0);
    if let Some(grouping) = letters.get(at).filter(|letter| ",_".contains(**letter)) {
        parsed.grouping = Some(*grouping);
        at += 1;
    }
    if letters.get(at) == Some(&'.') {
        at += 1;
        parsed.precision = Some(number(&mut at).ok_or_else(|| bad("has a `.` without a precision"))?);
    }
    parsed.kind = letters.get(at).copied();
    if letters.len() > at + 1 {
        return Err(bad("is none that Python takes"));
    }
    Ok(parsed)
}
