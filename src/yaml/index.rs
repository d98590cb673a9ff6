//! The position index: which line and column each value of a YAML text has.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, SpannedEventReceiver};

use super::YamlError;
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
    /// A scalar; its text if it is written without quotes and without a tag, for YAML gives such text a type.
    Scalar { plain: Option<String> },
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping: key, where the key stands, value.
    Mapping(Vec<(String, Position, Node)>),
}

impl Index {
    /// Scans a text.
    ///
    /// # Errors
    /// If the text is not YAML.
    pub fn of(text: &str) -> Result<Index, YamlError> {
        let mut builder = Builder::default();
        Parser::new_from_str(text).load(&mut builder, false).map_err(|error| YamlError {
            message: error.info().to_owned(),
            position: Some(Position { line: error.marker().line(), column: error.marker().col() + 1 }),
        })?;
        let start = Position { line: 1, column: 1 };
        let root = builder.root.unwrap_or(Node { at: start, content: Content::Scalar { plain: None } });
        Ok(Index { root, duplicates: builder.duplicates })
    }
}

impl Node {
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
    key: Option<(String, Position)>,
    is_mapping: bool,
}

impl Builder {
    fn start(&mut self, at: Position, is_mapping: bool) {
        self.open.push(Open { at, items: Vec::new(), entries: Vec::new(), key: None, is_mapping });
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let content = if open.is_mapping { Content::Mapping(open.entries) } else { Content::Sequence(open.items) };
        self.add(Node { at: open.at, content }, None);
    }

    /// Puts a finished node where it belongs; `text` is its text if it is a scalar and so can be a key.
    fn add(&mut self, node: Node, text: Option<String>) {
        let Some(parent) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        if !parent.is_mapping {
            parent.items.push(node);
            return;
        }
        match parent.key.take() {
            None => parent.key = Some((text.unwrap_or_default(), node.at)),
            Some((key, key_at)) => {
                if let Some((_, first, _)) = parent.entries.iter().find(|(name, ..)| *name == key && key != "<<") {
                    self.duplicates.push(Duplicate { key: key.clone(), first: *first, second: key_at });
                }
                parent.entries.push((key, key_at, node));
            }
        }
    }
}

impl<'input> SpannedEventReceiver<'input> for Builder {
    fn on_event(&mut self, event: Event<'input>, span: Span) {
        let at = Position { line: span.start.line(), column: span.start.col() + 1 };
        match event {
            Event::MappingStart(..) => self.start(at, true),
            Event::SequenceStart(..) => self.start(at, false),
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Scalar(text, style, _, tag) => {
                let plain = (style == ScalarStyle::Plain && tag.is_none()).then(|| text.to_string());
                self.add(Node { at, content: Content::Scalar { plain } }, Some(text.into_owned()));
            }
            Event::Alias(_) => self.add(Node { at, content: Content::Scalar { plain: None } }, None),
            _ => {}
        }
    }
}
