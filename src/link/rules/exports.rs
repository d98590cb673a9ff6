//! `import` and `export`: an import names an export of a stack that is launched before, and an export name has one owner.

use crate::evaluate::Value;
use crate::finding::{Finding, words};
use crate::link::{LinkedProject, LinkedStack, exports};
use crate::logical_path::LogicalPath;

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
    let graph = project.graph();
    let mut findings = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        for import in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports) {
            let Value::Text(name) = &import.name else { continue };
            let place = || project.template_place(stack, &import.path);
            match exports.get(&(stack.account.as_str(), stack.region.as_str(), name.as_str())) {
                None if has_unknown_export(project, stack) => {}
                None => {
                    let known = exports.keys().map(|(_, _, name)| *name);
                    findings.push(
                        Finding::error(
                            "import",
                            place(),
                            format!("`{}` imports `{name}`, which no stack exports", stack.stack.path),
                        )
                        .at(import.path.clone())
                        .help(words::did_you_mean(name, known)),
                    );
                }
                Some(owners) => {
                    let Some((owner, _)) = owners.first() else { continue };
                    if *owner != index && !graph.comes_before(*owner, index) {
                        let owner = &project.stacks[*owner].stack.path;
                        let message = format!(
                            "`{}` imports `{name}` of `{owner}`, and nothing launches that first",
                            stack.stack.path
                        );
                        let place = stack.stack.config.place_of(&LogicalPath::from(["dependencies"]));
                        findings.push(
                            Finding::error("import-order", place, message)
                                .help(Some(format!("add `{owner}` to `dependencies:`"))),
                        );
                    }
                }
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
