//! Numbers: telephones, cards, My Number, postal codes.

use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};

use super::patterns::{back, pattern, replace};

const DIGIT: &str = r"[0-9\x{ff10}-\x{ff19}]";
const HYPHENS: &str = r"-\x{2010}-\x{2015}\x{2212}\x{30fc}\x{ff0d}";

fn gap() -> String {
    format!(r"(?:[{HYPHENS}.\x{{ff0e}} \x{{a0}}\x{{3000}}()\x{{ff08}}\x{{ff09}}]|%20|%2[89dD])")
}

/// What the shortest number has: a postal code.
const FEWEST_DIGITS: usize = 7;
/// What stands directly before an international number.
const PLUS: &[&str] = &["+", "\u{ff0b}", "%2b", "%2B"];

static ENOUGH_DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{DIGIT}(?:{}{{0,3}}{DIGIT}){{6}}", gap())));
/// An identifier or an escape, whose digits mean nothing, or a run of digit groups.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        "arn:[a-z0-9-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]{{12}}(?![0-9])\
         |(?:[0-9a-fA-F]{{16}}-)?[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}(?:-[0-9]{{6}})?\
         |%[0-9a-fA-F]{{2}}|([(\\x{{ff08}}]?{DIGIT}+(?:{}{{1,3}}{DIGIT}+)*)",
        gap()
    ))
});
/// The numbers in a text.
pub fn mask(text: &str) -> String {
    if text.chars().filter(|c| is_digit(*c)).nth(FEWEST_DIGITS - 1).is_some()
        && ENOUGH_DIGITS.is_match(text).unwrap_or(true)
    {
        replace(&TOKEN, text, |found| mask_run(text, found))
    } else {
        text.to_owned()
    }
}

fn mask_run(text: &str, found: &Captures<'_, str>) -> String {
    let Some(run) = found.get(1) else { return found[0].to_owned() };
    let (mut gaps, mut shown, mut rest) = (Vec::new(), Vec::new(), run.as_str());
    while let Some(start) = rest.find(is_digit) {
        let end = rest[start..].find(|c| !is_digit(c)).map_or(rest.len(), |length| start + length);
        gaps.push(&rest[..start]);
        shown.push(&rest[start..end]);
        rest = &rest[end..];
    }
    let groups: Vec<String> = shown.iter().map(|group| group.chars().map(narrow).collect()).collect();
    let before = if run.start() == 0 { "" } else { &text[back(text, run.start(), 3)..run.start()] };
    let after = text[run.end()..].chars().next().map_or("", |next| &text[run.end()..][..next.len_utf8()]);
    let around: Vec<&str> = [before].into_iter().chain(gaps[1..].iter().copied()).chain([after]).collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < groups.len() {
        let (kind, count) = number_at(&groups[at..groups.len().min(at + 7)], &around[at..]);
        let closed = |gap: &&str| gap.contains([')', '\u{ff09}']);
        if !(kind == "phone" && at == 0 && gaps[1..count].iter().any(closed)) {
            out.push_str(gaps[at]); // the parenthesis before an area code goes with it
        }
        if kind.is_empty() {
            out.push_str(shown[at]);
        } else {
            out.push_str(&format!("[{kind}]"));
        }
        at += count;
    }
    out
}

fn is_digit(character: char) -> bool {
    matches!(character, '0'..='9' | '\u{ff10}'..='\u{ff19}')
}

fn narrow(digit: char) -> char {
    match digit {
        '\u{ff10}'..='\u{ff19}' => char::from(b'0' + u8::try_from(u32::from(digit) - 0xff10).unwrap_or(0)),
        other => other,
    }
}

/// Which kind of number begins with the first group, and of how many groups it is.
fn number_at(groups: &[String], around: &[&str]) -> (&'static str, usize) {
    if PLUS.iter().any(|plus| around[0].ends_with(plus)) {
        let count = international(groups);
        if count > 0 {
            return ("phone", count);
        }
    }
    let count = domestic(groups);
    if count > 1 || (count == 1 && !is_glued(around, 1)) {
        return ("phone", count);
    }
    let postal = around[0].trim_end_matches([' ', '\u{3000}']).ends_with('〒');
    for count in (1..=groups.len()).rev() {
        let number = groups[..count].concat();
        let lengths: Vec<usize> = groups[..count].iter().map(String::len).collect();
        if number.len() > 19 || is_glued(around, count) {
            continue;
        }
        let in_groups =
            lengths.iter().all(|length| *length > 2) && around[1..count].iter().all(|gap| gap.chars().count() == 1);
        if is_card(&number) && (count == 1 || in_groups) {
            return ("card", count);
        }
        if (lengths == [12] || lengths == [4, 4, 4]) && check_digit(&number) {
            return ("my-number", count);
        }
        if (postal && lengths == [7]) || (lengths == [3, 4] && (postal || is_postal(around))) {
            return ("postal-code", count);
        }
    }
    ("", 1)
}

