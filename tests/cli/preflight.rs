//! `sesame preflight`, with a host beside the program that answers from a list and notes what it is asked.

use serde_json::{Value, json};

use crate::support::golden::assert_golden;
use crate::support::host::{ByCall, refused, run_by_call};
use crate::support::{Project, Run};

const MAIL: &str = "
Parameters:
  Domain: {Type: String}
Resources:
  Identity: {Type: 'AWS::SES::EmailIdentity', Properties: {EmailIdentity: !Ref Domain}}
  User: {Type: 'AWS::IAM::User', Properties: {UserName: demo-smtp}}
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'demo-${AWS::AccountId}'}}
  Policy: {Type: 'AWS::IAM::ManagedPolicy', Properties: {ManagedPolicyName: demo, Path: /mail/, PolicyDocument: {Statement: []}}}
  Trail: {Type: 'AWS::CloudTrail::Trail', Properties: {TrailName: demo, S3BucketName: !Ref Bucket, IsLogging: true}}
  Recorder: {Type: 'AWS::Config::ConfigurationRecorder', Properties: {RoleARN: r}}
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: demo-alerts}}
  Mail: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: ops@example.com}}
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {LogGroupName: /trail, DestinationArn: x, FilterPattern: ''}
";
const READER: &str = "
Resources:
  Sender:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: dev-sender
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ses:SendEmail
            Resource: !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/example.com'
  Set: {Type: 'AWS::SES::ConfigurationSet', Properties: {Name: dev-config}}
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {LogGroupName: /trail, DestinationArn: x, FilterPattern: ''}
";

fn project() -> Project {
    Project::with(&[
        (
            "sceptre/config/config.yaml",
            "project_code: demo\nregion: ap-northeast-1\n\
             template_bucket_name: !join ['', [demo-templates-, !sesame aws.account_id]]\n",
        ),
        (
            "sceptre/config/prod/config.yaml",
            "environment:\n  domain: example.com\n  sending: {rate_per_second: 14, quota: {max_send_rate: 200, \
             max_24_hour_send: 10000000}}\n",
        ),
        ("sceptre/config/prod/mail.yaml", "template: {path: mail.yaml}\nparameters: {Domain: !sesame domain}\n"),
        ("sceptre/config/dev/reader.yaml", "template: {path: reader.yaml}\n"),
        ("sceptre/templates/mail.yaml", MAIL),
        ("sceptre/templates/reader.yaml", READER),
    ])
}

fn result(answer: Value) -> Value {
    json!({"result": answer})
}

/// An account that has nothing: the first answers of a list win, so a test puts its own before these.
fn empty_account() -> Vec<ByCall> {
    let no_stack = || refused("ValidationError", "Stack with id x does not exist");
    vec![
        (
            "sts.get_caller_identity",
            "",
            result(json!({"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/taro"})),
        ),
        ("s3.head_bucket", "", refused("404", "Not Found")),
        ("cloudformation.describe_stacks", "", no_stack()),
        ("cloudformation.list_stack_resources", "", no_stack()),
        ("cloudformation.describe_stack_resources", "", refused("ValidationError", "Stack for x does not exist")),
        ("iam.get_user", "", refused("NoSuchEntity", "no")),
        ("iam.get_policy", "", refused("NoSuchEntity", "no")),
        ("cloudtrail.get_trail", "", refused("TrailNotFoundException", "no")),
        ("cloudtrail.describe_trails", "", result(json!({"trailList": []}))),
        ("config.describe_configuration_recorders", "", result(json!({"ConfigurationRecorders": []}))),
        ("sns.get_topic_attributes", "", refused("NotFound", "no")),
        ("sns.list_subscriptions_by_topic", "", refused("NotFound", "no")),
        ("logs.describe_subscription_filters", "", refused("ResourceNotFoundException", "no")),
        ("sesv2.get_configuration_set", "", refused("NotFoundException", "no")),
        ("sesv2.get_email_identity", "", refused("NotFoundException", "no")),
        (
            "sesv2.get_account",
            "",
            result(json!({"ProductionAccessEnabled": true, "SendingEnabled": true, "EnforcementStatus": "HEALTHY",
                          "SendQuota": {"MaxSendRate": 200.0, "Max24HourSend": 10_000_000.0}})),
        ),
    ]
}

/// A run of `preflight` in an account that differs from the empty one.
fn preflight(arguments: &[&str], different: Vec<ByCall>) -> Run {
    let answers = [different, empty_account()].concat();
    let (run, calls) = run_by_call(&project(), &[&["preflight"], arguments].concat(), &answers);
    let reads = ["get_", "describe_", "list_", "head_"];
    for call in &calls {
        let operation = call["call"]["operation"].as_str().unwrap();
        assert!(reads.iter().any(|verb| operation.starts_with(verb)), "{operation} changes something");
    }
    assert!(!run.stdout.contains("NotInTheList"), "{}", run.stdout);
    run
}

