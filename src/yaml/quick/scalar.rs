//! Scalars: plain, quoted, literal and folded; and tags.

use std::borrow::Cow;

use serde_yaml::Value;

use super::Reader;
use crate::yaml::Tree;

/// A key of this many bytes is left to the general reader, which has a limit near it.
pub const LONGEST_KEY: usize = 1000;

/// Whether a text has no characters that need more thought: tabs, other line ends, control characters, byte order marks.
pub fn has_plain_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a way out in the middle of a piece, it is compared many bytes at a time.
    let is_plain = |byte: u8| (byte >= b' ' && byte != 0x7f) || byte == b'\n';
    bytes.chunks(4096).all(|piece| piece.iter().fold(true, |plain, byte| plain & is_plain(*byte)))
        && (text.is_ascii() || !memchr::memchr3_iter(0xc2, 0xe2, 0xef, bytes).any(|at| is_unusual(&bytes[at..])))
}

/// Whether a text begins with one of U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF. That is in UTF-8, where
/// no byte but the first of a character is 0xC2 or more.
fn is_unusual(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xc2, 0x80..=0x9f, ..]
            | [0xe2, 0x80, 0xa8 | 0xa9, ..]
            | [0xef, 0xbb, 0xbf, ..]
            | [0xef, 0xbf, 0xbe | 0xbf, ..]
    )
}

/// Whether a plain scalar may begin with a byte that another follows.
pub fn may_begin_plain(first: u8, next: Option<u8>) -> bool {
    match first {
        b'-' => next.is_some_and(|next| next.is_ascii_alphanumeric()),
        b'_' | b'/' | b'.' | b'~' | b'(' | b')' | b'$' | b'<' | b'=' | b'+' | b'^' | b';' | b'\\' => true,
        _ => first.is_ascii_alphanumeric() || first >= 0x80,
    }
}

/// What a plain scalar means: a text, a number, a boolean or nothing.
pub fn resolve(text: &str) -> Option<Tree<'_>> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    match text {
        "null" | "Null" | "NULL" | "~" => return Some(Tree::Null),
        "true" | "True" | "TRUE" => return Some(Tree::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Tree::Bool(false)),
        _ => {}
    }
    if first.is_ascii_digit() {
        let is_whole = bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit) && (first != b'0' || bytes.len() == 1);
        return if is_whole { Some(Tree::Number(text.into())) } else { resolve_slowly(text) };
    }
    if matches!(first, b'-' | b'+' | b'.') { resolve_slowly(text) } else { Some(Tree::Text(text.into())) }
}

/// What looks like a number is for the general reader to say.
fn resolve_slowly(text: &str) -> Option<Tree<'_>> {
    match crate::yaml::value::read(text).ok()? {
        Value::String(same) => (same == text).then_some(Tree::Text(text.into())),
        number @ Value::Number(_) => Some(number.into()),
        _ => None,
    }
}

/// A plain key, which is a text whatever it looks like.
pub fn key(text: &str) -> Option<Cow<'_, str>> {
    match resolve(text)? {
        Tree::Text(text) | Tree::Number(text) => Some(text),
        Tree::Bool(flag) => Some(if flag { "true" } else { "false" }.into()),
        _ => None,
    }
}

impl<'t> Reader<'t> {
    /// A plain scalar on a line that ends at `end`, and the byte behind it: before a colon, blanks or a comment.
    pub(super) fn plain(&self, start: usize, end: usize) -> Option<(&'t str, usize)> {
        let bytes = self.text.as_bytes();
        may_begin_plain(bytes[start], bytes.get(start + 1).copied()).then_some(())?;
        let line = &bytes[start..end];
        let mut length = line.len();
        for at in memchr::memchr2_iter(b':', b'#', line) {
            let ends = match line[at] {
                b':' => line.get(at + 1).is_none_or(|next| *next == b' '),
                _ => line[at - 1] == b' ',
            };
            if ends {
                length = at;
                break;
            }
        }
        let text = self.text[start..start + length].trim_end_matches(' ');
        let is_key = line.get(length) == Some(&b':');
        // A blank before the colon of a key is left to the general reader.
        (!is_key || text.len() == length).then_some((text, start + text.len()))
    }

