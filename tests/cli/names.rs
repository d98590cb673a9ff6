//! What stacks name of one another: in the right order, and not misspelt.

use crate::support::Project;
use crate::support::golden::assert_golden;

/// What has names.
const OWNER: &str = "\
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'demo-raw-logs-${AWS::AccountId}'}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: demo-alerts}}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: demo-writer}}
  LogGroup: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /demo/security}}
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: demo-events}}
  Function: {Type: AWS::Lambda::Function, Properties: {FunctionName: demo-mask}}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {Name: demo-events}}
  Delivery: {Type: AWS::KinesisFirehose::DeliveryStream, Properties: {DeliveryStreamName: demo-delivery}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: demo-failures}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /demo/state}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: demo/password}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: demo-reader}}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref LogGroup
      MetricTransformations: [{MetricNamespace: demo/mail, MetricName: Bounces, MetricValue: '1'}]
";

/// Two stacks; the second has one resource.
fn with(resource: &str) -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: eu-west-1\n"),
        ("config/owner.yaml", "template: {path: owner.yaml}\n"),
        ("config/user.yaml", "template: {path: user.yaml}\n"),
        ("templates/owner.yaml", OWNER),
        ("templates/user.yaml", &format!("Resources:\n  R:\n{resource}")),
    ])
}

fn resource(kind: &str, properties: &str) -> String {
    format!("    Type: {kind}\n    Properties: {properties}\n")
}

/// The rules of the findings.
fn rules(project: &Project) -> Vec<String> {
    let run = project.run(&["check", "--format", "json"]);
    let report: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.transcript()));
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().map(|finding| finding["rule"].as_str().expect("a text").to_owned()).collect()
}

const ACCOUNT: &str = "eu-west-1:${AWS::AccountId}";

/// Where AWS answers that the named thing is not there.
#[test]
fn what_must_be_there_is_launched_first() {
    let arn = |rest: &str| rest.replace("HERE", ACCOUNT);
    for (kind, properties) in [
        ("AWS::Logs::MetricFilter", "{LogGroupName: /demo/security}".to_owned()),
        ("AWS::Logs::SubscriptionFilter", "{LogGroupName: /demo/security}".to_owned()),
        (
            "AWS::Logs::SubscriptionFilter",
            arn("{LogGroupName: x, DestinationArn: !Sub 'arn:aws:firehose:HERE:deliverystream/demo-delivery'}"),
        ),
        ("AWS::Lambda::Permission", "{FunctionName: demo-mask}".to_owned()),
        ("AWS::Lambda::EventSourceMapping", arn("{EventSourceArn: !Sub 'arn:aws:kinesis:HERE:stream/demo-events'}")),
        ("AWS::Lambda::Function", "{Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/demo-writer'}".to_owned()),
        ("AWS::SNS::Subscription", arn("{TopicArn: !Sub 'arn:aws:sns:HERE:demo-alerts'}")),
        ("AWS::S3::BucketPolicy", "{Bucket: !Sub 'demo-raw-logs-${AWS::AccountId}'}".to_owned()),
        (
            "AWS::S3::Bucket",
            arn("{NotificationConfiguration: {TopicConfigurations: [{Topic: !Sub 'arn:aws:sns:HERE:demo-alerts'}]}}"),
        ),
        (
            "AWS::IAM::User",
            "{ManagedPolicyArns: [!Sub 'arn:aws:iam::${AWS::AccountId}:policy/demo-reader']}".to_owned(),
        ),
        ("AWS::CloudTrail::Trail", "{S3BucketName: !Sub 'demo-raw-logs-${AWS::AccountId}'}".to_owned()),
        (
            "AWS::KMS::Key",
            "{KeyPolicy: {Statement: [{Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/demo-writer'}}]}}"
                .to_owned(),
        ),
    ] {
        let project = with(&resource(kind, &properties));
        assert_eq!(rules(&project), ["name-order"], "{kind} {properties}");
        project.write("config/user.yaml", "template: {path: user.yaml}\ndependencies: [owner.yaml]\n");
        assert_eq!(rules(&project), [""; 0], "{kind} {properties}");
    }
}

