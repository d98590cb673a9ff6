//! `resource-type`: a resource type that AWS does not have.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::template::MisfitKind;

pub static CHECK: Check = Check {
    rule: Rule::error("resource-type", Chapter::Templates)
        .about("a resource type that does not exist, one letter away from one that does")
        .page(
            "a resource type that does not exist and is one letter away from one that does, such as `AWS::S3::Bukcet`; a type \
             that the program does not know otherwise may be a new one, and is no finding. cfn-lint's E3006 says the same",
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
            FaultKind::Misfit(MisfitKind::Type { name, meant }) => {
                Some(format!("there is no resource type `{name}`; did you mean `{meant}`?"))
            }
            _ => None,
        },
    )
}
