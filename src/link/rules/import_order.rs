//! `import-order`: what is imported, or taken by the stack's name in CloudFormation, is of a stack that is launched before.
//! Sceptre follows neither.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{Exports, LinkedProject, LinkedStack, Target, exports};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("import-order", Chapter::Project)
        .about("an import or output that is taken from a stack that nothing launches first")
        .page(
            "an import, `!stack_output_external` or `Fn::GetStackOutput` from a stack of this project that nothing \
             launches first",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    // Few projects have imports, or such outputs.
    let exports = LazyCell::new(|| exports(project));
    [of_imports(project, &exports), of_outputs(project, &exports)].concat()
}

/// Imports from a stack that may be launched later.
fn of_imports<'a>(
    project: &LinkedProject<'_>,
    exports: &LazyCell<Exports<'a>, impl FnOnce() -> Exports<'a>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        for import in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports) {
            let Value::Text(name) = &import.name else { continue };
            let owners = exports.get(&(stack.account.as_str(), stack.region.as_str(), name.as_str()));
            let Some((owner, _)) = owners.and_then(|owners| owners.first()) else { continue };
            if *owner != index && !project.graph().comes_before(*owner, index) {
                findings.push(out_of_order(stack, "imports", name, &project.stacks[*owner]));
            }
        }
    }
    findings
}

/// Outputs taken by the stack's name in CloudFormation, which Sceptre does not follow, of a stack that may be launched later.
/// An output that is not there, and a stack that something is imported from, are reported by themselves.
fn of_outputs<'a>(
    project: &LinkedProject<'_>,
    exports: &LazyCell<Exports<'a>, impl FnOnce() -> Exports<'a>>,
) -> Vec<Finding> {
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
                let owners = exports.get(&(stack.account.as_str(), stack.region.as_str(), name));
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

/// Something is taken from a stack that nothing launches first.
fn out_of_order(stack: &LinkedStack, takes: &str, what: &str, owner: &LinkedStack) -> Finding {
    let owner = &owner.stack.path;
    let message = format!("`{}` {takes} `{what}` of `{owner}`, and nothing launches that first", stack.stack.path);
    let place = stack.stack.config.place_of(&LogicalPath::from(["dependencies"]));
    CHECK.rule.finding(place, message).help(format!("add `{owner}` to `dependencies:`"))
}
