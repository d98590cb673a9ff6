//! `export-unused` and `output-unused`: what a template hands out and nobody takes.
//!
//! An export is there to be imported. An output is read by people too: one with a `Description` is left alone. Nothing is
//! judged while some stack cannot be read, or takes something by a name that cannot be known. Stacks that share a template
//! share its outputs: one user is enough.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::evaluate::{Evaluated, Output, Value};
use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack, Target};
use crate::logical_path::LogicalPath;

/// See the module.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    if project.stacks.iter().any(|stack| stack.template.is_none()) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if let Some(imported) = imported(project) {
        let owners = owners(project);
        let is_used = |_: &LinkedStack, output: &Output| match &output.export {
            None | Some(Value::Null) => true,
            // That it stands twice is the finding.
            Some(name) => name.as_text().is_none_or(|name| imported.contains(name) || owners.get(name) > Some(&1)),
        };
        findings.extend(unused(project, is_used).into_iter().map(|(stack, output)| {
            let path = LogicalPath::from(["Outputs", &output.name, "Export"]);
            let name = output.export.as_ref().and_then(Value::as_text).unwrap_or_default();
            let message = format!("no stack of this project imports `{name}`");
            Finding::info("export-unused", project.template_place(stack, &path), message)
                .at(path)
                .help("remove the `Export`, unless another project imports it".to_owned())
        }));
    }
    if let Some(taken) = taken(project) {
        let is_used = |stack: &LinkedStack, output: &Output| {
            output.described
                || output.export.is_some()
                || taken.contains(&(stack.stack.path.as_str(), output.name.as_str()))
        };
        findings.extend(unused(project, is_used).into_iter().map(|(stack, output)| {
            let path = LogicalPath::from(["Outputs", &output.name]);
            let message = format!("no stack of this project takes the output `{}`", output.name);
            Finding::info("output-unused", project.template_place(stack, &path), message)
                .at(path)
                .help("remove it, or say in a `Description` what people need it for".to_owned())
        }));
    }
    // Only a finding is worth asking whether all stacks were read.
    if findings.is_empty() || project.is_whole() { findings } else { Vec::new() }
}

/// The outputs that no stack with the same template has a use for, each with one of these stacks.
fn unused<'a>(
    project: &'a LinkedProject<'_>,
    is_used: impl Fn(&LinkedStack, &Output) -> bool,
) -> Vec<(&'a LinkedStack, &'a Output)> {
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
    outputs.into_iter().flatten().collect()
}

/// How many stacks export each name.
fn owners<'a>(project: &'a LinkedProject<'_>) -> HashMap<&'a str, usize> {
    let mut owners = HashMap::new();
    for output in project.stacks.iter().filter_map(LinkedStack::evaluated).flat_map(|evaluated| &evaluated.outputs) {
        if let Some(name) = output.export.as_ref().and_then(Value::as_text) {
            *owners.entry(name).or_default() += 1;
        }
    }
    owners
}

fn all<'a>(project: &'a LinkedProject<'_>) -> impl Iterator<Item = &'a LinkedStack> {
    project.stacks.iter().chain(&project.ignored)
}

fn evaluated<'a>(project: &'a LinkedProject<'_>) -> impl Iterator<Item = &'a Evaluated> {
    all(project).filter_map(LinkedStack::evaluated)
}

/// The names that are imported; `None` if one cannot be known, or is exported nowhere: it may be meant to be another.
fn imported<'a>(project: &'a LinkedProject<'_>) -> Option<BTreeSet<&'a str>> {
    let imported: BTreeSet<&str> = evaluated(project)
        .flat_map(|evaluated| &evaluated.imports)
        .map(|import| import.name.as_text())
        .collect::<Option<_>>()?;
    let outputs = evaluated(project).flat_map(|evaluated| &evaluated.outputs);
    let exported: BTreeSet<&str> = outputs.filter_map(|output| output.export.as_ref()?.as_text()).collect();
    imported.is_subset(&exported).then_some(imported)
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
        known.is_some_and(|evaluated| evaluated.outputs.iter().any(|known| known.name == *output))
    };
    taken.iter().all(has).then_some(taken)
}
