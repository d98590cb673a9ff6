//! `export-unused`: an export is there to be imported, and nobody does.

use std::collections::{BTreeSet, HashMap};

use super::unused::{evaluated, unused};
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::{Output, Value};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::info("export-unused", Chapter::Project).about("an export that no stack of the project imports"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let Some(imported) = imported(project) else { return Vec::new() };
    let owners = owners(project);
    let is_used = |_: &LinkedStack, output: &Output| match &output.export {
        None | Some(Value::Null) => true,
        // That it stands twice is the finding.
        Some(name) => name.as_text().is_none_or(|name| imported.contains(name) || owners.get(name) > Some(&1)),
    };
    let finding = |(stack, output): (&LinkedStack, &Output)| {
        let path = LogicalPath::from(["Outputs", &output.name, "Export"]);
        let name = output.export.as_ref().and_then(Value::as_text).unwrap_or_default();
        CHECK
            .in_template(project, stack, path, format!("no stack of this project imports `{name}`"))
            .help("remove the `Export`, unless another project imports it".to_owned())
    };
    unused(project, is_used).into_iter().map(finding).collect()
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
