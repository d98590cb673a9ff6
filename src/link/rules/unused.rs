//! What `export-unused` and `output-unused` share: stacks that share a template share its outputs, so one user is enough.
//!
//! Nothing is judged while some stack cannot be read, takes something by a name that cannot be known, or may take something
//! that a macro writes.

use std::collections::HashMap;

use crate::evaluate::{Evaluated, Output};
use crate::link::{LinkedProject, LinkedStack};

/// The outputs that no stack with the same template has a use for, each with one of these stacks.
pub fn unused<'a>(
    project: &'a LinkedProject<'_>,
    is_used: impl Fn(&LinkedStack, &Output) -> bool,
) -> Vec<(&'a LinkedStack, &'a Output)> {
    let is_unknown = |stack: &LinkedStack| stack.evaluated().is_none_or(|evaluated| evaluated.macros.may_take());
    if project.stacks.iter().any(is_unknown) {
        return Vec::new();
    }
    let mut positions: HashMap<(&str, &str), usize> = HashMap::new();
    let mut outputs: Vec<Option<(&LinkedStack, &Output)>> = Vec::new();
    for stack in &project.stacks {
        let Some(template) = &stack.template else { continue };
        for output in &template.evaluated.outputs {
            let position = *positions.entry((&template.name, &output.name)).or_insert(outputs.len());
            if position == outputs.len() {
                outputs.push(Some((stack, output)));
            }
            if is_used(stack, output) {
                outputs[position] = None;
            }
        }
    }
    let unused: Vec<_> = outputs.into_iter().flatten().collect();
    // Only something unused is worth asking whether all stacks were read.
    if unused.is_empty() || project.is_whole() { unused } else { Vec::new() }
}

/// Every stack, also those that Sceptre leaves out.
pub fn all<'a>(project: &'a LinkedProject<'_>) -> impl Iterator<Item = &'a LinkedStack> {
    project.stacks.iter().chain(&project.ignored)
}

/// What the templates of all of them come to.
pub fn evaluated<'a>(project: &'a LinkedProject<'_>) -> impl Iterator<Item = &'a Evaluated> {
    all(project).filter_map(LinkedStack::evaluated)
}
