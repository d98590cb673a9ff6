//! `sending-policy`: a policy that leaves out the identity; and a policy that lets somebody send with an identity, but with no
//! configuration set, while the identity has a default one. SES asks for the permission on both (Service Authorization
//! Reference, "Actions, resources, and condition keys for Amazon SES": `SendEmail` and `SendRawEmail` take
//! `configuration-set`), so every message is refused.

use super::sending::{IAM, sending};
use super::{Check, IDENTITY, Reads, View, has_mail, once};
use crate::evaluate::{ACCOUNT_ID, Value};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::policy::{Statement, matches};
use crate::link::{LinkedProject, LinkedStack};

pub static CHECK: Check = Check {
    rule: Rule::error("sending-policy", Chapter::Mail)
        .about("a policy for sending that leaves out the identity, or its default configuration set")
        .page(
            "a policy that allows sending with an identity and names no configuration set, while the identity has a \
             default one; one that names a configuration set and no identity",
        ),
    reads: Reads::properties_of(&[IAM, IDENTITY]),
    run,
};

/// A policy that names any configuration set is left alone: senders may be meant to name that one.
fn run(project: &View<'_>) -> Vec<Finding> {
    if !has_mail(project) {
        return Vec::new();
    }
    let identities: Vec<_> = project
        .certain(IDENTITY)
        .filter_map(|(stack, identity)| {
            let set = project.property(identity, &["ConfigurationSetAttributes", "ConfigurationSetName"])?.as_text()?;
            Some((stack, identity.name.as_ref()?.as_text()?, set))
        })
        .collect();
    let mut findings = Vec::new();
    for stack in &project.stacks {
        let sending = sending(project, stack);
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
                    CHECK
                        .in_template(project, stack, statement.path.join("Resource"), message)
                        .help(format!("add `{arn}`")),
                );
            }
        }
    }
    once(findings)
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
        CHECK
            .in_template(project, stack, statement.path.join("Resource"), message)
            .help(format!("add the identity, `{arn}`")),
    )
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
