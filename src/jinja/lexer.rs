//! From text to tokens, as Jinja2 cuts it.

use std::sync::Arc;

use super::failure::{Failure, Outcome};
use super::syntax::Syntax;

/// A token with its line (from 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The line where it begins.
    pub line: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text between the marks.
    Data(Arc<str>),
    /// `{%`
    BlockBegin,
    /// `%}`
    BlockEnd,
    /// `{{`
    VariableBegin,
    /// `}}`
    VariableEnd,
    /// A word.
    Name(Arc<str>),
    /// A text in quotes, its escapes resolved.
    Text(String),
    /// A whole number.
    Int(i128),
    /// A number with a point or an exponent.
    Float(f64),
    /// An operator or bracket.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// Every sign, the longer before the shorter.
const SIGNS: &[&str] = &[
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}", ">", "<", "=", ".",
    ":", "|", ",", ";",
];

/// Cuts a text into tokens.
///
/// # Errors
/// A failure without a file: a mark that is not closed, a sign that Jinja does not know.
pub fn tokens(source: &str, syntax: &Syntax) -> Outcome<Vec<Token>> {
    let source = if syntax.keep_trailing_newline { source } else { source.strip_suffix('\n').unwrap_or(source) };
    let mut lexer = Lexer { source, at: 0, line: 1, syntax, tokens: Vec::new() };
    lexer.root()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: u32,
    syntax: &'a Syntax,
    tokens: Vec<Token>,
}

