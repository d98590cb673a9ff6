//! The properties that take the name or the ARN of something, and whether AWS wants it to be there when it creates the
//! resource.
//!
//! `now` stands where the call that CloudFormation makes answers that the named thing is not found (the errors of the
//! operation in its API Reference: `PutSubscriptionFilter`, `PutMetricFilter`, `AddPermission`,
//! `CreateEventSourceMapping`, `AttachRolePolicy`, `CreateTrail`, …) or verifies it (`PutBucketNotificationConfiguration`:
//! destinations are tested; `CreateFunction`: the role must be assumable; SES: event destinations). `later` stands where it
//! does not look: an alarm's action, a rule's target, the bucket of a delivery stream.

use crate::evaluate::{Reads, Resource};

/// When AWS looks for what is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    AtOnce,
    Later,
}

/// A property that names something.
#[derive(Debug)]
pub struct Place {
    /// Its keys, without positions in lists; `*` is any key.
    pub keys: &'static str,
    /// What it names.
    pub kind: &'static str,
    pub when: When,
    /// Whether a rule about mail reports what is not there.
    pub told_elsewhere: bool,
}

const ALARM: &str = "AWS::CloudWatch::Alarm";
const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";
const BUCKET: &str = "AWS::S3::Bucket";
const DESTINATION: &str = "AWS::SES::ConfigurationSetEventDestination";
const FIREHOSE: &str = "AWS::KinesisFirehose::DeliveryStream";
const FUNCTION: &str = "AWS::Lambda::Function";
const GROUP: &str = "AWS::IAM::Group";
const LOG_GROUP: &str = "AWS::Logs::LogGroup";
const POLICY: &str = "AWS::IAM::ManagedPolicy";
const QUEUE: &str = "AWS::SQS::Queue";
const ROLE: &str = "AWS::IAM::Role";
const SECRET: &str = "AWS::SecretsManager::Secret";
const SET: &str = "AWS::SES::ConfigurationSet";
const STREAM: &str = "AWS::Kinesis::Stream";
const TOPIC: &str = "AWS::SNS::Topic";
const TRAIL: &str = "AWS::CloudTrail::Trail";
const USER: &str = "AWS::IAM::User";

const fn now(keys: &'static str, kind: &'static str) -> Place {
    Place { keys, kind, when: When::AtOnce, told_elsewhere: false }
}

const fn later(keys: &'static str, kind: &'static str) -> Place {
    Place { keys, kind, when: When::Later, told_elsewhere: false }
}

