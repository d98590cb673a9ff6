//! `mapping-key`: `Fn::FindInMap` asks for a key that the mapping does not have.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("mapping-key", Chapter::Project)
        .about("a key that a mapping does not have, with the values of the stack")
        .page(
            "an `Fn::FindInMap` of a key that, with the values of a stack, its mapping does not have, and no `DefaultValue`",
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
            FaultKind::NoKey { mapping, keys } => {
                let (key, above) = keys.split_last()?;
                let below = if above.is_empty() { String::new() } else { format!(" below {}", words::list(above)) };
                Some(format!("the mapping `{mapping}` has no key `{key}`{below}, needed by {stacks}"))
            }
            _ => None,
        },
    )
}
