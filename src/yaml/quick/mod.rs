//! A quick reader for the YAML that most templates are written in: block collections, flow collections, quoted, plain and
//! literal scalars, short tags.
//!
//! It knows what it can read, and declines everything else: anchors, merge keys, plain or quoted scalars that go over
//! several lines, tabs, Windows line ends, what is not YAML. The general reader then reads the text, or says what is
//! wrong with it. So there is one rule: **what it reads, it reads as `serde_yaml` does**; tests hold it to that.
//!
//! Five thousand templates are 50 MB, and the general readers take 20 to 40 MB a second.

mod flow;
mod scalar;

use std::borrow::Cow;
use std::collections::HashSet;

use super::{DEEPEST, Tree};

/// Reads a text; `None` if it has something that this reader leaves to the general one.
pub fn read(text: &str) -> Option<Tree<'_>> {
    if !scalar::has_plain_characters(text) {
        return None;
    }
    let mut reader = Reader { text, line: None, depth: 0 };
    let start = if text.starts_with("---\n") { 4 } else { 0 };
    reader.line_from(start)?;
    let first = reader.line?;
    let node = reader.collection(first)?;
    reader.line.is_none().then_some(node)
}

/// A mapping with more entries looks for repeated keys in a set.
const ENTRIES_FOR_SET: usize = 24;

struct Reader<'t> {
    text: &'t str,
    /// The line that is read next, or the rest of one; `None` at the end of the text.
    line: Option<Line>,
    depth: usize,
}

/// A line with something on it, from where that begins.
#[derive(Clone, Copy)]
struct Line {
    /// The column, from 0, in which it begins.
    indent: usize,
    /// The byte at which it begins.
    start: usize,
    /// The byte behind its last; that of the line end, if it has one.
    end: usize,
}

