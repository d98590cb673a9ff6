//! `dependency-implied`: an entry of `dependencies:` that stands there twice, or that a `!stack_output` of the stack implies
//! already. Sceptre adds the stack of every `!stack_output` by itself (`sceptre/resolvers/stack_output.py`), so the entry
//! only grows stale.

use serde_yaml::Value;

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{LinkedStack, Target};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::warning("dependency-implied", Chapter::Project)
        .about("an entry of `dependencies:` that stands there twice or is implied already")
        .page(
            "an entry of `dependencies:` that stands there twice, or that a `!stack_output` of the stack implies \
             already",
        ),
    reads: Reads::NOTHING,
    run,
};

/// Entries of a group config are left alone: they may matter to the group's other stacks.
fn run(project: &View<'_>) -> Vec<Finding> {
    project.stacks.iter().flat_map(of_stack).collect()
}

fn of_stack(stack: &LinkedStack) -> Vec<Finding> {
    let Some(layer) = stack.stack.config.layers.iter().find(|layer| layer.file == stack.stack.file) else {
        return Vec::new();
    };
    let Some(Value::Sequence(entries)) = layer.document.value.get("dependencies") else { return Vec::new() };
    let mut findings = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(entry) = entry.as_str() else { continue };
        if entries[..index].iter().any(|before| before.as_str() == Some(entry)) {
            let path = LogicalPath::from(["dependencies"]).join(index);
            let place = layer.place(layer.document.index.root.walk(&path.0).0);
            let message = format!("the dependency on `{entry}` stands above already");
            findings.push(CHECK.rule.finding(place, message).at(path).help("remove it".to_owned()));
            continue;
        }
        let is_it = |target: &Target| matches!(target, Target::Stack(path) if path == entry);
        if let Some(reference) = stack.references.iter().find(|reference| is_it(&reference.target)) {
            let path = LogicalPath::from(["dependencies"]).join(index);
            let place = layer.place(layer.document.index.root.walk(&path.0).0);
            let message = format!("`{}` implies the dependency on `{entry}` already", reference.path);
            findings.push(
                CHECK
                    .rule
                    .finding(place, message)
                    .at(path)
                    .help("remove it: Sceptre launches the stack of every `!stack_output` first".to_owned()),
            );
        }
    }
    findings
}
