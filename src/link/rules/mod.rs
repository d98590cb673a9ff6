//! The rules of the linker: each is a file with one [`Check`], and a line in the list.

mod absent_resource;
mod attribute;
mod dependency_circle;
mod dependency_implied;
mod environment_unused;
mod export;
mod export_unknown;
mod export_unused;
mod faults;
mod group_hooks;
mod import;
mod import_order;
mod list_item;
mod mail;
mod mapping_key;
mod name_order;
mod name_owner;
mod name_unknown;
mod output_unused;
mod parameter_default;
mod physical_name;
mod property;
mod resource_type;
mod singleton;
mod source_ip;
mod stack_name;
mod stack_output;
mod template_rule;
mod unused;
mod view;
mod yml_file;

use std::collections::HashSet;

use super::{LinkedProject, LinkedStack};
use crate::evaluate::{Reads, Resource};
use crate::finding::{Finding, Rule};
use crate::logical_path::LogicalPath;
use crate::parallel;
use view::View;

/// All checks. At one place, findings stand in this order.
const CHECKS: &[&Check] = &[
    &absent_resource::CHECK,
    &mapping_key::CHECK,
    &list_item::CHECK,
    &parameter_default::CHECK,
    &template_rule::CHECK,
    &resource_type::CHECK,
    &property::CHECK,
    &attribute::CHECK,
    &stack_output::CHECK,
    &import::CHECK,
    &import_order::CHECK,
    &export::CHECK,
    &export_unknown::CHECK,
    &dependency_circle::CHECK,
    &dependency_implied::CHECK,
    &name_order::CHECK,
    &name_owner::CHECK,
    &name_unknown::NEAR,
    &name_unknown::FOREIGN,
    &stack_name::CHECK,
    &physical_name::CHECK,
    &export_unused::CHECK,
    &output_unused::CHECK,
    &singleton::CHECK,
    &yml_file::CHECK,
    &group_hooks::CHECK,
    &environment_unused::CHECK,
    &source_ip::CHECK,
    &mail::configuration_set::CHECK,
    &mail::event_destination::CHECK,
    &mail::sending_policy::CHECK,
    &mail::identity::CHECK,
    &mail::dkim_owner::CHECK,
];

/// A rule and what finds its problems.
struct Check {
    rule: Rule,
    /// The resources whose properties it looks into; it does not see those of others.
    reads: Reads,
    run: fn(&View<'_>) -> Vec<Finding>,
}

impl Check {
    /// A finding at a path of a stack's template.
    fn in_template(
        &'static self,
        project: &LinkedProject<'_>,
        stack: &LinkedStack,
        path: LogicalPath,
        message: String,
    ) -> Finding {
        self.rule.finding(project.template_place(stack, &path), message).at(path)
    }

    /// A finding at a path of a stack's config.
    fn in_config(&'static self, stack: &LinkedStack, path: LogicalPath, message: String) -> Finding {
        self.rule.finding(stack.stack.config.place_of(&path), message).at(path)
    }
}

/// The rules of this stage.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    CHECKS.iter().map(|check| &check.rule)
}

/// Whether a check looks into the properties of a resource. The others' need not be kept: they are most of what thousands
/// of templates come to.
#[must_use]
pub fn read_properties(resource: &Resource) -> bool {
    CHECKS.iter().any(|check| check.reads.cover(resource))
}

/// What those checks find whose rules are wanted.
#[must_use]
pub fn check(project: &LinkedProject<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let checks: Vec<&Check> = CHECKS.iter().copied().filter(|check| wanted(&check.rule)).collect();
    parallel::map_heavy(&checks, |check| (check.run)(&View::new(project, check.reads))).into_iter().flatten().collect()
}

/// One line of a template is one mistake, however many stacks use it.
fn once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.place.clone(), finding.path.clone())));
    findings
}
