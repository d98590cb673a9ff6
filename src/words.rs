//! Small pieces of wording that many messages share.

use std::collections::HashSet;
use std::fmt::Display;

/// "1 stack", "2 stacks", "2 policies". Any unsigned number will do.
#[must_use]
pub fn count<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        _ if number == N::from(1) => format!("1 {noun}"),
        Some(stem) => format!("{number} {stem}ies"),
        None if noun.ends_with('s') => format!("{number} {noun}es"),
        None => format!("{number} {noun}s"),
    }
}

/// "`a`, `b` and `c`".
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{}`", item.as_ref())).collect();
    enumerate(&quoted)
}

/// "a, b and c".
#[must_use]
pub fn enumerate(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "a string, a number or a list", each once.
#[must_use]
pub fn alternatives(mut texts: Vec<String>) -> String {
    remove_repetitions(&mut texts);
    match texts.pop() {
        None => "something else".to_owned(),
        Some(last) if texts.is_empty() => last,
        Some(last) => format!("{} or {last}", texts.join(", ")),
    }
}

/// Keeps the first of equal texts.
pub fn remove_repetitions(texts: &mut Vec<String>) {
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}

/// The text in one line, with control characters written out: what stands in a project's files must not steer the
/// terminal, nor break a message apart.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            control if control.is_control() => shown.extend(control.escape_unicode()),
            other => shown.push(other),
        }
    }
    shown
}

/// "did you mean `x`?" for the nearest known word, if one is near enough to be a slip of the hand.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// The nearest known word: at most a third of its letters differ, case aside.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let length = candidate.chars().count();
            // Something of the word must be left: `x` is no slip of `y`.
            *distance <= length.max(3) / 3 && (*distance == 0 || *distance < length.min(word.chars().count()))
        })
        // Of equally near words the one of the same length: 90 for 91, not 1.
        .min_by_key(|(distance, candidate)| (*distance, candidate.len().abs_diff(word.len()), *candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_lists() {
        assert_eq!(count(1, "stack"), "1 stack");
        assert_eq!(count(0, "stack"), "0 stacks");
        assert_eq!(count(2_u64, "policy"), "2 policies");
        assert_eq!(count(2, "alias"), "2 aliases");
        assert_eq!(count(2, "day"), "2 days");
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(alternatives(vec!["a".into(), "b".into(), "a".into(), "c".into()]), "a, b or c");
        assert_eq!(alternatives(vec![]), "something else");
    }

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(printable("a\nb\u{1b}[31mc 日本"), "a b\\u{1b}[31mc 日本");
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(nearest("DomianName", ["DomainName", "Environment"]), Some("DomainName"));
        assert_eq!(nearest("parametrs", ["parameters", "profile"]), Some("parameters"));
        assert_eq!(nearest("91", ["1", "90", "30"]), Some("90"));
        assert_eq!(nearest("PROD", ["dev", "prod"]), Some("prod"));
        assert_eq!(nearest("xyz", ["DomainName", "Environment"]), None);
        assert_eq!(nearest("", ["abcd"]), None);
        assert_eq!(nearest("x", ["y", "xy"]), None);
    }
}
