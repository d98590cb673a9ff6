//! An explanation for people: short blocks of aligned lines.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::json::{part, rule};
use super::{Declared, Explanation, InTemplate, Origin, Outcome, Part, SetBy, Shown, Step};
use crate::project::keys::Merge;
use crate::words::printable;

const TITLE: Style = Style::new().bold();
const QUIET: Style = AnsiColor::Blue.on_default();

/// The width of the labels.
const LABEL: usize = 10;
/// A longer value is shown in lines of its own, or cut off beside a place.
const LONGEST: usize = 100;
/// What stands for a part that only AWS can know.
const UNKNOWN: &str = "(unknown)";

/// Writes an explanation. The writer decides whether colours are kept.
///
/// # Errors
/// If the writer fails.
pub fn write(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    writeln!(
        out,
        "{TITLE}{}{TITLE:#} of {}\n",
        printable(&explanation.path.to_string()),
        printable(&explanation.stack)
    )?;
    value(out, &explanation.outcome)?;
    if let Some(template) = &explanation.template {
        in_template(out, template)?;
    }
    if let Some(found) = &explanation.origin {
        origin(out, found)?;
    }
    for step in &explanation.steps {
        follow(out, step)?;
    }
    if let Some(parameter) = &explanation.parameter {
        declared(out, parameter)?;
    }
    if let Some(schema) = &explanation.schema {
        row(out, "schema", &schema.to_string())?;
    }
    Ok(())
}

fn row(out: &mut impl Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "{QUIET}{label:<LABEL$}{QUIET:#}{}", printable(text))
}

fn value(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let block = match outcome {
        Outcome::Known(value) if !is_one_line(value, LONGEST) => lines(value, LONGEST),
        Outcome::Known(Value::String(text)) if text.trim_end().contains('\n') => {
            text.lines().map(str::to_owned).collect()
        }
        _ => return row(out, "value", &in_words(outcome)),
    };
    writeln!(out, "{QUIET}value{QUIET:#}")?;
    block.iter().try_for_each(|line| writeln!(out, "  {}", printable(line)))
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Known(value) => flow(value, UNKNOWN),
        Outcome::Unknown => "(only AWS can know)".to_owned(),
        Outcome::Hidden => "(hidden)".to_owned(),
        Outcome::Nothing => "(nothing: it is left out)".to_owned(),
        Outcome::Missing => "(none: the stack gives none, and there is no default)".to_owned(),
        Outcome::Broken(problem) => format!("(none: {problem})"),
    }
}

fn origin(out: &mut impl Write, origin: &Origin) -> io::Result<()> {
    let places: Vec<String> = origin.layers.iter().map(|layer| layer.place.to_string()).collect();
    let width = places.iter().map(|place| place.chars().count()).max().unwrap_or_default();
    // With one file nothing had to be decided.
    let word = |layer: &Shown| if origin.layers.len() == 1 && layer.part == Part::Wins { "" } else { part(layer.part) };
    let words = origin.layers.iter().map(|layer| word(layer).len()).max().unwrap_or_default();
    for (number, (layer, place)) in origin.layers.iter().zip(&places).enumerate() {
        let label = if number == 0 { "set by" } else { "" };
        let gap = if words == 0 { "" } else { "  " };
        let text = format!("{place:<width$}  {:<words$}{gap}{}", word(layer), cut(&flow(&layer.value, "(nothing)")));
        row(out, label, text.trim_end())?;
        for variable in &layer.variables {
            let set_by = match &variable.set_by {
                SetBy::CommandLine => "set by `--var`".to_owned(),
                SetBy::File(place) => format!("set by `--var-file`, {place}"),
                SetBy::Nothing => "not set".to_owned(),
            };
            row(out, "", &format!("  `{}`: {set_by}", variable.name))?;
        }
    }
    if origin.layers.len() == 1 {
        return row(out, "rule", rule(origin.rule));
    }
    let why = match (&origin.inheritance, origin.rule) {
        (Some(way), _) => format!("`{}_inheritance: {way}`", origin.key),
        (None, _) => "Sceptre's rule for this key".to_owned(),
    };
    let what = match origin.rule {
        Merge::ChildWins => format!("the innermost file with `{}` replaces the others", origin.key),
        Merge::JoinLists => format!("the lists of all files with `{}` follow one another", origin.key),
        Merge::MergeMappings => format!("entries of inner files replace those of the same name in `{}`", origin.key),
    };
    row(out, "rule", &format!("{}: {what} ({why})", rule(origin.rule)))
}

