//! `group-hooks`: hooks of a group config run with the wrong stack. Sceptre 4.7.0 makes the hook objects of a group once,
//! and hands the same to each of its stacks: all of them see the last stack.

use std::collections::BTreeMap;

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::warning("group-hooks", Chapter::Project)
        .about("hooks that two or more stacks inherit: Sceptre runs them all with the same stack")
        .page("hooks of a group config that two or more stacks inherit: Sceptre runs them all with the same stack"),
    reads: Reads::NOTHING,
    run,
};

/// With one stack in the group nothing goes wrong, and a stack's own hooks replace those of its group.
fn run(project: &View<'_>) -> Vec<Finding> {
    let mut heirs: BTreeMap<_, Vec<&LinkedStack>> = BTreeMap::new();
    let path = LogicalPath::from(["hooks"]);
    for stack in &project.stacks {
        let config = &stack.stack.config;
        let has_hooks = stack.stack.group.get("hooks").is_some_and(|hooks| !hooks.is_null());
        if has_hooks && config.own_values().get("hooks").is_none() {
            heirs.entry(stack.stack.group.place_of(&path)).or_default().push(stack);
        }
    }
    heirs.retain(|_, stacks| stacks.len() > 1);
    let finding = |(place, stacks): (_, Vec<&LinkedStack>)| {
        let count = words::count(stacks.len(), "stack");
        let message = format!("{count} inherit these hooks, and Sceptre runs them all with the same one");
        CHECK.rule.finding(place, message).at(path.clone()).help("write the hooks into each stack file".to_owned())
    };
    heirs.into_iter().map(finding).collect()
}
