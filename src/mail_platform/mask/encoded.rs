//! Encoded words of mail headers (RFC 2047).

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;
use fancy_regex::Regex;

use super::patterns::{pattern, replace};
use super::{HIDDEN, mask_text};

const WORD_PATTERN: &str = r"=\?([^?\x00-\x20\x7f]+)\?([bBqQ])\?([^?]*)\?=";
static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(WORD_PATTERN));
static WORDS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{WORD_PATTERN}(?:[ \t\r\n]*{WORD_PATTERN})*")));

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes encoded words, masks the text, and encodes it again if that changed it.
pub fn mask(text: &str) -> String {
    replace(&WORDS, text, |words| {
        let plain = decode(&words[0]);
        let masked = mask_text(&plain, false);
        if masked == HIDDEN {
            masked
        } else if masked == plain {
            words[0].to_owned()
        } else {
            encode(&masked)
        }
    })
}

/// The text with every encoded word decoded.
pub fn decode_all(text: &str) -> String {
    replace(&WORDS, text, |words| decode(&words[0]))
}

fn decode(words: &str) -> String {
    let mut text = String::new();
    for word in WORD.captures_iter(words).flatten() {
        match to_text(&word[1], &word[2], &word[3]) {
            Some(part) => text.push_str(&part),
            None => return HIDDEN.to_owned(),
        }
    }
    text
}

/// What a word says, in the character sets that Japanese mail is written in.
fn to_text(charset: &str, encoding: &str, content: &str) -> Option<String> {
    let charset = charset.split('*').next().unwrap_or_default().to_lowercase(); // RFC 2231: utf-8*ja
    let known = ["us-ascii", "ascii", "utf-8", "utf8", "iso-8859-1", "shift_jis", "x-sjis", "windows-31j", "cp932"];
    if !known.contains(&charset.as_str()) && charset != "iso-2022-jp" {
        return None;
    }
    let data = if encoding.eq_ignore_ascii_case("b") { from_base64(content)? } else { from_quoted(content)? };
    match charset.as_str() {
        "utf-8" | "utf8" => Some(String::from_utf8_lossy(&data).into_owned()),
        "us-ascii" | "ascii" => data.is_ascii().then(|| data.iter().copied().map(char::from).collect()),
        "iso-8859-1" => Some(data.iter().copied().map(char::from).collect()),
        "iso-2022-jp" => from_shift_jis(&from_jis(&data)?),
        _ => from_shift_jis(&data),
    }
}

fn from_shift_jis(data: &[u8]) -> Option<String> {
    SHIFT_JIS.decode_without_bom_handling_and_without_replacement(data).map(std::borrow::Cow::into_owned)
}

fn from_base64(content: &str) -> Option<Vec<u8>> {
    let content = content.trim_end_matches('=');
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    if content.len() % 4 == 1 {
        return None;
    }
    for byte in content.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
        bits &= 0xffff;
    }
    Some(bytes)
}

fn from_quoted(content: &str) -> Option<Vec<u8>> {
    if !content.is_ascii() {
        return None;
    }
    let bytes = content.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = (bytes[at] == b'=').then(|| content.get(at + 1..at + 3)).flatten();
        let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(if bytes[at] == b'_' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    Some(out)
}

/// ISO-2022-JP as Shift JIS, which knows the characters that mail programs add to it.
fn from_jis(data: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut double, mut at) = (Vec::new(), false, 0);
    while at < data.len() {
        if data[at] == 0x1b {
            double = match data.get(at + 1..at + 3)? {
                b"$B" | b"$@" => true,
                b"(B" | b"(J" => false,
                _ => return None,
            };
            at += 3;
        } else if double {
            let (row, cell) = (u32::from(data[at]), u32::from(*data.get(at + 1).filter(|cell| **cell != 0x1b)?));
            out.push(u8::try_from(row.div_ceil(2) + if row < 0x5f { 0x70 } else { 0xb0 }).ok()?);
            let shift = if row % 2 == 0 {
                0x7e
            } else if cell < 0x60 {
                0x1f
            } else {
                0x20
            };
            out.push(u8::try_from(cell + shift).ok()?);
            at += 2;
        } else {
            out.push(data[at]);
            at += 1;
        }
    }
    Some(out)
}

/// Words of at most 75 characters, as RFC 2047 demands, no character in two of them.
fn encode(text: &str) -> String {
    let mut words = vec![String::new()];
    for character in text.chars() {
        if words.last().is_some_and(|word| word.len() + character.len_utf8() > 45) {
            words.push(String::new());
        }
        words.last_mut().expect("one word at least").push(character);
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?UTF-8?B?{}?=", base64(word.as_bytes()))).collect();
    words.join(" ")
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * place)) & 63];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}
