//! Methods of texts.

use super::super::failure::{Failure, Outcome, limit};
use super::super::given::{Given, flag, needed, text, whole};
use super::super::html::escaped_text;
use super::super::lexer::is_space;
use super::super::percent::brace_format;
use super::super::run::Run;
use super::super::tests::has_case;
use super::super::value::{Text, TextBuilder, Undefined, Value};

pub const NAMES: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
    "zfill",
];

/// What Python has, and these do not.
pub const REFUSED: &[&str] =
    &["encode", "translate", "maketrans", "format_map", "isprintable", "striptags", "unescape"];

/// The widest field that is filled.
const WIDEST: i128 = 10_000_000;

pub fn call(run: &Run<'_>, of: &Text, name: &str, given: Given) -> Outcome<Value> {
    let is_safe = of.is_safe();
    let made = |made: String| Ok(Value::Text(Text::new(made).marked_safe(is_safe)));
    match name {
        "format" => brace_format(of, &given, &|value, name, is_item| looked_up(run, value, name, is_item)),
        "lower" => Ok(of.map(str::to_lowercase).marked_safe(is_safe).into()),
        "upper" => Ok(of.map(str::to_uppercase).marked_safe(is_safe).into()),
        "casefold" => made(casefold(of)),
        "swapcase" => made(of.chars().map(swapped).collect()),
        "capitalize" => made(capitalized(of)),
        "title" => made(titled(of)),
        "isalnum" => Ok(all(of, char::is_alphanumeric)),
        "isalpha" => Ok(all(of, char::is_alphabetic)),
        "isascii" => Ok(of.is_ascii().into()),
        "isdecimal" | "isdigit" => Ok(all(of, |letter| letter.is_ascii_digit())),
        "isnumeric" => Ok(all(of, char::is_numeric)),
        "isspace" => Ok(all(of, is_space)),
        "islower" => Ok(has_case(of, char::is_lowercase, char::is_uppercase).into()),
        "isupper" => Ok(has_case(of, char::is_uppercase, char::is_lowercase).into()),
        "istitle" => Ok((of.chars().any(char::is_alphabetic) && titled(of) == of.as_str()).into()),
        "isidentifier" => {
            let starts = of.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
            Ok((starts && of.chars().all(|letter| letter.is_alphanumeric() || letter == '_')).into())
        }
        "strip" | "lstrip" | "rstrip" => strip(of, name, given),
        "split" | "rsplit" => split(of, name, given),
        "splitlines" => {
            let [keeps] = given.take(name, ["keepends"])?;
            let keeps = flag(keeps.as_ref(), false)?;
            let lines = python_lines(of).into_iter().map(|(line, end)| {
                let range = of.range_of(line);
                of.slice(range.start..range.end + if keeps { end } else { 0 }).into()
            });
            Ok(Value::list(lines.collect()))
        }
        "join" => join(run, of, given),
        "replace" => {
            let [old, new, count] = given.take(name, ["old", "new", "count"])?;
            let (old, new) = (needed(old, name, "old")?, needed(new, name, "new")?);
            let count = whole(count.as_ref(), -1, name)?;
            Ok(replaced(of, &text(&old, name)?, &text(&new, name)?, count)?.into())
        }
        "startswith" | "endswith" => {
            let [affix, start, end] = given.take(name, ["prefix", "start", "end"])?;
            let part = part(of, start.as_ref(), end.as_ref(), name)?.0;
            let affixes = match needed(affix, name, "prefix")? {
                Value::Tuple(affixes) => affixes.to_vec(),
                affix => vec![affix],
            };
            for affix in affixes {
                let affix = text(&affix, name)?;
                if if name == "startswith" { part.starts_with(&*affix) } else { part.ends_with(&*affix) } {
                    return Ok(true.into());
                }
            }
            Ok(false.into())
        }
        "find" | "rfind" | "index" | "rindex" | "count" => find(of, name, given),
        "partition" | "rpartition" => {
            let [separator] = given.take(name, ["sep"])?;
            let separator = text(&needed(separator, name, "sep")?, name)?;
            partition(of, &separator, name == "rpartition")
        }
        "removeprefix" | "removesuffix" => {
            let [affix] = given.take(name, ["affix"])?;
            let affix = text(&needed(affix, name, "affix")?, name)?;
            let rest = if name == "removeprefix" { of.strip_prefix(&*affix) } else { of.strip_suffix(&*affix) };
            Ok(of.slice(of.range_of(rest.unwrap_or(of))).into())
        }
        "center" | "ljust" | "rjust" => {
            let [width, fill] = given.take(name, ["width", "fillchar"])?;
            let width = whole(Some(&needed(width, name, "width")?), 0, name)?;
            let fill = fill.map_or_else(|| Ok(Text::new(" ")), |fill| text(&fill, name))?;
            if fill.chars().count() != 1 {
                return Err(Failure::new(format!("`{name}` fills with one letter")));
            }
            made(padded(of, name, width, &fill)?)
        }
        "zfill" => {
            let [width] = given.take(name, ["width"])?;
            let width = whole(Some(&needed(width, name, "width")?), 0, name)?;
            let (sign, digits) = of.split_at(usize::from(of.starts_with(['+', '-'])));
            let zeros = padded("", "ljust", width - i128::try_from(of.chars().count()).unwrap_or(0), "0")?;
            made(format!("{sign}{zeros}{digits}"))
        }
        "expandtabs" => {
            let [size] = given.take(name, ["tabsize"])?;
            made(expanded(of, usize::try_from(whole(size.as_ref(), 8, name)?).unwrap_or(0).min(1_000))?)
        }
        _ => Err(Failure::new(format!("sesame does not know the method `{name}` of texts"))
            .with_help("write it with filters, or set the value in the config")),
    }
}

