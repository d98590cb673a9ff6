//! The functions that every template of Jinja2 sees.

use std::cell::Cell;
use std::rc::Rc;

use super::failure::{Failure, Outcome};
use super::given::{Given, needed, text, whole};
use super::run::Run;
use super::run::{Tool, namespace};
use super::value::{Dict, Key, Text, Value};

const NAMES: &[&str] = &["range", "dict", "lipsum", "cycler", "joiner", "namespace"];

/// A function by its name.
#[must_use]
pub fn named(name: &str) -> Option<Value> {
    let name = NAMES.iter().find(|own| **own == name)?;
    Some(Value::Object(Rc::new(Tool::Function(name))))
}

/// Calls a function.
///
/// # Errors
/// If it does not take these arguments.
pub fn call(run: &Run<'_>, name: &str, given: Given) -> Outcome<Value> {
    match name {
        "range" => range(given),
        "dict" => Ok(Value::dict(mapping(run, given)?)),
        "namespace" => Ok(namespace(mapping(run, given)?)),
        "cycler" if given.named.is_empty() && !given.positional.is_empty() => {
            Ok(Value::Object(Rc::new(Tool::Cycler(given.positional, Cell::new(0)))))
        }
        "cycler" => Err(Failure::new("`cycler` needs at least one value")),
        "joiner" => {
            let [separator] = given.take("joiner", ["sep"])?;
            let separator = separator.map_or_else(|| Ok(Text::new(", ")), |separator| text(&separator, "joiner"))?;
            Ok(Value::Object(Rc::new(Tool::Joiner(separator, Cell::new(false)))))
        }
        _ => Ok(Value::unknown(super::UNKNOWN)),
    }
}

fn range(given: Given) -> Outcome<Value> {
    if given.has_unknown() {
        return Ok(Value::unknown(super::UNKNOWN));
    }
    let [first, end, step] = given.take("range", ["start", "stop", "step"])?;
    let first = needed(first, "range", "stop")?;
    let (first, end) = match end {
        None => (0, whole(Some(&first), 0, "range")?),
        Some(end) => (whole(Some(&first), 0, "range")?, whole(Some(&end), 0, "range")?),
    };
    let step = whole(step.as_ref(), 1, "range")?;
    if step == 0 { Err(Failure::new("the step of `range` is 0")) } else { Ok(Value::Range(first, end, step)) }
}

/// What `dict(…)` makes: of a mapping or pairs, and of names.
pub(super) fn mapping(run: &Run<'_>, given: Given) -> Outcome<Dict> {
    let mut entries = Dict::default();
    for source in given.positional {
        match &source {
            Value::Dict(from) => entries.extend(from.borrow().iter().map(|(key, value)| (key.clone(), value.clone()))),
            pairs => {
                for pair in run.items(pairs)? {
                    let mut pair = run.items(&pair)?;
                    let (Some(value), Some(key), None) = (pair.pop(), pair.pop(), pair.pop()) else {
                        return Err(Failure::new("`dict` takes pairs"));
                    };
                    entries.insert(Key::of(key)?, value);
                }
            }
        }
    }
    entries.extend(given.named.into_iter().map(|(name, value)| (Key::text(&name), value)));
    Ok(entries)
}
