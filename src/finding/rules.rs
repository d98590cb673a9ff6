//! Every rule, in one list: what `sesame rules` prints, what SARIF describes, and what `sesame.yaml` and comments may name.

use super::Severity;

/// A rule of `validate` or `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As findings show it, such as `unknown-parameter`.
    pub id: &'static str,
    /// Unless the project's `sesame.yaml` says otherwise.
    pub severity: Severity,
    /// What it finds, in one line.
    pub about: &'static str,
    /// It says that nothing could be checked, so that nobody may wave it away: not in a comment, a baseline or
    /// `sesame.yaml`.
    pub firm: bool,
}

const fn error(id: &'static str, about: &'static str) -> Rule {
    Rule { id, severity: Severity::Error, about, firm: false }
}

const fn warning(id: &'static str, about: &'static str) -> Rule {
    Rule { severity: Severity::Warning, ..error(id, about) }
}

const fn info(id: &'static str, about: &'static str) -> Rule {
    Rule { severity: Severity::Info, ..error(id, about) }
}

/// A rule whose finding means that the tool could not look.
const fn failure(id: &'static str, about: &'static str) -> Rule {
    Rule { firm: true, ..error(id, about) }
}

/// All rules, sorted by id.
pub const RULES: &[Rule] = &[
    error("catalog", "a catalogue that is not YAML, or breaks its schema"),
    error("config-jinja", "a config file whose Jinja does not render"),
    failure("config-unreadable", "a config file that cannot be read"),
    error("config-yaml", "a config file that is not YAML, or not a mapping of keys"),
    error("configuration-set", "a configuration set that is named and that no stack creates"),
    error("dependency", "an entry of `dependencies:` that names no stack"),
    error("dependency-circle", "stacks that wait for one another"),
    warning("dependency-implied", "an entry of `dependencies:` that stands there twice or is implied already"),
    warning("deprecated-key", "an old name of a key, which Sceptre 5 will not know"),
    error("dkim-owner", "a DKIM key in a template while automation owns it"),
    error("duplicate-key", "a key that stands twice in one mapping"),
    error("environment", "a value of `environment:` that breaks the environment's schema"),
    warning("environment-unused", "a value of `environment:` that nobody reads"),
    error("event-destination", "an event destination whose stream, role or topic is not there or does not let SES in"),
    error("export", "one export name twice in an account and region"),
    info("export-unknown", "an export whose name cannot be known, so that imports are not checked"),
    info("export-unused", "an export that no stack of the project imports"),
    warning("group-hooks", "hooks that two or more stacks inherit: Sceptre runs them all with the same stack"),
    error("hook", "a `!sesame` hook that names neither a hook point nor an action"),
    error("hook-point", "hooks at a point that Sceptre does not have, and so never runs"),
    error("identity", "an identity that a policy lets somebody send with, and that no stack creates"),
    error("ignore-without-reason", "a comment that ignores findings and does not say why"),
    error("import", "an import of a name that no stack of the account and region exports"),
    error("import-order", "an import or output that is taken from a stack that nothing launches first"),
    warning("ineffective-key", "a key that has no effect where it stands"),
    error("inheritance", "a value that Sceptre cannot merge, or a wrong `*_inheritance`"),
    error("missing-key", "a stack without `project_code`, `region` or `template`"),
    error("missing-parameter", "a parameter of the template that has no value and no default"),
    error("name-owner", "one physical name created by two stacks where it must be unique"),
    error("not-cloudformation", "a template that is not built like one"),
    error("not-rendered", "a file written by hand where `sesame render` would write"),
    info("output-unused", "an output without a description that no stack of the project takes"),
    error("parameter-schema", "a parameter that breaks the schema of its template"),
    error("parameter-type", "a parameter that is a mapping or nothing"),
    error("parameter-value", "a parameter that its template does not take"),
    error("resolver", "a resolver that would fail whatever AWS says"),
    failure("schema", "a schema file that cannot be used"),
    error("sending-policy", "a policy for sending that leaves out the identity, or its default configuration set"),
    error("singleton", "a setting of a whole account and region created twice"),
    error("source-ip", "a block in a condition on `aws:SourceIp` that can never match"),
    failure("source-unreadable", "a source folder that cannot be read"),
    error("stack-config", "a template, parameter, flag or name that Sceptre would refuse"),
    error("stack-name", "two stacks with one name in CloudFormation"),
    error("stack-output", "a reference to a stack or an output that is not there"),
    error("stale-template", "a rendered template that is not what its source renders to"),
    error("template-jinja", "a Jinja source or template that does not render"),
    error("template-missing", "a template that is not there"),
    error("template-too-large", "a template above CloudFormation's limit, inline or from a bucket"),
    error("unknown-key", "a key of a stack file that Sceptre does not know, and so ignores"),
    error("unknown-parameter", "a parameter that the template does not have"),
    warning("unused-ignore", "a comment that ignores a finding that is not there"),
    warning("yaml-1.1", "a plain value that Sceptre's YAML reads as something else"),
    warning("yml-file", "a config file that ends in `.yml`, which Sceptre skips"),
];

/// A rule by its id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.id.cmp(id)).ok().map(|index| &RULES[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looking one up depends on it.
    #[test]
    fn ids_are_sorted_and_each_stands_once() {
        assert!(RULES.is_sorted_by(|a, b| a.id < b.id));
        assert!(RULES.iter().all(|rule| by_id(rule.id) == Some(rule)));
        assert_eq!(by_id("no-such-rule"), None);
    }
}
