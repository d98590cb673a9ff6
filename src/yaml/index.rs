//! The position index: which line and column each value of a YAML text has.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{DEEPEST, YamlError, without_bom};
use crate::logical_path::Segment;

/// A line and a column, both from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// A key that one mapping has twice. PyYAML silently keeps the last; here it is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key.
    pub key: String,
    /// Where it stands first.
    pub first: Position,
    /// Where it stands again.
    pub second: Position,
}

/// The positions of a document, as a tree of the same shape as its values.
#[derive(Clone, Debug)]
pub struct Index {
    /// The document itself.
    pub root: Node,
    /// Every key that stands twice, in the order of the text.
    pub duplicates: Vec<Duplicate>,
}

/// One value of the document.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value starts.
    pub at: Position,
    /// What it holds.
    pub content: Content,
}

/// The content of a [`Node`].
#[derive(Clone, Debug)]
pub enum Content {
    /// A scalar.
    Scalar {
        /// Its text if it is written without quotes and without a tag, for YAML gives such text a type.
        plain: Option<String>,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping: key, where the key stands, value.
    Mapping(Vec<(String, Position, Node)>),
}

impl Index {
    /// Scans a text.
    ///
    /// # Errors
    /// If the text is not one YAML document, or is nested too deeply.
    pub fn of(text: &str) -> Result<Index, YamlError> {
        Index::with(text, |_, _| Ok(()))
    }

    /// Scans a text, and shows each event and its position to somebody else.
    ///
    /// # Errors
    /// As [`Index::of`], and those of the other one.
    pub(super) fn with<'t>(
        text: &'t str,
        mut also: impl FnMut(&Event<'t>, Position) -> Result<(), YamlError>,
    ) -> Result<Index, YamlError> {
        let mut builder = Builder::default();
        // The parser's own `load` calls itself for every level of the text; its events do not.
        for event in Parser::new_from_str(without_bom(text)) {
            let (event, span) = event.map_err(|error| {
                let at = Position { line: error.marker().line(), column: error.marker().col() + 1 };
                match error.info() {
                    // The parser looks ahead, and counts brackets too.
                    "recursion limit exceeded" => YamlError::too_deep(Some(at)),
                    message => YamlError { message: message.to_owned(), position: Some(at) },
                }
            })?;
            also(&event, Position { line: span.start.line(), column: span.start.col() + 1 })?;
            builder.take(event, span)?;
        }
        Ok(Index { root: builder.root.unwrap_or_else(Node::unknown), duplicates: builder.duplicates })
    }

    /// The index of a text whose positions are not known.
    pub(crate) fn unknown() -> Index {
        Index { root: Node::unknown(), duplicates: Vec::new() }
    }
}

impl Node {
    fn unknown() -> Node {
        Node { at: Position { line: 1, column: 1 }, content: Content::Scalar { plain: None } }
    }

    /// Where the value at a path stands: the key for a mapping entry that holds more than a scalar, else the value.
    /// `None` if the path does not exist.
    #[must_use]
    pub fn find(&self, path: &[Segment]) -> Option<Position> {
        match self.walk(path) {
            (position, depth) if depth == path.len() => Some(position),
            _ => None,
        }
    }

    /// Walks as far along a path as the document goes: where it ended, and after how many steps.
    #[must_use]
    pub fn walk(&self, path: &[Segment]) -> (Position, usize) {
        let mut node = self;
        let mut at = self.at;
        for (depth, segment) in path.iter().enumerate() {
            let step = match (&node.content, segment) {
                (Content::Mapping(entries), Segment::Key(key)) => entries
                    .iter()
                    .find(|(name, ..)| name == key)
                    .map(|(_, key_at, value)| (if value.is_scalar() { value.at } else { *key_at }, value)),
                (Content::Mapping(entries), Segment::Index(index)) => entries
                    .iter()
                    .find(|(name, ..)| *name == index.to_string())
                    .map(|(_, key_at, value)| (*key_at, value)),
                (Content::Sequence(items), Segment::Index(index)) => items.get(*index).map(|item| (item.at, item)),
                _ => None,
            };
            let Some((position, next)) = step else { return (at, depth) };
            at = position;
            node = next;
        }
        (at, path.len())
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Mapping(entries) => entries.iter().find(|(name, ..)| name == key).map(|(.., value)| value),
            _ => None,
        }
    }

    /// Where the key of an entry of the mapping at a path stands.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<Position> {
        match &self.content {
            Content::Mapping(entries) => entries.iter().find(|(name, ..)| name == key).map(|(_, at, _)| *at),
            _ => None,
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self.content, Content::Scalar { .. })
    }
}

