//! `import`: an import names an export of a stack in the same account and region.

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{Exports, LinkedProject, LinkedStack, exports};
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("import", Chapter::Project)
        .about("an import of a name that no stack of the account and region exports")
        .page("an `Fn::ImportValue` of a name that no stack of the account and region exports"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let exports = exports(project);
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for import in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports) {
            let Value::Text(name) = &import.name else { continue };
            let is_known = exports.contains_key(&(stack.account.as_str(), stack.region.as_str(), name.as_str()));
            if is_known || has_unknown_export(project, stack) {
                continue;
            }
            let known =
                exports.keys().filter(|(account, region, _)| *account == stack.account && *region == stack.region);
            let help = elsewhere(project, &exports, stack, name)
                .or_else(|| words::did_you_mean(name, known.map(|(_, _, name)| *name)));
            let message = format!("no stack exports `{name}`");
            findings.push(CHECK.in_template(project, stack, import.path.clone(), message).help(help));
        }
    }
    findings
}

/// Who exports the name, but in another account or region.
fn elsewhere(project: &LinkedProject<'_>, exports: &Exports<'_>, stack: &LinkedStack, name: &str) -> Option<String> {
    let (_, owners) = exports.iter().find(|((_, _, other), _)| *other == name)?;
    let owner = &project.stacks[owners[0].0];
    let place = match owner.account == stack.account {
        true => format!("in `{}`", owner.region),
        false => "in another account".to_owned(),
    };
    Some(format!("`{}` exports it {place}: imports stay in one account and region", owner.stack.path))
}

/// Whether some export of the account and region has a name that cannot be known, or some stack cannot be read, or gets
/// outputs from a macro: it may have the one that is meant.
fn has_unknown_export(project: &LinkedProject<'_>, stack: &LinkedStack) -> bool {
    let beside = |other: &&LinkedStack| stack.is_beside(other);
    !project.is_whole()
        || project.stacks.iter().filter(beside).any(|other| {
            other.evaluated().is_none_or(|evaluated| {
                let is_unknown = |name: &Value| name.as_text().is_none();
                evaluated.macros.may_add_outputs()
                    || evaluated.outputs.iter().any(|output| output.export.as_ref().is_some_and(is_unknown))
            })
        })
}
