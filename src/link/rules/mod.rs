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

use super::LinkedProject;
use crate::finding::Finding;

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

/// What all rules find.
#[must_use]
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(project)).collect()
}
