//! Where the values of `NoEcho` parameters stand, so that no finding shows them.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_yaml::Value;

use crate::deployment::Deployment;
use crate::finding::{Finding, Place};
use crate::project::Stack;
use crate::project::resolvers::origins;

/// The lines of config files that hold a secret.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    lines: HashSet<(PathBuf, usize)>,
}

impl Secrets {
    /// The lines of one stack's secrets: where each `NoEcho` parameter is given, and where the value comes from.
    #[must_use]
    pub fn of(deployment: &Deployment<'_>) -> Secrets {
        let mut secrets = Secrets::default();
        for given in &deployment.given {
            if deployment.template.parameter(&given.name).is_some_and(|parameter| parameter.no_echo) {
                let own = ["parameters", &given.name].into();
                secrets.add((deployment.place)(&own));
                secrets.add((deployment.place)(&given.origin));
            }
        }
        secrets
    }

    /// The lines of what a stack's secret parameters are read from, directly or through others.
    #[must_use]
    pub fn behind(stack: &Stack, is_secret: impl Fn(&str) -> bool) -> Secrets {
        let mut secrets = Secrets::default();
        let parameters = match stack.config.get("parameters") {
            Some(Value::Mapping(parameters)) => parameters.iter(),
            _ => return secrets,
        };
        for (name, value) in parameters.filter(|(name, _)| name.as_str().is_some_and(&is_secret)) {
            secrets.add(stack.config.place_of(&["parameters", name.as_str().unwrap_or_default()].into()));
            for path in origins(value, stack) {
                secrets.add(stack.config.place_of(&path));
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