fn follow(out: &mut impl Write, step: &Step) -> io::Result<()> {
    writeln!(out, "\n{TITLE}{}{TITLE:#} names {}", printable(&step.resolver), printable(&step.names))?;
    if let Some(found) = &step.origin {
        origin(out, found)?;
    }
    if let Some(place) = &step.place {
        row(out, "at", &place.to_string())?;
    }
    value(out, &step.outcome)
}

fn declared(out: &mut impl Write, parameter: &Declared) -> io::Result<()> {
    writeln!(out)?;
    row(out, "template", &parameter.place.to_string())?;
    row(out, "type", &format!("{}{}", parameter.kind, if parameter.no_echo { ", NoEcho" } else { "" }))?;
    let default = match (&parameter.default, parameter.is_default) {
        (Some(default), true) => format!("{}  (used: the stack gives no value)", short(default)),
        (Some(default), false) => short(default),
        (None, _) => "(none)".to_owned(),
    };
    row(out, "default", &default)?;
    for (number, (name, wanted)) in parameter.constraints.iter().enumerate() {
        row(out, if number == 0 { "takes" } else { "" }, &format!("{name}: {}", short(wanted)))?;
    }
    Ok(())
}

fn in_template(out: &mut impl Write, template: &InTemplate) -> io::Result<()> {
    if let Some(kind) = &template.kind {
        row(out, "type", kind)?;
    }
    let what = if template.is_source { "source" } else { "template" };
    row(out, what, &template.place.to_string())?;
    if let Some((name, holds)) = &template.condition {
        let state = match holds {
            Some(true) => "true: it is created",
            Some(false) => "false: this stack does not create it",
            None => "only AWS can know",
        };
        row(out, "condition", &format!("{name}, {state}"))?;
    }
    let name_width = template.uses.iter().map(|used| used.name.chars().count()).max().unwrap_or_default();
    let texts: Vec<String> = template.uses.iter().map(|used| cut(&in_words(&used.outcome))).collect();
    let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
    for (number, (used, text)) in template.uses.iter().zip(&texts).enumerate() {
        let label = if number == 0 { "takes" } else { "" };
        row(out, label, &format!("{:<name_width$}  {text:<width$}  {}", used.name, used.place))?;
    }
    Ok(())
}

/// A value in one line, cut off where it gets too long.
fn short(value: &Value) -> String {
    cut(&flow(value, UNKNOWN))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// A value in one line, like YAML.
fn flow(value: &Value, null: &str) -> String {
    match value {
        Value::Null => null.to_owned(),
        Value::String(text) if text.is_empty() => "''".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| flow(item, null)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => match entries.iter().next() {
            Some((tag, argument)) if entries.len() == 1 && tag.starts_with('!') => {
                format!("{tag} {}", flow(argument, null))
            }
            _ => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", flow(value, null))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        },
        other => other.to_string(),
    }
}

/// Whether a value takes one line of its own kind: no collection, or a short one.
fn is_one_line(value: &Value, width: usize) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_)) || flow(value, UNKNOWN).chars().count() <= width
}

/// A value in several lines, like YAML; `width` is how long they may be.
fn lines(value: &Value, width: usize) -> Vec<String> {
    let inner = width.saturating_sub(2);
    match value {
        value if is_one_line(value, width) => vec![in_one_line(value)],
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| {
                if is_one_line(value, inner.saturating_sub(key.chars().count() + 2)) {
                    return vec![format!("{key}: {}", in_one_line(value))];
                }
                let below = lines(value, inner).into_iter().map(|line| format!("  {line}"));
                std::iter::once(format!("{key}:")).chain(below).collect()
            };
            entries.iter().flat_map(entry).collect()
        }
        Value::Array(items) => {
            let item = |item: &Value| {
                let lines = lines(item, inner).into_iter().enumerate();
                lines
                    .map(|(number, line)| format!("{} {line}", if number == 0 { "-" } else { " " }))
                    .collect::<Vec<_>>()
            };
            items.iter().flat_map(item).collect()
        }
        _ => Vec::new(),
    }
}

/// A value in one line. A text of many lines, such as the code of a function, is cut off at the first.
fn in_one_line(value: &Value) -> String {
    match value.as_str().map(|text| (text.lines().count(), text.lines().next().unwrap_or_default())) {
        Some((count, first)) if count > 1 => format!("{} … ({count} lines)", cut(first)),
        _ => cut(&flow(value, UNKNOWN)),
    }
}
