//! `export`: an export name has one owner in an account and region.

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::exports;
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("export", Chapter::Project).about("one export name twice in an account and region"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((_, _, name), owners) in exports(project) {
        let [(first, _), others @ ..] = owners.as_slice() else { continue };
        for (other, output) in others {
            let stack = &project.stacks[*other];
            let path = LogicalPath::from(["Outputs", output, "Export"]);
            let first = &project.stacks[*first].stack.path;
            let message = format!("`{}` exports `{name}`, and so does `{first}`", stack.stack.path);
            findings.push(CHECK.in_template(project, stack, path, message));
        }
    }
    findings
}
