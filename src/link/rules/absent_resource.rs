//! `absent-resource`: what exists in a stack refers to a resource whose condition is false there. CloudFormation calls that an
//! unresolved resource dependency. What `DependsOn` names may be absent.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};

pub static CHECK: Check = Check {
    rule: Rule::error("absent-resource", Chapter::Project)
        .about("a reference to a resource whose condition is false in the stack")
        .page(
            "a resource or output that exists in a stack and refers to a resource whose condition is false there, outside of an \
             `Fn::If` that would leave it out",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    in_templates(
        project,
        &CHECK,
        |_, _| true,
        |kind, stacks| match kind {
            FaultKind::Absent { resource, condition } => {
                Some(format!("`{resource}` does not exist in {stacks}: its condition `{condition}` is false there"))
            }
            _ => None,
        },
    )
}
