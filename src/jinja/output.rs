//! What a template has written.

use super::ast::Name;
use super::failure::{Outcome, limit};
use super::value::{Origin, Text, TextBuilder, Value};

/// What a template, a macro or a block writes.
pub struct Output {
    text: TextBuilder,
    traces: bool,
    has_unknown: bool,
}

impl Output {
    /// Nothing yet. Lines are traced only if somebody asks for them.
    #[must_use]
    pub fn new(traces: bool) -> Output {
        Output { text: TextBuilder::default(), traces, has_unknown: false }
    }

    /// Text of a template.
    ///
    /// # Errors
    /// If there is too much of it.
    pub fn data(&mut self, text: &str, file: u32, line: u32) -> Outcome<()> {
        let origin = if self.traces { Origin::Lines { file, line } } else { Origin::Writer };
        self.text.push(text, origin);
        self.limit()
    }

    /// What an expression of a line gives.
    ///
    /// # Errors
    /// If there is too much of it.
    pub fn value(&mut self, text: &Text, file: u32, line: u32) -> Outcome<()> {
        if self.traces {
            for (part, origin) in text.parts() {
                let writer = Origin::Line { file, line };
                self.text.push(part, if origin == Origin::Writer { writer } else { origin });
            }
        } else {
            self.text.push(text, Origin::Writer);
        }
        self.limit()
    }

    fn limit(&self) -> Outcome<()> {
        limit(self.text.len())
    }

    /// Remembers that something of what is written is not known.
    pub fn note_unknown(&mut self) {
        self.has_unknown = true;
    }

    /// Everything that was written, as a text.
    #[must_use]
    pub fn text(self) -> (Text, bool) {
        (self.text.finish(false), self.has_unknown)
    }

    /// Everything that was written, as a value.
    #[must_use]
    pub fn into_value(self, is_safe: bool) -> Value {
        let text = self.text.finish(is_safe);
        if self.has_unknown { Value::Unknown(text) } else { Value::Text(text) }
    }
}

/// Where every line of a rendered text was written.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The names of the templates, by their number.
    pub(super) files: Vec<Name>,
    /// For each line the number of its file and the line there.
    pub(super) lines: Vec<Option<(u32, u32)>>,
}

impl Lines {
    /// The lines of a text that was traced.
    #[must_use]
    pub fn of(text: &Text, files: Vec<Name>) -> Lines {
        let mut lines = Vec::new();
        // The first part with text on the present line, and the first of any.
        let mut first: Option<(u32, u32)> = None;
        let mut blank = None;
        for (part, origin) in text.parts() {
            for (index, piece) in part.split_inclusive('\n').enumerate() {
                let at = match origin {
                    Origin::Lines { file, line } => Some((file, line + u32::try_from(index).unwrap_or(0))),
                    Origin::Line { file, line } => Some((file, line)),
                    Origin::Writer => None,
                };
                blank = blank.or(at);
                if !piece.trim().is_empty() {
                    first = first.or(at);
                }
                if piece.ends_with('\n') {
                    lines.push(first.take().or(blank));
                    blank = None;
                }
            }
        }
        if first.or(blank).is_some() {
            lines.push(first.or(blank));
        }
        Lines { files, lines }
    }

    /// The name of the template and the line in it (from 1) that wrote a line (from 1). `None` if that is not known.
    #[must_use]
    pub fn origin(&self, line: usize) -> Option<(&str, usize)> {
        let (file, line) = (*self.lines.get(line.checked_sub(1)?)?)?;
        Some((self.files.get(usize::try_from(file).ok()?)?, usize::try_from(line).ok()?))
    }
}
