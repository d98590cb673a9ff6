//! `stack-output`: every `!stack_output` names a stack that exists and an output that it has, with a value that the
//! parameter takes; so does every `Fn::GetStackOutput` of a stack of this project.
//!
//! `!stack_output` asks in the account and region of the stack that it names, so it reaches into others. It does not know
//! `stack_name`: it asks for project code and path (`sceptre/resolvers/stack_output.py`, 4.7.0).

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::{StackOutput, Value};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{LinkedProject, LinkedStack, Reference, Target};
use crate::logical_path::Segment;
use crate::template::ParameterValue;
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("stack-output", Chapter::Project)
        .about("a reference to a stack or an output that is not there")
        .page(
            "a `!stack_output` that names no stack, no output, or an output whose condition is false for that stack; \
             an external one or `Fn::GetStackOutput` of this project's own stacks too; one whose value is a list, or \
             is not taken by the parameter; one of a stack with `stack_name`, which `!stack_output` does not know; \
             an external one or `Fn::GetStackOutput` of a stack of this project that is in another region or account \
             than where it is looked for",
        ),
    reads: Reads::NOTHING,
    run,
};

/// What is wrong, and advice.
type Fault = (String, Option<String>);

fn run(project: &View<'_>) -> Vec<Finding> {
    [in_configs(project), in_templates(project)].concat()
}

/// Every reference in a config file.
fn in_configs(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for reference in &stack.references {
            if let Some((message, help)) = check_one(project, stack, reference) {
                findings.push(CHECK.in_config(stack, reference.path.clone(), message).help(help));
            }
        }
    }
    findings
}

/// Every `Fn::GetStackOutput` in a template. A stack that is not of this project may exist all the same.
fn in_templates(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for taken in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.stack_outputs) {
            let target = project.read_by(stack, taken).map(|index| &project.stacks[index]);
            let fault = match target {
                Some(target) => taken.output.as_text().and_then(|name| lacks(target, name)),
                None => elsewhere(project, stack, taken),
            };
            if let Some((message, help)) = fault {
                findings.push(CHECK.in_template(project, stack, taken.path.clone(), message).help(help));
            }
        }
    }
    findings
}

/// A stack of this project by its name, but not where it is looked for. Whoever names a region means what they say.
fn elsewhere(project: &LinkedProject<'_>, stack: &LinkedStack, taken: &StackOutput) -> Option<Fault> {
    let name = taken.stack_name.as_text().filter(|_| !taken.has_role && taken.region.is_none())?;
    let other = away(project, stack, name)?;
    let (message, is_same_account) = not_here(stack, other);
    let help = match is_same_account {
        true => format!("write `Region: {}`", other.region),
        false => "give a `RoleArn` of that account, and its `Region`".to_owned(),
    };
    Some((message, Some(help)))
}

/// The stack of a name that is certainly not in the account and region of another.
fn away<'a>(project: &'a LinkedProject<'_>, stack: &LinkedStack, name: &str) -> Option<&'a LinkedStack> {
    let mut named = project.stacks.iter().filter(|other| other.stack.external_name() == name);
    let first = named.next()?;
    let is_certain = !stack.may_be_beside(first) && named.all(|other| !stack.may_be_beside(other));
    is_certain.then_some(first)
}

/// The sentence about a stack that is looked for in the wrong place, and whether at least the account is the same.
fn not_here(stack: &LinkedStack, other: &LinkedStack) -> (String, bool) {
    let (path, name) = (&other.stack.path, other.stack.external_name());
    let is_same_account = other.account == stack.account;
    let where_it_is = if is_same_account { format!("in `{}`", other.region) } else { "in another account".to_owned() };
    (
        format!(
            "`{name}` (`{path}`) is {where_it_is}, and this looks for it in `{}` of the stack's own account",
            stack.region
        ),
        is_same_account,
    )
}

fn check_one(project: &LinkedProject<'_>, stack: &LinkedStack, reference: &Reference) -> Option<Fault> {
    let target = match &reference.target {
        Target::Stack(path) => match project.stack(path) {
            Some(target) => target,
            None if project.is_unread(path) => return None,
            None => {
                let known = project.stacks.iter().map(|stack| stack.stack.path.as_str());
                return Some((format!("there is no stack `{path}`"), words::did_you_mean(path, known)));
            }
        },
        // A stack that is not of this project may exist all the same.
        Target::External { name, elsewhere: false } => {
            let Some(position) = project.beside(stack, name) else {
                let other = away(project, stack, name)?;
                let help =
                    format!("name its profile and region: `{name}::{} PROFILE::{}`", reference.output, other.region);
                return Some((not_here(stack, other).0, Some(help)));
            };
            &project.stacks[position]
        }
        Target::External { elsewhere: true, .. } | Target::Unreadable => return None,
    };
    let misnamed = || match &reference.target {
        Target::Stack(_) => misnamed(target, &reference.output),
        Target::External { .. } | Target::Unreadable => None,
    };
    lacks(target, &reference.output).or_else(misnamed).or_else(|| unfit(stack, reference, target))
}

/// The output is not there.
fn lacks(target: &LinkedStack, output: &str) -> Option<Fault> {
    let path = &target.stack.path;
    let evaluated = target.evaluated().filter(|evaluated| !evaluated.macros.is_custom)?;
    if let Some((_, condition)) = evaluated.absent_outputs.iter().find(|(name, _)| name == output) {
        return Some((format!("`{path}` has no output `{output}`: its condition `{condition}` is false there"), None));
    }
    if evaluated.macros.may_add_outputs() || evaluated.outputs.iter().any(|known| known.name == output) {
        return None;
    }
    let known = evaluated.outputs.iter().map(|output| output.name.as_str());
    Some((format!("`{path}` has no output `{output}`"), words::did_you_mean(output, known)))
}

/// Sceptre would ask CloudFormation for another stack.
fn misnamed(target: &LinkedStack, output: &str) -> Option<Fault> {
    let (name, asked) = (target.stack.external_name(), target.stack.default_name());
    (name != asked).then(|| {
        let path = &target.stack.path;
        let message = format!("`{path}` is called `{name}`, but `!stack_output` asks for `{asked}`");
        (message, Some(format!("write `!stack_output_external {name}::{output}`, and `{path}` in `dependencies:`")))
    })
}

/// The output has a value that CloudFormation, or the parameter, does not take.
fn unfit(stack: &LinkedStack, reference: &Reference, target: &LinkedStack) -> Option<Fault> {
    let (path, name) = (&target.stack.path, &reference.output);
    let output = target.evaluated()?.outputs.iter().find(|output| output.name == *name)?;
    let text = match &output.value {
        Value::List(_) | Value::Map(_) => {
            let help = "join it with `!Join [',', …]`: a list parameter takes it apart again".to_owned();
            return Some((format!("output `{name}` of `{path}` is a list, and an output is a text"), Some(help)));
        }
        value => value.as_text()?,
    };
    let [Segment::Key(section), Segment::Key(parameter)] = reference.path.0.as_slice() else { return None };
    let mut declared = stack.template.as_ref()?.parameters.iter();
    let parameter = declared.find(|known| section == "parameters" && known.name == *parameter && !known.no_echo)?;
    let refusal = parameter.refusals(&ParameterValue::Text(text.to_owned())).into_iter().next()?;
    let message = format!("output `{name}` of `{path}` is `{}`, expected {}", refusal.got, refusal.expected);
    Some((message, refusal.help))
}
