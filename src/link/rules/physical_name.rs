//! `physical-name`: a name that AWS refuses, with the values of the stack.

use std::collections::BTreeMap;

use super::faults::names;
use super::view::View;
use super::{Check, Reads};
use crate::aws::{refused_export_name, refused_name, refused_stack_name};
use crate::evaluate::{ACCOUNT_ID, resource_type};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;

/// An account has a number of twelve digits, whichever they are.
const ANY_ACCOUNT: &str = "111111111111";

pub static CHECK: Check = Check {
    rule: Rule::error("physical-name", Chapter::Project)
        .about("a name that AWS refuses, with the values of the stack")
        .page(
            "a name that AWS refuses, with the values of the stack: of the stack itself (letters, digits and dashes, at \
             most 128, a letter first), of exports (letters, digits, dashes and colons), and of resources whose names have a form, such as buckets, roles, functions, \
             queues, topics, log groups, aliases and parameters: too long, too short, with a character that it may not \
             have, with a beginning or end that is reserved",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let of_stacks = project.stacks.iter().filter_map(of_stack);
    of_stacks.chain(of_resources(project)).chain(of_exports(project)).collect()
}

fn of_stack(stack: &LinkedStack) -> Option<Finding> {
    let config = &stack.stack.config;
    let has_own = config.get("stack_name").is_some();
    // What a resolver comes to is not known.
    let serde_yaml::Value::String(_) = config.get(if has_own { "stack_name" } else { "project_code" })? else {
        return None;
    };
    let name = stack.stack.external_name();
    let why = refused_stack_name(&name)?;
    let message = format!("CloudFormation does not take the stack name `{name}`: {why}");
    if has_own {
        return Some(CHECK.in_config(stack, LogicalPath::from(["stack_name"]), message));
    }
    let help = "Sceptre makes it of `project_code` and the path of the file; `stack_name` sets another".to_owned();
    let place = crate::finding::Place::file(&stack.stack.file);
    Some(CHECK.rule.finding(place, message).help(help))
}

/// Names that are refused for one reason at one place of a template, with the stacks that have them.
type Refused<'a> = Vec<(&'a str, &'a LinkedStack)>;

fn of_resources(project: &View<'_>) -> Vec<Finding> {
    let mut refused: BTreeMap<_, Refused<'_>> = BTreeMap::new();
    for (stack, resource) in project.resources().filter(|(_, resource)| resource.certain) {
        let Some(name) = resource.name.as_ref().and_then(|name| name.as_text()) else { continue };
        let why = if name.contains(ACCOUNT_ID) {
            refused_name(&resource.kind, &name.replace(ACCOUNT_ID, ANY_ACCOUNT))
        } else {
            refused_name(&resource.kind, name)
        };
        if let (Some(why), Some(template)) = (why, &stack.template)
            && !is_because_of_the_stack(stack, name)
        {
            refused.entry((&template.file, &resource.id, &resource.kind, why)).or_default().push((name, stack));
        }
    }
    let finding = |((_, id, kind, why), names): ((_, &String, &String, String), Refused<'_>)| {
        let kind = resource_type(kind)?;
        let path = LogicalPath::from(["Resources", id, "Properties", kind.name_property]);
        let message = format!("AWS does not take the {} name {}: {why}", kind.word, shown(&names));
        Some(CHECK.in_template(project, names[0].1, path, message))
    };
    refused.into_iter().filter_map(finding).collect()
}

fn of_exports(project: &View<'_>) -> Vec<Finding> {
    let mut refused: BTreeMap<_, Refused<'_>> = BTreeMap::new();
    for stack in &project.stacks {
        let Some(template) = &stack.template else { continue };
        for output in template.evaluated.outputs.iter().filter(|output| output.certain) {
            let Some(name) = output.export.as_ref().and_then(|name| name.as_text()) else { continue };
            let why = if name.contains(ACCOUNT_ID) {
                refused_export_name(&name.replace(ACCOUNT_ID, ANY_ACCOUNT))
            } else {
                refused_export_name(name)
            };
            if let Some(why) = why.filter(|_| !is_because_of_the_stack(stack, name)) {
                refused.entry((&template.file, &output.name, why)).or_default().push((name, stack));
            }
        }
    }
    let finding = |((_, output, why), names): ((_, &String, String), Refused<'_>)| {
        let path = LogicalPath::from(["Outputs", output, "Export", "Name"]);
        let message = format!("CloudFormation does not take the export name {}: {why}", shown(&names));
        CHECK.in_template(project, names[0].1, path, message)
    };
    refused.into_iter().map(finding).collect()
}

/// Whether a name is made of that of its stack, which is refused already.
fn is_because_of_the_stack(stack: &LinkedStack, name: &str) -> bool {
    let of_stack = stack.stack.external_name();
    name.contains(&of_stack) && refused_stack_name(&of_stack).is_some()
}

/// The first of the names with its stacks, and the stacks that have others.
fn shown(refused: &Refused<'_>) -> String {
    let first = refused[0].0;
    let stacks =
        |is_first| refused.iter().filter(|(name, _)| (*name == first) == is_first).map(|(_, stack)| *stack).collect();
    let (those, others): (Vec<_>, Vec<_>) = (stacks(true), stacks(false));
    let more = if others.is_empty() { String::new() } else { format!(", nor another one of {}", names(&others)) };
    format!("`{first}` of {}{more}", names(&those))
}
