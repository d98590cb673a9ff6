//! `dkim-owner`: an identity's DKIM key is set by a template while a function of the project sets it too. SES holds one
//! key, and CloudFormation neither sees nor keeps what the function set: each update of the property pushes the
//! template's key again (CloudFormation resource schema: both properties are write-only).
//!
//! A function counts if its stack has an `AWS::Lambda::Function`, and a policy for roles there that allows
//! `ses:PutEmailIdentityDkimSigningAttributes` by its full name.

use super::{Check, IDENTITY, ROLE, Reads, View, once, path_of};
use crate::evaluate::{Resource, Value};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::link::policy::Statement;

pub static CHECK: Check = Check {
    rule: Rule::error("dkim-owner", Chapter::Mail).about("a DKIM key in a template while automation owns it").page(
        "an identity whose DKIM key stands in a template, while a stack with a Lambda function has a policy for \
         roles that allows `ses:PutEmailIdentityDkimSigningAttributes` by its full name",
    ),
    reads: Reads::properties_of(&[IDENTITY, ROLE, POLICY, MANAGED_POLICY]),
    run,
};

const POLICY: &str = "AWS::IAM::Policy";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
const ACTION: &str = "ses:PutEmailIdentityDkimSigningAttributes";
const PROPERTY: &str = "DkimSigningAttributes";

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stack, identity) in project.certain(IDENTITY) {
        let Some(signing @ Value::Map(_)) = project.property(identity, &[PROPERTY]) else { continue };
        let sets_key =
            ["DomainSigningSelector", "DomainSigningPrivateKey"].iter().any(|key| signing.get(key).is_some());
        let automation =
            project.stacks.iter().filter(|other| stack.is_beside(other)).find_map(|other| automation(project, other));
        if let (true, Some((other, id))) = (sets_key, automation) {
            let message = format!("`{}` sets this key too: `{id}` allows a function `{ACTION}`", other.stack.path);
            findings.push(
                CHECK
                    .in_template(project, stack, path_of(identity, &[PROPERTY]), message)
                    .help(format!("remove `{PROPERTY}`: each update of it would undo a rotation")),
            );
        }
    }
    once(findings)
}

/// The resource with the permission, if the stack has a function that may use it.
fn automation<'a>(project: &View<'_>, stack: &'a LinkedStack) -> Option<(&'a LinkedStack, &'a str)> {
    let resources = stack.resources();
    resources.iter().find(|resource| resource.certain && resource.kind == "AWS::Lambda::Function")?;
    let is_for_roles = |resource: &Resource| match resource.kind.as_str() {
        ROLE => true,
        POLICY | MANAGED_POLICY => project.property(resource, &["Roles"]).is_some(),
        _ => false,
    };
    let allows = |statement: &Statement<'_>| {
        let mut actions = statement.items("Action").iter().filter_map(Value::as_text);
        statement.has_effect("Allow") && actions.any(|action| action.eq_ignore_ascii_case(ACTION))
    };
    let mut owners = resources.iter().filter(|resource| resource.certain && is_for_roles(resource));
    let owner = owners.find(|resource| project.statements(resource).iter().any(allows))?;
    Some((stack, &owner.id))
}
