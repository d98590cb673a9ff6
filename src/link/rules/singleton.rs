//! `singleton`: settings of a whole account and region, which no two stacks can own.
//!
//! Each of these types stands for the one setting that an account has in a region (CloudFormation Template Reference,
//! "Description" of each type; GuardDuty and Config: "one detector", "one recorder" for each account and region). A second
//! one fails to be created, or overwrites the first and takes it away when its stack is deleted.

use std::collections::BTreeMap;

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("singleton", Chapter::Project)
        .about("a setting of a whole account and region created twice")
        .page(
            "a setting of a whole account and region (SES VDM attributes, Config recorder and delivery channel, API \
             Gateway account, GuardDuty detector) created twice",
        ),
    reads: Reads::NOTHING,
    run,
};

const SINGLETONS: &[&str] = &[
    "AWS::ApiGateway::Account",
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::GuardDuty::Detector",
    "AWS::SES::VdmAttributes",
];

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut owners: BTreeMap<(&str, &str, &str), (&LinkedStack, &str)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (stack, resource) in project.resources() {
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
                findings.push(CHECK.in_template(project, stack, path, message).help(help));
            }
        }
    }
    findings
}
