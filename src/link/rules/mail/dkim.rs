//! `dkim-owner`: an identity's DKIM key is set by a template while a function of the project sets it too. SES holds one
//! key, and CloudFormation neither sees nor keeps what the function set: each update of the property pushes the
//! template's key again (CloudFormation resource schema: both properties are write-only).
//!
//! A function counts if its stack has an `AWS::Lambda::Function`, and a policy for roles there that allows
//! `ses:PutEmailIdentityDkimSigningAttributes` by its full name.

use super::{IDENTITY, certain, path_of, problem};
use crate::evaluate::{Resource, Value};
use crate::finding::Finding;
use crate::link::policy::{Statement, statements};
use crate::link::{LinkedProject, LinkedStack};

const ACTION: &str = "ses:PutEmailIdentityDkimSigningAttributes";
const PROPERTY: &str = "DkimSigningAttributes";

/// See the module.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stack, identity) in certain(project, IDENTITY) {
        let Some(signing @ Value::Map(_)) = identity.properties.get(PROPERTY) else { continue };
        let sets_key =
            ["DomainSigningSelector", "DomainSigningPrivateKey"].iter().any(|key| signing.get(key).is_some());
        let automation = project.stacks.iter().filter(|other| stack.is_beside(other)).find_map(automation);
        if let (true, Some((other, id))) = (sets_key, automation) {
            let message = format!("`{}` sets this key too: `{id}` allows a function `{ACTION}`", other.stack.path);
            findings.push(
                problem("dkim-owner", project, stack, path_of(identity, &[PROPERTY]), message)
                    .help(format!("remove `{PROPERTY}`: each update of it would undo a rotation")),
            );
        }
    }
    findings
}

/// The resource with the permission, if the stack has a function that may use it.
fn automation(stack: &LinkedStack) -> Option<(&LinkedStack, &str)> {
    let resources = &stack.evaluated()?.resources;
    resources.iter().find(|resource| resource.certain && resource.kind == "AWS::Lambda::Function")?;
    let is_for_roles = |resource: &Resource| match resource.kind.as_str() {
        "AWS::IAM::Role" => true,
        "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => resource.properties.get("Roles").is_some(),
        _ => false,
    };
    let allows = |statement: &Statement<'_>| {
        let mut actions = statement.items("Action").iter().filter_map(Value::as_text);
        statement.has_effect("Allow") && actions.any(|action| action.eq_ignore_ascii_case(ACTION))
    };
    let mut owners = resources.iter().filter(|resource| resource.certain && is_for_roles(resource));
    let owner = owners.find(|resource| statements(resource).iter().any(allows))?;
    Some((stack, &owner.id))
}
