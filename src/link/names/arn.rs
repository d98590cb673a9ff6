//! What an ARN names (Service Authorization Reference, "Resource types" of each service).

use crate::evaluate::ACCOUNT_ID;
use crate::link::policy;

/// Stands for the account's number in ARNs that are taken apart at their colons; its placeholder has two.
pub const ACCOUNT: &str = "\u{e000}";

/// How the last part of an ARN begins, by service, and what is named by what follows.
#[rustfmt::skip]
const FORMS: &[(&str, &str, &str)] = &[
    ("cloudtrail", "trail/", "AWS::CloudTrail::Trail"),
    ("cloudwatch", "alarm:", "AWS::CloudWatch::Alarm"),
    ("cloudwatch", "dashboard/", "AWS::CloudWatch::Dashboard"),
    ("dynamodb", "table/", "AWS::DynamoDB::Table"),
    ("events", "rule/", "AWS::Events::Rule"),
    ("firehose", "deliverystream/", "AWS::KinesisFirehose::DeliveryStream"),
    ("iam", "group/", "AWS::IAM::Group"),
    ("iam", "instance-profile/", "AWS::IAM::InstanceProfile"),
    ("iam", "policy/", "AWS::IAM::ManagedPolicy"),
    ("iam", "role/", "AWS::IAM::Role"),
    ("iam", "user/", "AWS::IAM::User"),
    ("kinesis", "stream/", "AWS::Kinesis::Stream"),
    ("lambda", "function:", "AWS::Lambda::Function"),
    ("logs", "log-group:", "AWS::Logs::LogGroup"),
    ("s3", "", "AWS::S3::Bucket"),
    ("scheduler", "schedule/", "AWS::Scheduler::Schedule"),
    ("secretsmanager", "secret:", SECRET),
    ("ses", "configuration-set/", "AWS::SES::ConfigurationSet"),
    ("ses", "identity/", "AWS::SES::EmailIdentity"),
    ("sns", "", "AWS::SNS::Topic"),
    ("sqs", "", "AWS::SQS::Queue"),
    ("ssm", "parameter/", PARAMETER),
];

const SECRET: &str = "AWS::SecretsManager::Secret";
const PARAMETER: &str = "AWS::SSM::Parameter";

/// The kind and name of what an ARN of a stack's own account and region names, with the account's number written as
/// [`ACCOUNT`]; of objects and streams, what they are in. Nothing if the ARN says no more than "all of them".
pub fn named<'a>(arn: &'a str, region: &str) -> Option<(&'static str, &'a str)> {
    let mut parts = arn.splitn(6, ':');
    let (prefix, _, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (in_region, account, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_own = prefix == "arn"
        && (in_region.is_empty() || in_region == region)
        && (account == ACCOUNT || service == "s3" && account.is_empty());
    let (_, begins, kind) =
        FORMS.iter().find(|(of, begins, _)| is_own && *of == service && rest.starts_with(begins))?;
    let rest = &rest[begins.len()..];
    let name = match service {
        "iam" | "events" | "scheduler" => rest.rsplit('/').next()?,
        "s3" | "kinesis" | "dynamodb" => rest.split('/').next()?,
        "lambda" | "logs" | "sns" | "secretsmanager" => rest.split(':').next()?,
        _ => rest,
    };
    let says_something = name.contains(|character: char| character.is_alphanumeric());
    // What a policy's variable stands for, nobody knows. Roles of services are AWS's.
    let is_closed =
        !name.contains("${") && !rest.starts_with("aws-service-role/") && !rest.starts_with("aws-reserved/");
    (says_something && is_closed).then_some((kind, name))
}

/// Whether a name, or a pattern, in an ARN means a known name.
pub fn matches(kind: &str, name: &str, known: &str) -> bool {
    let (name, known) = match kind {
        // The ARN of `/a/b` has one slash.
        PARAMETER => (name.trim_start_matches('/'), known.trim_start_matches('/')),
        // Secrets Manager adds a hyphen and six letters to the name.
        SECRET if policy::matches(name, &[known, "-aaaaaa"].concat()) => return true,
        _ => (name, known),
    };
    name == known || name.contains(['*', '?']) && policy::matches(name, known)
}

/// What a known name begins with that [`matches`]: every known name is looked at only where an ARN may leave out how it
/// begins.
pub fn starts(kind: &str, name: &str) -> Vec<String> {
    let start = name.split(['*', '?']).next().unwrap_or_default();
    match kind {
        PARAMETER => vec![start.trim_start_matches('/').to_owned(), format!("/{}", start.trim_start_matches('/'))],
        // What Secrets Manager adds is part of the pattern.
        SECRET => vec![start.get(..start.len().saturating_sub(7)).unwrap_or_default().to_owned()],
        _ => vec![start.to_owned()],
    }
}

/// A name without what an ARN adds to it: the wildcards for the end that Secrets Manager makes up.
pub fn stem<'a>(kind: &str, name: &'a str) -> &'a str {
    let stem = name.trim_end_matches(['*', '?']);
    if kind == SECRET && stem != name { stem.trim_end_matches('-') } else { name }
}

/// A text with the account's number as one word.
pub fn with_account(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(ACCOUNT_ID) { text.replace(ACCOUNT_ID, ACCOUNT).into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_arn_names() {
        for (arn, expected) in [
            ("arn:aws:s3:::logs-${AWS::AccountId}/raw/*", Some(("AWS::S3::Bucket", "logs-\u{e000}"))),
            ("arn:aws:iam::${AWS::AccountId}:role/ses/writer", Some(("AWS::IAM::Role", "writer"))),
            ("arn:aws:logs:eu-west-1:${AWS::AccountId}:log-group:/a/b:*", Some(("AWS::Logs::LogGroup", "/a/b"))),
            ("arn:aws:sns:eu-west-1:${AWS::AccountId}:alerts", Some(("AWS::SNS::Topic", "alerts"))),
            ("arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:f:live", Some(("AWS::Lambda::Function", "f"))),
            ("arn:aws:ssm:eu-west-1:${AWS::AccountId}:parameter/a/b", Some((PARAMETER, "a/b"))),
            ("arn:aws:sns:us-east-1:${AWS::AccountId}:alerts", None),
            ("arn:aws:sns:eu-west-1:111122223333:alerts", None),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", None),
            ("arn:aws:s3:::*", None),
            ("arn:aws:iam::${AWS::AccountId}:user/${aws:username}", None),
            ("arn:aws:ec2:eu-west-1:${AWS::AccountId}:instance/i-1", None),
        ] {
            assert_eq!(named(&with_account(arn), "eu-west-1"), expected, "{arn}");
        }
    }

    #[test]
    fn patterns_and_endings() {
        for (kind, name, known, is_it) in [
            ("AWS::S3::Bucket", "logs-*", "logs-a", true),
            ("AWS::S3::Bucket", "logs", "logs-a", false),
            (SECRET, "ses/key-??????", "ses/key", true),
            (SECRET, "ses/key-*", "ses/key", true),
            (SECRET, "ses/key", "ses/keys", false),
            (PARAMETER, "a/b", "/a/b", true),
        ] {
            assert_eq!(matches(kind, name, known), is_it, "{name} {known}");
            let may = starts(kind, name).iter().any(|start| known.starts_with(start.as_str()));
            assert!(may || !is_it, "{name} {known} is not looked at");
        }
    }
}
