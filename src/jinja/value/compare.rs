//! Python's comparisons.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Key, Value};
use crate::jinja::failure::{Failure, Outcome};

impl Value {
    /// `==`.
    ///
    /// # Errors
    /// If one of them is undefined or not known.
    pub fn equals(&self, other: &Value) -> Outcome<bool> {
        self.is_equal(other, &mut Effort { left: MOST_PARTS, depth: 0 })
    }

    fn is_equal(&self, other: &Value, effort: &mut Effort) -> Outcome<bool> {
        effort.left = effort.left.checked_sub(1).ok_or_else(too_large)?;
        Ok(match (self, other) {
            _ if self.is_empty_undefined() || other.is_empty_undefined() => {
                self.is_empty_undefined() && other.is_empty_undefined()
            }
            (Value::Undefined(undefined), _) | (_, Value::Undefined(undefined)) => {
                return Err(undefined.failure());
            }
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
                return Err(Failure::unknown("a comparison depends on a value that is not known"));
            }
            (Value::None, Value::None) => true,
            (Value::Text(one), Value::Text(other)) => one.as_str() == other.as_str(),
            (Value::List(one), Value::List(other)) => {
                Rc::ptr_eq(one, other) || all_equal(&one.borrow(), &other.borrow(), effort)?
            }
            (Value::Tuple(one), Value::Tuple(other)) => all_equal(one, other, effort)?,
            (Value::Dict(one), Value::Dict(other)) => {
                if Rc::ptr_eq(one, other) {
                    return Ok(true);
                }
                let (one, other) = (one.borrow(), other.borrow());
                if one.len() != other.len() {
                    return Ok(false);
                }
                effort.deeper(|effort| {
                    for (key, value) in one.iter() {
                        match other.get(key) {
                            Some(same) if value.is_equal(same, effort)? => {}
                            _ => return Ok(false),
                        }
                    }
                    Ok(true)
                })?
            }
            (Value::Range(..), Value::Range(..)) => all_equal(&self.items()?, &other.items()?, effort)?,
            (Value::Iterator(one), Value::Iterator(other)) => Rc::ptr_eq(one, other),
            (Value::Object(one), Value::Object(other)) => Rc::ptr_eq(one, other),
            _ => match (self.as_int(), other.as_int()) {
                (Some(one), Some(other)) => one == other,
                _ => match (self.as_float(), other.as_float()) {
                    #[expect(clippy::float_cmp, reason = "Python compares exactly")]
                    (Some(one), Some(other)) => one == other,
                    _ => false,
                },
            },
        })
    }

    /// `<`, `>` and their kind. `None` with what is not a number.
    ///
    /// # Errors
    /// If Python does not order these types.
    pub fn order(&self, other: &Value, sign: &str) -> Outcome<Option<Ordering>> {
        Ok(match (self, other) {
            (Value::Undefined(undefined), _) | (_, Value::Undefined(undefined)) => {
                return Err(undefined.failure());
            }
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
                return Err(Failure::unknown("a comparison depends on a value that is not known"));
            }
            (Value::Text(one), Value::Text(other)) => Some(one.as_str().cmp(other.as_str())),
            (Value::List(one), Value::List(other)) => ordered(&one.borrow(), &other.borrow(), sign)?,
            (Value::Tuple(one), Value::Tuple(other)) => ordered(one, other, sign)?,
            _ => match (self.as_int(), other.as_int()) {
                (Some(one), Some(other)) => Some(one.cmp(&other)),
                _ => match (self.as_float(), other.as_float()) {
                    (Some(one), Some(other)) => one.partial_cmp(&other),
                    _ => {
                        return Err(Failure::new(format!(
                            "`{sign}` does not compare a value of type `{}` with one of type `{}`",
                            self.type_name(),
                            other.type_name()
                        )));
                    }
                },
            },
        })
    }

    /// `in`.
    ///
    /// # Errors
    /// If nothing can be in a value of this type.
    pub fn contains(&self, item: &Value) -> Outcome<bool> {
        if item.is_unknown() || self.is_unknown() {
            return Err(Failure::unknown("a comparison depends on a value that is not known"));
        }
        match self {
            Value::Text(text) => match item {
                Value::Text(part) => Ok(text.contains(part.as_str())),
                Value::Undefined(undefined) => Err(undefined.failure()),
                other => Err(Failure::new(format!("`in` looks for a text in a text, not for `{}`", other.type_name()))),
            },
            Value::Dict(entries) => Ok(entries.borrow().contains_key(&Key::of(item.clone())?)),
            _ => {
                for candidate in self.items()? {
                    if candidate.equals(item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Whether both are the same thing: `is` of Python.
    #[must_use]
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(one), Value::List(other)) => Rc::ptr_eq(one, other),
            (Value::Dict(one), Value::Dict(other)) => Rc::ptr_eq(one, other),
            (Value::Tuple(one), Value::Tuple(other)) => Rc::ptr_eq(one, other),
            _ => self.type_name() == other.type_name() && self.equals(other).unwrap_or(false),
        }
    }
}

/// How much of two values is compared.
struct Effort {
    left: usize,
    depth: usize,
}

const MOST_PARTS: usize = 1_000_000;

const DEEPEST: usize = 100;

fn too_large() -> Box<Failure> {
    Failure::new("two values are compared that are too large, or hold themselves")
}

impl Effort {
    fn deeper(&mut self, compare: impl FnOnce(&mut Effort) -> Outcome<bool>) -> Outcome<bool> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_large());
        }
        let result = compare(self);
        self.depth -= 1;
        result
    }
}

fn all_equal(one: &[Value], other: &[Value], effort: &mut Effort) -> Outcome<bool> {
    if one.len() != other.len() {
        return Ok(false);
    }
    effort.deeper(|effort| {
        for (one, other) in one.iter().zip(other) {
            if !one.is_equal(other, effort)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

/// The first items that differ decide.
fn ordered(one: &[Value], other: &[Value], sign: &str) -> Outcome<Option<Ordering>> {
    let (mut one, mut other) = (one.to_vec(), other.to_vec());
    for _ in 0..DEEPEST {
        let mut differing = None;
        for (left, right) in one.iter().zip(&other) {
            if !left.equals(right)? {
                differing = Some((left.clone(), right.clone()));
                break;
            }
        }
        let Some((left, right)) = differing else { return Ok(Some(one.len().cmp(&other.len()))) };
        (one, other) = match (&left, &right) {
            (Value::List(one), Value::List(other)) => (one.borrow().clone(), other.borrow().clone()),
            (Value::Tuple(one), Value::Tuple(other)) => (one.to_vec(), other.to_vec()),
            _ => return left.order(&right, sign),
        };
    }
    Err(too_large())
}

/// Sorts by keys, as Python's `sorted`: stable, and an error where two keys cannot be compared.
///
/// # Errors
/// If two keys cannot be compared.
pub fn sort_by_keys(mut items: Vec<(Value, Value)>, is_reversed: bool) -> Outcome<Vec<Value>> {
    let mut failure = None;
    items.sort_by(|(one, _), (other, _)| {
        let order = one.order(other, "<").map_or_else(
            |error| {
                failure.get_or_insert(error);
                Ordering::Equal
            },
            |order| order.unwrap_or(Ordering::Equal),
        );
        if is_reversed { order.reverse() } else { order }
    });
    failure.map_or_else(|| Ok(items.into_iter().map(|(_, item)| item).collect()), Err)
}
