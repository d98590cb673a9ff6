//! Small pieces of wording that many messages share.

/// "1 stack", "2 stacks", "2 policies".
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        _ if number == 1 => format!("1 {noun}"),
        Some(stem) => format!("{number} {stem}ies"),
        None if noun.ends_with('s') => format!("{number} {noun}es"),
        None => format!("{number} {noun}s"),
    }
}

/// "`a`, `b` and `c`".
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{}`", item.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
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
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
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
        assert_eq!(count(2, "policy"), "2 policies");
        assert_eq!(count(2, "alias"), "2 aliases");
        assert_eq!(count(2, "day"), "2 days");
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
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
        assert_eq!(nearest("xyz", ["DomainName", "Environment"]), None);
    }
}
