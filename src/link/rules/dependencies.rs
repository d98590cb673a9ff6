//! `dependency-circle`: no stacks wait for one another.

use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack, Target, declared};
use crate::logical_path::LogicalPath;

/// Stacks that wait for one another.
pub fn circles(project: &LinkedProject<'_>) -> Vec<Finding> {
    project
        .graph()
        .circles()
        .into_iter()
        .map(|circle| {
            let names: Vec<&str> = circle.iter().map(|stack| project.stacks[*stack].stack.path.as_str()).collect();
            let first = &project.stacks[circle[0]];
            let path = wait(first, names[1]);
            let message = format!("these stacks wait for one another: {}", names.join(" → "));
            Finding::error("dependency-circle", first.stack.config.place_of(&path), message).at(path)
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
