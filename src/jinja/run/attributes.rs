//! `x.name`, `x[key]` and `x[first:end]`.

use super::super::failure::{Failure, Outcome};
use super::super::methods;
use super::super::value::{Key, TextBuilder, Value};
use super::Run;
use super::Tool;

impl Run<'_> {
    /// `of.name`: a method or attribute first, then what a mapping holds. `None` if there is neither.
    pub(in crate::jinja) fn attribute(&self, of: &Value, name: &str) -> Outcome<Option<Value>> {
        match of {
            Value::Undefined(_) if self.is_lenient() => Ok(Some(of.clone())),
            Value::Undefined(undefined) => Err(undefined.failure()),
            Value::Unknown(_) => Ok(Some(of.clone())),
            Value::Object(object) => Ok(std::rc::Rc::clone(object).attribute(name)),
            _ if methods::exist(of, name) => {
                Ok(Some(Value::Object(std::rc::Rc::new(Tool::Method(of.clone(), name.into())))))
            }
            Value::Dict(entries) => Ok(entries.borrow().get(name).cloned()),
            _ => Ok(None),
        }
    }

    /// `of[key]`: what a mapping or list holds first, then a method or attribute. `None` if there is neither.
    pub(in crate::jinja) fn item(&self, of: &Value, key: &Value) -> Outcome<Option<Value>> {
        match of {
            Value::Undefined(_) if self.is_lenient() => return Ok(Some(of.clone())),
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Ok(Some(of.clone())),
            _ => {}
        }
        match key {
            Value::Undefined(_) if self.is_lenient() => return Ok(None),
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Ok(Some(key.clone())),
            _ => {}
        }
        let found = match (of, key) {
            (Value::Dict(entries), _) => match Key::of(key.clone()) {
                Ok(key) => entries.borrow().get(&key).cloned(),
                Err(_) => None,
            },
            (_, Value::Text(_)) => None,
            (Value::List(items), _) => at(&items.borrow(), key),
            (Value::Tuple(items), _) => at(items, key),
            (Value::Range(..) | Value::Object(_), _) if of.length().is_some() && of.type_name() != "loop" => {
                at(&of.items()?, key)
            }
            (Value::Text(text), _) => key.as_int().and_then(|index| {
                let index = place(index, text.chars().count())?;
                let (start, letter) = text.char_indices().nth(index)?;
                Some(text.slice(start..start + letter.len_utf8()).into())
            }),
            _ => None,
        };
        match (found, key) {
            (Some(found), _) => Ok(Some(found)),
            (None, Value::Text(name)) if !matches!(of, Value::Dict(_)) || methods::exist(of, name) => {
                self.attribute(of, name)
            }
            _ => Ok(None),
        }
    }

    /// `of[first:end:step]`.
    pub(super) fn slice(of: &Value, limits: &[Option<Value>; 3]) -> Outcome<Value> {
        match of {
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Ok(of.clone()),
            _ => {}
        }
        let mut numbers = [None; 3];
        for (number, limit) in numbers.iter_mut().zip(limits) {
            *number = match limit {
                None | Some(Value::None) => None,
                Some(Value::Undefined(undefined)) => return Err(undefined.failure()),
                Some(Value::Unknown(_)) => return Err(Failure::unknown("a limit of a slice is not known")),
                Some(limit) => {
                    Some(limit.as_int().ok_or_else(|| Failure::new("a limit of a slice is no whole number"))?)
                }
            };
        }
        if numbers[2] == Some(0) {
            return Err(Failure::new("the step of a slice is 0"));
        }
        match of {
            Value::Text(text) => {
                let letters: Vec<(usize, char)> = text.char_indices().collect();
                let mut builder = TextBuilder::default();
                for index in indices(numbers, letters.len()) {
                    let (start, letter) = letters[index];
                    builder.push_slice(text, start..start + letter.len_utf8());
                }
                Ok(builder.finish(text.is_safe()).into())
            }
            Value::List(items) => {
                let items = items.borrow();
                Ok(Value::list(indices(numbers, items.len()).map(|index| items[index].clone()).collect()))
            }
            Value::Tuple(items) => {
                Ok(Value::tuple(indices(numbers, items.len()).map(|index| items[index].clone()).collect()))
            }
            Value::Range(..) => {
                let items = of.items()?;
                Ok(Value::list(indices(numbers, items.len()).map(|index| items[index].clone()).collect()))
            }
            _ => Ok(Value::undefined("a slice is taken of what has no parts")),
        }
    }
}

fn at(items: &[Value], key: &Value) -> Option<Value> {
    items.get(place(key.as_int()?, items.len())?).cloned()
}

/// An index of Python, which counts from the end if it is negative.
fn place(index: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    let index = if index < 0 { index + length } else { index };
    usize::try_from(index).ok().filter(|_| index < length)
}

/// The indices that a slice of Python takes.
fn indices([first, end, step]: [Option<i128>; 3], length: usize) -> impl Iterator<Item = usize> {
    let length = i128::try_from(length).unwrap_or(i128::MAX);
    let step = step.unwrap_or(1);
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |limit: Option<i128>, default: i128| match limit {
        None => default,
        Some(limit) if limit < 0 => (limit + length).max(lowest),
        Some(limit) => limit.min(highest),
    };
    let (default_first, default_end) = if step > 0 { (0, length) } else { (length - 1, -1) };
    let (mut at, end) = (clamp(first, default_first), clamp(end, default_end));
    std::iter::from_fn(move || {
        let goes_on = if step > 0 { at < end } else { at > end };
        let here = usize::try_from(at).ok().filter(|_| goes_on)?;
        at = at.saturating_add(step);
        Some(here)
    })
}
