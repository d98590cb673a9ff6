//! What is given to a function, filter or test, and what it takes.

use super::ast::Name;
use super::failure::{Failure, Outcome};
use super::value::{Text, Value};

/// The arguments of a call.
#[derive(Clone, Default)]
pub struct Given {
    /// One after the other.
    pub positional: Vec<Value>,
    /// By name.
    pub named: Vec<(Name, Value)>,
}

impl Given {
    /// The arguments in the order of a function's parameters; `None` where there is none.
    ///
    /// # Errors
    /// If there are too many, or one has another name.
    pub fn take<const COUNT: usize>(self, what: &str, names: [&str; COUNT]) -> Outcome<[Option<Value>; COUNT]> {
        if self.positional.len() > COUNT {
            return Err(Failure::new(format!("`{what}` takes {COUNT} arguments at most")));
        }
        let mut taken = [const { None }; COUNT];
        for (slot, value) in taken.iter_mut().zip(self.positional) {
            *slot = Some(value);
        }
        for (name, value) in self.named {
            match names.iter().position(|own| **own == *name) {
                Some(index) if taken[index].is_none() => taken[index] = Some(value),
                Some(_) => return Err(Failure::new(format!("`{what}` is given `{name}` twice"))),
                None => return Err(Failure::new(format!("`{what}` takes no argument `{name}`"))),
            }
        }
        Ok(taken)
    }

    /// Whether something that is given is not known.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value)).any(Value::has_unknown)
    }
}

/// An argument that must be there.
///
/// # Errors
/// If it is not.
pub fn needed(value: Option<Value>, what: &str, name: &str) -> Outcome<Value> {
    value.ok_or_else(|| Failure::new(format!("`{what}` needs an argument `{name}`")))
}

/// An argument that is a whole number.
///
/// # Errors
/// If it is something else.
pub fn whole(value: Option<&Value>, default: i128, what: &str) -> Outcome<i128> {
    match value {
        None => Ok(default),
        Some(Value::Undefined(undefined)) => Err(undefined.failure()),
        Some(value) => value.as_int().ok_or_else(|| {
            Failure::new(format!("`{what}` takes a whole number, not a value of type `{}`", value.type_name()))
        }),
    }
}

/// An argument that is a text.
///
/// # Errors
/// If it is something else.
pub fn text(value: &Value, what: &str) -> Outcome<Text> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Undefined(undefined) => Err(undefined.failure()),
        other => Err(Failure::new(format!("`{what}` takes a text, not a value of type `{}`", other.type_name()))),
    }
}

/// An argument that is true or false, as Python takes any value.
///
/// # Errors
/// If it is undefined or not known.
pub fn flag(value: Option<&Value>, default: bool) -> Outcome<bool> {
    value.map_or(Ok(default), Value::truth)
}
