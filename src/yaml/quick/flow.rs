//! Collections in brackets, over one line or several.

use super::{Reader, is_new, scalar};
use crate::yaml::{DEEPEST, Tree};
use std::collections::HashSet;

impl<'t> Reader<'t> {
    /// A list or mapping in brackets, and the byte behind it. Its further lines are deeper than `parent`.
    pub(super) fn flow(&mut self, at: usize, parent: usize) -> Option<(Tree<'t>, usize)> {
        if self.depth == DEEPEST / 2 {
            return None;
        }
        self.depth += 1;
        let result = match self.byte(at)? {
            b'[' => self.flow_list(at + 1, parent),
            _ => self.flow_mapping(at + 1, parent),
        };
        self.depth -= 1;
        result
    }

    fn flow_list(&mut self, at: usize, parent: usize) -> Option<(Tree<'t>, usize)> {
        let mut items = Vec::new();
        let mut at = self.skip_lines(at, parent)?;
        if self.byte(at)? == b']' {
            return Some((Tree::List(items), at + 1));
        }
        loop {
            let (item, end) = self.flow_node(at, parent)?;
            items.push(item);
            let end = self.skip_lines(end, parent)?;
            match self.byte(end)? {
                b',' => at = self.skip_lines(end + 1, parent)?,
                b']' => return Some((Tree::List(items), end + 1)),
                _ => return None,
            }
        }
    }

    fn flow_mapping(&mut self, at: usize, parent: usize) -> Option<(Tree<'t>, usize)> {
        let (mut entries, mut keys) = (Vec::new(), HashSet::new());
        let mut at = self.skip_lines(at, parent)?;
        if self.byte(at)? == b'}' {
            return Some((Tree::Map(entries), at + 1));
        }
        loop {
            let (key, end) = match self.byte(at)? {
                b'\'' | b'"' => self.quoted(at)?,
                _ => {
                    let (text, end) = self.flow_plain(at)?;
                    (scalar::key(text)?, end)
                }
            };
            let is_key = self.byte(end)? == b':' && matches!(self.byte(end + 1)?, b' ' | b'\n');
            if !is_key || end - at >= scalar::LONGEST_KEY || key == "<<" || !is_new(&key, &entries, &mut keys) {
                return None;
            }
            let begin = self.skip_lines(end + 1, parent)?;
            let (value, end) = self.flow_node(begin, parent)?;
            entries.push((key, value));
            let end = self.skip_lines(end, parent)?;
            match self.byte(end)? {
                b',' => at = self.skip_lines(end + 1, parent)?,
                b'}' => return Some((Tree::Map(entries), end + 1)),
                _ => return None,
            }
        }
    }

    fn flow_node(&mut self, at: usize, parent: usize) -> Option<(Tree<'t>, usize)> {
        match self.byte(at)? {
            b'[' | b'{' => self.flow(at, parent),
            b'\'' | b'"' => self.quoted(at).map(|(text, end)| (Tree::Text(text), end)),
            b'!' => {
                let (name, end) = self.tag(at)?;
                let begin = self.skip_spaces(end);
                if begin == end || self.byte(begin)? == b'!' {
                    return None;
                }
                let (value, end) = self.flow_node(begin, parent)?;
                Some((Tree::Tagged(Box::new((name.into(), value))), end))
            }
            _ => {
                let (text, end) = self.flow_plain(at)?;
                // A colon would make it a key.
                (self.byte(end) != Some(b':')).then_some(())?;
                Some((scalar::resolve(text)?, end))
            }
        }
    }

    /// A plain scalar inside brackets, and the byte behind it.
    fn flow_plain(&self, at: usize) -> Option<(&'t str, usize)> {
        scalar::may_begin_plain(self.byte(at)?, self.byte(at + 1)).then_some(())?;
        let bytes = self.text.as_bytes();
        let mut end = at;
        loop {
            match bytes.get(end)? {
                b',' | b']' | b'}' | b'\n' => break,
                b':' => match bytes.get(end + 1)? {
                    b' ' | b'\n' => break,
                    b',' | b'?' | b'[' | b']' | b'{' | b'}' => return None,
                    _ => {}
                },
                b'[' | b'{' | b'?' => return None,
                b'#' if bytes[end - 1] == b' ' => return None,
                _ => {}
            }
            end += 1;
        }
        let text = self.text[at..end].trim_end_matches(' ');
        // Behind a key, blanks before the colon are left to the general reader.
        let stop = if bytes[end] == b':' { end } else { at + text.len() };
        (bytes[end] != b':' || at + text.len() == end).then_some((text, stop))
    }

    /// Goes over blanks and line ends inside brackets.
    fn skip_lines(&self, mut at: usize, parent: usize) -> Option<usize> {
        loop {
            at = self.skip_spaces(at);
            if self.byte(at)? != b'\n' {
                return Some(at);
            }
            at += 1;
            // Less indented lines are not the same everywhere.
            if self.byte(at)? != b'\n' && self.skip_spaces(at) - at <= parent {
                return None;
            }
        }
    }
}
