//! `dependency-circle`: no stacks wait for one another.

use crate::finding::Finding;
use crate::link::LinkedProject;
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
            let place = first.stack.config.place_of(&LogicalPath::from(["dependencies"]));
            Finding::error(
                "dependency-circle",
                place,
                format!("these stacks wait for one another: {}", names.join(" → ")),
            )
        })
        .collect()
}
