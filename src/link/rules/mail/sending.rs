//! `sending-policy` and `identity`: a policy that leaves out the identity, or names one that is not there; and a policy that lets somebody send with an identity, but with no configuration set, while the identity
//! has a default one. SES asks for the permission on both (Service Authorization Reference, "Actions, resources, and
//! condition keys for Amazon SES": `SendEmail` and `SendRawEmail` take `configuration-set`), so every message is refused.

use super::names::{Names, own_name};
use super::{IDENTITY, certain, problem, property};
use crate::evaluate::{ACCOUNT_ID, Value};
use crate::finding::Finding;
use crate::link::policy::{Statement, matches, statements};
use crate::link::{LinkedProject, LinkedStack};

const POLICIES: &[&str] =
    &["AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"];

/// See the module. A policy that names any configuration set is left alone: senders may be meant to name that one.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    let identities: Vec<_> = certain(project, IDENTITY)
        .filter_map(|(stack, identity)| {
            let set = property(identity, &["ConfigurationSetAttributes", "ConfigurationSetName"])?.as_text()?;
            Some((stack, identity.name.as_ref()?.as_text()?, set))
        })
        .collect();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        let sending = sending(stack);
        // Several policies of a stack may belong to one sender.
        if sending.is_empty() || sending.iter().any(names_set) {
            findings.extend(without_identity(project, stack, &sending));
            continue;
        }
        for statement in sending.iter().filter(|statement| statement.has_effect("Allow")) {
            let covers = |name: &str| {
                let arn = format!("arn:aws:ses:{}:{ACCOUNT_ID}:identity/{name}", stack.region);
                resources(statement).iter().any(|item| item.as_text().is_some_and(|item| matches(item, &arn)))
            };
            let found = identities.iter().find(|(owner, name, _)| stack.is_beside(owner) && covers(name));
            if let Some((_, name, set)) = found {
                let message =
                    format!("this allows sending with `{name}`, but not with its default configuration set `{set}`");
                let arn = format!("arn:aws:ses:{}:{ACCOUNT_ID}:configuration-set/{set}", stack.region);
                findings.push(
                    problem("sending-policy", project, stack, statement.path.join("Resource"), message)
                        .help(format!("add `{arn}`")),
                );
            }
        }
    }
    findings
}

/// `identity`: an identity that a policy lets somebody send with, and that no stack creates, while the project creates
/// others in this account and region. SES asks for the permission on the identity itself.
pub fn identities(project: &LinkedProject<'_>, names: &Names<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in &project.stacks {
        if !certain(project, IDENTITY).any(|(owner, _)| stack.is_beside(owner)) {
            continue;
        }
        for statement in sending(stack).into_iter().filter(|statement| statement.has_effect("Allow")) {
            let is_list = matches!(statement.value.get("Resource"), Some(Value::List(_)));
            let arns =
                resources(&statement).iter().enumerate().filter_map(|(index, arn)| Some((index, arn.as_text()?)));
            for (index, arn) in arns {
                let is_identity = arn.contains(":identity/") && !arn.contains(['*', '?']);
                let Some(name) = own_name(arn, stack).filter(|_| is_identity) else { continue };
                if !names.may_exist(IDENTITY, stack, &name) {
                    let message = format!("no stack creates the identity `{name}`");
                    let path = statement.path.join("Resource");
                    let path = if is_list { path.join(index) } else { path };
                    findings.push(
                        problem("identity", project, stack, path, message).help(names.nearest(IDENTITY, stack, &name)),
                    );
                }
            }
        }
    }
    findings
}

/// A stack whose policies allow sending with a configuration set, and with no identity.
fn without_identity(project: &LinkedProject<'_>, stack: &LinkedStack, sending: &[Statement<'_>]) -> Option<Finding> {
    let is_set = |item: &Value| item.as_text().is_some_and(|text| text.contains(":configuration-set/"));
    let names_sets_only = |statement: &&Statement<'_>| {
        let items = resources(statement);
        !items.is_empty() && items.iter().all(is_set)
    };
    let statement = sending.first().filter(|_| sending.iter().all(|statement| names_sets_only(&statement)))?;
    let message = "this allows sending with a configuration set, but with no identity".to_owned();
    let arn = format!("arn:aws:ses:{}:{ACCOUNT_ID}:identity/DOMAIN", stack.region);
    Some(
        problem("sending-policy", project, stack, statement.path.join("Resource"), message)
            .help(format!("add the identity, `{arn}`")),
    )
}

/// The statements of a stack that allow sending, or may do so.
fn sending(stack: &LinkedStack) -> Vec<Statement<'_>> {
    let resources = stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources);
    let statements = resources.filter(|resource| POLICIES.contains(&resource.kind.as_str())).flat_map(statements);
    let may_send = |statement: &Statement<'_>| {
        let is_open = statement.value.get("Action").is_none_or(Value::is_uncertain);
        is_open || ["ses:SendEmail", "ses:SendRawEmail"].iter().any(|action| statement.names_action(action))
    };
    statements.filter(|statement| !statement.has_effect("Deny") && may_send(statement)).collect()
}

fn resources<'a>(statement: &Statement<'a>) -> &'a [Value] {
    statement.items("Resource")
}

/// Whether a statement covers some configuration set, or may do so.
fn names_set(statement: &Statement<'_>) -> bool {
    let covers_set = |item: &Value| match item.as_text() {
        Some(text) => text.contains(":configuration-set/") || !text.contains(":identity/"),
        None => true,
    };
    let has_not = ["NotAction", "NotResource"].iter().any(|key| statement.value.get(key).is_some());
    has_not || resources(statement).is_empty() || resources(statement).iter().any(covers_set)
}