/// Where AWS does not look when it creates the resource.
#[test]
fn what_may_come_later_may_be_launched_later() {
    let arn = |rest: &str| rest.replace("HERE", ACCOUNT);
    for (kind, properties) in [
        ("AWS::CloudWatch::Alarm", arn("{AlarmActions: [!Sub 'arn:aws:sns:HERE:demo-alerts']}")),
        (
            "AWS::CloudWatch::Alarm",
            "{Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: demo-mask}]}"
                .to_owned(),
        ),
        (
            "AWS::IAM::ManagedPolicy",
            "{PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: !Sub \
             'arn:aws:s3:::demo-raw-logs-${AWS::AccountId}/*'}]}}"
                .to_owned(),
        ),
        ("AWS::Events::Rule", arn("{Targets: [{Id: a, Arn: !Sub 'arn:aws:lambda:HERE:function:demo-mask'}]}")),
        (
            "AWS::KinesisFirehose::DeliveryStream",
            "{S3DestinationConfiguration: {BucketARN: !Sub 'arn:aws:s3:::demo-raw-logs-${AWS::AccountId}'}}".to_owned(),
        ),
        ("AWS::Lambda::Permission", "{FunctionName: other}".to_owned()),
    ] {
        assert_eq!(rules(&with(&resource(kind, &properties))), [""; 0], "{kind} {properties}");
    }
}

#[test]
fn name_order() {
    let project = with(&resource("AWS::Logs::MetricFilter", "{LogGroupName: /demo/security}"));
    assert_golden("check/name-order", &project.run(&["check"]).expect_code(2).transcript());
    // The owner waits for the user: a dependency would make a circle.
    project.write("config/owner.yaml", "template: {path: owner.yaml}\ndependencies: [user.yaml]\n");
    assert_golden("check/name-order-backwards", &project.run(&["check"]).expect_code(2).transcript());
}

/// One letter is wrong, in each kind of place that names something; the right name is silent.
#[test]
fn a_letter_from_a_name() {
    let arn = |rest: &str| rest.replace("HERE", ACCOUNT);
    for (kind, properties, right, wrong) in [
        ("AWS::CloudWatch::Alarm", arn("{AlarmActions: [!Sub 'arn:aws:sns:HERE:demo-alerts']}"), "alerts", "alrets"),
        (
            "AWS::CloudWatch::Alarm",
            "{Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: demo-mask}]}"
                .to_owned(),
            "demo-mask",
            "demo-masks",
        ),
        ("AWS::CloudWatch::Alarm", "{Namespace: demo/mail, MetricName: Bounces}".to_owned(), "Bounces", "Bounce"),
        (
            "AWS::CloudWatch::Alarm",
            "{Metrics: [{Id: a, MetricStat: {Metric: {Namespace: demo/mail, MetricName: Bounces}}}]}".to_owned(),
            "Bounces",
            "Bouncs",
        ),
        (
            "AWS::CloudWatch::Dashboard",
            "{DashboardBody: '{\"widgets\": [{\"properties\": {\"metrics\": [[\"AWS/SQS\", \"A\", \"QueueName\", \
             \"demo-failures\"]]}}]}'}"
                .to_owned(),
            "demo-failures",
            "demo-failure",
        ),
        (
            "AWS::KinesisFirehose::DeliveryStream",
            "{S3DestinationConfiguration: {RoleARN: !Sub 'arn:aws:iam::${AWS::AccountId}:role/demo-writer'}}"
                .to_owned(),
            "writer",
            "wirter",
        ),
        ("AWS::Logs::MetricFilter", "{LogGroupName: /demo/security}".to_owned(), "security", "securty"),
        (
            "AWS::IAM::ManagedPolicy",
            arn(
                "{PolicyDocument: {Statement: [{Action: 'ses:GetConfigurationSet', Resource: !Sub 'arn:aws:ses:HERE:configuration-set/demo-events'}]}}",
            ),
            "demo-events",
            "demo-event",
        ),
        (
            "AWS::IAM::ManagedPolicy",
            arn("{PolicyDocument: {Statement: [{Resource: !Sub 'arn:aws:kinesis:HERE:stream/demo-events'}]}}"),
            "demo-events",
            "deno-events",
        ),
        (
            "AWS::IAM::ManagedPolicy",
            arn(
                "{PolicyDocument: {Statement: [{Resource: !Sub 'arn:aws:secretsmanager:HERE:secret:demo/password-*'}]}}",
            ),
            "password",
            "pasword",
        ),
        (
            "AWS::IAM::ManagedPolicy",
            arn("{PolicyDocument: {Statement: [{Resource: !Sub 'arn:aws:ssm:HERE:parameter/demo/state'}]}}"),
            "state",
            "stat",
        ),
        ("AWS::Lambda::Permission", "{FunctionName: demo-mask}".to_owned(), "demo-mask", "demo-msak"),
        (
            "AWS::Lambda::Function",
            "{Environment: {Variables: {STATE_PARAMETER: /demo/state}}}".to_owned(),
            "/demo/state",
            "/demo/sate",
        ),
    ] {
        let project = with(&resource(kind, &properties));
        project.write("config/user.yaml", "template: {path: user.yaml}\ndependencies: [owner.yaml]\n");
        assert_eq!(rules(&project), [""; 0], "{kind} {properties}");
        project.replace("templates/user.yaml", right, wrong);
        let run = project.run(&["check"]);
        assert_eq!(rules(&project), ["name-unknown"], "{kind} {wrong}: {}", run.transcript());
        assert!(run.stdout.contains("did you mean `"), "{}", run.transcript());
    }
}

