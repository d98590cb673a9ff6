//! Values of Jinja, as Python has them: lists and mappings are shared and can be changed.

mod compare;
mod dict;
mod object;
mod print;
mod text;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

pub(super) use compare::sort_by_keys;
pub use dict::{Dict, Key};
pub use object::Object;
pub(super) use print::float_text;
pub use text::{Origin, Text, TextBuilder};

use super::failure::{Failure, Outcome};

/// A value while a template is rendered.
#[derive(Clone)]
pub enum Value {
    /// What a name or key that does not exist gives.
    Undefined(Rc<Undefined>),
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int`; Python's have no end, these end at 128 bits.
    Int(i128),
    /// A `float`.
    Float(f64),
    /// A `str`, or a `Markup` if it is safe.
    Text(Text),
    /// A `list`.
    List(Rc<RefCell<Vec<Value>>>),
    /// A `tuple`.
    Tuple(Rc<[Value]>),
    /// A `dict`.
    Dict(Rc<RefCell<Dict>>),
    /// `range(…)`: first, end, step.
    Range(i128, i128, i128),
    /// What a generator of Python is: it can be gone through once.
    Iterator(Rc<RefCell<VecDeque<Value>>>),
    /// A macro, a function, `loop`, …
    Object(Rc<dyn Object>),
    /// What only AWS, or chance, knows. The text is what it writes, with a mark in the place of what is not known.
    Unknown(Text),
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// A name, or a path such as `var.domain`.
    Named(String),
    /// An expression that is not a path.
    Expression,
    /// A whole sentence.
    Hint(&'static str),
    /// `… if …` without `else`: Jinja2 takes it for empty, where it is strict with all others.
    Empty,
}

impl Undefined {
    /// Why whatever needs the value stops.
    #[must_use]
    pub fn failure(&self) -> Box<Failure> {
        Failure::new(self.message())
    }

    /// As a sentence.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Undefined::Named(name) => format!("`{name}` is not defined"),
            Undefined::Expression => "an expression gives something that is not defined".to_owned(),
            Undefined::Hint(hint) => (*hint).to_owned(),
            Undefined::Empty => "the condition of an `if` without `else` is false, which gives no value".to_owned(),
        }
    }
}

impl Value {
    /// A new `list`.
    #[must_use]
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Rc::new(RefCell::new(items)))
    }

    /// A new `tuple`.
    #[must_use]
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(items.into())
    }

    /// A new `dict`.
    #[must_use]
    pub fn dict(entries: Dict) -> Value {
        Value::Dict(Rc::new(RefCell::new(entries)))
    }

    /// Something that can be gone through once.
    #[must_use]
    pub fn iterator(items: Vec<Value>) -> Value {
        Value::Iterator(Rc::new(RefCell::new(items.into())))
    }

    /// A safe text that is not escaped a second time.
    #[must_use]
    pub fn markup(text: impl Into<Arc<str>>) -> Value {
        Value::Text(Text::new(text).marked_safe(true))
    }

    /// What a failed look-up gives, with a reason.
    #[must_use]
    pub fn undefined(why: &'static str) -> Value {
        Value::Undefined(Rc::new(Undefined::Hint(why)))
    }

    /// Whether it is undefined, and empty wherever that is not asked.
    #[must_use]
    pub fn is_empty_undefined(&self) -> bool {
        matches!(self, Value::Undefined(undefined) if **undefined == Undefined::Empty)
    }

    /// A value that is not known: it writes this text, in which a mark stands for what is not known.
    #[must_use]
    pub fn unknown(shown: impl Into<Arc<str>>) -> Value {
        Value::Unknown(Text::new(shown))
    }

    /// The name of its type, as Python says it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Undefined(_) => "undefined",
            Value::None => "None",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(text) if text.is_safe() => "Markup",
            Value::Text(_) => "str",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Dict(_) => "dict",
            Value::Range(..) => "range",
            Value::Iterator(_) => "generator",
            Value::Object(object) => object.type_name(),
            Value::Unknown(_) => "unknown",
        }
    }

    /// Whether it is an unknown value.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// Whether it is an undefined value.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined(_))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one; a `bool` is one in Python.
    #[must_use]
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Bool(flag) => Some(i128::from(*flag)),
            _ => None,
        }
    }

    /// The number as a `float`, if it is a number.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Float(number) => Some(*number),
            _ => self.as_int().map(|number| number as f64),
        }
    }

    /// Whether Python takes it for true.
    ///
    /// # Errors
    /// If it is undefined or not known.
    pub fn truth(&self) -> Outcome<bool> {
        Ok(match self {
            _ if self.is_empty_undefined() => false,
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Err(Failure::unknown("a condition depends on a value that is not known")),
            Value::None => false,
            Value::Bool(flag) => *flag,
            Value::Int(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.borrow().is_empty(),
            Value::Tuple(items) => !items.is_empty(),
            Value::Dict(entries) => !entries.borrow().is_empty(),
            Value::Range(..) => self.length().is_some_and(|length| length > 0),
            Value::Object(object) => object.length() != Some(0),
            Value::Iterator(_) => true,
        })
    }

    /// `len(…)`, of what has a length.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::Text(text) => Some(text.chars().count()),
            Value::List(items) => Some(items.borrow().len()),
            Value::Tuple(items) => Some(items.len()),
            Value::Dict(entries) => Some(entries.borrow().len()),
            Value::Range(first, end, step) => {
                let distance = if *step > 0 { end.checked_sub(*first) } else { first.checked_sub(*end) };
                let (distance, step) = (distance?, step.unsigned_abs());
                let distance = u128::try_from(distance).unwrap_or(0);
                usize::try_from(distance.div_ceil(step)).ok()
            }
            Value::Object(object) => object.length(),
            _ => None,
        }
    }

    /// Everything in it, in order; of a `dict` the keys, of a text the characters. A generator is empty afterwards.
    ///
    /// # Errors
    /// If nothing can be gone through.
    pub fn items(&self) -> Outcome<Vec<Value>> {
        Ok(match self {
            Value::List(items) => items.borrow().clone(),
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(entries) => entries.borrow().keys().map(Key::value).cloned().collect(),
            Value::Iterator(items) => std::mem::take(&mut *items.borrow_mut()).into(),
            Value::Text(text) => text.chars().map(|letter| letter.to_string().into()).collect(),
            Value::Range(first, _, step) => {
                let length = self.length().unwrap_or(usize::MAX);
                if length > MOST_OF_A_RANGE {
                    return Err(Failure::new("a `range` is too long"));
                }
                (0..length as i128).map(|index| Value::Int(first + index * step)).collect()
            }
            Value::Object(object) => match object.items() {
                Some(items) => items,
                None => return Err(self.not_iterable()),
            },
            _ if self.is_empty_undefined() => Vec::new(),
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Err(Failure::unknown("a loop goes over a value that is not known")),
            _ => return Err(self.not_iterable()),
        })
    }

    fn not_iterable(&self) -> Box<Failure> {
        Failure::new(format!("a loop or filter needs several values, and this is of type `{}`", self.type_name()))
    }
}

/// The longest `range` that is gone through.
const MOST_OF_A_RANGE: usize = 1_000_000;

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Int(number as i128)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(Text::new(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Text::new(text))
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value::Text(text)
    }
}