/// Builds the tree from the parser's events.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    duplicates: Vec<Duplicate>,
}

/// A collection that has not ended yet.
struct Open {
    at: Position,
    items: Vec<Node>,
    entries: Vec<(String, Position, Node)>,
    /// The key that waits for its value.
    key: Option<(Key, Position)>,
    /// Where each key stands first.
    keys: HashMap<Key, Position>,
    is_mapping: bool,
}

/// A key as far as two of one mapping can be the same: `1` and `'1'` are not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Key {
    text: String,
    is_text: bool,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let at = Position { line: span.start.line(), column: span.start.col() + 1 };
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(YamlError {
                    message: "a second document begins; Sceptre reads one".to_owned(),
                    position: Some(at),
                });
            }
            Event::MappingStart(..) => self.start(at, true)?,
            Event::SequenceStart(..) => self.start(at, false)?,
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Scalar(text, style, _, tag) => {
                let plain = (style == ScalarStyle::Plain && tag.is_none()).then(|| text.to_string());
                let is_text = !plain.as_deref().is_some_and(super::python::has_a_type);
                let key = Key { text: text.into_owned(), is_text };
                self.add(Node { at, content: Content::Scalar { plain } }, key);
            }
            Event::Alias(_) => self.add(Node { at, content: Content::Scalar { plain: None } }, Key::default()),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, at: Position, is_mapping: bool) -> Result<(), YamlError> {
        if self.open.len() >= DEEPEST {
            return Err(YamlError::too_deep(Some(at)));
        }
        self.open.push(Open {
            at,
            items: Vec::new(),
            entries: Vec::new(),
            key: None,
            keys: HashMap::new(),
            is_mapping,
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let content = if open.is_mapping { Content::Mapping(open.entries) } else { Content::Sequence(open.items) };
        self.add(Node { at: open.at, content }, Key::default());
    }

    /// Puts a finished node where it belongs; `key` is what it is if it stands in the place of a key.
    fn add(&mut self, node: Node, key: Key) {
        let Some(parent) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        if !parent.is_mapping {
            parent.items.push(node);
            return;
        }
        match parent.key.take() {
            None => parent.key = Some((key, node.at)),
            Some((key, key_at)) => {
                parent.entries.push((key.text.clone(), key_at, node));
                self.duplicates.extend(parent.repeated(key, key_at));
            }
        }
    }
}

impl Open {
    /// Remembers a key, and tells if it was there before. A merge key and a key that is no scalar may repeat.
    fn repeated(&mut self, key: Key, at: Position) -> Option<Duplicate> {
        if key.text.is_empty() || key.text == "<<" {
            return None;
        }
        if let Some(first) = self.keys.get(&key) {
            return Some(Duplicate { key: key.text, first: *first, second: at });
        }
        self.keys.insert(key, at);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duplicates(text: &str) -> Vec<(String, usize, usize)> {
        let duplicates = Index::of(text).unwrap().duplicates;
        duplicates.into_iter().map(|one| (one.key, one.first.line, one.second.line)).collect()
    }

    #[test]
    fn every_repetition_names_the_first() {
        assert_eq!(duplicates("a: 1\nb: 2\na: 3\na: 4\n"), [("a".into(), 1, 3), ("a".into(), 1, 4)]);
        assert_eq!(duplicates("x: {a: 1}\ny: {a: 1}\n"), []);
        assert_eq!(duplicates("a: 1\n'a': 2\n"), [("a".into(), 1, 2)]);
        assert_eq!(duplicates("- {<<: *a}\n".replace("*a", "{}").as_str()), []);
    }

    #[test]
    fn a_number_and_its_text_are_two_keys() {
        assert_eq!(duplicates("1: a\n'1': b\n"), []);
        assert_eq!(duplicates("1: a\n1: b\n"), [("1".into(), 1, 2)]);
        assert_eq!(duplicates("true: a\n\"true\": b\n"), []);
    }

    #[test]
    fn many_keys_are_no_problem() {
        let text: String = (0..100_000).map(|number| format!("k{number}: 1\n")).collect();
        let begin = std::time::Instant::now();
        assert!(Index::of(&text).unwrap().duplicates.is_empty());
        assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    }

    #[test]
    fn a_second_document_is_refused_where_it_begins() {
        let error = Index::of("a: 1\n---\nb: 1\n").unwrap_err();
        assert_eq!(error.message, "a second document begins; Sceptre reads one");
        assert_eq!(error.position.unwrap().line, 2);
        assert!(Index::of("---\na: 1\n...\n").is_ok());
    }
}