impl<'t> Reader<'t> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Finds the first line from a byte on that holds more than blanks or a comment.
    fn line_from(&mut self, mut at: usize) -> Option<()> {
        loop {
            let Some(rest) = self.text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) else {
                self.line = None;
                return Some(());
            };
            let indent = rest.iter().take_while(|byte| **byte == b' ').count();
            let start = at + indent;
            let end = self.line_end(start);
            if start < end && self.byte(start) != Some(b'#') {
                let is_marker =
                    indent == 0 && matches!(rest, [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..] | [b'%', ..]);
                self.line = Some(Line { indent, start, end });
                return (!is_marker).then_some(());
            }
            at = end + 1;
        }
    }

    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[at..]).map_or(self.text.len(), |length| at + length)
    }

    /// Goes to the next line, if nothing but blanks and a comment follows on this one.
    fn end_line(&mut self, at: usize) -> Option<()> {
        let at = self.skip_spaces(at);
        match self.byte(at) {
            None | Some(b'\n') => self.line_from(at + 1),
            // A comment begins behind a blank.
            Some(b'#') if self.byte(at - 1) == Some(b' ') => self.line_from(self.line_end(at) + 1),
            Some(_) => None,
        }
    }

    fn skip_spaces(&self, at: usize) -> usize {
        at + self.text.as_bytes()[at..].iter().take_while(|byte| **byte == b' ').count()
    }

    /// Whether an item of a list begins at a byte.
    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && matches!(self.byte(at + 1), None | Some(b' ' | b'\n'))
    }

    /// A block list or mapping that begins with a line.
    fn collection(&mut self, first: Line) -> Option<Tree<'t>> {
        if self.depth == DEEPEST / 2 {
            return None;
        }
        self.depth += 1;
        let node = if self.is_dash(first.start) { self.list(first.indent) } else { self.mapping(first.indent) };
        self.depth -= 1;
        node
    }

    /// The next line, if it goes on in a collection of this indentation; no line may be deeper than that.
    #[expect(clippy::option_option, reason = "the outer one is this reader's `I decline`")]
    fn line_at(&self, indent: usize) -> Option<Option<Line>> {
        match self.line {
            Some(line) if line.indent > indent => None,
            line => Some(line.filter(|line| line.indent == indent)),
        }
    }

    fn mapping(&mut self, indent: usize) -> Option<Tree<'t>> {
        let mut entries = Vec::new();
        let mut keys = HashSet::new();
        while let Some(line) = self.line_at(indent)? {
            let (key, after) = self.key(line)?;
            let value = self.value(after, indent, true)?;
            is_new(&key, &entries, &mut keys).then_some(())?;
            entries.push((key, value));
        }
        Some(Tree::Map(entries))
    }

    fn list(&mut self, indent: usize) -> Option<Tree<'t>> {
        let mut items = Vec::new();
        while let Some(line) = self.line_at(indent)?.filter(|line| self.is_dash(line.start)) {
            items.push(self.item(line)?);
        }
        Some(Tree::List(items))
    }

    fn item(&mut self, line: Line) -> Option<Tree<'t>> {
        let start = self.skip_spaces(line.start + 1);
        if start < line.end {
            let rest = Line { indent: line.indent + start - line.start, start, end: line.end };
            if self.is_dash(start) || self.key(rest).is_some() {
                self.line = Some(rest);
                return self.collection(rest);
            }
        }
        self.value(line.start + 1, line.indent, false)
    }

    /// The key that a line begins with, and the byte behind its colon.
    fn key(&self, line: Line) -> Option<(Cow<'t, str>, usize)> {
        let (key, end) = match self.byte(line.start)? {
            b'\'' | b'"' => self.quoted(line.start)?,
            _ => {
                let (text, end) = self.plain(line.start, line.end)?;
                (scalar::key(text)?, end)
            }
        };
        let is_key = self.byte(end) == Some(b':')
            && matches!(self.byte(end + 1), None | Some(b' ' | b'\n'))
            && end - line.start < scalar::LONGEST_KEY;
        (is_key && key != "<<").then_some((key, end + 1))
    }

    /// The value that follows at a byte of the line, or on the lines below it. `parent` is the indentation of the
    /// collection that it belongs to; a list may stand in the same column as the mapping whose value it is.
    fn value(&mut self, at: usize, parent: usize, in_mapping: bool) -> Option<Tree<'t>> {
        let start = self.skip_spaces(at);
        match self.byte(start) {
            Some(b'!') => {
                let (name, end) = self.tag(start)?;
                if matches!(self.byte(self.skip_spaces(end)), Some(b'!')) {
                    return None;
                }
                let value = self.value(end, parent, in_mapping)?;
                // Nothing behind a tag is not the same everywhere.
                (value != Tree::Null).then(|| Tree::Tagged(Box::new((name.into(), value))))
            }
            Some(b'[' | b'{') => {
                let (node, end) = self.flow(start, parent)?;
                self.end_line(end)?;
                Some(node)
            }
            Some(b'\'' | b'"') => {
                let (text, end) = self.quoted(start)?;
                self.end_line(end)?;
                Some(Tree::Text(text))
            }
            Some(style @ (b'|' | b'>')) => self.block_scalar(start, style, parent),
            None | Some(b'\n' | b'#') => {
                self.end_line(start)?;
                match self.line {
                    Some(line) if line.indent > parent => self.collection(line),
                    Some(line) if in_mapping && line.indent == parent && self.is_dash(line.start) => {
                        self.collection(line)
                    }
                    _ => Some(Tree::Null),
                }
            }
            Some(_) => {
                let (text, end) = self.plain(start, self.line_end(start))?;
                // A colon would make it a key.
                self.end_line(end)?;
                scalar::resolve(text)
            }
        }
    }
}

/// Whether a mapping does not have a key yet.
fn is_new<'t>(key: &str, entries: &[(Cow<'t, str>, Tree<'t>)], keys: &mut HashSet<Cow<'t, str>>) -> bool {
    if entries.len() < ENTRIES_FOR_SET {
        return entries.iter().all(|(other, _)| other != key);
    }
    if keys.is_empty() {
        keys.extend(entries.iter().map(|(key, _)| key.clone()));
    }
    keys.insert(key.to_owned().into())
}

#[cfg(test)]
mod tests;
