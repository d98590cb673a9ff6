//! `source-ip`: a block in a condition on `aws:SourceIp` that can never match. The key holds the public address that a
//! request came from (IAM User Guide, "AWS global condition context keys").

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::link::policy::Statement;
use crate::logical_path::LogicalPath;
use crate::project::parameters;
use crate::project::resolvers::Resolution;
use crate::schema::never_public;

pub static CHECK: Check = Check {
    rule: Rule::error("source-ip", Chapter::Project)
        .about("a block in a condition on `aws:SourceIp` that can never match")
        .page("a block in a condition on `aws:SourceIp` that holds no public address, and so never matches"),
    reads: Reads::POLICIES,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stack, resource) in project.resources() {
        for statement in project.statements(resource) {
            for (path, block, reason) in blocks(&statement) {
                let message = format!("`aws:SourceIp` never matches `{block}`: {reason}");
                // What a parameter gave is changed where the parameter is set.
                findings.push(match origin(stack, block) {
                    Some(path) => CHECK.in_config(stack, path, message),
                    None => CHECK.in_template(project, stack, path, message),
                });
            }
        }
    }
    findings
}

/// The blocks of a statement that never match, each with its path and the reason.
fn blocks<'a>(statement: &Statement<'a>) -> Vec<(LogicalPath, &'a str, String)> {
    let mut found = Vec::new();
    let Some(Value::Map(operators)) = statement.value.get("Condition") else { return found };
    for (operator, condition) in operators.iter().filter(|(operator, _)| operator.contains("IpAddress")) {
        let Value::Map(keys) = condition else { continue };
        for (key, values) in keys.iter().filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceIp")) {
            let path = statement.path.join("Condition").join(operator.as_str()).join(key.as_str());
            for (index, block) in values.items().iter().enumerate() {
                let path = if matches!(values, Value::List(_)) { path.join(index) } else { path.clone() };
                if let Some((block, reason)) = block.as_text().and_then(|block| Some((block, never_public(block)?))) {
                    found.push((path, block, reason));
                }
            }
        }
    }
    found
}

/// The path, in the config, of the parameter's value that a block is.
fn origin(stack: &LinkedStack, block: &str) -> Option<LogicalPath> {
    parameters(&stack.stack).into_iter().find_map(|setting| match setting.resolution {
        Ok(Resolution::Known(serde_yaml::Value::Sequence(items))) => {
            let index = items.iter().position(|item| item.as_str() == Some(block))?;
            Some(setting.origin.join(index))
        }
        Ok(Resolution::Known(serde_yaml::Value::String(text))) => {
            text.split(',').any(|item| item.trim() == block).then_some(setting.origin)
        }
        _ => None,
    })
}