    /// A quoted scalar on one line, and the byte behind its closing quote.
    pub(super) fn quoted(&self, start: usize) -> Option<(Cow<'t, str>, usize)> {
        let bytes = self.text.as_bytes();
        let quote = bytes[start];
        let mut at = start + 1;
        let mut unescaped: Option<String> = None;
        let mut begin = at;
        loop {
            at += memchr::memchr3(quote, b'\\', b'\n', &bytes[at..])?;
            let escaped = match (bytes[at], bytes.get(at + 1)) {
                (b'\n', _) => return None,
                (b'\\', _) if quote == b'\'' => {
                    at += 1;
                    continue;
                }
                (b'\\', Some(b'n')) => '\n',
                (b'\\', Some(b't')) => '\t',
                (b'\\', Some(b'"')) => '"',
                (b'\\', Some(b'\\')) => '\\',
                (b'\\', _) => return None,
                (_, Some(b'\'')) if quote == b'\'' => '\'',
                _ => break,
            };
            let text = unescaped.get_or_insert_default();
            text.push_str(&self.text[begin..at]);
            text.push(escaped);
            at += 2;
            begin = at;
        }
        let rest = &self.text[begin..at];
        let text = match unescaped {
            Some(text) => Cow::Owned(text + rest),
            None => Cow::Borrowed(rest),
        };
        Some((text, at + 1))
    }

    /// The name of a short tag, and the byte behind it.
    pub(super) fn tag(&self, start: usize) -> Option<(&'t str, usize)> {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = self.text.as_bytes()[start + 1..].iter().take_while(|byte| is_name(byte)).count();
        let end = start + 1 + length;
        let is_tag = length > 0 && matches!(self.byte(end), None | Some(b' ' | b'\n'));
        is_tag.then(|| (&self.text[start + 1..end], end))
    }

    /// A literal (`|`) or folded (`>`) scalar whose header is at a byte. Its lines are deeper than `parent`.
    pub(super) fn block_scalar(&mut self, header: usize, style: u8, parent: usize) -> Option<Tree<'t>> {
        let chomping = self.byte(header + 1)?;
        let (is_clipped, is_stripped) = match chomping {
            b'\n' => (true, false),
            b'-' => (false, true),
            b'+' => (false, false),
            _ => return None,
        };
        let header_end = self.line_end(header);
        if header_end > header + if is_clipped { 1 } else { 2 } || !self.text.ends_with('\n') {
            return None;
        }
        let (lines, end) = self.block_lines(header_end + 1, parent)?;
        let mut text = if style == b'|' { lines.join("\n") } else { folded(&lines)? };
        let written = text.trim_end_matches('\n').len();
        if is_stripped || is_clipped {
            text.truncate(written);
        }
        if !is_stripped {
            text.push('\n');
        }
        self.line_from(end)?;
        Some(Tree::Text(text.into()))
    }

    /// The lines of a block scalar without their indentation, and the byte behind them.
    fn block_lines(&self, start: usize, parent: usize) -> Option<(Vec<&'t str>, usize)> {
        let mut indent = None;
        let (mut lines, mut blank) = (Vec::new(), 0);
        let mut at = start;
        while at < self.text.len() {
            let end = self.line_end(at);
            let line = &self.text[at..end];
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let is_blank = spaces == line.len();
            match indent {
                None if is_blank => blank = spaces.max(blank),
                None if spaces <= parent || spaces < blank => return None,
                None => indent = Some(spaces),
                Some(indent) if !is_blank && spaces < indent => break,
                Some(_) => {}
            }
            lines.push(line.get(indent.unwrap_or(spaces)..).unwrap_or_default());
            at = end + 1;
        }
        indent.map(|_| (lines, at))
    }
}

/// The lines of a folded scalar as one, if they have nothing that is not folded.
fn folded(lines: &[&str]) -> Option<String> {
    let last = lines.iter().rposition(|line| !line.is_empty())?;
    let is_simple = |line: &&str| !line.is_empty() && !line.starts_with(' ') && !line.ends_with(' ');
    let (text, blank) = lines.split_at(last + 1);
    text.iter().all(is_simple).then(|| text.join(" ") + &"\n".repeat(blank.len()))
}
