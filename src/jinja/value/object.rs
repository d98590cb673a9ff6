//! What is a value and no data.

use std::any::Any;
use std::rc::Rc;

use super::Value;
use crate::jinja::failure::Outcome;

/// A macro, a function, `loop`, …
pub trait Object {
    /// Its type, in the words of messages.
    fn type_name(&self) -> &'static str;

    /// `len(…)`, if it has one.
    fn length(&self) -> Option<usize>;

    /// What is gone through in a loop.
    fn items(&self) -> Option<Vec<Value>>;

    /// Whether it can be called.
    fn is_callable(&self) -> bool;

    /// How Python writes it, unless that shows an address of memory.
    ///
    /// # Errors
    /// If something in it cannot be written.
    fn shown(&self) -> Outcome<Option<String>>;

    /// A name behind a point. `None` if there is no such.
    fn attribute(self: Rc<Self>, name: &str) -> Option<Value>;

    /// The object as what it is.
    fn as_any(&self) -> &dyn Any;
}