/// What begins behind a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Block,
    Variable,
    Comment,
    LineStatement,
    LineComment,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn add(&mut self, kind: Kind) {
        self.tokens.push(Token { line: self.line, kind });
    }

    /// Goes on behind the next bytes.
    fn skip(&mut self, length: usize) {
        let newlines = memchr::memchr_iter(b'\n', &self.source.as_bytes()[self.at..self.at + length]).count();
        self.line += u32::try_from(newlines).unwrap_or(0);
        self.at += length;
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start_matches(is_space).len());
    }

    fn root(&mut self) -> Outcome<()> {
        // Whether the text before is at the beginning of a line, for `lstrip_blocks`.
        let mut is_line_start = true;
        while let Some((start, mark, length)) = self.next_mark() {
            let sign = self.source[start + length..].bytes().next();
            let strip = sign.filter(|sign| matches!(sign, b'-' | b'+'));
            let text = &self.source[self.at..start];
            let kept = match (strip, mark) {
                (Some(b'-'), _) => text.trim_end_matches(is_space),
                (Some(b'+'), _) | (_, Mark::Variable) => text,
                _ if self.syntax.lstrip_blocks => {
                    let line = text.rfind('\n').map_or(0, |at| at + 1);
                    let is_blank = (line > 0 || is_line_start)
                        && line < text.len()
                        && text[line..].trim_matches(is_space).is_empty();
                    if is_blank { &text[..line] } else { text }
                }
                _ => text,
            };
            if !kept.is_empty() {
                self.data(kept);
            }
            self.skip(start - self.at);
            let open_line = self.line;
            let has_sign = strip.is_some();
            match mark {
                Mark::Comment => {
                    self.skip(length + usize::from(has_sign));
                    self.comment(open_line)?;
                }
                Mark::LineComment => {
                    let rest = self.rest();
                    self.skip(rest.find('\n').unwrap_or(rest.len()));
                }
                Mark::Block if self.is_raw(length, has_sign).is_some() => self.raw(length, has_sign, open_line)?,
                Mark::Block | Mark::Variable => {
                    self.add(if mark == Mark::Block { Kind::BlockBegin } else { Kind::VariableBegin });
                    self.skip(length + usize::from(has_sign));
                    self.inside(mark, open_line)?;
                }
                Mark::LineStatement => {
                    self.add(Kind::BlockBegin);
                    self.skip(length + usize::from(has_sign));
                    self.inside(mark, open_line)?;
                }
            }
            is_line_start = self.source[..self.at].ends_with('\n');
        }
        let rest = self.rest();
        if !rest.is_empty() {
            self.data(rest);
            self.skip(rest.len());
        }
        self.add(Kind::End);
        Ok(())
    }

    fn data(&mut self, text: &str) {
        let text: Arc<str> =
            if self.syntax.newline == "\n" { text.into() } else { text.replace('\n', &self.syntax.newline).into() };
        self.add(Kind::Data(text));
    }

    /// The nearest mark: where it begins, and how long it is. Of several at one place the longest one counts.
    fn next_mark(&self) -> Option<(usize, Mark, usize)> {
        let rest = self.rest();
        let marks = [
            (Mark::Comment, &self.syntax.comment[0]),
            (Mark::Block, &self.syntax.block[0]),
            (Mark::Variable, &self.syntax.variable[0]),
        ];
        let mut best: Option<(usize, usize, Mark)> = None;
        let mut offer = |at: usize, length: usize, mark: Mark| {
            if best.is_none_or(|(first, longest, _)| at < first || at == first && length > longest) {
                best = Some((at, length, mark));
            }
        };
        for (mark, text) in marks {
            if let Some(at) = memchr::memmem::find(rest.as_bytes(), text.as_bytes()) {
                offer(at, text.len(), mark);
            }
        }
        if let Some(prefix) = &self.syntax.line_statement
            && let Some((at, length)) = self.line_statement(prefix)
        {
            offer(at, length, Mark::LineStatement);
        }
        if let Some(prefix) = &self.syntax.line_comment
            && let Some((at, length)) = self.line_comment(prefix)
        {
            offer(at, length, Mark::LineComment);
        }
        best.map(|(at, length, mark)| (self.at + at, mark, length))
    }

    /// `^[ \t\v]*prefix`
    fn line_statement(&self, prefix: &str) -> Option<(usize, usize)> {
        let rest = self.rest();
        let mut from = 0;
        while let Some(found) = rest[from..].find(prefix) {
            let at = from + found;
            let before = rest[..at].trim_end_matches([' ', '\t', '\u{b}']);
            let is_start = self.source[..self.at + before.len()].is_empty()
                || self.source[..self.at + before.len()].ends_with('\n');
            if is_start {
                return Some((before.len(), at - before.len() + prefix.len()));
            }
            from = at + prefix.len();
        }
        None
    }

    /// `(?:^|(?<=\S))[^\S\r\n]*prefix`
    fn line_comment(&self, prefix: &str) -> Option<(usize, usize)> {
        let rest = self.rest();
        let at = rest.find(prefix)?;
        let before = rest[..at].trim_end_matches(|letter: char| is_space(letter) && letter != '\n' && letter != '\r');
        Some((before.len(), at - before.len() + prefix.len()))
    }

    fn comment(&mut self, open_line: u32) -> Outcome<()> {
        let close = &self.syntax.comment[1];
        let Some(end) = self.rest().find(close.as_str()) else {
            if self.rest().is_empty() {
                return Ok(());
            }
            return fail(open_line, format!("a comment `{}` is not closed", self.syntax.comment[0]));
        };
        let strips = self.rest()[..end].ends_with('-');
        let keeps = self.rest()[..end].ends_with('+');
        self.skip(end + close.len());
        self.behind_block(strips, keeps);
        Ok(())
    }

    /// What `-%}` and `trim_blocks` take away.
    fn behind_block(&mut self, strips: bool, keeps: bool) {
        if strips {
            self.skip_space();
        } else if !keeps && self.syntax.trim_blocks && self.rest().starts_with('\n') {
            self.skip(1);
        }
    }

    /// How long `{% raw %}` is, if this is one.
    fn is_raw(&self, length: usize, has_sign: bool) -> Option<usize> {
        self.word_tag(self.rest(), length + usize::from(has_sign), "raw").map(|(length, _)| length)
    }

    /// How long the rest of `{% word %}` is, and whether it ends in `-%}` (`true`) or `+%}` (`false`).
    fn word_tag(&self, text: &str, from: usize, word: &str) -> Option<(usize, Option<bool>)> {
        let rest = &text[from..];
        let inner = rest.trim_start_matches(is_space).strip_prefix(word)?.trim_start_matches(is_space);
        let (inner, sign) = match (inner.strip_prefix('-'), inner.strip_prefix('+')) {
            (Some(inner), _) => (inner, Some(true)),
            (_, Some(inner)) => (inner, Some(false)),
            _ => (inner, None),
        };
        let inner = inner.strip_prefix(self.syntax.block[1].as_str())?;
        Some((text.len() - inner.len(), sign))
    }

    fn raw(&mut self, length: usize, has_sign: bool, open_line: u32) -> Outcome<()> {
        let Some((length, sign)) = self.word_tag(self.rest(), length + usize::from(has_sign), "raw") else {
            return Ok(());
        };
        self.skip(length);
        if sign == Some(true) {
            self.skip_space();
        }
        let open = &self.syntax.block[0];
        let mut from = 0;
        while let Some(found) = self.rest()[from..].find(open.as_str()) {
            let at = from + found;
            let tag = &self.rest()[at..];
            let sign = tag[open.len()..].bytes().next().filter(|sign| matches!(sign, b'-' | b'+'));
            if let Some((length, closing)) = self.word_tag(tag, open.len() + usize::from(sign.is_some()), "endraw") {
                let text = &self.rest()[..at];
                let line = text.rfind('\n').map_or(0, |at| at + 1);
                let text = match sign {
                    Some(b'-') => text.trim_end_matches(is_space),
                    None if self.syntax.lstrip_blocks && line > 0 && text[line..].trim_matches(is_space).is_empty() => {
                        &text[..line]
                    }
                    _ => text,
                };
                if !text.is_empty() {
                    self.data(text);
                }
                self.skip(at + length);
                self.behind_block(closing == Some(true), closing == Some(false));
                return Ok(());
            }
            from = at + open.len();
        }
        if self.rest().is_empty() {
            return Ok(());
        }
        fail(open_line, "`raw` is not closed: there is no `endraw` behind it")
    }

    /// The tokens between two marks.
    fn inside(&mut self, mark: Mark, open_line: u32) -> Outcome<()> {
        let mut brackets: Vec<&'static str> = Vec::new();
        loop {
            if mark == Mark::LineStatement {
                let rest = self.rest();
                let inner = rest.trim_start_matches([' ', '\t', '\u{b}', '\r']);
                if brackets.is_empty() && (inner.is_empty() || inner.starts_with('\n')) {
                    self.add(Kind::BlockEnd);
                    let length = rest.len() - inner.len() + usize::from(!inner.is_empty());
                    self.skip(length);
                    return Ok(());
                }
            } else if brackets.is_empty() && self.closes(mark) {
                return Ok(());
            }
            self.skip_space_in(mark);
            if brackets.is_empty() && mark != Mark::LineStatement && self.closes(mark) {
                return Ok(());
            }
            if self.rest().is_empty() {
                if mark == Mark::LineStatement {
                    continue;
                }
                let open = if mark == Mark::Block { &self.syntax.block[0] } else { &self.syntax.variable[0] };
                return fail(open_line, format!("`{open}` is not closed"));
            }
            if mark == Mark::LineStatement && brackets.is_empty() && self.rest().starts_with('\n') {
                continue;
            }
            let kind = self.token()?;
            if let Kind::Sign(sign) = kind {
                match sign {
                    "(" => brackets.push(")"),
                    "[" => brackets.push("]"),
                    "{" => brackets.push("}"),
                    ")" | "]" | "}" => match brackets.pop() {
                        Some(expected) if expected == sign => {}
                        Some(expected) => {
                            return fail(self.line, format!("`{sign}` stands where `{expected}` should"));
                        }
                        None => return fail(self.line, format!("`{sign}` closes nothing")),
                    },
                    _ => {}
                }
            }
        }
    }

    fn skip_space_in(&mut self, mark: Mark) {
        if mark == Mark::LineStatement {
            let rest = self.rest();
            self.skip(rest.len() - rest.trim_start_matches([' ', '\t', '\u{b}', '\r']).len());
        } else {
            self.skip_space();
        }
    }

    /// Ends a block or variable, if its end stands here.
    fn closes(&mut self, mark: Mark) -> bool {
        let rest = self.rest();
        let close = if mark == Mark::Block { &self.syntax.block[1] } else { &self.syntax.variable[1] };
        let ends = |sign: &str| rest.strip_prefix(sign).is_some_and(|rest| rest.starts_with(close.as_str()));
        let strips = ends("-");
        let keeps = mark == Mark::Block && ends("+");
        if !strips && !keeps && !rest.starts_with(close.as_str()) {
            return false;
        }
        self.add(if mark == Mark::Block { Kind::BlockEnd } else { Kind::VariableEnd });
        self.skip(close.len() + usize::from(strips || keeps));
        if mark == Mark::Block {
            self.behind_block(strips, keeps);
        } else if strips {
            self.skip_space();
        }
        true
    }

    fn token(&mut self) -> Outcome<Kind> {
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or(' ');
        let (kind, length) = if first.is_ascii_digit() {
            match number(rest) {
                Some(found) => found,
                None => return fail(self.line, "a number is too large"),
            }
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            (Kind::Name(rest[..length].into()), length)
        } else if first == '\'' || first == '"' {
            self.quoted(first)?
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Kind::Sign(sign), sign.len())
        } else {
            return fail(self.line, format!("`{first}` is no sign of Jinja"));
        };
        self.add(kind.clone());
        self.skip(length);
        Ok(kind)
    }

    fn quoted(&self, quote: char) -> Outcome<(Kind, usize)> {
        let rest = self.rest();
        let mut is_escaped = false;
        for (at, letter) in rest.char_indices().skip(1) {
            if is_escaped {
                is_escaped = false;
            } else if letter == '\\' {
                is_escaped = true;
            } else if letter == quote {
                return match unescaped(&rest[1..at]) {
                    Some(text) => Ok((Kind::Text(text), at + 1)),
                    None => fail(self.line, "a text in quotes has a `\\` that means nothing"),
                };
            }
        }
        fail(self.line, "a text in quotes is not closed")
    }
}

