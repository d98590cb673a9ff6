//! JSON integers that do not fit into 64 bits: they come out as they went in.
//!
//! The JSON reader would make floating-point numbers of them. They are set aside as strings with a mark in front, and put
//! back in the end. None of them is masked: no number that a rule looks for has so many digits.

/// A private character, which stands in front of an integer that was set aside.
const MARK: char = '\u{f8ff}';
/// The same as JSON may write it.
const ESCAPED: &str = "\\uf8ff";

/// Whether a text stands for an integer. A line may have the mark of its own, in front of anything.
pub fn is_set_aside(text: &str) -> bool {
    text.strip_prefix(MARK).is_some_and(is_wide)
}

/// The line with its wide integers set aside. `None` if it has none, or uses the mark itself: then they become floating-point
/// numbers.
pub fn set_aside(line: &str) -> Option<String> {
    let has_many_digits = line.as_bytes().split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 18);
    if !has_many_digits || line.contains(MARK) || line.to_ascii_lowercase().contains(ESCAPED) {
        return None;
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let mut found = false;
    while let Some(start) = rest.find(|next: char| next == '"' || next == '-' || next.is_ascii_digit()) {
        let (before, here) = rest.split_at(start);
        out.push_str(before);
        let is_text = here.starts_with('"');
        let (token, after) = here.split_at(if is_text { text_length(here) } else { number_length(here) });
        if !is_text && is_wide(token) {
            out.extend(['"', MARK]);
            out.push_str(token);
            out.push('"');
            found = true;
        } else {
            out.push_str(token);
        }
        rest = after;
    }
    out.push_str(rest);
    found.then_some(out)
}

/// Puts the integers back that were set aside.
pub fn put_back(masked: &str) -> String {
    let mut out = String::with_capacity(masked.len());
    let mut rest = masked;
    while let Some((before, after)) = rest.split_once(&format!("\"{MARK}")) {
        let (number, after) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(number);
        rest = after;
    }
    out + rest
}

/// How long the quoted text is that a line begins with, quotes included.
fn text_length(line: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    line.len()
}

fn number_length(line: &str) -> usize {
    line.find(|next: char| !(next.is_ascii_alphanumeric() || matches!(next, '+' | '-' | '.'))).unwrap_or(line.len())
}

/// Whether a token is a whole number, as JSON writes it, beyond 64 bits.
fn is_wide(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.len() > 18
        && !digits.starts_with('0')
        && token.parse::<i64>().is_err()
        && token.parse::<u64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_integers_are_set_aside_and_put_back() {
        let line = r#"{"a\"1": [-98765432109876543210, 18446744073709551616,18446744073709551615], "b": "12345678901234567890"}"#;
        let aside = set_aside(line).unwrap();
        assert_eq!(
            aside,
            line.replace("-98765432109876543210", "\"\u{f8ff}-98765432109876543210\"")
                .replace("18446744073709551616", "\"\u{f8ff}18446744073709551616\"")
        );
        assert_eq!(put_back(&aside), line);
    }

    #[test]
    fn nothing_hides_behind_the_mark() {
        for text in ["taro@example.jp", "03-1234-5678", "4111111111111111", "", "12345678901234567890 taro"] {
            assert!(!is_set_aside(&format!("{MARK}{text}")), "{text}");
        }
        assert!(is_set_aside(&format!("{MARK}12345678901234567890123")));
    }

    #[test]
    fn other_lines_are_left_alone() {
        for line in [
            "no JSON 12345678901234567890x",
            r#"{"a": 1234567890123456789}"#,
            r#"{"a": "12345678901234567890"}"#,
            r#"{"a": 12345678901234567890.5, "b": 12345678901234567890e3, "c": 012345678901234567890}"#,
            r#"{"a": 12345678901234567890123, "b": "\uF8FF"}"#,
            "[12345678901234567890123, \"\u{f8ff}\"]",
        ] {
            assert_eq!(set_aside(line), None, "{line}");
        }
    }
}
