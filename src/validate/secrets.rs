//! Where the values of `NoEcho` parameters stand, so that no finding shows them.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Subject;
use crate::finding::{Finding, Place};

/// The lines of config files that hold a secret.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    lines: HashSet<(PathBuf, usize)>,
}

impl Secrets {
    /// The lines of one stack's secrets: where each `NoEcho` parameter is given, and where the value comes from.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Secrets {
        let mut secrets = Secrets::default();
        for given in &subject.given {
            if subject.template.parameter(&given.name).is_some_and(|parameter| parameter.no_echo) {
                let own = ["parameters", &given.name].into();
                secrets.add((subject.place)(&own));
                secrets.add((subject.place)(&given.origin));
            }
        }
        secrets
    }

    fn add(&mut self, place: Place) {
        if let Some(line) = place.line {
            self.lines.insert((place.file, line));
        }
    }

    /// Adds the secrets of another stack.
    pub fn extend(&mut self, other: Secrets) {
        self.lines.extend(other.lines);
    }

    /// Whether a place is on a line with a secret.
    #[must_use]
    pub fn hold(&self, place: &Place) -> bool {
        place.line.is_some_and(|line| self.lines.contains(&(place.file.clone(), line)))
    }

    /// Keeps the lines with secrets from being shown beside findings.
    pub fn hide_in(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.secret |= self.hold(&finding.place);
        }
    }
}
