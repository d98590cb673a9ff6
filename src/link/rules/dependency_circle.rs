//! `dependency-circle`: no stacks wait for one another.

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{LinkedStack, Target, declared};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("dependency-circle", Chapter::Project).about("stacks that wait for one another"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    project
        .graph()
        .circles()
        .into_iter()
        .map(|circle| {
            let names: Vec<&str> = circle.iter().map(|stack| project.stacks[*stack].stack.path.as_str()).collect();
            let first = &project.stacks[circle[0]];
            let path = wait(first, names[1]);
            let message = format!("these stacks wait for one another: {}", names.join(" → "));
            CHECK.in_config(first, path, message)
        })
        .collect()
}

/// Where a stack says that it waits for another.
fn wait(stack: &LinkedStack, other: &str) -> LogicalPath {
    match declared(stack).find(|(_, path)| *path == other) {
        Some((index, _)) => LogicalPath::from(["dependencies"]).join(index),
        None => {
            let names = |target: &Target| matches!(target, Target::Stack(path) if path == other);
            let reference = stack.references.iter().find(|reference| names(&reference.target));
            reference.map(|reference| reference.path.clone()).unwrap_or_default()
        }
    }
}
