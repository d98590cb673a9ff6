//! `name-owner` and `stack-name`: a physical name has one owner, across all stacks of an account, in all environments.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::evaluate::{Resource, Value, resource_type};
use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;

/// What may exist once.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    /// The account, and the region if it counts; neither if the name is one in the world.
    scope: (&'a str, &'a str),
    /// See [`within`].
    home: &'a str,
    kind: &'a str,
    name: &'a str,
}

/// Resources of the same name, where the name must be unique.
pub fn names(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut owners: HashMap<Key<'_>, (&LinkedStack, &str)> = HashMap::new();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
            let (Some(kind), Some(Value::Text(name)), true) =
                (resource_type(&resource.kind), &resource.name, resource.certain)
            else {
                continue;
            };
            let scope = stack.scope(kind, name);
            let home = match within(kind.kind, resource) {
                Some(Value::Text(home)) => home.as_str(),
                Some(_) => continue,
                None => "",
            };
            let key = Key { scope, home, kind: kind.word, name };
            match owners.entry(key) {
                Entry::Vacant(free) => {
                    free.insert((stack, &resource.id));
                }
                Entry::Occupied(taken) => {
                    let (owner, id) = taken.get();
                    let path = LogicalPath::from(["Resources", &resource.id, "Properties", kind.name_property]);
                    let message = format!(
                        "`{}` creates the {} `{name}`, which `{}` owns already (`{id}`)",
                        stack.stack.path, kind.word, owner.stack.path
                    );
                    findings.push(Finding::error("name-owner", project.template_place(stack, &path), message).at(path));
                }
            }
        }
    }
    findings
}

/// What a name is unique in, below the account and region, if the resource says so: a rule's event bus, a schedule's group.
fn within<'a>(kind: &str, resource: &'a Resource) -> Option<&'a Value> {
    let property = match kind {
        "AWS::Events::Rule" => "EventBusName",
        "AWS::Scheduler::Schedule" => "GroupName",
        _ => return None,
    };
    resource.properties.get(property).filter(|home| home.as_text() != Some("default"))
}

/// Two stacks with one name in CloudFormation.
pub fn stack_names(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut owners: HashMap<(&str, &str, String), &LinkedStack> = HashMap::new();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        let key = (stack.account.as_str(), stack.region.as_str(), stack.stack.external_name());
        match owners.get(&key) {
            None => {
                owners.insert(key, stack);
            }
            Some(owner) => {
                // The one that takes a name of its own choice is the one to change.
                let takes = |stack: &LinkedStack| stack.stack.external_name() != stack.stack.default_name();
                let (taker, owner) = if takes(stack) || !takes(owner) { (stack, *owner) } else { (*owner, stack) };
                let path = LogicalPath::from(["stack_name"]);
                let message = format!("the stack name `{}` belongs to `{}` already", key.2, owner.stack.path);
                findings.push(Finding::error("stack-name", taker.stack.config.place_of(&path), message).at(path));
            }
        }
    }
    findings
}
