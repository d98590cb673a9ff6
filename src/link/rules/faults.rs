//! What the rules about the values of single stacks share: stacks that share a template share its mistake, and are named in
//! one finding.

use std::collections::BTreeMap;
use std::path::Path;

use super::Check;
use super::view::View;
use crate::evaluate::{Fault, FaultKind};
use crate::finding::Finding;
use crate::link::LinkedStack;
use crate::words;

/// How many stacks a finding names.
const NAMED: usize = 3;

/// Every fault that counts, with the stacks that have it. `say` makes the sentence, with the names of the stacks.
pub fn in_templates(
    project: &View<'_>,
    check: &'static Check,
    counts: impl Fn(&LinkedStack, &FaultKind) -> bool,
    say: impl Fn(&FaultKind, &str) -> Option<String>,
) -> Vec<Finding> {
    let mut by_fault: BTreeMap<(&Path, &Fault), Vec<&LinkedStack>> = BTreeMap::new();
    for (stack, fault) in faults(project).filter(|(stack, fault)| counts(stack, &fault.kind)) {
        if let Some(template) = &stack.template {
            let stacks = by_fault.entry((&template.file, fault)).or_default();
            // One text may name a thing twice.
            if stacks.last().is_none_or(|last| last.stack.path != stack.stack.path) {
                stacks.push(stack);
            }
        }
    }
    let finding = |((_, fault), stacks): ((&Path, &Fault), Vec<&LinkedStack>)| {
        let message = say(&fault.kind, &names(&stacks))?;
        Some(check.in_template(project, stacks[0], fault.path.clone(), message))
    };
    by_fault.into_iter().filter_map(finding).collect()
}

/// Every fault, with its stack.
pub fn faults<'a>(project: &'a View<'_>) -> impl Iterator<Item = (&'a LinkedStack, &'a Fault)> {
    let of = |stack: &'a LinkedStack| stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.faults);
    project.stacks.iter().flat_map(move |stack| of(stack).map(move |fault| (stack, fault)))
}

/// The names of stacks, a few of many.
pub fn names(stacks: &[&LinkedStack]) -> String {
    let mut names: Vec<String> = stacks.iter().map(|stack| format!("`{}`", stack.stack.path)).collect();
    let more = names.len().saturating_sub(NAMED);
    if more > 1 {
        names.truncate(NAMED);
        names.push(format!("{more} more"));
    }
    words::enumerate(&names)
}
