//! `dict`: entries in the order in which they were made, with Python's equality of keys.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use indexmap::{Equivalent, IndexMap};

use super::Value;
use crate::jinja::failure::{Failure, Outcome};

/// The entries of a `dict`.
pub type Dict = IndexMap<Key, Value, BuildHasherDefault<Quick>>;

/// A value that can be the key of a `dict`.
#[derive(Clone)]
pub struct Key(Value);

impl Key {
    /// A value as a key.
    ///
    /// # Errors
    /// If Python cannot hash it, as a list.
    pub fn of(value: Value) -> Outcome<Key> {
        let can_be = match &value {
            Value::List(_) | Value::Dict(_) => false,
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Err(Failure::unknown("a key is a value that is not known")),
            Value::Tuple(items) => {
                for item in items.iter() {
                    Key::of(item.clone())?;
                }
                true
            }
            _ => true,
        };
        if can_be {
            Ok(Key(value))
        } else {
            Err(Failure::new(format!("a value of type `{}` cannot be a key", value.type_name())))
        }
    }

    /// A text as a key.
    #[must_use]
    pub fn text(text: &str) -> Key {
        Key(text.into())
    }

    /// The value that is the key.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.0.equals(&other.0).unwrap_or(false)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// What is equal has the same hash: `1`, `1.0` and `True` are one key.
fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Text(text) => text.as_str().hash(state),
        Value::Float(number) if number.fract() != 0.0 || number.abs() > 1e30 => number.to_bits().hash(state),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e30")]
        Value::Float(number) => (*number as i128).hash(state),
        Value::Tuple(items) => items.iter().for_each(|item| hash(item, state)),
        other => other.as_int().hash(state),
    }
}

impl Equivalent<Key> for str {
    fn equivalent(&self, key: &Key) -> bool {
        key.0.as_text().is_some_and(|text| text.as_str() == self)
    }
}

/// A quick hash for short keys; whoever writes a project has no interest in making them collide.
#[derive(Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