fn looked_up(run: &Run<'_>, value: &Value, name: &str, is_item: bool) -> Outcome<Value> {
    let found = if is_item {
        let key = name.parse::<i64>().map_or_else(|_| name.into(), Value::from);
        run.item(value, &key)?
    } else {
        run.attribute(value, name)?
    };
    found.ok_or_else(|| Undefined::Hint("a format names something that its value does not have").failure())
}

fn all(text: &str, is: fn(char) -> bool) -> Value {
    (!text.is_empty() && text.chars().all(is)).into()
}

fn casefold(text: &str) -> String {
    text.to_lowercase().replace('ß', "ss").replace('ς', "σ")
}

fn swapped(letter: char) -> String {
    if letter.is_uppercase() { letter.to_lowercase().collect() } else { letter.to_uppercase().collect() }
}

/// The first letter large, the others small.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect())
}

/// A letter behind one that is none is large, all others are small.
fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_inside = false;
    for letter in text.chars() {
        if is_inside {
            out.extend(letter.to_lowercase());
        } else {
            out.extend(letter.to_uppercase());
        }
        is_inside = letter.is_alphabetic();
    }
    out
}

/// The part of a text that `strip` leaves.
pub fn stripped<'a>(of: &'a str, letters: Option<&str>, left: bool, right: bool) -> &'a str {
    let is = |letter: char| letters.map_or_else(|| is_space(letter), |letters| letters.contains(letter));
    let of = if left { of.trim_start_matches(is) } else { of };
    if right { of.trim_end_matches(is) } else { of }
}

fn strip(of: &Text, name: &str, given: Given) -> Outcome<Value> {
    let [letters] = given.take(name, ["chars"])?;
    let letters = match letters {
        None | Some(Value::None) => None,
        Some(letters) => Some(text(&letters, name)?),
    };
    let rest = stripped(of, letters.as_deref(), name != "rstrip", name != "lstrip");
    Ok(of.slice(of.range_of(rest)).into())
}

