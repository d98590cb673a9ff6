//! What the quick reader reads, it reads as the general one does.

use super::read;
use crate::yaml::{Tree, value};

/// Fails if the quick reader reads a text otherwise than the general one; tells whether it reads it at all.
#[track_caller]
fn agrees(text: &str) -> bool {
    let Some(quick) = read(text) else { return false };
    match value::read(text) {
        Ok(value) => assert_eq!(quick, Tree::from(value), "{text}"),
        Err(error) => panic!("read {quick:?} from what is not YAML ({error}):\n{text}"),
    }
    true
}

const READ: &[&str] = &[
    "a: 1\nb: [1, -2, x, 'y', \"z\"]\n",
    "---\na: 1\n",
    "# comment\na:   b   # comment\n\n  # comment\nc: d\n",
    "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
    "a:\n- b\n- c: 1\n  d: 2\n-\n  e: 1\n- - f\n  - g\nh:\n  - i\n",
    "a:\nb:\n  - c:\n    d:\n  -\n",
    "  a: 1\n  b: 2\n",
    "a: !Ref X\nb: !GetAtt [A, Arn]\nc: !Sub {x: !Ref Y}\nd: !If\n  - a\n  - !Ref 'AWS::NoValue'\ne: !If\n- a\n",
    "a: !Sub\n  - '${x}'\n  - x: !Ref Y\nb: !Select [0, !GetAZs '']\n",
    "a: [\n    b, c,\n\n    {d: e,\n     f: g}\n  ]\nb: 1\n",
    "a: []\nb: {}\nc: [{}, []]\n",
    "a: 'it''s'\nb: \"a\\\"b\\n\\\\c\"\nc: ''\nd: \"\"\ne: 'a # b: c'\n",
    "a: b c d\nb: a:b\nc: a#b\nd: arn:aws:s3:::x/*\ne: -x\nf: a - b\ng: a, b] c}\n",
    "'a': 1\n\"b c\": 2\n1: 3\ntrue: 4\n1.5: 5\n",
    "Fn::Sub: a\naws:SourceIp: [1.2.3.4/32]\n",
    "a: 0\nb: 00\nc: 0x1F\nd: 1e3\ne: 1.5\nf: 123456789012345678\ng: 12345678901234567890123\nh: 2012-10-17\ni: 1_000\nj: +1\n",
    "a: null\nb: ~\nc: Null\nd: true\ne: FALSE\nf: yes\ng: nan\nh: .nan\ni: .inf\nj: infinity\nk: NaN\nl: ~x\nm: nullx\n",
    "a: |\n  one\n    two\n\n  three\n\n\nb: |-\n  x\nc: |+\n  y\n\nd: 1\n",
    "a: |\n\n\n  one\n   \n  two\n",
    "a: >-\n  one\n  two\nb: >\n  three\n  four\n\nc: >+\n  five\n\n",
    "- |\n  x\n- a: |\n    y\n  b: 1\n- >-\n  z\n",
    "a: \u{a0}…“\u{202f}”\u{fdff}\u{ff01}\u{fffd}\n",
    "a: 日本語\n日本: 'エラー'\nb: [警告, \"認証失敗\"]\nc: |\n  コメント\n",
    "a: x\nb: y",
    "a: !Equals [!Ref A, 'b']\n",
    "a: {b: c, 'd': [e, f], \"g\": !Ref H}\n",
    "a: *.example.com\n",
];

#[test]
fn reads_what_templates_are_made_of() {
    for text in READ.iter().filter(|text| !text.contains('*')) {
        assert!(agrees(text), "declined:\n{text}");
    }
}

#[test]
fn declines_what_needs_more_thought() {
    for text in [
        "",
        "a\n",
        "a: 1\na: 2\n",
        "{a: 1, a: 2}\n",
        "a: &x 1\nb: *x\n",
        "b: {<<: {a: 1}}\n",
        "<<: {a: 1}\n",
        "a:\tb\n",
        "a: b\r\n",
        "\u{feff}a: b\n",
        "a: b\u{2028}c: d\n",
        "a: 日本\u{85}\n",
        "a: 日本\u{9f}\n",
        "a: \u{7f}\n",
        "a: \u{2029}\n",
        "a: 日本\u{feff}語\n",
        "a: \u{ffff}\n",
        "a: one\n  two\n",
        "a: 'one\n  two'\n",
        "a: [b\n",
        "a: [b # c\n  ]\n",
        "a: [\nb]\n",
        "a: b: c\n",
        "a: 'b' c\n",
        "a: 1\n---\nb: 2\n",
        "a: 1\n...\n",
        "? a\n: b\n",
        "a:\n    b: 1\n  c: 2\n",
        "a: 1\n  b: 2\n",
        "a:\n  - b\n c\n",
        "a: !!str 1\n",
        "a: !\nb: 1\n",
        "a: ! b\n",
        "a: !Ref\nb: 1\n",
        "a: !A !B c\n",
        "a: |2\n   x\n",
        "a: |\nb: 1\n",
        "a: >\n  b\n\n  c\n",
        "a: @b\n",
        "a: %b\n",
        "a: `b`\n",
        "a: \"\\x41\"\n",
        "a: [b: c]\n",
        "a: [b,]\n",
        "a: {b}\n",
        "~: 1\n",
        ": 1\n",
        "a: #b\nc",
    ] {
        // Some of these are YAML, for the general reader to read.
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read(&"a: [".repeat(200)), None);
    assert_eq!(read(&format!("{}: 1\n", "k".repeat(2000))), None);
    let deep: String = (0..200).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(read(&deep), None);
}

#[test]
fn a_repeated_key_among_many_is_seen() {
    let many: String = (0..100).map(|number| format!("k{number}: 1\n")).collect();
    assert!(agrees(&many));
    assert_eq!(read(&format!("{many}k7: 2\n")), None);
}

/// A small generator of numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }
}

/// Texts with a few changes, most of which break something.
#[test]
fn agrees_on_damaged_texts() {
    const PIECES: &[&str] = &[
        " ", "  ", "\n", "\n  ", "-", "- ", ": ", ":", "#", " # ", "'", "\"", "[", "]", "{", "}", ",", ", ", "!",
        "!Ref ", "|", "|\n", ">", "&a ", "*a", "?", "%", "\\", "\t", "\r\n", "a", "a: ", "1", "0", "~", "true", ".",
        "<<: ", "---\n", "é", "\u{85}", "\u{a0}", "=", "@",
    ];
    let mut numbers = Numbers(1);
    let mut read = 0;
    for text in READ {
        for _ in 0..1_500 {
            let mut changed: Vec<char> = text.chars().collect();
            for _ in 0..=numbers.below(3) {
                let at = numbers.below(changed.len() + 1);
                let until = (at + numbers.below(3)).min(changed.len());
                let piece = PIECES[numbers.below(PIECES.len())];
                changed.splice(at..until, piece.chars().take(numbers.below(8)));
            }
            read += usize::from(agrees(&changed.into_iter().collect::<String>()));
        }
    }
    assert!(read > 5_000, "only {read} of them were read at all");
}

#[test]
fn reads_this_repository_s_templates() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sceptre/templates");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(agrees(&text), "{} is left to the general reader", file.display());
    }
}
