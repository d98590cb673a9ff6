//! Managed policies that somebody else uses. To detach one there could widen what they may do, so a person decides.

use serde_json::json;

use super::deployed::{Deployed, Resource};
use super::plan::Plan;
use crate::hook::actions::Failure;

/// The lists of who uses a policy, also as a permissions boundary.
const USERS: &[(&str, &str, &str, &str)] = &[
    ("PolicyUsers", "UserName", "user", "AWS::IAM::User"),
    ("PolicyGroups", "GroupName", "group", "AWS::IAM::Group"),
    ("PolicyRoles", "RoleName", "role", "AWS::IAM::Role"),
];

pub fn managed(plan: &mut Plan<'_>, stack: &Deployed, policy: &Resource) -> Result<(), Failure> {
    let name = policy.name.rsplit('/').next().unwrap_or(&policy.name);
    let mut request = json!({"PolicyArn": policy.name});
    loop {
        let page =
            plan.ask(&format!("who uses policy `{name}`"), "iam", "list_entities_for_policy", request.clone())?;
        for (list, key, word, kind) in USERS {
            for entity in page[list].as_array().into_iter().flatten() {
                let entity = entity[key].as_str().unwrap_or_default();
                if !stack.has(kind, entity) && !stack.connects(policy, entity) {
                    plan.stop(format!(
                        "policy `{name}` is used by {word} `{entity}`, which is not of this stack; take it away there, or \
                         delete the {word}"
                    ));
                }
            }
        }
        match page["Marker"].as_str().filter(|_| page["IsTruncated"] == true) {
            Some(marker) => request["Marker"] = json!(marker),
            None => return Ok(()),
        }
    }
}