/// An identity as SES describes it.
fn identity(origin: &str, verified: bool) -> Value {
    result(json!({"VerifiedForSendingStatus": verified, "ConfigurationSetName": "old-set",
                  "DkimAttributes": {"SigningAttributesOrigin": origin, "Status": "SUCCESS"}}))
}

#[test]
fn an_empty_account_is_ready() {
    let run = preflight(&["prod"], Vec::new()).expect_code(0);
    assert_golden("preflight/empty", &run.stdout);
}

#[test]
fn what_exists_is_in_the_way_and_says_whose_it_is() {
    let owner = |kind: &str, id: &str| {
        result(json!({"StackResources": [
            {"StackName": "other", "ResourceType": "AWS::IAM::Role", "PhysicalResourceId": id, "ResourceStatus": "CREATE_COMPLETE"},
            {"StackName": "other", "ResourceType": kind, "PhysicalResourceId": id, "ResourceStatus": "CREATE_COMPLETE"}]}))
    };
    let run = preflight(
        &["prod"],
        vec![
            ("sesv2.get_email_identity", "example.com", identity("AWS_SES", true)),
            ("iam.get_user", "demo-smtp", result(json!({"User": {"UserName": "demo-smtp"}}))),
            ("cloudformation.describe_stack_resources", "demo-smtp", owner("AWS::IAM::User", "demo-smtp")),
            // The ARN with the path of the template; its owner is a role of the same name, which is another thing.
            (
                "iam.get_policy",
                "arn:aws:iam::123456789012:policy/mail/demo",
                result(json!({"Policy": {"Arn": "arn:aws:iam::123456789012:policy/mail/demo"}})),
            ),
            (
                "cloudformation.describe_stack_resources",
                "policy/mail/demo",
                owner("AWS::IAM::Role", "arn:aws:iam::123456789012:policy/mail/demo"),
            ),
            ("s3.head_bucket", "demo-templates-123456789012", refused("403", "Forbidden")),
            ("s3.head_bucket", "demo-123456789012", refused("403", "Forbidden")),
            (
                "cloudtrail.describe_trails",
                "",
                result(json!({"trailList": [{"Name": "audit", "HomeRegion": "us-east-1"}]})),
            ),
            (
                "config.describe_configuration_recorders",
                "",
                result(json!({"ConfigurationRecorders": [{"name": "default"}]})),
            ),
            (
                "logs.describe_subscription_filters",
                "/trail",
                result(json!({"subscriptionFilters": [{"filterName": "siem"}]})),
            ),
            (
                "sesv2.get_account",
                "",
                result(
                    json!({"ProductionAccessEnabled": false, "SendingEnabled": false, "EnforcementStatus": "PROBATION",
                              "SendQuota": {"MaxSendRate": 1.0, "Max24HourSend": 200.0}}),
                ),
            ),
        ],
    )
    .expect_code(6);
    assert_golden("preflight/occupied", &run.stdout);
}

