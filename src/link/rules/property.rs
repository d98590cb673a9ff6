//! `resource-property`: a property that a resource type does not have.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::template::MisfitKind;

pub static CHECK: Check = Check {
    rule: Rule::error("resource-property", Chapter::Templates)
        .about("a property that its resource type does not have, one letter away from one that it has")
        .page(
            "a property, directly below `Properties`, that the resource type does not have and that is one letter away from one \
             that it has and the resource does not give; cfn-lint's E3002 says the same of all properties",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    in_templates(
        project,
        &CHECK,
        |_, _| true,
        |kind, _| match kind {
            FaultKind::Misfit(MisfitKind::Property { of, name, meant }) => {
                Some(format!("`{of}` has no property `{name}`; did you mean `{meant}`?"))
            }
            _ => None,
        },
    )
}
