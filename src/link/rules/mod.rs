//! The rules of the linker. Each has its page section in `docs/rules.md`.

mod dependencies;
mod environment;
mod exports;
mod files;
mod group_hooks;
mod implied;
mod mail;
mod outputs;
mod ownership;
mod singletons;
mod source_ip;
mod unused;

use super::{LinkedProject, policy};
use crate::evaluate::Resource;
use crate::finding::Finding;
use crate::parallel;

/// A rule, or a few that look at the same thing.
pub type Rule = fn(&LinkedProject<'_>) -> Vec<Finding>;

const RULES: &[Rule] = &[
    outputs::in_configs,
    outputs::in_templates,
    exports::imports,
    exports::duplicates,
    exports::order_of_outputs,
    exports::unknown_names,
    dependencies::circles,
    implied::check,
    ownership::names,
    ownership::stack_names,
    unused::check,
    singletons::check,
    files::check,
    group_hooks::check,
    environment::check,
    source_ip::check,
    mail::check,
];

/// The kinds of resources, or the services, into whose properties a rule looks, beside those with policies. The others' are
/// not kept: they are most of what thousands of templates come to.
const LOOKED_INTO: &[&str] = &["AWS::Events::Rule", "AWS::IAM::", "AWS::SES::", "AWS::Scheduler::Schedule"];

/// Whether a rule looks into the properties of a resource. Its kind and name are there for all.
#[must_use]
pub fn read_properties(resource: &Resource) -> bool {
    LOOKED_INTO.iter().any(|kind| resource.kind.starts_with(kind)) || policy::may_have_statements(resource)
}

/// What all rules find.
#[must_use]
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    parallel::map_heavy(RULES, |rule| rule(project)).into_iter().flatten().collect()
}
