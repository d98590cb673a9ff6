//! `export-unknown`: an export whose name cannot be known. Imports of its account and region are not checked.

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::info("export-unknown", Chapter::Project)
        .about("an export whose name cannot be known, so that imports are not checked")
        .page("an export whose name only AWS can know: nobody can tell whether the imports beside it are right"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for output in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.outputs) {
            if output.export.as_ref().is_some_and(|name| *name != Value::Null && name.as_text().is_none()) {
                let path = LogicalPath::from(["Outputs", &output.name, "Export"]);
                let message = format!(
                    "`{}` exports `{}` under a name that only AWS can know: imports beside it are not checked",
                    stack.stack.path, output.name
                );
                findings.push(CHECK.in_template(project, stack, path, message));
            }
        }
    }
    findings
}
