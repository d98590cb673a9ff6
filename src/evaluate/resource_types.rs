//! What `Ref` and `Fn::GetAtt` return for resources that have a name, and how far a name reaches
//! (CloudFormation Template Reference, "Return values" of each type).

use super::ACCOUNT_ID;

/// Where a physical name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In one account and region.
    Region,
    /// In one account, whatever the region.
    Account,
    /// Everywhere.
    World,
}

/// A resource type whose physical name a template can give.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType {
    /// Such as `AWS::S3::Bucket`.
    pub kind: &'static str,
    /// The property with the name.
    pub name_property: &'static str,
    /// What messages call it.
    pub word: &'static str,
    /// How far the name reaches.
    pub reach: Reach,
    /// Whether `Ref` returns the ARN and not the name.
    pub ref_is_arn: bool,
    /// The ARN with `{name}`, `{region}`, `{account}` and `{path}`; empty if it cannot be built.
    arn: &'static str,
}

macro_rules! types {
    ($($kind:literal $property:literal $word:literal $reach:ident $reference:ident $arn:literal,)*) => {
        &[$(ResourceType {
            kind: $kind,
            name_property: $property,
            word: $word,
            reach: Reach::$reach,
            ref_is_arn: types!(@$reference),
            arn: $arn,
        },)*]
    };
    (@Name) => { false };
    (@Arn) => { true };
}

#[rustfmt::skip]
const TYPES: &[ResourceType] = types! {
    "AWS::CloudTrail::Trail" "TrailName" "trail" Region Name "arn:aws:cloudtrail:{region}:{account}:trail/{name}",
    "AWS::CloudWatch::Alarm" "AlarmName" "alarm" Region Name "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::CompositeAlarm" "AlarmName" "alarm" Region Name "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::Dashboard" "DashboardName" "dashboard" Account Name "",
    "AWS::Config::ConfigRule" "ConfigRuleName" "Config rule" Region Name "",
    "AWS::DynamoDB::Table" "TableName" "table" Region Name "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule" "Name" "rule" Region Name "arn:aws:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Group" "GroupName" "group" Account Name "arn:aws:iam::{account}:group{path}{name}",
    "AWS::IAM::InstanceProfile" "InstanceProfileName" "instance profile" Account Name "arn:aws:iam::{account}:instance-profile{path}{name}",
    "AWS::IAM::ManagedPolicy" "ManagedPolicyName" "policy" Account Arn "arn:aws:iam::{account}:policy{path}{name}",
    "AWS::IAM::Role" "RoleName" "role" Account Name "arn:aws:iam::{account}:role{path}{name}",
    "AWS::IAM::User" "UserName" "user" Account Name "arn:aws:iam::{account}:user{path}{name}",
    "AWS::KMS::Alias" "AliasName" "alias" Region Name "",
    "AWS::Kinesis::Stream" "Name" "stream" Region Name "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "AWS::KinesisFirehose::DeliveryStream" "DeliveryStreamName" "delivery stream" Region Name "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    "AWS::Lambda::Function" "FunctionName" "function" Region Name "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup" "LogGroupName" "log group" Region Name "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::Logs::QueryDefinition" "Name" "query definition" Region Name "",
    "AWS::S3::Bucket" "BucketName" "bucket" World Name "arn:aws:s3:::{name}",
    "AWS::SES::ConfigurationSet" "Name" "configuration set" Region Name "",
    "AWS::SES::DedicatedIpPool" "PoolName" "dedicated IP pool" Region Name "",
    "AWS::SES::EmailIdentity" "EmailIdentity" "SES identity" Region Name "",
    "AWS::SNS::Topic" "TopicName" "topic" Region Arn "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue" "QueueName" "queue" Region Name "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SSM::Parameter" "Name" "parameter" Region Name "",
    "AWS::Scheduler::Schedule" "Name" "schedule" Region Name "arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
    "AWS::SecretsManager::Secret" "Name" "secret" Region Arn "",
};

/// A type by its CloudFormation name; `None` if its resources have no name of their own.
#[must_use]
pub fn resource_type(kind: &str) -> Option<&'static ResourceType> {
    TYPES.binary_search_by(|known| known.kind.cmp(kind)).ok().map(|index| &TYPES[index])
}

/// All types whose resources have a name, in the order of their names.
#[must_use]
pub fn resource_types() -> &'static [ResourceType] {
    TYPES
}

impl ResourceType {
    /// The service as ARNs name it: `s3` of `AWS::S3::Bucket`.
    #[must_use]
    pub fn service(&self) -> String {
        match self.kind.split("::").nth(1).unwrap_or_default() {
            "KinesisFirehose" => "firehose".to_owned(),
            name => name.to_lowercase(),
        }
    }

    /// The ARN of a resource of this type, if it can be built. `path` is the IAM path, `/` by default.
    #[must_use]
    pub fn arn(&self, name: &str, region: &str, path: &str) -> Option<String> {
        if self.arn.is_empty() {
            return None;
        }
        let mut arn = String::with_capacity(self.arn.len() + name.len());
        let mut rest = self.arn;
        while let Some((text, (part, after))) =
            rest.split_once('{').and_then(|(text, rest)| Some((text, rest.split_once('}')?)))
        {
            arn.push_str(text);
            arn.push_str(match part {
                "region" => region,
                "account" => ACCOUNT_ID,
                "path" => path,
                _ => name,
            });
            rest = after;
        }
        Some(arn + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(TYPES.is_sorted_by(|a, b| a.kind < b.kind));
        for known in TYPES {
            assert_eq!(resource_type(known.kind).unwrap().kind, known.kind);
        }
    }

    #[test]
    fn builds_arns() {
        let role = resource_type("AWS::IAM::Role").unwrap();
        assert_eq!(role.arn("r", "x", "/ses/").unwrap(), "arn:aws:iam::${AWS::AccountId}:role/ses/r");
        assert_eq!(resource_type("AWS::KMS::Alias").unwrap().arn("a", "x", "/"), None);
        for known in TYPES.iter().filter(|known| !known.arn.is_empty()) {
            assert_eq!(known.arn.split(':').nth(2), Some(known.service().as_str()));
        }
    }
}