#[test]
fn name_unknown() {
    let project = with(&resource("AWS::Lambda::Permission", "{FunctionName: demo-msak}"));
    assert_golden("check/name-unknown", &project.run(&["check"]).expect_code(4).transcript());
}

/// Two names that differ by more than a slip, what another account or region has, and what somebody may create unseen.
#[test]
fn names_that_others_create() {
    for (kind, properties) in [
        ("AWS::Lambda::Permission", "{FunctionName: demo-unmask}"),
        ("AWS::CloudWatch::Alarm", "{AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:demo-alert']}"),
        ("AWS::CloudWatch::Alarm", "{AlarmActions: [!Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:demo-alert']}"),
        ("AWS::CloudWatch::Alarm", "{Namespace: demo/other, MetricName: Bounce}"),
        ("AWS::Logs::MetricFilter", "{LogGroupName: /aws/lambda/demo-mask}"),
        ("AWS::IAM::ManagedPolicy", "{PolicyDocument: {Statement: [{Resource: 'arn:aws:s3:::demo-*'}]}}"),
    ] {
        assert_eq!(rules(&with(&resource(kind, properties))), [""; 0], "{kind} {properties}");
    }
    // What a nested stack creates, nobody sees.
    let project = with(&resource("AWS::Lambda::Permission", "{FunctionName: demo-msak}"));
    project.write("templates/owner.yaml", &format!("{OWNER}  Nested: {{Type: AWS::CloudFormation::Stack}}\n"));
    assert_eq!(rules(&project), [""; 0]);
}

/// Off, unless the project says otherwise.
#[test]
fn name_foreign() {
    let project = with(&resource("AWS::Lambda::Permission", "{FunctionName: somebody-else}"));
    project.run(&["check"]).expect_code(0);
    project.write("sesame.yaml", "rules: {name-foreign: info}\n");
    assert_golden("check/name-foreign", &project.run(&["check"]).transcript());
    project.write("sesame.yaml", "rules: {name-foreign: info}\n");
    project.replace("templates/user.yaml", "somebody-else", "demo-mask");
    project.write("config/user.yaml", "template: {path: user.yaml}\ndependencies: [owner.yaml]\n");
    project.run(&["check"]).expect_code(0);
}
