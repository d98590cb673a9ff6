//! Reading YAML: values by `serde_yaml`, and beside them an index of where each value stands. Templates have a quick reader.

mod compose;
mod index;

mod python;
mod quick;
mod tree;
mod value;

pub use index::{Content, Duplicate, Index, Node, Position};
pub use python::{DATE, python_reading};
pub use tree::Tree;

use compose::Nodes;
use serde_yaml::{Number, Value};
use thiserror::Error;

/// The most levels that collections may nest: far more than anyone writes, and few enough for code that calls itself
/// for every level. `serde_yaml`'s own limit is 128.
pub const DEEPEST: usize = 100;

/// A YAML text as values and positions.
#[derive(Clone, Debug)]
pub struct Document {
    /// The values; short tags such as `!Ref` and `!sesame` stay as [`Value::Tagged`].
    pub value: Value,
    /// Where they stand.
    pub index: Index,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct YamlError {
    /// The parser's words, without the position.
    pub message: String,
    /// Where, if the parser knows.
    pub position: Option<Position>,
}

impl YamlError {
    fn too_deep(position: Option<Position>) -> YamlError {
        YamlError { message: format!("nested more than {DEEPEST} levels deep"), position }
    }
}

/// A YAML text that was read, whose values are not made yet.
#[derive(Debug)]
pub struct Scanned<'t> {
    /// Where everything stands.
    pub index: Index,
    nodes: Nodes<'t>,
}

impl<'t> Scanned<'t> {
    /// Reads one YAML document.
    ///
    /// # Errors
    /// If the text is not one YAML document, or is nested too deeply.
    pub fn of(text: &'t str) -> Result<Scanned<'t>, YamlError> {
        let mut nodes = Nodes::default();
        let index = Index::with(text, |event, at| nodes.take(event, at))?;
        Ok(Scanned { index, nodes })
    }
}

impl Document {
    /// Reads one YAML document as Sceptre does. An empty text is `null`.
    ///
    /// # Errors
    /// If the text is not one YAML document, or has a key twice in one mapping.
    pub fn parse(text: &str) -> Result<Document, YamlError> {
        let scanned = Scanned::of(text);
        refuse_duplicates(scanned.as_ref().ok().map(|scanned| &scanned.index))?;
        Document::of(text, scanned)
    }

    /// Reads one YAML document that is no file of Sceptre's, by YAML 1.2: `off` is a text. An empty text is `null`.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_1_2(text: &str) -> Result<Document, YamlError> {
        match Index::of(text) {
            Ok(index) => {
                refuse_duplicates(Some(&index))?;
                Ok(Document { value: merged(value::read(text)?)?, index })
            }
            Err(error) => Document::without_positions(text, error),
        }
    }

    /// The document of a text that was scanned, or not.
    ///
    /// # Errors
    /// If the text is not one YAML document.
    pub fn of(text: &str, scanned: Result<Scanned<'_>, YamlError>) -> Result<Document, YamlError> {
        match scanned {
            Ok(Scanned { index, nodes }) => Ok(Document { value: nodes.value()?, index }),
            Err(error) => Document::without_positions(text, error),
        }
    }

    /// The scanner is stricter than PyYAML about the indentation of lists and quoted texts that go over several lines: such
    /// a text is read all the same, only without positions and the types of YAML 1.1.
    fn without_positions(text: &str, error: YamlError) -> Result<Document, YamlError> {
        match value::read(text) {
            Ok(value) if error.message.contains("indentation") => {
                Ok(Document { value: merged(value)?, index: Index::unknown() })
            }
            _ => Err(error),
        }
    }
}

fn refuse_duplicates(index: Option<&Index>) -> Result<(), YamlError> {
    let Some(duplicate) = index.and_then(|index| index.duplicates.first()) else { return Ok(()) };
    Err(YamlError {
        message: format!("key `{}` stands twice, first in line {}", duplicate.key, duplicate.first.line),
        position: Some(duplicate.second),
    })
}

/// The text of a date, or of a date and a time, which Python has a type of its own for.
#[must_use]
pub fn date(value: &Value) -> Option<&str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == DATE => tagged.value.as_str(),
        _ => None,
    }
}

/// The value with its merge keys (`<<`) applied.
fn merged(mut value: Value) -> Result<Value, YamlError> {
    value.apply_merge().map_err(|error| YamlError { message: error.to_string(), position: None })?;
    Ok(value)
}

/// Reads the values of one YAML document as [`Document::parse_1_2`] does. Positions cost a second reading of the text, which only
/// a text that is wrong has to pay for.
///
/// # Errors
/// As of [`Document::parse_1_2`].
pub fn parse_merged(text: &str) -> Result<Value, YamlError> {
    match parse_value(text) {
        Ok(value) => merged(value),
        Err(_) => Document::parse_1_2(text).map(|document| document.value),
    }
}

/// Reads the values of one YAML document, without positions and without merge keys applied: much faster than
/// [`Document::parse`].
///
/// # Errors
/// If the text is not one YAML document, or is nested too deeply.
pub fn parse_value(text: &str) -> Result<Value, YamlError> {
    if may_be_deep(text) {
        Index::of(text)?;
    }
    value::read(text)
}

