//! Names: before an address in angle brackets, and before the Japanese honorific 様.

use std::sync::LazyLock;

use fancy_regex::Regex;

use super::HIDDEN;
use super::patterns::{AT, MARKS, SPACE, back, pattern, replace};

static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r#"<(?:"[^"<>]{{1,100}}"|[^<>{SPACE}]{{1,320}}?){AT}"#)));
static DISPLAY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let name = format!(r"[^\x00-\x7f{SPACE}{MARKS}]");
    pattern(&format!(
        r#"(?s)("(?:[^"\\]|\\.){{0,100}}"|{name}(?:[ \x{{3000}}]?{name}){{0,39}})([ \t\r\n\x{{3000}}]{{0,3}})\z"#
    ))
});
/// Up to two words of kanji or katakana.
static HONOURED: LazyLock<Regex> = LazyLock::new(|| {
    let kanji = r"[\x{3005}\x{30a1}-\x{30fa}\x{30fc}\x{4e00}-\x{69d7}\x{69d9}-\x{9fff}]";
    let kana = kanji.replace('[', r"[\x{3041}-\x{3096}");
    pattern(&format!(r"{kanji}{{1,8}}(?:[ \x{{3000}}]{kana}{{1,8}})?(?=[ \x{{3000}}]?様)"))
});
/// Words such as 仕様 or お客様 end in that character too.
static NO_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\A(?:.*[仕同多模客皆奥王神何異]|[有一左各嬢姉兄母父方])\z"));

/// Hides the name before `<address>`: in quotation marks, or not in Latin letters.
pub fn mask_display_names(text: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for bracket in BRACKETED.find_iter(text) {
        // Text that the engine gives up on is hidden.
        let Ok(bracket) = bracket else { return HIDDEN.to_owned() };
        let end = bracket.start();
        let low = done.max(if end == 0 { 0 } else { back(text, end, 107) });
        let found = match DISPLAY_NAME.captures(&text[low..end]) {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            Err(_) => return HIDDEN.to_owned(),
        };
        let (name, space) = (&found[1], &found[2]);
        out.push_str(&text[done..end - name.len() - space.len()]);
        out.push_str(if name.starts_with('"') { "\"[name]\"" } else { "[name]" });
        out.push_str(space);
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// Hides 山田 太郎 in 山田 太郎 様.
pub fn mask_honoured(text: &str) -> String {
    replace(&HONOURED, text, |found| {
        if NO_NAME.is_match(&found[0]).unwrap_or(false) { found[0].to_owned() } else { "[name]".to_owned() }
    })
}
