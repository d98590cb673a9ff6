//! What the stages report: one form for every problem in a project, whoever found it.

mod place;
pub mod rules;

pub use place::Place;

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

/// Rules that find a problem before or without knowing which values are secret: their lines may hold one.
const NEVER_SHOWN: &[&str] = &[
    "config-jinja",
    "config-yaml",
    "duplicate-key",
    "ignore-without-reason",
    "parameter-type",
    "resolver",
    "unknown-parameter",
    "unused-ignore",
];

/// One problem: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it, such as `unknown-parameter`.
    pub rule: &'static str,
    /// See [`Severity`].
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
    /// An error with no logical path and no advice.
    #[must_use]
    pub fn error(rule: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: Severity::Error,
            place,
            path: LogicalPath::default(),
            message: message.into(),
            help: None,
            secret: false,
        }
    }

    /// A warning with no logical path and no advice.
    #[must_use]
    pub fn warning(rule: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(rule, place, message) }
    }

    /// Something worth knowing, with no logical path and no advice.
    #[must_use]
    pub fn info(rule: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding { severity: Severity::Info, ..Finding::error(rule, place, message) }
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
        matches!(self.rule, "environment" | "parameter-schema" | "parameter-value") && self.place.line.is_some()
    }

    /// Whether the line in the file may be shown.
    #[must_use]
    pub fn shows_line(&self) -> bool {
        !self.secret && !NEVER_SHOWN.contains(&self.rule)
    }
}

/// Sorts by place, and at one place keeps the order in which the problems were found. The same problem at the same place
/// is reported once; where the environment's own rules refuse a value, what else is said of it is left out; and that
/// Sceptre reads a refused value as something else becomes advice.
#[must_use]
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| (&a.place, a.severity, is_secondhand(a)).cmp(&(&b.place, b.severity, is_secondhand(b))));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        if finding.rule == "yaml-1.1"
            && let Some(refused) = kept.last_mut().filter(|last| last.place == finding.place && last.refuses_value())
        {
            refused.help = Some(finding.message);
            continue;
        }
        let mut same_place = kept.iter().rev().take_while(|other| other.place == finding.place);
        let is_known = same_place.any(|other| {
            other == &finding
                || finding.place.line.is_some()
                    && (other.message == finding.message || other.rule == "environment" && is_secondhand(&finding))
        });
        if !is_known {
            kept.push(finding);
        }
    }
    kept
}

/// Whether a finding is about a value that an environment has, perhaps, and that its own rules judge first.
fn is_secondhand(finding: &Finding) -> bool {
    matches!(finding.rule, "parameter-schema" | "parameter-value" | "environment-unused")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_used_twice_is_one_finding() {
        let at_line =
            |path: &str| Finding::error("rule", Place::line("a.yaml", 3, 1), "got `x`").at(LogicalPath::from([path]));
        let without_line =
            |path: &str| Finding::error("rule", Place::file("a.yaml"), "is missing").at(LogicalPath::from([path]));
        let findings = sorted(vec![at_line("b"), at_line("a"), without_line("b"), without_line("a")]);
        assert_eq!(
            findings.iter().map(Finding::one_line).collect::<Vec<_>>(),
            ["a.yaml: b: is missing", "a.yaml: a: is missing", "a.yaml:3:1: b: got `x`"]
        );
    }

    #[test]
    fn what_the_environment_refuses_is_not_refused_again() {
        let at = |rule, message: &str| Finding::error(rule, Place::line("a.yaml", 3, 1), message);
        let unused = at("environment-unused", "nobody reads it");
        let findings = sorted(vec![unused, at("parameter-value", "not one of"), at("environment", "too long")]);
        assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["environment"]);
    }
}
