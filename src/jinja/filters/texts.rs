//! Filters of texts.

use super::super::failure::{Failure, Outcome};
use super::super::given::{Given, flag, needed, text, whole};
use super::super::html::escaped_text;
use super::super::methods::texts::{capitalized, padded, python_lines, replaced, stripped};
use super::super::percent::percent_format;
use super::super::value::{Dict, Key, Origin, Text, TextBuilder, Value};
use super::{Around, refuse, with_text};

pub fn lower(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "lower")?;
    Ok(of.to_text()?.map(str::to_lowercase).into())
}

pub fn upper(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "upper")?;
    Ok(of.to_text()?.map(str::to_uppercase).into())
}

/// The same kind of text, safe or not, with other letters.
fn like(of: &Text, made: String) -> Value {
    Text::new(made).marked_safe(of.is_safe()).into()
}

pub fn capitalize(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "capitalize")?;
    let of = of.to_text()?;
    Ok(like(&of, capitalized(&of)))
}

/// Jinja2's own: letters are large behind white space, `-` and opening brackets.
pub fn title(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "title")?;
    let mut out = String::new();
    let mut is_start = true;
    for letter in of.to_text()?.chars() {
        let is_between = super::super::lexer::is_space(letter) || "-({[<".contains(letter);
        if is_start && !is_between {
            out.extend(letter.to_uppercase());
        } else {
            out.extend(letter.to_lowercase());
        }
        is_start = is_between;
    }
    Ok(out.into())
}

pub fn center(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [width] = given.take("center", ["width"])?;
    let of = of.to_text()?;
    Ok(like(&of, padded(&of, "center", whole(width.as_ref(), 80, "center")?, " ")?))
}

pub fn trim(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [letters] = given.take("trim", ["chars"])?;
    let letters = match letters {
        None | Some(Value::None) => None,
        Some(letters) => Some(text(&letters, "trim")?),
    };
    with_text(around, &of, |of| Ok(of.slice(of.range_of(stripped(of, letters.as_deref(), true, true)))))
}

pub fn replace(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [old, new, count] = given.take("replace", ["old", "new", "count"])?;
    let (old, new) = (needed(old, "replace", "old")?.to_text()?, needed(new, "replace", "new")?.to_text()?);
    let count = match count {
        None | Some(Value::None) => -1,
        Some(count) => whole(Some(&count), -1, "replace")?,
    };
    let mut of = of.to_text()?;
    if !around.escapes {
        let plain = |text: Text| text.marked_safe(false);
        return Ok(replaced(&plain(of), &plain(old), &plain(new), count)?.into());
    }
    if old.is_safe() || new.is_safe() && !of.is_safe() {
        of = escaped_text(&of);
    }
    let old = if of.is_safe() { escaped_text(&old) } else { old };
    Ok(replaced(&of, &old, &new, count)?.into())
}

pub fn indent(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [width, first, blank] = given.take("indent", ["width", "first", "blank"])?;
    let (first, blank) = (flag(first.as_ref(), false)?, flag(blank.as_ref(), false)?);
    let by = match &width {
        Some(Value::Text(by)) => by.to_string(),
        width => {
            let width = usize::try_from(whole(width.as_ref(), 4, "indent")?).unwrap_or(0);
            super::super::failure::limit(width)?;
            " ".repeat(width)
        }
    };
    if let Value::Undefined(undefined) = &of
        && !around.run.is_lenient()
    {
        return Err(undefined.failure());
    }
    if !matches!(of, Value::Text(_) | Value::Unknown(_) | Value::Undefined(_)) {
        return Err(Failure::new(format!("`indent` takes a text, not a value of type `{}`", of.type_name())));
    }
    with_text(around, &of, |of| {
        super::super::failure::limit(of.len().saturating_add(of.matches('\n').count().saturating_mul(by.len())))?;
        Ok(indented(of, &by, first, blank))
    })
}

fn indented(of: &Text, by: &str, first: bool, blank: bool) -> Text {
    let by = if of.is_safe() { super::super::html::escaped(by) } else { by.to_owned() };
    let mut builder = TextBuilder::default();
    let mut lines = python_lines(of);
    // Jinja2 adds a line end before it cuts, so a text that ends in one has an empty line behind it.
    if lines.last().is_none_or(|(_, end)| *end > 0) {
        lines.push((&of[of.len()..], 0));
    }
    for (index, (line, _)) in lines.into_iter().enumerate() {
        let range = of.range_of(line);
        if index > 0 {
            builder.push_str("\n");
        }
        let is_indented = if index == 0 { first } else { blank || !line.is_empty() };
        let line = of.slice(range);
        if is_indented {
            builder.push(&by, line.parts().next().map_or(Origin::Writer, |(_, origin)| origin));
        }
        builder.push_text(&line);
    }
    builder.finish(of.is_safe())
}

