//! `stack-output`: every `!stack_output` names a stack that exists and an output that it has.

use crate::finding::{Finding, words};
use crate::link::{LinkedProject, LinkedStack, Reference, Target};

/// See the module.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for reference in &stack.references {
            findings.extend(check_one(project, stack, reference));
        }
    }
    findings
}

fn check_one(project: &LinkedProject<'_>, stack: &LinkedStack, reference: &Reference) -> Option<Finding> {
    let problem = |message: String, help: Option<String>| {
        let place = stack.stack.config.place_of(&reference.path);
        Some(Finding::error("stack-output", place, message).at(reference.path.clone()).help(help))
    };
    let target = match &reference.target {
        Target::Stack(path) => match project.stack(path) {
            Some(target) => target,
            None => {
                let known = project.stacks.iter().map(|stack| stack.stack.path.as_str());
                return problem(format!("there is no stack `{path}`"), words::did_you_mean(path, known));
            }
        },
        // A stack that is not of this project may exist all the same.
        Target::External { name, elsewhere: false } => {
            let same_account = |other: &&LinkedStack| other.account == stack.account && other.region == stack.region;
            project.stacks.iter().filter(same_account).find(|other| other.stack.external_name() == *name)?
        }
        Target::External { elsewhere: true, .. } => return None,
    };
    let (path, output) = (&target.stack.path, &reference.output);
    let evaluated = target.evaluated()?;
    if let Some((_, condition)) = evaluated.absent_outputs.iter().find(|(name, _)| name == output) {
        return problem(format!("`{path}` has no output `{output}`: its condition `{condition}` is false there"), None);
    }
    if evaluated.outputs.iter().any(|known| known.name == *output) {
        return None;
    }
    let known = evaluated.outputs.iter().map(|output| output.name.as_str());
    problem(format!("`{path}` has no output `{output}`"), words::did_you_mean(output, known))
}
