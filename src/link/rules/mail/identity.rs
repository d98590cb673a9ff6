//! `identity`: an identity that a policy lets somebody send with, and that no stack creates, while the project creates others
//! in this account and region. SES asks for the permission on the identity itself.

use super::sending::{IAM, sending};
use super::{Check, IDENTITY, Reads, View, has_mail, once};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::own_name;

pub static CHECK: Check = Check {
    rule: Rule::error("identity", Chapter::Mail)
        .about("an identity that a policy lets somebody send with, and that no stack creates")
        .page("a policy that allows sending with an identity which no stack creates, while some stack creates others"),
    reads: Reads::properties_of(&[IAM]),
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    if !has_mail(project) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for stack in &project.stacks {
        if !project.certain(IDENTITY).any(|(owner, _)| stack.is_beside(owner)) {
            continue;
        }
        for statement in sending(project, stack).into_iter().filter(|statement| statement.has_effect("Allow")) {
            let is_list = matches!(statement.value.get("Resource"), Some(Value::List(_)));
            let arns =
                statement.items("Resource").iter().enumerate().filter_map(|(index, arn)| Some((index, arn.as_text()?)));
            for (index, arn) in arns {
                let is_identity = arn.contains(":identity/") && !arn.contains(['*', '?']);
                let Some(name) = own_name(arn, stack).filter(|_| is_identity) else { continue };
                if !project.owners().may_exist(IDENTITY, stack, &name) {
                    let message = format!("no stack creates the identity `{name}`");
                    let path = statement.path.join("Resource");
                    let path = if is_list { path.join(index) } else { path };
                    let help = project.owners().nearest(IDENTITY, stack, &name);
                    findings.push(CHECK.in_template(project, stack, path, message).help(help));
                }
            }
        }
    }
    once(findings)
}