fn fail<T>(line: u32, message: impl Into<String>) -> Outcome<T> {
    Err(Failure::new(message).or_at(0, line))
}

/// White space of Python's `\s`.
pub fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter)
}

/// A number at the beginning of a text. `None` if it is too large.
fn number(text: &str) -> Option<(Kind, usize)> {
    let digits = |text: &str, radix: u32| {
        let mut length = 0;
        for (at, letter) in text.char_indices() {
            if letter.is_digit(radix) {
                length = at + 1;
            } else if letter != '_' || length != at {
                break;
            }
        }
        length
    };
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if lower.as_deref() == Some(prefix) {
            let from = 2 + usize::from(text[2..].starts_with('_'));
            let length = digits(&text[from..], radix);
            if length > 0 {
                let end = from + length;
                return Some((Kind::Int(i128::from_str_radix(&text[from..end].replace('_', ""), radix).ok()?), end));
            }
        }
    }
    let whole = digits(text, 10);
    let rest = &text[whole..];
    let fraction = rest.strip_prefix('.').map_or(0, |rest| digits(rest, 10));
    let mut end = whole + if fraction > 0 { fraction + 1 } else { 0 };
    let mut is_float = fraction > 0;
    let rest = &text[end..];
    if rest.starts_with(['e', 'E']) {
        let sign = usize::from(rest[1..].starts_with(['+', '-']));
        let exponent = digits(&rest[1 + sign..], 10);
        if exponent > 0 {
            is_float = true;
            end += 1 + sign + exponent;
        }
    }
    let clean = text[..end].replace('_', "");
    if is_float {
        return Some((Kind::Float(clean.parse().ok()?), end));
    }
    // `010` is the number 0 and then 10, which no expression has.
    if clean.starts_with('0') && clean.bytes().any(|digit| digit != b'0') {
        return Some((Kind::Int(0), 1));
    }
    Some((Kind::Int(clean.parse().ok()?), end))
}

/// Resolves the escapes of Python's texts.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let code = |letters: &mut std::str::Chars<'_>, count: usize| {
            let digits: String = letters.by_ref().take(count).collect();
            (digits.len() == count).then(|| u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)).flatten()
        };
        match letters.next()? {
            '\n' => {}
            '\\' => out.push('\\'),
            quote @ ('\'' | '"') => out.push(quote),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\u{b}'),
            'x' => out.push(code(&mut letters, 2)?),
            'u' => out.push(code(&mut letters, 4)?),
            'U' => out.push(code(&mut letters, 8)?),
            'N' => return None,
            digit @ '0'..='7' => {
                let mut octal = digit.to_digit(8)?;
                let mut ahead = letters.clone();
                for _ in 0..2 {
                    let Some(next) = ahead.next().and_then(|next| next.to_digit(8)) else { break };
                    octal = octal * 8 + next;
                    letters.next();
                }
                out.push(char::from_u32(octal)?);
            }
            other => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    Some(out)
}
