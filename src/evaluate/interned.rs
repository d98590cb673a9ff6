//! Texts that many stacks have in common.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Longer texts are seldom the same twice.
const LONGEST_KEPT: usize = 64;

/// A text that is shared with all others that are the same: thousands of stacks have `Effect`, `Allow` and `Properties`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InternedText(Arc<str>);

thread_local! {
    static KEPT: RefCell<HashSet<InternedText>> = RefCell::default();
}

impl InternedText {
    /// The text of the same content that this thread has made before, or a new one.
    #[must_use]
    pub fn of(text: &str) -> InternedText {
        if text.len() > LONGEST_KEPT {
            return InternedText::from(text);
        }
        KEPT.with_borrow_mut(|kept| match kept.get(text) {
            Some(known) => known.clone(),
            None => {
                let new = InternedText::from(text);
                kept.insert(new.clone());
                new
            }
        })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for InternedText {
    fn from(text: &str) -> InternedText {
        InternedText(text.into())
    }
}

impl From<String> for InternedText {
    fn from(text: String) -> InternedText {
        InternedText(text.into())
    }
}

impl From<&String> for InternedText {
    fn from(text: &String) -> InternedText {
        InternedText(text.as_str().into())
    }
}

impl Deref for InternedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for InternedText {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for InternedText {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for InternedText {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for InternedText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Debug for InternedText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let (one, two) = (InternedText::of("Effect"), InternedText::of("Effect"));
        assert!(Arc::ptr_eq(&one.0, &two.0));
        assert_eq!(one, "Effect");
        let long = "x".repeat(LONGEST_KEPT + 1);
        assert_eq!(InternedText::of(&long), InternedText::of(&long));
    }
}
