//! `stack-name`: a name in CloudFormation belongs to one stack of an account and region.

use std::collections::HashMap;

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("stack-name", Chapter::Project).about("two stacks with one name in CloudFormation"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
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
                findings.push(CHECK.in_config(taker, path, message));
            }
        }
    }
    findings
}
