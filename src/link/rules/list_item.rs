//! `list-item`: `Fn::Select` takes an item behind the end of the list.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("list-item", Chapter::Project)
        .about("an item behind the end of a list, with the values of the stack")
        .page("an `Fn::Select` of an item that, with the values of a stack, its list does not have"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    in_templates(
        project,
        &CHECK,
        |_, _| true,
        |kind, stacks| match kind {
            FaultKind::NoItem { index, length } => {
                let length = words::count(*length, "item");
                Some(format!(
                    "the list has {length} in {stacks}, and this takes the item at position {index}, counted from 0"
                ))
            }
            _ => None,
        },
    )
}