fn split(of: &Text, name: &str, given: Given) -> Outcome<Value> {
    let [separator, count] = given.take(name, ["sep", "maxsplit"])?;
    let count = usize::try_from(whole(count.as_ref(), -1, name)?).unwrap_or(usize::MAX);
    let from_right = name == "rsplit";
    let mut parts: Vec<&str> = Vec::new();
    match separator {
        None | Some(Value::None) => {
            let mut rest = if from_right { of.trim_end_matches(is_space) } else { of.trim_start_matches(is_space) };
            while !rest.is_empty() {
                let cut = if from_right { rest.rfind(is_space) } else { rest.find(is_space) };
                match cut.filter(|_| parts.len() < count) {
                    Some(at) if from_right => {
                        let (before, part) = rest.split_at(at + rest[at..].chars().next().map_or(1, char::len_utf8));
                        parts.push(part);
                        rest = before.trim_end_matches(is_space);
                    }
                    Some(at) => {
                        parts.push(&rest[..at]);
                        rest = rest[at..].trim_start_matches(is_space);
                    }
                    None => {
                        let last = if parts.len() < count {
                            rest
                        } else if from_right {
                            rest.trim_start_matches(|_| false)
                        } else {
                            rest
                        };
                        parts.push(last);
                        break;
                    }
                }
            }
        }
        Some(separator) => {
            let separator = text(&separator, name)?;
            if separator.is_empty() {
                return Err(Failure::new(format!("`{name}` is given an empty text to split at")));
            }
            let most = count.saturating_add(1);
            if from_right {
                parts.extend(of.rsplitn(most, &*separator));
            } else {
                parts.extend(of.splitn(most, &*separator));
            }
        }
    }
    if from_right {
        parts.reverse();
    }
    Ok(Value::list(parts.into_iter().map(|part| of.slice(of.range_of(part)).into()).collect()))
}

fn join(run: &Run<'_>, of: &Text, given: Given) -> Outcome<Value> {
    let [items] = given.take("join", ["iterable"])?;
    let mut builder = TextBuilder::default();
    let mut has_unknown = false;
    for (index, item) in run.items(&needed(items, "join", "iterable")?)?.iter().enumerate() {
        if index > 0 {
            builder.push_text(of);
        }
        match item {
            Value::Unknown(unknown) => {
                has_unknown = true;
                builder.push_text(unknown);
            }
            Value::Text(item) if of.is_safe() => builder.push_text(&escaped_text(item)),
            item => builder.push_text(&text(item, "join")?),
        }
    }
    let text = builder.finish(of.is_safe());
    Ok(if has_unknown { Value::Unknown(text) } else { text.into() })
}

/// `replace`: what comes in stands where the old text stood.
pub fn replaced(of: &Text, old: &Text, new: &Text, count: i128) -> Outcome<Text> {
    let is_safe = of.is_safe();
    let new = if is_safe { escaped_text(new) } else { new.clone() };
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    let mut builder = TextBuilder::default();
    let mut from = 0;
    let mut places: Vec<(usize, usize)> = if old.is_empty() {
        of.char_indices().map(|(at, _)| (at, at)).chain([(of.len(), of.len())]).collect()
    } else {
        of.match_indices(old.as_str()).map(|(at, found)| (at, at + found.len())).collect()
    };
    limit(of.len().saturating_add(places.len().saturating_mul(new.len())))?;
    left = left.min(places.len());
    places.truncate(left);
    for (start, end) in places {
        builder.push_slice(of, from..start);
        let origin = if end > start { of.slice(start..end).parts().next().map(|(_, origin)| origin) } else { None };
        match origin {
            Some(origin) => builder.push(&new, origin),
            None => builder.push_text(&new),
        }
        from = end;
    }
    builder.push_slice(of, from..of.len());
    Ok(builder.finish(is_safe))
}

