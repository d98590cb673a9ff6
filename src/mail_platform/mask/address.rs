//! Mail addresses: at most the first half of the local part stays, and at most four characters.

use std::sync::LazyLock;

use fancy_regex::Regex;

use super::HIDDEN;
use super::patterns::{AT, MARKS, SPACE, back, pattern};

static AT_SIGN: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{AT}(?=[^{SPACE}{MARKS}\x21-\x24\x26-\x2f\x3a-\x40\x5c-\x5e\x60\x7b-\x7e])")));
/// The local part is matched too widely rather than too narrowly: that never shows more of it.
static SEPARATOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r#"[{SPACE}{MARKS}()<>\[\]:;,\\"@\x{{ff20}}\x{{fe6b}}]"#)));
static QUOTED_TAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?s)"(?:[^"\\]|\\.)*"\z"#));
static DOMAIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r#"[^{SPACE}{MARKS}()<>;,\\"@\x{{ff20}}\x{{fe6b}}]*"#)));

/// An address in a text, as byte offsets.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    pub start: usize,
    pub at: usize,
    pub end: usize,
}

/// Whether there is an at sign that could belong to an address.
pub fn any(text: &str) -> bool {
    // What each form of the at sign has in it is quick to look for.
    (text.contains(['@', '\u{ff20}', '\u{fe6b}', '%', '\\']) || text.contains("&#"))
        && AT_SIGN.is_match(text).unwrap_or(true)
}

/// Where the addresses are; `None` if the engine gives up: then the text is to be hidden.
pub fn addresses(text: &str) -> Option<Vec<Address>> {
    let signs = AT_SIGN.find_iter(text).map(|sign| sign.map(|sign| (sign.start(), sign.end())));
    let mut signs: Vec<(usize, usize)> = signs.collect::<Result<_, _>>().ok()?;
    let mut starts = vec![0];
    if !signs.is_empty() {
        for separator in SEPARATOR.find_iter(text) {
            starts.push(separator.ok()?.end());
        }
    }
    let mut found = Vec::new();
    let mut limit = text.len();
    while let Some((at, end)) = signs.pop() {
        let before = signs.last().map_or(0, |sign| sign.1);
        while starts.last().is_some_and(|start| *start > at) {
            starts.pop();
        }
        let start = if text[..at].ends_with('"') {
            let low = back(text, at, 256);
            let quoted = QUOTED_TAIL.find(&text[low..at]).ok()?;
            quoted.map_or(before.max(low), |quoted| low + quoted.start())
        } else {
            in_link(text, before.max(starts.last().copied().unwrap_or(0)), at, before)
        };
        if start < at {
            let domain = DOMAIN.find(&text[end..limit]).ok()?.map_or(0, |domain| domain.end());
            found.push(Address { start, at, end: end + domain });
        }
        while signs.last().is_some_and(|sign| sign.0 >= start) {
            signs.pop(); // inside the quoted local part
        }
        limit = at;
    }
    found.reverse();
    Some(found)
}

/// Leaves the readable part of a link alone: `https://host/path?name=ADDRESS`.
fn in_link(text: &str, start: usize, at: usize, before: usize) -> usize {
    let local = &text[start..at];
    let after_domain = start == before && before > 0;
    if !(after_domain || local.starts_with("//")) {
        return start;
    }
    let value = match local.rfind(['?', '&']) {
        Some(mark) => local[mark..].find('=').map_or(mark, |equals| mark + equals) + 1,
        None => local.rfind('/').map_or(0, |slash| slash + 1),
    };
    if value < local.len() { start + value } else { start }
}

/// The text with every local part cut.
pub fn mask(text: &str) -> String {
    let Some(addresses) = addresses(text) else { return HIDDEN.to_owned() };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for address in addresses {
        out.push_str(&text[done..address.start]);
        out.push_str(&mask_local_part(&text[address.start..address.at]));
        done = address.at;
    }
    out.push_str(&text[done..]);
    out
}

/// `yamada` becomes `yam***`.
fn mask_local_part(local: &str) -> String {
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (quote, name) = quoted.map_or(("", local), |name| ("\"", name));
    let length = name.chars().count();
    if name.ends_with("***") && length <= 7 {
        return local.to_owned(); // masked before
    }
    // An escaped character is not cut in two.
    let kept: String = name.chars().take((length / 2).min(4)).take_while(|character| *character != '%').collect();
    format!("{quote}{kept}***{quote}")
}
