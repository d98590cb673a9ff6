//! `event-destination`: the stream, role or topic of an event destination is not there, or does not let SES in. SES
//! refuses such a destination (SES API v2, `CreateConfigurationSetEventDestination`; Developer Guide, "Set up a Firehose
//! event destination", "Set up an Amazon SNS event destination").

use super::{Check, DESTINATION, ROLE, Reads, SET, View, once, path_of};
use crate::evaluate::{Resource, Value};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::policy::{Statement, matches};
use crate::link::{LinkedStack, own_name};

pub static CHECK: Check = Check {
    rule: Rule::error("event-destination", Chapter::Mail)
        .about("an event destination whose stream, role or topic is not there or does not let SES in")
        .page(
            "a destination whose delivery stream, role or topic no stack creates; a role that SES cannot assume; a \
             topic without a policy that lets SES publish",
        ),
    reads: Reads::properties_of(&[DESTINATION, ROLE, TOPIC_POLICY, INLINE_TOPIC_POLICY]),
    run,
};

const SES: &str = "ses.amazonaws.com";
const TRUST: &str = "AssumeRolePolicyDocument";
const TOPIC: &str = "AWS::SNS::Topic";
const TOPIC_POLICY: &str = "AWS::SNS::TopicPolicy";
const INLINE_TOPIC_POLICY: &str = "AWS::SNS::TopicInlinePolicy";

/// What a destination names by ARN: the type, what messages call it, and where.
const TARGETS: &[(&str, &str, [&str; 3])] = &[
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "delivery stream",
        ["EventDestination", "KinesisFirehoseDestination", "DeliveryStreamARN"],
    ),
    (ROLE, "role", ["EventDestination", "KinesisFirehoseDestination", "IAMRoleARN"]),
    (TOPIC, "topic", ["EventDestination", "SnsDestination", "TopicARN"]),
];

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stack, destination) in project.certain(DESTINATION) {
        let owners = project.owners();
        // A set that is not there is reported by itself.
        let set = project.property(destination, &["ConfigurationSetName"]).and_then(Value::as_text);
        let set = set.filter(|set| project.owner(SET, stack, set).is_some());
        for (kind, word, keys) in TARGETS {
            let Some(Value::Text(arn)) = project.property(destination, keys) else { continue };
            let Some(name) = own_name(arn, stack) else { continue };
            let report = |message: String| CHECK.in_template(project, stack, path_of(destination, keys), message);
            let owner = project.owner(kind, stack, &name);
            if !owners.may_exist(kind, stack, &name) {
                let finding = report(format!("no stack creates the {word} `{name}`"));
                findings.push(finding.help(owners.nearest(kind, stack, &name)));
            } else if let Some((owner, role)) =
                owner.filter(|(_, role)| *kind == ROLE && !trusts_ses(project, role, set))
            {
                let message =
                    format!("SES cannot assume the role `{name}`, through which `{}` sends events", stack.stack.path);
                let help = match set {
                    Some(set) => format!("let `{SES}` assume it for `configuration-set/{set}`"),
                    None => format!("let `{SES}` assume it"),
                };
                findings.push(CHECK.in_template(project, owner, path_of(role, &[TRUST]), message).help(help));
            } else if *kind == TOPIC && owner.is_some() && !takes_from_ses(project, stack, arn) {
                findings.push(
                    report(format!("no policy lets SES publish to the topic `{name}`"))
                        .help(format!("allow `{SES}` `sns:Publish` in an `AWS::SNS::TopicPolicy`")),
                );
            }
        }
    }
    once(findings)
}

/// Whether a role's trust policy lets SES in for a configuration set, or may do so.
fn trusts_ses(project: &View<'_>, role: &Resource, set: Option<&str>) -> bool {
    let lets_in =
        |statement: &Statement<'_>| may_let_ses_in(statement) && !set.is_some_and(|set| is_for_others(statement, set));
    project.property(role, &[TRUST]).is_none_or(|document| match document.get("Statement") {
        None | Some(Value::Unknown) => true,
        Some(_) => project.statements_of(role, TRUST).iter().any(lets_in),
    })
}

fn may_let_ses_in(statement: &Statement<'_>) -> bool {
    match statement.value.get("Effect").and_then(Value::as_text) {
        Some("Allow") => statement.lets_in(SES) != Some(false) && statement.value.get("NotPrincipal").is_none(),
        Some(_) => false,
        None => true,
    }
}

/// Whether a statement holds for other configuration sets only, by its condition on `aws:SourceArn`.
fn is_for_others(statement: &Statement<'_>, set: &str) -> bool {
    let Some(Value::Map(operators)) = statement.value.get("Condition") else { return false };
    let is_positive = |operator: &str| matches!(operator, "StringEquals" | "StringLike" | "ArnEquals" | "ArnLike");
    let is_other = |value: &Value| {
        let named = value.as_text().and_then(|arn| arn.split_once(":configuration-set/"));
        named.is_some_and(|(_, name)| !matches(name, set))
    };
    operators.iter().filter(|(operator, _)| is_positive(operator)).any(|(_, keys)| match keys {
        Value::Map(keys) => {
            keys.iter().filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).any(|(_, arns)| {
                let arns = arns.items();
                !arns.is_empty() && arns.iter().all(is_other)
            })
        }
        _ => false,
    })
}

/// Whether some policy of the topic lets SES in, or may do so.
fn takes_from_ses(project: &View<'_>, stack: &LinkedStack, arn: &str) -> bool {
    let is_policy = |resource: &Resource| matches!(resource.kind.as_str(), TOPIC_POLICY | INLINE_TOPIC_POLICY);
    let mut policies = project.resources().filter(|(other, resource)| is_policy(resource) && stack.is_beside(other));
    policies.any(|(_, policy)| {
        let named = ["Topics", "TopicArn"].into_iter().filter_map(|key| project.property(policy, &[key]));
        let topics = named.flat_map(Value::items);
        let is_its = topics.into_iter().any(|topic| topic.is_uncertain() || topic.as_text() == Some(arn));
        let document = project.property(policy, &["PolicyDocument", "Statement"]);
        let is_closed = matches!(document, Some(Value::List(_) | Value::Map(_)));
        is_its && (!is_closed || project.statements_of(policy, "PolicyDocument").iter().any(may_let_ses_in))
    })
}
