//! Character classes that several kinds of identifier share, and how patterns are applied.

use fancy_regex::{Captures, Regex};

use super::HIDDEN;

/// White space, in Unicode's sense and the byte order mark.
pub const SPACE: &str =
    r"\x00-\x20\x7f\x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}";
/// Japanese punctuation.
pub const MARKS: &str = r"\x{3001}\x{3002}\x{3008}-\x{3011}\x{ff01}\x{ff08}\x{ff09}\x{ff0c}\x{ff0e}\x{ff1a}\x{ff1b}\x{ff1c}\x{ff1e}\x{ff1f}\x{ff5e}";
/// The at sign, also as links, JSON, HTML and Japanese text write it.
pub const AT: &str = r"(?:[@\x{ff20}\x{fe6b}]|%(?:25)*40|\\u(?:0040|[fF][fF]20)|&\#(?:64|[xX]40);)";

/// Compiles a pattern of this program.
///
/// # Panics
/// If the pattern is wrong: the tests compile every one.
pub fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Replaces every match. Text that the engine gives up on is hidden.
pub fn replace(regex: &Regex, text: &str, mut replacement: impl FnMut(&Captures<'_, str>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for found in regex.captures_iter(text) {
        let Ok(found) = found else { return HIDDEN.to_owned() };
        let whole = found.get(0).expect("the whole match");
        out.push_str(&text[done..whole.start()]);
        out.push_str(&replacement(&found));
        done = whole.end();
    }
    out.push_str(&text[done..]);
    out
}

/// Where the character stands that is `count` characters before a place.
pub fn back(text: &str, place: usize, count: usize) -> usize {
    text[..place].char_indices().rev().nth(count - 1).map_or(0, |(start, _)| start)
}