pub fn truncate(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [length, killwords, end, leeway] = given.take("truncate", ["length", "killwords", "end", "leeway"])?;
    let of = text(&of, "truncate")?;
    let length = whole(length.as_ref(), 255, "truncate")?;
    let end = end.map_or_else(|| Ok(Text::new("...")), |end| text(&end, "truncate"))?;
    let leeway = match leeway {
        None | Some(Value::None) => 5,
        Some(leeway) => whole(Some(&leeway), 5, "truncate")?,
    };
    let keeps = length - i128::try_from(end.chars().count()).unwrap_or(0);
    if keeps < 0 || leeway < 0 {
        return Err(Failure::new("`truncate` keeps fewer letters than its end has"));
    }
    let count = i128::try_from(of.chars().count()).unwrap_or(i128::MAX);
    if count <= length + leeway {
        return Ok(of.into());
    }
    let kept: String = of.chars().take(usize::try_from(keeps).unwrap_or(0)).collect();
    let kept =
        if flag(killwords.as_ref(), false)? { &kept } else { kept.rsplit_once(' ').map_or(&*kept, |(kept, _)| kept) };
    Ok(like(&of, [kept, &*end].concat()))
}

pub fn wordcount(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "wordcount")?;
    let of = of.to_text()?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    Ok(of.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).count().into())
}

pub fn wordwrap(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [width, breaks, wrapstring, hyphens] =
        given.take("wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"])?;
    let width = usize::try_from(whole(width.as_ref(), 79, "wordwrap")?).unwrap_or(0);
    if width == 0 {
        return Err(Failure::new("`wordwrap` needs a width above 0"));
    }
    let breaks = flag(breaks.as_ref(), true)?;
    let hyphens = flag(hyphens.as_ref(), true)?;
    let end = match wrapstring {
        None | Some(Value::None) => Text::new("\n"),
        Some(end) => text(&end, "wordwrap")?,
    };
    let of = text(&of, "wordwrap")?;
    if hyphens && of.contains('-') {
        return Err(Failure::new("`wordwrap` of a text with hyphens is not done by sesame")
            .with_help("give it `break_on_hyphens=false`"));
    }
    let lines = python_lines(&of).into_iter().map(|(line, _)| wrapped(line, width, breaks).join(&end));
    Ok(like(&of, lines.collect::<Vec<_>>().join(&end)))
}

/// Python's `textwrap.wrap`, which keeps white space inside of lines and drops it at their ends.
fn wrapped(line: &str, width: usize, breaks: bool) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for letter in line.chars() {
        let is_space = super::super::lexer::is_space(letter);
        match chunks.last_mut() {
            Some(last) if last.starts_with(super::super::lexer::is_space) == is_space => last.push(letter),
            _ => chunks.push(letter.to_string()),
        }
    }
    chunks.reverse();
    let size = |text: &str| text.chars().count();
    let is_blank = |text: &String| text.trim().is_empty();
    let mut lines: Vec<String> = Vec::new();
    while let Some(next) = chunks.last() {
        if is_blank(next) && !lines.is_empty() {
            chunks.pop();
        }
        let (mut current, mut length) = (Vec::new(), 0);
        while let Some(chunk) = chunks.pop_if(|chunk| length + size(chunk) <= width) {
            length += size(&chunk);
            current.push(chunk);
        }
        if let Some(long) = chunks.last().filter(|chunk| size(chunk) > width).cloned() {
            if breaks {
                let room = width - length;
                current.push(long.chars().take(room).collect());
                let rest: String = long.chars().skip(room).collect();
                chunks.pop();
                chunks.push(rest);
            } else if current.is_empty() {
                current.push(long);
                chunks.pop();
            }
        }
        current.pop_if(|last| is_blank(last));
        if !current.is_empty() {
            lines.push(current.concat());
        }
    }
    lines
}

pub fn format(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    if !given.named.is_empty() && !given.positional.is_empty() {
        return Err(Failure::new("`format` takes values one after the other or by name, not both"));
    }
    let values = if given.named.is_empty() {
        Value::tuple(given.positional)
    } else {
        let entries: Dict = given.named.into_iter().map(|(name, value)| (Key::text(&name), value)).collect();
        Value::dict(entries)
    };
    percent_format(&of.to_text()?, &values)
}

/// What fits on one line looks as Python writes it; longer values are wrapped in ways that are not done here.
pub fn pprint(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "pprint")?;
    let shown = super::json::sorted(&of, 0)?.to_repr()?;
    if shown.len() > 80 {
        return Err(Failure::new("`pprint` of a long value is not done by sesame").with_help("write it with `tojson`"));
    }
    Ok(shown.into())
}
