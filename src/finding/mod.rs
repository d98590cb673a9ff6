//! What the stages report: one form for every problem in a project, whoever found it.

mod place;
mod rule;
mod rule_list;

pub use place::Place;
pub(crate) use rule::rules;
pub use rule::{Chapter, Judgement, Rule};
pub use rule_list::RuleList;

use crate::logical_path::LogicalPath;
use crate::words;

/// How much a finding matters; each has a bit of its own in the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A launch would fail, or do what nobody meant.
    Error,
    /// Works today, but is a trap.
    Warning,
    /// Worth knowing; nothing is wrong.
    Info,
}

impl Severity {
    /// The word for it, in every format and in `sesame.yaml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One problem: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub rule: &'static Rule,
    /// The rule's, unless the project has decided otherwise.
    pub severity: Severity,
    /// The file, and where known the line, that a person would edit.
    pub place: Place,
    /// Where in the document, such as `parameters.DomainName`.
    pub path: LogicalPath,
    /// The sentence: lower case, names in backticks, no final period.
    pub message: String,
    /// One line of advice.
    pub help: Option<String>,
    /// The line in the file holds a secret and must never be shown.
    pub secret: bool,
}

impl Finding {
    fn new(rule: &'static Rule, place: Place, message: String) -> Finding {
        let path = LogicalPath::default();
        Finding { rule, severity: rule.severity, place, path, message, help: None, secret: false }
    }

    /// Adds where in the document the problem stands.
    #[must_use]
    pub fn at(self, path: LogicalPath) -> Finding {
        Finding { path, ..self }
    }

    /// Adds advice, if there is any.
    #[must_use]
    pub fn help(self, help: impl Into<Option<String>>) -> Finding {
        Finding { help: help.into(), ..self }
    }

    /// Marks the line as one that holds a secret.
    #[must_use]
    pub fn secret(self, secret: bool) -> Finding {
        Finding { secret, ..self }
    }

    /// The whole finding in one line: `config/prod/config.yaml:14:7: networks.people[0]: got …`.
    #[must_use]
    pub fn one_line(&self) -> String {
        let path = if self.path.0.is_empty() { String::new() } else { format!("{}: ", self.path) };
        words::printable(&format!("{}: {path}{}", self.place, self.message))
    }

    /// Whether it refuses one value.
    #[must_use]
    pub fn refuses_value(&self) -> bool {
        self.rule.judgement.refuses() && self.place.line.is_some()
    }

    /// Whether the line in the file may be shown.
    #[must_use]
    pub fn shows_line(&self) -> bool {
        !self.secret && self.rule.shows_line
    }
}

/// Sorts by place, and at one place keeps the order in which the problems were found. The same problem at the same place
/// is reported once; where the environment's own rules refuse a value, what else is said of it is left out; and that
/// Sceptre reads a refused value as something else becomes advice.
#[must_use]
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    let order = |finding: &Finding| (finding.severity, finding.rule.judgement.is_secondhand());
    findings.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| order(a).cmp(&order(b))));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let judgement = finding.rule.judgement;
        if judgement == Judgement::Misread
            && let Some(refused) = kept.last_mut().filter(|last| last.place == finding.place && last.refuses_value())
        {
            refused.help = Some(finding.message);
            continue;
        }
        let mut same_place = kept.iter().rev().take_while(|other| other.place == finding.place);
        let is_known = same_place.any(|other| {
            other == &finding
                || finding.place.line.is_some()
                    && (other.message == finding.message
                        || other.rule.judgement == Judgement::Refused && judgement.is_secondhand())
        });
        if !is_known {
            kept.push(finding);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAIN: Rule = Rule::error("rule", Chapter::Values);
    static REFUSED: Rule = Rule::error("refused", Chapter::Values).judges(Judgement::Refused);
    static WHERE_TAKEN: Rule = Rule::error("taken", Chapter::Values).judges(Judgement::RefusedWhereTaken);
    static UNUSED: Rule = Rule::error("unused", Chapter::Values).judges(Judgement::Unused);
    static MISREAD: Rule = Rule::warning("misread", Chapter::Values).judges(Judgement::Misread);

    #[test]
    fn one_value_used_twice_is_one_finding() {
        let at_line = |path: &str| PLAIN.finding(Place::line("a.yaml", 3, 1), "got `x`").at(LogicalPath::from([path]));
        let without_line =
            |path: &str| PLAIN.finding(Place::file("a.yaml"), "is missing").at(LogicalPath::from([path]));
        let findings = sorted(vec![at_line("b"), at_line("a"), without_line("b"), without_line("a")]);
        assert_eq!(
            findings.iter().map(Finding::one_line).collect::<Vec<_>>(),
            ["a.yaml: b: is missing", "a.yaml: a: is missing", "a.yaml:3:1: b: got `x`"]
        );
    }

    #[test]
    fn what_the_environment_refuses_is_not_refused_again() {
        let at = |rule: &'static Rule, message: &str| rule.finding(Place::line("a.yaml", 3, 1), message);
        let findings = sorted(vec![
            at(&UNUSED, "nobody reads it"),
            at(&WHERE_TAKEN, "not one of"),
            at(&MISREAD, "Sceptre reads 1"),
            at(&REFUSED, "too long"),
        ]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].rule, findings[0].help.as_deref()), (&REFUSED, Some("Sceptre reads 1")));
    }
}