/// Whether a letter touches the number: then it is a part of a word. The last digit of a percent escape is none, and neither
/// is the end of TEL and FAX.
fn is_glued(around: &[&str], count: usize) -> bool {
    let before = around[0].as_bytes();
    let is_word = match before {
        [.., b'%', first, last] if first.is_ascii_hexdigit() && last.is_ascii_alphabetic() => false,
        [.., a, b, c] if [a, b, c].map(u8::to_ascii_lowercase) == *b"tel" => false,
        [.., a, b, c] if [a, b, c].map(u8::to_ascii_lowercase) == *b"fax" => false,
        [.., last] => last.is_ascii_alphabetic(),
        [] => false,
    };
    is_word || around[count].starts_with(|next: char| next.is_ascii_alphabetic())
}

fn is_postal(around: &[&str]) -> bool {
    around[1].chars().count() == 1
        && around[1].starts_with(is_hyphen)
        && !around[0].ends_with(is_hyphen)
        && !around[2].starts_with(is_hyphen)
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}')
}

/// How many groups after a plus sign are a telephone number (E.164).
fn international(groups: &[String]) -> usize {
    let (mut number, mut longest) = (String::new(), 0);
    for (count, group) in (1..).zip(groups) {
        number.push_str(group);
        if number.len() > 15 || number.starts_with('0') {
            break;
        }
        if let Some(national) = number.strip_prefix("81") {
            let national = national.strip_prefix('0').unwrap_or(national); // +81 (0)3
            if national.len() == if national[1.min(national.len())..].starts_with('0') { 10 } else { 9 } {
                return count;
            }
        }
        if number.len() >= 8 {
            longest = count;
        }
    }
    longest
}

/// How many groups are a Japanese telephone number: 03-, 090-, 0120-, or 8190 without a plus.
fn domestic(groups: &[String]) -> usize {
    let first = groups[0].as_bytes();
    if first.len() == 12 && first.starts_with(b"81") && (b'5'..=b'9').contains(&first[2]) && first[3] == b'0' {
        return 1;
    }
    if first[0] != b'0' || first.len() < 2 || first[1] == b'0' {
        return 0;
    }
    let mut number = String::new();
    for (count, group) in (1..=5).zip(groups) {
        number.push_str(group);
        let digits = number.as_bytes();
        let mobile = digits.get(2) == Some(&b'0') && b"256789".contains(&digits[1]);
        if digits.len() == if mobile { 11 } else { 10 } {
            let many = [&b"0120"[..], b"0570", b"0800"].contains(&first) || (mobile && first.len() == 3);
            return if count <= 3 || many { count } else { 0 };
        }
    }
    0
}

fn digit(byte: u8) -> u32 {
    u32::from(byte - b'0')
}

/// Whether a number has the beginning, the length and the check digit of a card.
fn is_card(number: &str) -> bool {
    let length = match number.as_bytes() {
        [b'4' | b'6', ..] => 12..=19,
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] | [b'3', b'0' | b'4'..=b'9', ..] => 13..=20,
        _ => return false,
    };
    length.contains(&number.len()) && luhn(number)
}

fn luhn(number: &str) -> bool {
    let sum: u32 = (0..).zip(number.bytes().rev()).fold(0, |sum, (place, byte)| {
        let value = digit(byte) * (1 + place % 2);
        sum + value / 10 + value % 10
    });
    sum.is_multiple_of(10)
}

/// Of My Number (ordinance 85 of 2014, article 5).
fn check_digit(number: &str) -> bool {
    let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let digits: Vec<u32> = number.bytes().map(digit).collect();
    let rest = weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum::<u32>() % 11;
    digits[11] == if rest <= 1 { 0 } else { 11 - rest }
}
