//! Where a value stands inside a document: `networks.mail_servers[1]`.

use std::fmt;

/// One step of a [`LogicalPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// The key of a mapping.
    Key(String),
    /// The position in a list, from 0.
    Index(usize),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Segment::Key(key.to_owned())
    }
}

impl From<String> for Segment {
    fn from(key: String) -> Self {
        Segment::Key(key)
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Segment::Index(index)
    }
}

/// A path from the root of a document to a value. Empty for the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogicalPath(pub Vec<Segment>);

impl LogicalPath {
    /// The path with one more step.
    #[must_use]
    pub fn join(&self, segment: impl Into<Segment>) -> LogicalPath {
        let mut segments = self.0.clone();
        segments.push(segment.into());
        LogicalPath(segments)
    }

    /// The path followed by all steps of another.
    #[must_use]
    pub fn extend(&self, other: &LogicalPath) -> LogicalPath {
        let mut segments = self.0.clone();
        segments.extend(other.0.iter().cloned());
        LogicalPath(segments)
    }

    /// Reads `a.b.0`, the way Sceptre's `!stack_attr` and `!sesame` name a key: a number is a list position.
    #[must_use]
    pub fn from_dotted(text: &str) -> LogicalPath {
        LogicalPath(
            text.split('.').map(|part| part.parse().map_or_else(|_| Segment::from(part), Segment::Index)).collect(),
        )
    }
}

/// A path while a document is walked: a step and a reference to the steps before it, so that walking needs no memory.
#[derive(Clone, Copy, Debug)]
pub enum Trail<'a> {
    /// The document itself.
    Root,
    /// The value of a key.
    Key(&'a Trail<'a>, &'a str),
    /// An item of a list, from 0.
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    /// The path, to keep.
    #[must_use]
    pub fn path(&self) -> LogicalPath {
        let (before, segment) = match self {
            Trail::Root => return LogicalPath::default(),
            Trail::Key(before, key) => (before, Segment::from(*key)),
            Trail::Index(before, index) => (before, Segment::Index(*index)),
        };
        let mut path = before.path();
        path.0.push(segment);
        path
    }
}

impl<S: Into<Segment>, const N: usize> From<[S; N]> for LogicalPath {
    fn from(segments: [S; N]) -> Self {
        LogicalPath(segments.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for LogicalPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if position == 0 => write!(out, "{key}")?,
                Segment::Key(key) => write!(out, ".{key}")?,
                Segment::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_like_code() {
        let path = LogicalPath::from(["networks", "mail_servers"]).join(1);
        assert_eq!(path.to_string(), "networks.mail_servers[1]");
        assert_eq!(LogicalPath::default().to_string(), "");
    }

    #[test]
    fn reads_dotted_keys() {
        assert_eq!(LogicalPath::from_dotted("a.0.b").to_string(), "a[0].b");
    }
}
