//! `singleton`: settings of a whole account and region, which no two stacks can own.
//!
//! Each of these types stands for the one setting that an account has in a region (CloudFormation Template Reference,
//! "Description" of each type; GuardDuty and Config: "one detector", "one recorder" for each account and region). A second
//! one fails to be created, or overwrites the first and takes it away when its stack is deleted.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;

const SINGLETONS: &[&str] = &[
    "AWS::ApiGateway::Account",
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::GuardDuty::Detector",
    "AWS::SES::VdmAttributes",
];

/// See the module.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut owners: BTreeMap<(&str, &str, &str), (&LinkedStack, &str)> = BTreeMap::new();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
            if !resource.certain || !SINGLETONS.contains(&resource.kind.as_str()) {
                continue;
            }
            let key = (resource.kind.as_str(), stack.account.as_str(), stack.region.as_str());
            match owners.get(&key) {
                None => {
                    owners.insert(key, (stack, &resource.id));
                }
                Some((owner, id)) => {
                    let path = LogicalPath::from(["Resources", &resource.id]);
                    let message = format!(
                        "`{}` creates the `{}` of the account and region, which `{}` owns already (`{id}`)",
                        stack.stack.path, resource.kind, owner.stack.path
                    );
                    let help = "create it in one stack only, perhaps under a condition".to_owned();
                    findings.push(
                        Finding::error("singleton", project.template_place(stack, &path), message).at(path).help(help),
                    );
                }
            }
        }
    }
    findings
}