/// Reads the values of one YAML document as [`parse_value`] does, several times faster where the text allows it.
///
/// # Errors
/// If the text is not one YAML document, or is nested too deeply.
pub fn parse_tree(text: &str) -> Result<Tree<'_>, YamlError> {
    match quick::read(text) {
        Some(tree) => Ok(tree),
        None => parse_value(text).map(Tree::from),
    }
}

/// Whether brackets may nest so deeply that reading them takes too long: they count wherever they stand, also in
/// quotes and comments. (Too many levels of indentation are refused quickly.)
fn may_be_deep(text: &str) -> bool {
    let mut open: usize = 0;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > DEEPEST
    })
}

/// The text without the mark that some editors put at the start of a file.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// `serde_yaml` ends its messages with "at line 3 column 4", which every finding shows in its own way.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// A scalar as Sceptre would hand it to CloudFormation: booleans as `true`/`false`, numbers as written by Python.
#[must_use]
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number_text(number)),
        _ => None,
    }
}

/// A number as Python writes it: `1e+20`, `1e-07`, `inf`.
fn number_text(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) => python::float_text(float),
        None => number.to_string(),
    }
}

/// What Python takes for true.
#[must_use]
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Tagged(_) => true,
    }
}

/// A word for the kind of a value, as messages use it.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Tagged(_) if date(value).is_some() => "a date",
        Value::Tagged(_) => "a tagged value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_tags_and_positions() {
        let document = Document::parse("a:\n  b: !Ref X\n  c: [1, two]\n").unwrap();
        let position = document.index.root.find(&"a.c.1".split('.').map(segment).collect::<Vec<_>>()).unwrap();
        assert_eq!(position, Position { line: 3, column: 10 });
        assert!(matches!(document.value["a"]["b"], Value::Tagged(_)));
    }

    fn segment(text: &str) -> crate::logical_path::Segment {
        text.parse().map_or_else(|_| text.into(), crate::logical_path::Segment::Index)
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error_with_its_place() {
        let error = Document::parse("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(error.message, "key `a` stands twice, first in line 1");
        assert_eq!(error.position, Some(Position { line: 3, column: 1 }));
    }

    #[test]
    fn broken_yaml_says_where() {
        let error = Document::parse("a: [1, 2\nb: 3\n").unwrap_err();
        assert_eq!(error.position.unwrap().line, 2);
        assert!(!error.message.contains("at line"));
    }

    #[test]
    fn nesting_has_a_limit() {
        let block = |levels: usize| (0..levels).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
        let nested: [&dyn Fn(usize) -> String; 4] = [
            &|levels| format!("{}1{}\n", "[".repeat(levels), "]".repeat(levels)),
            &|levels| format!("{}1{}\n", "{a: ".repeat(levels), "}".repeat(levels)),
            &|levels| format!("{}1\n", "- ".repeat(levels)),
            &block,
        ];
        for text in nested {
            assert!(Document::parse(&text(DEEPEST - 1)).is_ok(), "{}", text(3));
            assert!(parse_value(&text(DEEPEST - 1)).is_ok(), "{}", text(3));
            for levels in [DEEPEST + 1, 150, 5_000] {
                let error = Document::parse(&text(levels)).unwrap_err();
                assert_eq!(error.message, "nested more than 100 levels deep", "{}", text(3));
            }
            for levels in [150, 5_000] {
                let error = parse_value(&text(levels)).unwrap_err();
                assert_eq!(error.message, "nested more than 100 levels deep", "{}", text(3));
            }
        }
        let error = parse_value(&"[".repeat(2_000_000)).unwrap_err();
        assert_eq!(error.position.unwrap().line, 1);
    }

    #[test]
    fn brackets_in_texts_do_not_nest() {
        let text = format!("a: '{}'\n# {}\n", "[".repeat(500), "{".repeat(500));
        assert_eq!(parse_value(&text).unwrap()["a"].as_str().map(str::len), Some(500));
    }

    #[test]
    fn a_byte_order_mark_is_no_document() {
        assert_eq!(Document::parse("\u{feff}a: 1\n").unwrap().value["a"], Value::from(1));
        assert_eq!(parse_value("\u{feff}a: 1\n").unwrap()["a"], Value::from(1));
    }

    /// PyYAML takes these; the index does not.
    #[test]
    fn lists_and_texts_that_go_on_at_the_left_are_read_without_positions() {
        let document = Document::parse("parameters:\n  A: [\n    a,\n  ]\n  B: \"x\ny\"\n").unwrap();
        assert_eq!(scalar_text(&document.value["parameters"]["B"]).as_deref(), Some("x y"));
        assert_eq!(document.index.root.find(&["parameters".into()]), None);
    }

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        for (yaml, text) in [
            ("1.0e+20", "1e+20"),
            ("1.0e-7", "1e-07"),
            ("1.50", "1.5"),
            ("1.0", "1.0"),
            ("0.0001", "0.0001"),
            (".inf", "inf"),
            ("-.inf", "-inf"),
            (".nan", "nan"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("0x1F", "31"),
            ("-5", "-5"),
        ] {
            assert_eq!(scalar_text(&parse_value(yaml).unwrap()).as_deref(), Some(text), "{yaml}");
        }
    }

    #[test]
    fn merge_keys_are_applied() {
        let document = Document::parse("base: &b {x: 1}\nmore:\n  <<: *b\n  y: 2\n").unwrap();
        assert_eq!(document.value["more"]["x"], Value::from(1));
    }
}
