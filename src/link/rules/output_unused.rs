//! `output-unused`: an output that nobody takes. Outputs are read by people too: one with a `Description` is left alone.

use std::collections::{BTreeMap, BTreeSet};

use super::unused::{all, evaluated, unused};
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Output;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{LinkedProject, LinkedStack, Target};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::info("output-unused", Chapter::Project)
        .about("an output without a description that no stack of the project takes")
        .page("an output without `Description` and without export that no stack of the project takes"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let Some(taken) = taken(project) else { return Vec::new() };
    let is_used = |stack: &LinkedStack, output: &Output| {
        output.described
            || output.export.is_some()
            || taken.contains(&(stack.stack.path.as_str(), output.name.as_str()))
    };
    let finding = |(stack, output): (&LinkedStack, &Output)| {
        let path = LogicalPath::from(["Outputs", &output.name]);
        CHECK
            .in_template(project, stack, path, format!("no stack of this project takes the output `{}`", output.name))
            .help("remove it, or say in a `Description` what people need it for".to_owned())
    };
    unused(project, is_used).into_iter().map(finding).collect()
}

/// Stacks and outputs that are taken; `None` if one cannot be known, or is not there: it may be meant to be another.
fn taken<'a>(project: &'a LinkedProject<'_>) -> Option<BTreeSet<(&'a str, &'a str)>> {
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for stack in &project.stacks {
        by_name.entry(stack.stack.external_name()).or_default().push(&stack.stack.path);
    }
    let mut taken = BTreeSet::new();
    for reference in all(project).flat_map(|stack| &stack.references) {
        match &reference.target {
            Target::Stack(path) => {
                taken.insert((path.as_str(), reference.output.as_str()));
            }
            Target::Unreadable => return None,
            Target::External { name, .. } => {
                let paths = by_name.get(name).into_iter().flatten();
                taken.extend(paths.map(|path| (*path, reference.output.as_str())));
            }
        }
    }
    for read in evaluated(project).flat_map(|evaluated| &evaluated.stack_outputs) {
        let (name, output) = (read.stack_name.as_text()?, read.output.as_text()?);
        taken.extend(by_name.get(name).into_iter().flatten().map(|path| (*path, output)));
    }
    let has = |(path, output): &(&str, &str)| {
        let known = project.stack(path).and_then(LinkedStack::evaluated);
        known.is_some_and(|evaluated| {
            evaluated.macros.may_add_outputs() || evaluated.outputs.iter().any(|known| known.name == *output)
        })
    };
    taken.iter().all(has).then_some(taken)
}