/// By the type that has them.
#[rustfmt::skip]
const PLACES: &[(&str, &[Place])] = &[
    (ALARM, &[later("AlarmActions", TOPIC), later("OKActions", TOPIC), later("InsufficientDataActions", TOPIC)]),
    (COMPOSITE, &[later("AlarmActions", TOPIC), later("OKActions", TOPIC), later("InsufficientDataActions", TOPIC)]),
    (TRAIL, &[
        now("S3BucketName", BUCKET),
        now("CloudWatchLogsLogGroupArn", LOG_GROUP),
        now("CloudWatchLogsRoleArn", ROLE),
        now("SnsTopicName", TOPIC),
    ]),
    ("AWS::Events::Rule", &[later("Targets.RoleArn", ROLE)]),
    (GROUP, &[now("ManagedPolicyArns", POLICY)]),
    ("AWS::IAM::InstanceProfile", &[now("Roles", ROLE)]),
    (POLICY, &[now("Groups", GROUP), now("Roles", ROLE), now("Users", USER)]),
    ("AWS::IAM::Policy", &[now("Groups", GROUP), now("Roles", ROLE), now("Users", USER)]),
    (ROLE, &[now("ManagedPolicyArns", POLICY), now("PermissionsBoundary", POLICY)]),
    (USER, &[now("Groups", GROUP), now("ManagedPolicyArns", POLICY), now("PermissionsBoundary", POLICY)]),
    ("AWS::IAM::UserToGroupAddition", &[now("GroupName", GROUP), now("Users", USER)]),
    ("AWS::Kinesis::StreamConsumer", &[now("StreamARN", STREAM)]),
    (FIREHOSE, &[
        now("*.RoleARN", ROLE),
        later("*.BucketARN", BUCKET),
        now("KinesisStreamSourceConfiguration.KinesisStreamARN", STREAM),
        later("*.CloudWatchLoggingOptions.LogGroupName", LOG_GROUP),
    ]),
    ("AWS::Lambda::Alias", &[now("FunctionName", FUNCTION)]),
    ("AWS::Lambda::EventInvokeConfig", &[now("FunctionName", FUNCTION)]),
    ("AWS::Lambda::EventSourceMapping", &[now("FunctionName", FUNCTION), now("EventSourceArn", STREAM)]),
    (FUNCTION, &[
        now("Role", ROLE),
        now("Code.S3Bucket", BUCKET),
        later("DeadLetterConfig.TargetArn", QUEUE),
        later("LoggingConfig.LogGroup", LOG_GROUP),
    ]),
    ("AWS::Lambda::Permission", &[now("FunctionName", FUNCTION)]),
    ("AWS::Lambda::Url", &[now("TargetFunctionArn", FUNCTION)]),
    ("AWS::Lambda::Version", &[now("FunctionName", FUNCTION)]),
    ("AWS::Logs::LogStream", &[now("LogGroupName", LOG_GROUP)]),
    ("AWS::Logs::MetricFilter", &[now("LogGroupName", LOG_GROUP)]),
    ("AWS::Logs::QueryDefinition", &[later("LogGroupNames", LOG_GROUP)]),
    ("AWS::Logs::SubscriptionFilter", &[
        now("LogGroupName", LOG_GROUP),
        now("DestinationArn", FIREHOSE),
        now("RoleArn", ROLE),
    ]),
    (BUCKET, &[
        now("NotificationConfiguration.TopicConfigurations.Topic", TOPIC),
        now("NotificationConfiguration.QueueConfigurations.Queue", QUEUE),
        now("NotificationConfiguration.LambdaConfigurations.Function", FUNCTION),
        now("LoggingConfiguration.DestinationBucketName", BUCKET),
        later("ReplicationConfiguration.Role", ROLE),
        now("ReplicationConfiguration.Rules.Destination.Bucket", BUCKET),
    ]),
    ("AWS::S3::BucketPolicy", &[now("Bucket", BUCKET)]),
    ("AWS::Scheduler::Schedule", &[now("Target.RoleArn", ROLE), later("Target.Arn", FUNCTION)]),
    (DESTINATION, &[
        now("ConfigurationSetName", SET).told_elsewhere(),
        now("EventDestination.KinesisFirehoseDestination.DeliveryStreamARN", FIREHOSE).told_elsewhere(),
        now("EventDestination.KinesisFirehoseDestination.IAMRoleARN", ROLE).told_elsewhere(),
        now("EventDestination.SnsDestination.TopicARN", TOPIC).told_elsewhere(),
    ]),
    ("AWS::SES::EmailIdentity", &[now("ConfigurationSetAttributes.ConfigurationSetName", SET).told_elsewhere()]),
    ("AWS::SNS::Subscription", &[now("TopicArn", TOPIC)]),
    ("AWS::SNS::TopicPolicy", &[now("Topics", TOPIC)]),
    ("AWS::SecretsManager::ResourcePolicy", &[now("SecretId", SECRET)]),
    ("AWS::SecretsManager::RotationSchedule", &[now("SecretId", SECRET), now("RotationLambdaARN", FUNCTION)]),
];

/// What is looked into: the types of the table, policies, and what shows metrics.
pub const READS: Reads = Reads::properties_of(&[
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::",
    "AWS::Events::Rule",
    "AWS::IAM::",
    "AWS::Kinesis",
    "AWS::Lambda::",
    "AWS::Logs::",
    "AWS::S3::Bucket",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::",
])
.and_policies();

/// The places of a resource.
pub fn of(resource: &Resource) -> &'static [Place] {
    PLACES.iter().find(|(of, _)| *of == resource.kind).map_or(&[], |(_, places)| places)
}

impl Place {
    const fn told_elsewhere(self) -> Place {
        Place { told_elsewhere: true, ..self }
    }

    /// Whether it is the one with these keys.
    pub fn has(&self, keys: &[&str]) -> bool {
        let mut own = self.keys.split('.');
        keys.iter().all(|key| own.next().is_some_and(|own| own == "*" || own == *key)) && own.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Inputs, evaluate};

    #[test]
    fn everything_in_the_table_is_looked_into() {
        for (of, places) in PLACES {
            let template = format!("Resources: {{R: {{Type: '{of}', Properties: {{A: b}}}}}}");
            let evaluated = evaluate(&crate::yaml::parse_tree(&template).unwrap(), &Inputs::default());
            assert!(READS.cover(&evaluated.resources[0]), "{of}");
            assert!(places.iter().all(|place| crate::evaluate::resource_type(place.kind).is_some()), "{of}");
        }
    }
}
