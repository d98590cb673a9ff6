//! Texts that know, while lines are traced, which line of which file wrote each of their parts.

use std::ops::{Deref, Range};
use std::rc::Rc;
use std::sync::Arc;

/// A `str`, or a `Markup` if it is safe.
#[derive(Clone)]
pub struct Text {
    letters: Arc<str>,
    is_safe: bool,
    /// From which byte on which origin holds. Only while lines are traced, and of texts that templates wrote.
    origins: Option<Rc<[(usize, Origin)]>>,
}

/// Which line wrote a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line (from 1) of a file; a new line in the text is the next line of the file.
    Lines {
        /// The number of the file.
        file: u32,
        /// The line of the first byte.
        line: u32,
    },
    /// One line of a file, however many lines it wrote.
    Line {
        /// The number of the file.
        file: u32,
        /// The line.
        line: u32,
    },
    /// Whoever writes it: the expression that puts the text there.
    Writer,
}

impl Origin {
    /// The origin of what stands behind a text of this origin.
    fn after(self, text: &str) -> Origin {
        match self {
            Origin::Lines { file, line } => {
                let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
                Origin::Lines { file, line: line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX)) }
            }
            other => other,
        }
    }
}

impl Text {
    /// A text that no template wrote.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Text {
        Text { letters: text.into(), is_safe: false, origins: None }
    }

    /// A text whose lines are those of a file, from its first on.
    #[must_use]
    pub fn of_file(text: impl Into<Arc<str>>, file: u32) -> Text {
        Text { origins: Some(Rc::new([(0, Origin::Lines { file, line: 1 })])), ..Text::new(text) }
    }

    /// The same text, to be escaped or not.
    #[must_use]
    pub fn marked_safe(self, is_safe: bool) -> Text {
        Text { is_safe, ..self }
    }

    /// Whether it is not escaped when it is written.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.is_safe
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.letters
    }

    /// The text, shared.
    #[must_use]
    pub fn shared(&self) -> &Arc<str> {
        &self.letters
    }

    /// Its parts, each of one origin.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Origin)> {
        let origins: &[(usize, Origin)] = self.origins.as_deref().unwrap_or(&[(0, Origin::Writer)]);
        origins.iter().enumerate().map(move |(index, (start, origin))| {
            let end = origins.get(index + 1).map_or(self.letters.len(), |(end, _)| *end);
            (&self.letters[*start..end], *origin)
        })
    }

    /// A part of it.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Text {
        if self.origins.is_none() {
            return Text { letters: self.letters[range].into(), is_safe: self.is_safe, origins: None };
        }
        let mut builder = TextBuilder::default();
        builder.push_slice(self, range);
        builder.finish(self.is_safe)
    }

    /// The same with each of its parts changed; every part keeps its origin.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Text {
        if self.origins.is_none() {
            return Text { letters: change(&self.letters).into(), is_safe: self.is_safe, origins: None };
        }
        let mut builder = TextBuilder::default();
        for (part, origin) in self.parts() {
            builder.push(&change(part), origin);
        }
        builder.finish(self.is_safe)
    }

    /// Where in the text a part of it lies, which must have been borrowed from it.
    #[must_use]
    pub fn range_of(&self, part: &str) -> Range<usize> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.letters.as_ptr() as usize).min(self.letters.len());
        start..(start + part.len()).min(self.letters.len())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.letters
    }
}

/// Makes a text of parts.
#[derive(Default)]
pub struct TextBuilder {
    text: String,
    origins: Vec<(usize, Origin)>,
}

impl TextBuilder {
    /// Adds a text of one origin.
    pub fn push(&mut self, text: &str, origin: Origin) {
        if text.is_empty() {
            return;
        }
        let goes_on =
            !matches!(origin, Origin::Lines { .. }) && self.origins.last().is_some_and(|(_, last)| *last == origin);
        if !goes_on {
            self.origins.push((self.text.len(), origin));
        }
        self.text.push_str(text);
    }

    /// Adds a text that has no origin of its own.
    pub fn push_str(&mut self, text: &str) {
        self.push(text, Origin::Writer);
    }

    /// Adds a whole text, with its origins.
    pub fn push_text(&mut self, text: &Text) {
        if text.origins.is_none() {
            return self.push(text, Origin::Writer);
        }
        for (part, origin) in text.parts() {
            self.push(part, origin);
        }
    }

    /// Adds a part of a text, with its origins.
    pub fn push_slice(&mut self, text: &Text, range: Range<usize>) {
        if text.origins.is_none() {
            return self.push(&text[range], Origin::Writer);
        }
        let mut start = 0;
        for (part, origin) in text.parts() {
            let end = start + part.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                self.push(&part[from - start..to - start], origin.after(&part[..from - start]));
            }
            start = end;
        }
    }

    /// What was built.
    #[must_use]
    pub fn finish(self, is_safe: bool) -> Text {
        let has_origins = self.origins.iter().any(|(_, origin)| *origin != Origin::Writer);
        Text { letters: self.text.into(), is_safe, origins: has_origins.then(|| self.origins.into()) }
    }
}

impl TextBuilder {
    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }
}
