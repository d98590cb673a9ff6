//! `name-owner` and `stack-name`: a physical name has one owner, across all stacks of an account, in all environments.

use std::collections::BTreeMap;

use crate::evaluate::{Value, resource_type};
use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;

/// Resources of the same name, where the name must be unique.
pub fn names(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut owners: BTreeMap<(String, &str, &str), (&LinkedStack, &str)> = BTreeMap::new();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
            let (Some(kind), Some(Value::Text(name)), true) =
                (resource_type(&resource.kind), &resource.name, resource.certain)
            else {
                continue;
            };
            let scope = stack.scope(kind, name);
            match owners.get(&(scope.clone(), kind.word, name.as_str())) {
                None => {
                    owners.insert((scope, kind.word, name), (stack, &resource.id));
                }
                Some((owner, id)) => {
                    let path = LogicalPath::from(["Resources", &resource.id]);
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

/// Two stacks with one name in CloudFormation.
pub fn stack_names(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut owners: BTreeMap<(&str, &str, String), &LinkedStack> = BTreeMap::new();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        let key = (stack.account.as_str(), stack.region.as_str(), stack.stack.external_name());
        match owners.get(&key) {
            None => {
                owners.insert(key, stack);
            }
            Some(owner) => {
                let path = LogicalPath::from(["stack_name"]);
                let message = format!("the stack name `{}` belongs to `{}` already", key.2, owner.stack.path);
                findings.push(Finding::error("stack-name", stack.stack.config.place_of(&path), message).at(path));
            }
        }
    }
    findings
}