/// The part between two limits in characters, and the characters before it.
fn part<'a>(of: &'a Text, start: Option<&Value>, end: Option<&Value>, name: &str) -> Outcome<(&'a str, usize)> {
    let length = i128::try_from(of.chars().count()).unwrap_or(i128::MAX);
    let limit = |limit: Option<&Value>, default: i128| -> Outcome<usize> {
        let limit = limit.filter(|limit| !matches!(limit, Value::None));
        let limit = whole(limit, default, name)?;
        let limit = if limit < 0 { (limit + length).max(0) } else { limit.min(length) };
        Ok(usize::try_from(limit).unwrap_or(0))
    };
    let (start, end) = (limit(start, 0)?, limit(end, length)?);
    let byte = |index: usize| of.char_indices().nth(index).map_or(of.len(), |(at, _)| at);
    Ok((&of[byte(start)..byte(end.max(start))], start))
}

fn find(of: &Text, name: &str, given: Given) -> Outcome<Value> {
    let [wanted, start, end] = given.take(name, ["sub", "start", "end"])?;
    let wanted = text(&needed(wanted, name, "sub")?, name)?;
    let (part, before) = part(of, start.as_ref(), end.as_ref(), name)?;
    if name == "count" {
        let count = if wanted.is_empty() { part.chars().count() + 1 } else { part.matches(&*wanted).count() };
        return Ok(count.into());
    }
    let found = if name.starts_with('r') { part.rfind(&*wanted) } else { part.find(&*wanted) };
    match found {
        Some(at) => Ok((before + part[..at].chars().count()).into()),
        None if name.ends_with("find") => Ok(Value::Int(-1)),
        None => Err(Failure::new(format!("`{name}` looks for a text that is not there"))),
    }
}

fn partition(of: &Text, separator: &str, from_right: bool) -> Outcome<Value> {
    if separator.is_empty() {
        return Err(Failure::new("`partition` is given an empty text"));
    }
    let found = if from_right { of.rfind(separator) } else { of.find(separator) };
    let empty = || Value::Text(Text::new("").marked_safe(of.is_safe()));
    Ok(Value::tuple(match found {
        Some(at) => vec![
            of.slice(0..at).into(),
            of.slice(at..at + separator.len()).into(),
            of.slice(at + separator.len()..of.len()).into(),
        ],
        None if from_right => vec![empty(), empty(), of.clone().into()],
        None => vec![of.clone().into(), empty(), empty()],
    }))
}

/// `center`, `ljust` and `rjust`.
pub fn padded(of: &str, name: &str, width: i128, fill: &str) -> Outcome<String> {
    if width > WIDEST {
        return Err(Failure::new(format!("`{name}` makes a text that is too wide")));
    }
    let width = usize::try_from(width).unwrap_or(0);
    let missing = width.saturating_sub(of.chars().count());
    let left = match name {
        "ljust" => 0,
        "rjust" => missing,
        // Python puts the odd one to the left if the width is odd, else to the right.
        _ => missing / 2 + (missing & width & 1),
    };
    Ok(format!("{}{of}{}", fill.repeat(left), fill.repeat(missing - left)))
}

fn expanded(of: &str, size: usize) -> Outcome<String> {
    let mut out = String::new();
    let mut column = 0;
    for letter in of.chars() {
        limit(out.len())?;
        match letter {
            '\t' => {
                let count = if size == 0 { 0 } else { size - column % size };
                out.push_str(&" ".repeat(count));
                column += count;
            }
            '\n' | '\r' => {
                out.push(letter);
                column = 0;
            }
            _ => {
                out.push(letter);
                column += 1;
            }
        }
    }
    Ok(out)
}

/// The lines of a text as Python's `splitlines` cuts them, each with the length of its end.
#[must_use]
pub fn python_lines(text: &str) -> Vec<(&str, usize)> {
    let is_end = |letter: char| {
        matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        match rest.find(is_end) {
            Some(at) => {
                let end = if rest[at..].starts_with("\r\n") {
                    2
                } else {
                    rest[at..].chars().next().map_or(1, char::len_utf8)
                };
                lines.push((&rest[..at], end));
                rest = &rest[at + end..];
            }
            None => {
                lines.push((rest, 0));
                rest = "";
            }
        }
    }
    lines
}
