//! The physical names that AWS refuses, by what its pages say of each type. Where a page says less than the service does,
//! only what the page says counts.

use crate::words;

/// What the names of a type must look like.
struct Rule {
    kind: &'static str,
    /// In characters.
    minimum: usize,
    /// In characters.
    maximum: usize,
    /// The characters beside letters and digits of ASCII; `None` if there may be any.
    others: Option<&'static str>,
    /// What else there is.
    also: fn(&str) -> Option<String>,
}

macro_rules! rules {
    ($($kind:literal $minimum:literal $maximum:literal $others:expr, $also:expr;)*) => {
        &[$(Rule { kind: $kind, minimum: $minimum, maximum: $maximum, others: $others, also: $also },)*]
    };
}

/// The API reference of each service (`CreateRole`, `CreateQueue`, …), and where named its user guide.
#[rustfmt::skip]
const RULES: &[Rule] = rules! {
    "AWS::CloudTrail::Trail" 3 128 Some("._-"), nothing;
    "AWS::CloudWatch::Alarm" 1 255 None, nothing;
    "AWS::CloudWatch::CompositeAlarm" 1 255 None, nothing;
    "AWS::CloudWatch::Dashboard" 1 255 Some("_-"), nothing;
    "AWS::DynamoDB::Table" 3 255 Some("_.-"), nothing;
    "AWS::Events::Rule" 1 64 Some("._-"), nothing;
    "AWS::IAM::Group" 1 128 Some("_+=,.@-"), nothing;
    "AWS::IAM::InstanceProfile" 1 128 Some("_+=,.@-"), nothing;
    "AWS::IAM::ManagedPolicy" 1 128 Some("_+=,.@-"), nothing;
    "AWS::IAM::Role" 1 64 Some("_+=,.@-"), nothing;
    "AWS::IAM::User" 1 64 Some("_+=,.@-"), nothing;
    "AWS::KMS::Alias" 1 256 Some("/_-:"), alias;
    "AWS::Kinesis::Stream" 1 128 Some("_.-"), nothing;
    "AWS::KinesisFirehose::DeliveryStream" 1 64 Some("_.-"), nothing;
    "AWS::Lambda::Function" 1 64 Some("_-"), nothing;
    "AWS::Logs::LogGroup" 1 512 Some("_-/.#"), log_group;
    "AWS::S3::Bucket" 3 63 Some(".-"), bucket;
    "AWS::SES::ConfigurationSet" 1 64 Some("_-"), nothing;
    "AWS::SNS::Topic" 1 256 Some("_-."), fifo;
    "AWS::SQS::Queue" 1 80 Some("_-."), fifo;
    "AWS::SSM::Parameter" 1 1011 Some("_.-/"), parameter;
    "AWS::Scheduler::Schedule" 1 64 Some("_.-"), nothing;
    "AWS::SecretsManager::Secret" 1 512 Some("/_+=.@-"), nothing;
};

/// Why AWS refuses a name of a type, if it certainly does.
#[must_use]
pub fn refused_name(kind: &str, name: &str) -> Option<String> {
    let rule = &RULES[RULES.binary_search_by(|rule| rule.kind.cmp(kind)).ok()?];
    // Some types take an ARN for a name. What only CloudFormation fills in is not known.
    if name.is_empty() || name.starts_with("arn:") || name.contains("${") || name.contains("{{") {
        return None;
    }
    let length = name.chars().count();
    if length > rule.maximum || length < rule.minimum {
        let (word, limit) = if length > rule.maximum { ("most", rule.maximum) } else { ("least", rule.minimum) };
        return Some(format!("it has {}, and may have {limit} at {word}", words::count(length as u64, "character")));
    }
    let is_taken = |one: &char| one.is_ascii_alphanumeric() || rule.others.is_none_or(|others| others.contains(*one));
    match name.chars().find(|one| !is_taken(one)) {
        Some(wrong) => Some(format!("it may not have the character `{wrong}`")),
        None => (rule.also)(name),
    }
}

fn nothing(_: &str) -> Option<String> {
    None
}

/// Amazon S3 User Guide, "General purpose bucket naming rules".
fn bucket(name: &str) -> Option<String> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("it may not have capital letters".to_owned());
    }
    if name.starts_with(['.', '-']) || name.ends_with(['.', '-']) {
        return Some("it begins and ends with a letter or a digit".to_owned());
    }
    if name.contains("..") {
        return Some("it may not have two dots side by side".to_owned());
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("it may not look like an IP address".to_owned());
    }
    let prefix = ["xn--", "sthree-", "amzn-s3-demo-"].into_iter().find(|prefix| name.starts_with(prefix));
    let suffix = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].into_iter().find(|end| name.ends_with(end));
    prefix
        .map(|prefix| format!("it may not begin with `{prefix}`"))
        .or_else(|| suffix.map(|suffix| format!("it may not end with `{suffix}`")))
}

/// AWS KMS API Reference, `CreateAlias`.
fn alias(name: &str) -> Option<String> {
    match name.strip_prefix("alias/") {
        None => Some("it begins with `alias/`".to_owned()),
        Some("") => Some("behind `alias/` comes a name".to_owned()),
        Some(rest) => rest.starts_with("aws/").then(|| "`alias/aws/` belongs to AWS".to_owned()),
    }
}

/// Amazon CloudWatch Logs API Reference, `CreateLogGroup`.
fn log_group(name: &str) -> Option<String> {
    name.starts_with("aws/").then(|| "it may not begin with `aws/`".to_owned())
}