#[test]
fn what_the_stacks_have_made_is_theirs() {
    let own = |id: &str, kind: &str, physical: &str| {
        json!({"LogicalResourceId": id, "ResourceType": kind, "PhysicalResourceId": physical,
               "ResourceStatus": "CREATE_COMPLETE"})
    };
    let resources = json!({"StackResourceSummaries": [
        own("User", "AWS::IAM::User", "demo-smtp"),
        own("Filter", "AWS::Logs::SubscriptionFilter", "demo-prod-mail-Filter"),
        own("Recorder", "AWS::Config::ConfigurationRecorder", "default"),
    ]});
    let pending = json!({"Subscriptions": [{"Endpoint": "ops@example.com", "SubscriptionArn": "PendingConfirmation"}]});
    let run = preflight(
        &["prod"],
        vec![
            (
                "cloudformation.describe_stacks",
                "demo-prod-mail",
                result(json!({"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]})),
            ),
            ("cloudformation.list_stack_resources", "demo-prod-mail", result(resources)),
            (
                "logs.describe_subscription_filters",
                "/trail",
                result(json!({"subscriptionFilters": [{"filterName": "demo-prod-mail-Filter"}]})),
            ),
            ("sns.list_subscriptions_by_topic", "arn:aws:sns:ap-northeast-1:123456789012:demo-alerts", result(pending)),
        ],
    )
    .expect_code(4);
    assert_golden("preflight/launched", &run.stdout);
}

#[test]
fn another_environment_needs_the_identity_that_it_sends_with() {
    let run = preflight(&["dev"], Vec::new()).expect_code(4);
    assert!(
        run.stdout.contains("  look  identity           `example.com` is not there: nobody can send with it\n"),
        "{}",
        run.stdout
    );
    let unverified = ("sesv2.get_email_identity", "example.com", identity("EXTERNAL", false));
    let run = preflight(&["dev/reader.yaml"], vec![unverified]).expect_code(4);
    assert!(run.stdout.contains("`example.com` (a DKIM key of one's own, not verified,"), "{}", run.stdout);
    let verified = ("sesv2.get_email_identity", "example.com", identity("EXTERNAL", true));
    preflight(&["dev"], vec![verified]).expect_code(0);
}

#[test]
fn a_state_that_no_launch_leaves_is_said() {
    let stack = |status: &str| {
        ("cloudformation.describe_stacks", "demo-prod-mail", result(json!({"Stacks": [{"StackStatus": status}]})))
    };
    let run = preflight(&["prod"], vec![stack("UPDATE_ROLLBACK_FAILED")]).expect_code(2);
    assert!(run.stdout.contains("`demo-prod-mail` is UPDATE_ROLLBACK_FAILED\n"), "{}", run.stdout);
    preflight(&["prod"], vec![stack("REVIEW_IN_PROGRESS")]).expect_code(4);
}

#[test]
fn a_missing_right_is_said_and_the_rest_is_asked() {
    let denied = refused("AccessDeniedException", "User: taro is not authorized to perform: ses:GetAccount");
    let run = preflight(&["prod"], vec![("sesv2.get_account", "", denied)]).expect_code(4);
    assert!(
        run.stdout.contains(
            "could not be looked at: `sesv2 get_account` was refused: AccessDeniedException: User: taro is not authorized"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("  ok    trail "), "{}", run.stdout);

    // One type of resource that may not be asked for does not hide the others.
    let denied = refused("AccessDenied", "User: taro is not authorized to perform: iam:GetUser");
    let policy = json!({"Policy": {"Arn": "arn:aws:iam::123456789012:policy/mail/demo"}});
    let run =
        preflight(&["prod"], vec![("iam.get_user", "", denied), ("iam.get_policy", "", result(policy))]).expect_code(6);
    assert!(
        run.stdout.contains(
            "  look  names              user `demo-smtp` not looked at: `iam get_user` was refused: AccessDenied"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("in no stack: policy `demo`\n"), "{}", run.stdout);
}

#[test]
fn without_credentials_nothing_is_said_of_the_account() {
    let unreached = json!({"error": {"code": "NoCredentialsError", "message": "none", "unreached": true}});
    let run = preflight(&["prod"], vec![("sts.get_caller_identity", "", unreached)]).expect_code(1);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "sesame: NoCredentialsError: none\n"));
}

#[test]
fn programs_get_the_same_rows() {
    let run = preflight(&["prod", "--format", "json"], Vec::new()).expect_code(0);
    let table: Value = serde_json::from_str(&run.stdout).unwrap();
    let rows = table["accounts"][0]["rows"].as_array().unwrap();
    assert_eq!(table["accounts"][0]["account"], "123456789012");
    assert_eq!(
        rows[0],
        json!({"verdict": "ok", "check": "credentials", "what": "`arn:aws:iam::123456789012:user/taro`", "todo": null})
    );
}

/// The hook runs before the first stack of a group is made: it stops for what is in the way, and for nothing else.
#[test]
fn the_hook_stops_for_what_is_in_the_way_only() {
    let hook = |different: Vec<ByCall>| {
        let answers = [different, empty_account()].concat();
        run_by_call(&project(), &["hook", "preflight", "prod/mail.yaml"], &answers).0
    };
    assert_eq!(hook(Vec::new()).stdout, "prod/mail.yaml: the account is ready\n");
    let sandbox = ("sesv2.get_account", "", result(json!({"ProductionAccessEnabled": false, "SendQuota": {}})));
    let run = hook(vec![sandbox]).expect_code(0);
    assert_eq!(run.stdout, "prod/mail.yaml: to look at: production access, quota (`sesame preflight prod`)\n");
    let run = hook(vec![("sesv2.get_email_identity", "", identity("AWS_SES", true))]).expect_code(2);
    assert_eq!(
        run.stderr,
        "prod/mail.yaml: identity: `example.com` (Easy DKIM, verified, configuration set `old-set`): in the account already, \
         in no stack; take over what exists: `sesame adopt prod/mail.yaml`\n"
    );
}
