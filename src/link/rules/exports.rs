//! `import`, `import-order`, `export` and `export-unknown`: an import names an export of a stack that is launched before, an
//! export name has one owner, and can be known.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::evaluate::Value;
use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack, Target, exports};
use crate::logical_path::LogicalPath;
use crate::words;

/// Whether some export of the account and region has a name that cannot be known, or some stack cannot be read: it may
/// have the one that is meant.
fn has_unknown_export(project: &LinkedProject<'_>, stack: &LinkedStack) -> bool {
    let beside = |other: &&LinkedStack| stack.is_beside(other);
    !project.is_whole()
        || project.stacks.iter().filter(beside).any(|other| {
            other.evaluated().is_none_or(|evaluated| {
                evaluated
                    .outputs
                    .iter()
                    .any(|output| output.export.as_ref().is_some_and(|name| name.as_text().is_none()))
            })
        })
}

/// Imports of nothing, and imports from a stack that may be launched later.
pub fn imports(project: &LinkedProject<'_>) -> Vec<Finding> {
    let exports = exports(project);
    let mut findings = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        for import in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports) {
            let Value::Text(name) = &import.name else { continue };
            let place = || project.template_place(stack, &import.path);
            match exports.get(&(stack.account.as_str(), stack.region.as_str(), name.as_str())) {
                None if has_unknown_export(project, stack) => {}
                None => {
                    let is_beside = |(account, region, _): &&(&str, &str, &str)| {
                        *account == stack.account && *region == stack.region
                    };
                    let known = exports.keys().filter(is_beside).map(|(_, _, name)| *name);
                    let elsewhere = exports.iter().find(|((_, _, other), _)| **name == **other).map(|(_, owners)| {
                        let owner = &project.stacks[owners[0].0];
                        let is_same = owner.account == stack.account;
                        let place =
                            if is_same { format!("in `{}`", owner.region) } else { "in another account".to_owned() };
                        format!("`{}` exports it {place}: imports stay in one account and region", owner.stack.path)
                    });
                    findings.push(
                        Finding::error("import", place(), format!("no stack exports `{name}`"))
                            .at(import.path.clone())
                            .help(elsewhere.or_else(|| words::did_you_mean(name, known))),
                    );
                }
                Some(owners) => {
                    let Some((owner, _)) = owners.first() else { continue };
                    if *owner != index && !project.graph().comes_before(*owner, index) {
                        findings.push(out_of_order(stack, "imports", name, &project.stacks[*owner]));
                    }
                }
            }
        }
    }
    findings
}

/// Something is taken from a stack that nothing launches first.
fn out_of_order(stack: &LinkedStack, takes: &str, what: &str, owner: &LinkedStack) -> Finding {
    let owner = &owner.stack.path;
    let message = format!("`{}` {takes} `{what}` of `{owner}`, and nothing launches that first", stack.stack.path);
    let place = stack.stack.config.place_of(&LogicalPath::from(["dependencies"]));
    Finding::error("import-order", place, message).help(format!("add `{owner}` to `dependencies:`"))
}

/// Outputs taken by the stack's name in CloudFormation, which Sceptre does not follow, of a stack that may be launched later.
/// An output that is not there, and a stack that something is imported from, are reported by themselves.
pub fn order_of_outputs(project: &LinkedProject<'_>) -> Vec<Finding> {
    // Few projects have such outputs.
    let by_name = LazyCell::new(|| exports(project));
    let mut findings = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        let in_config = stack.references.iter().filter_map(|reference| match &reference.target {
            Target::External { name, elsewhere: false } => {
                Some((project.beside(stack, name)?, reference.output.as_str()))
            }
            _ => None,
        });
        let reads = stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.stack_outputs);
        let in_template = reads.filter_map(|read| {
            let is_here = !read.has_role && read.region.is_none();
            Some((project.beside(stack, read.stack_name.as_text().filter(|_| is_here)?)?, read.output.as_text()?))
        });
        let taken: BTreeMap<usize, &str> = in_config.chain(in_template).collect();
        let imported = |owner: usize| {
            let imports = stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports);
            let mut names = imports.filter_map(|import| import.name.as_text());
            names.any(|name| {
                let owners = by_name.get(&(stack.account.as_str(), stack.region.as_str(), name));
                owners.is_some_and(|owners| owners.first().is_some_and(|(first, _)| *first == owner))
            })
        };
        for (owner, output) in taken {
            let outputs = project.stacks[owner].evaluated().map(|evaluated| &evaluated.outputs);
            let is_there = outputs.is_none_or(|outputs| outputs.iter().any(|known| known.name == output));
            if owner != index && is_there && !imported(owner) && !project.graph().comes_before(owner, index) {
                findings.push(out_of_order(stack, "takes the output", output, &project.stacks[owner]));
            }
        }
    }
    findings
}

/// Exports whose names cannot be known: imports of their account and region are not checked.
pub fn unknown_names(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for output in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.outputs) {
            if output.export.as_ref().is_some_and(|name| *name != Value::Null && name.as_text().is_none()) {
                let path = LogicalPath::from(["Outputs", &output.name, "Export"]);
                let message = format!(
                    "`{}` exports `{}` under a name that only AWS can know: imports beside it are not checked",
                    stack.stack.path, output.name
                );
                findings.push(Finding::info("export-unknown", project.template_place(stack, &path), message).at(path));
            }
        }
    }
    findings
}

/// The same export name twice in one account and region.
pub fn duplicates(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((_, _, name), owners) in exports(project) {
        let [(first, _), others @ ..] = owners.as_slice() else { continue };
        for (other, output) in others {
            let stack = &project.stacks[*other];
            let path = LogicalPath::from(["Outputs", output, "Export"]);
            let first = &project.stacks[*first].stack.path;
            let message = format!("`{}` exports `{name}`, and so does `{first}`", stack.stack.path);
            findings.push(Finding::error("export", project.template_place(stack, &path), message).at(path));
        }
    }
    findings
}
