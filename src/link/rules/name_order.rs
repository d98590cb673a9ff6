//! `name-order`: what AWS wants to be there when it creates a resource is of a stack that is launched before. A name makes no
//! order: Sceptre follows outputs alone.

use std::collections::BTreeSet;

use super::view::View;
use super::{Check, import_order};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::is_broken;
use crate::link::names::{Flaw, READS};

pub static CHECK: Check = Check {
    rule: Rule::error("name-order", Chapter::Project)
        .about("a name of what another stack creates, that nothing launches first")
        .page(
            "a name or ARN of what another stack of this project creates (a log group, role, topic, function, \
             configuration set, …), in a property for which AWS wants it to be there, and nothing launches that stack \
             first",
        ),
    reads: READS,
    run,
};

/// One missing dependency is one mistake, however many names it is about.
fn run(project: &View<'_>) -> Vec<Finding> {
    let taken: BTreeSet<(usize, usize)> = import_order::out_of_order(project);
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for unmet in project.unmet() {
        let Flaw::Unordered(owner) = unmet.flaw else { continue };
        // What is imported from the same stack wants the same dependency.
        if taken.contains(&(owner, unmet.stack)) || !seen.insert((owner, unmet.stack)) {
            continue;
        }
        let (stack, owner_stack) = (&project.stacks[unmet.stack], &project.stacks[owner]);
        if is_broken(project, stack) {
            continue;
        }
        let (path, owner_path) = (&stack.stack.path, &owner_stack.stack.path);
        let (word, name) = (unmet.word, &unmet.name);
        let message = format!("`{path}` needs the {word} `{name}` of `{owner_path}`, and nothing launches that first");
        let place = stack.stack.config.place_of(&["dependencies"].into());
        let help = import_order::advice(project, owner, unmet.stack);
        // The line would cost a rendering, also of a finding that is ignored.
        let named = &unmet.path;
        findings.push(CHECK.rule.finding(place, message).help(format!("{help}; its template names it at `{named}`")));
    }
    findings
}
