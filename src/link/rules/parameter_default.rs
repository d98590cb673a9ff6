//! `parameter-default`: a parameter that the stack does not give, and whose default its own constraints refuse (CloudFormation
//! User Guide, "CloudFormation `Parameters` syntax").

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};

pub static CHECK: Check = Check {
    rule: Rule::error("parameter-default", Chapter::Project)
        .about("a default that its own parameter refuses, where a stack takes it")
        .page("a parameter that a stack does not give, and whose `Default` its own constraints refuse"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    in_templates(
        project,
        &CHECK,
        |_, _| true,
        |kind, stacks| match kind {
            FaultKind::Default { parameter, got, expected } => {
                Some(format!("the default of `{parameter}` is taken by {stacks}: got `{got}`, expected {expected}"))
            }
            _ => None,
        },
    )
}
