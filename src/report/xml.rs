//! Text in XML documents.

use crate::words::printable;

/// Text for an element or an attribute. What no XML document may hold, not even escaped, is written out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => shown.extend(character.escape_unicode()),
            other => shown.push(other),
        }
    }
    shown
}
