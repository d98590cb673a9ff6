//! What a value does wrong, as data: words and layout of a report belong to its reader.

use crate::logical_path::{LogicalPath, Segment};
use serde_json::Value;
use std::fmt;

/// One rule of a schema that one value breaks.
///
/// The texts are short, in lower case, without a final period, with names in backticks. `expected` completes the
/// sentence "expected …". A secret value is in none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The place of the value. A missing property has the path of its mapping, an unknown one its own.
    pub path: LogicalPath,
    /// The schema keyword that failed, such as `minimum`, `format` or `cidrsInside`.
    pub keyword: String,
    /// The value in short JSON, "a list of 3 items" or "a mapping". None if it is secret or says nothing.
    pub got: Option<String>,
    /// What the schema asks for: its title if it has one, else its rule, such as "at least 30".
    pub expected: String,
    /// Why the value is not that, if `expected` and `got` do not say it all.
    pub reason: Option<String>,
    /// What was probably meant, such as "did you mean 202.217.0.0/16?".
    pub help: Option<String>,
}

impl Violation {
    /// The path as people write it: `networks.mail_servers[1]`, and empty for the value as a whole.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.path.0)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        if !place.is_empty() {
            write!(out, "`{place}`: ")?;
        }
        if let Some(got) = &self.got {
            write!(out, "got {got}, ")?;
        }
        write!(out, "expected {}", self.expected)?;
        if let Some(reason) = &self.reason {
            write!(out, ": {reason}")?;
        }
        match &self.help {
            Some(help) => write!(out, "; {help}"),
            None => Ok(()),
        }
    }
}

/// A path as people write it. A key that is no plain word is quoted: `tags["aws:x"]`.
pub(super) fn place(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Key(key) if !is_plain(key) => text.push_str(&format!("[{}]", Value::from(key.as_str()))),
            Segment::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
        }
    }
    text
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

/// The value at a path, if there is one.
pub(super) fn value_at<'a>(instance: &'a Value, path: &[Segment]) -> Option<&'a Value> {
    path.iter().try_fold(instance, |value, segment| match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_read_like_code() {
        let case = |path: &[Segment], text: &str| assert_eq!(place(path), text);
        case(&[], "");
        case(&["networks".into(), "mail_servers".into(), 1.into()], "networks.mail_servers[1]");
        case(&["tags".into(), "aws:x".into(), "y".into()], r#"tags["aws:x"].y"#);
        case(&["a.b".into()], r#"["a.b"]"#);
        case(&["".into()], r#"[""]"#);
        case(&[0.into(), 2.into()], "[0][2]");
    }

    #[test]
    fn finds_the_value_at_a_path() {
        let instance = json!({"a": [{"b": 1}], "0": 2});
        assert_eq!(value_at(&instance, &["a".into(), 0.into(), "b".into()]), Some(&json!(1)));
        assert_eq!(value_at(&instance, &["0".into()]), Some(&json!(2)));
        assert_eq!(value_at(&instance, &["a".into(), "b".into()]), None);
    }

    #[test]
    fn is_one_line_in_print() {
        let mut violation = Violation {
            path: LogicalPath::from(["days"]),
            keyword: "minimum".into(),
            got: Some("29".into()),
            expected: "at least 30".into(),
            reason: None,
            help: None,
        };
        assert_eq!(violation.to_string(), "`days`: got 29, expected at least 30");
        violation.path.0.clear();
        violation.got = None;
        violation.reason = Some("too few".into());
        violation.help = Some("did you mean 30?".into());
        assert_eq!(violation.to_string(), "expected at least 30: too few; did you mean 30?");
    }
}