/// Amazon SQS API Reference, `CreateQueue`; Amazon SNS API Reference, `CreateTopic`.
fn fifo(name: &str) -> Option<String> {
    let before = name.strip_suffix(".fifo").unwrap_or(name);
    before.contains('.').then(|| "it may have a dot only in `.fifo` at its end".to_owned())
}

/// AWS Systems Manager User Guide, "Requirements and constraints for parameter names".
fn parameter(name: &str) -> Option<String> {
    if name.contains('/') && !name.starts_with('/') {
        return Some("with a `/` in it, it begins with one".to_owned());
    }
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    let reserved = ["aws", "ssm"].into_iter().find(|prefix| first.starts_with(prefix));
    reserved.map(|prefix| format!("it may not begin with `{prefix}`"))
}

/// Why CloudFormation refuses the name of a stack, if it does (CloudFormation API Reference, `CreateStack`, `StackName`).
#[must_use]
pub fn refused_stack_name(name: &str) -> Option<String> {
    const MAXIMUM: usize = 128;
    let length = name.chars().count();
    if length > MAXIMUM {
        return Some(format!("it has {length} characters, and may have {MAXIMUM} at most"));
    }
    match name.chars().find(|one| !one.is_ascii_alphanumeric() && *one != '-') {
        Some(wrong) => Some(format!("it may not have the character `{wrong}`")),
        None => {
            (!name.starts_with(|one: char| one.is_ascii_alphabetic())).then(|| "it begins with a letter".to_owned())
        }
    }
}

/// Why CloudFormation refuses the name of an export, if it does: its own message says "alphanumeric characters, colons, or
/// hyphens".
#[must_use]
pub fn refused_export_name(name: &str) -> Option<String> {
    if name.contains("${") || name.contains("{{") {
        return None;
    }
    let wrong = name.chars().find(|one| !one.is_ascii_alphanumeric() && !":-".contains(*one))?;
    Some(format!("it may not have the character `{wrong}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(RULES.is_sorted_by(|a, b| a.kind < b.kind));
    }

    /// No rule is stricter on lengths than the registry's schema; the pages of the named types are.
    #[test]
    fn the_registry_takes_no_less() {
        let stricter = ["AWS::DynamoDB::Table", "AWS::SSM::Parameter"];
        let mut compared = 0;
        for rule in RULES.iter().filter(|rule| !stricter.contains(&rule.kind)) {
            let known = crate::aws::resource_type(rule.kind).unwrap();
            for limits in known.names().filter(|limits| limits.property.ends_with("Name")) {
                compared += 1;
                assert!(limits.maximum.is_none_or(|maximum| maximum == rule.maximum), "{}: {limits:?}", rule.kind);
                assert!(limits.minimum.is_none_or(|minimum| minimum <= rule.minimum), "{}: {limits:?}", rule.kind);
            }
        }
        assert!(compared > 10, "{compared}");
    }

    #[test]
    fn what_the_pages_refuse() {
        let long = "a".repeat(65);
        for (kind, name, refused) in [
            ("AWS::S3::Bucket", "logs-111111111111", false),
            ("AWS::S3::Bucket", "Logs", true),
            ("AWS::S3::Bucket", "my_logs", true),
            ("AWS::S3::Bucket", "ab", true),
            ("AWS::S3::Bucket", &long, true),
            ("AWS::S3::Bucket", "192.168.5.4", true),
            ("AWS::S3::Bucket", "xn--logs", true),
            ("AWS::S3::Bucket", "logs--x-s3", true),
            ("AWS::S3::Bucket", "logs-", true),
            ("AWS::S3::Bucket", "a..b", true),
            ("AWS::S3::Bucket", "www.example.com", false),
            ("AWS::IAM::Role", &long, true),
            ("AWS::IAM::Group", &long, false),
            ("AWS::IAM::Role", "app@eu=1,2+3.x_y-z", false),
            ("AWS::IAM::Role", "app/role", true),
            ("AWS::KMS::Alias", "app", true),
            ("AWS::KMS::Alias", "alias/aws/app", true),
            ("AWS::KMS::Alias", "alias/app/eu", false),
            ("AWS::SQS::Queue", "jobs.fifo", false),
            ("AWS::SQS::Queue", "jobs.v2", true),
            ("AWS::Logs::LogGroup", "/aws/lambda/x", false),
            ("AWS::Logs::LogGroup", "aws/lambda/x", true),
            ("AWS::SSM::Parameter", "/app/key", false),
            ("AWS::SSM::Parameter", "app/key", true),
            ("AWS::SSM::Parameter", "/aws/key", true),
            ("AWS::CloudWatch::Alarm", "anything at all: 日本", false),
            ("AWS::DynamoDB::Table", "ab", true),
            ("AWS::Lambda::Function", "{{resolve:ssm:name}}", false),
            ("AWS::Thing::Else", "\n", false),
        ] {
            assert_eq!(refused_name(kind, name).is_some(), refused, "{kind} {name}");
        }
    }

    #[test]
    fn stack_names() {
        for (name, refused) in
            [("demo-a", false), ("my_stack", true), ("my.stack", true), ("1demo", true), ("a", false)]
        {
            assert_eq!(refused_stack_name(name).is_some(), refused, "{name}");
        }
        assert!(refused_stack_name(&"a".repeat(128)).is_none() && refused_stack_name(&"a".repeat(129)).is_some());
    }
}
