//! A broken rule before secrets are taken out.

use super::located::Located;
use super::values;
use super::violation::Violation;
use super::wording::Wording;
use crate::logical_path::{LogicalPath, Segment};
use serde_json::Value;

/// A [`Violation`] to be, with everything that is known.
#[derive(Debug)]
pub(super) struct Failure {
    pub path: LogicalPath,
    pub keyword: String,
    pub got: Option<String>,
    /// The title of the schema, if it says what is expected.
    pub title: Option<String>,
    /// What the keyword asks for, from the schema alone.
    pub rule: String,
    /// Why the value breaks the rule. May tell the value.
    pub reason: Option<String>,
    pub help: Option<String>,
    /// Whether `reason` and `help` tell nothing of any value, only of names.
    pub tells_no_value: bool,
    /// Other values that the texts may tell.
    pub mentions: Vec<LogicalPath>,
}

impl Failure {
    /// About one value. With a title as what is expected, the rule moves into the reason.
    pub fn of_value(located: &Located<'_>, path: LogicalPath, value: &Value, wording: Wording) -> Failure {
        let title = located.title().map(str::to_owned);
        let reason = wording.reason.or(if title.is_some() { wording.reason_beside_title } else { None });
        Failure {
            path,
            keyword: located.keyword.clone(),
            got: Some(values::short(value)),
            title,
            rule: wording.rule,
            reason,
            help: wording.help,
            tells_no_value: false,
            mentions: Vec::new(),
        }
    }

    /// About names, which are no secrets.
    pub fn of_name(located: &Located<'_>, path: LogicalPath, rule: String, reason: String) -> Failure {
        Failure {
            path,
            keyword: located.keyword.clone(),
            got: None,
            title: located.title_of_condition().map(str::to_owned),
            rule,
            reason: Some(reason),
            help: None,
            tells_no_value: true,
            mentions: Vec::new(),
        }
    }

    /// The value is wrong and nothing more is known. That must never pass for a value without violations.
    pub fn unexplained() -> Failure {
        Failure {
            path: LogicalPath::default(),
            keyword: "schema".to_owned(),
            got: None,
            title: None,
            rule: "a value that the schema allows".to_owned(),
            reason: None,
            help: None,
            tells_no_value: true,
            mentions: Vec::new(),
        }
    }

    /// What is expected, in the best words there are.
    pub fn expected(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.rule)
    }

    /// Takes out what is secret.
    pub fn into_violation(self, is_secret: &impl Fn(&[Segment]) -> bool) -> Violation {
        let expected = self.expected().to_owned();
        let itself_secret = is_secret(&self.path.0);
        let tells_secrets =
            !self.tells_no_value && (itself_secret || self.mentions.iter().any(|mentioned| is_secret(&mentioned.0)));
        let (reason, help) = match tells_secrets {
            false => (self.reason, self.help),
            // With a title alone nobody could tell which of its rules is broken.
            true if self.title.is_some() => (Some(format!("it is not {}", self.rule)), None),
            true => (None, None),
        };
        let got = if itself_secret { None } else { self.got };
        Violation { path: self.path, keyword: self.keyword, got, expected, reason, help }
    }
}
