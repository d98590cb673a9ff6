//! `sesame adopt`, with a host beside the program that answers from a list and notes what it is asked.

use serde_json::{Value, json};

use crate::support::golden::assert_golden;
use crate::support::host::{ByCall, refused, run_by_call};
use crate::support::{Project, Run};

const TEMPLATE: &str = "
Parameters:
  Domain: {Type: String}
  Token: {Type: String, NoEcho: true, Default: canary-a91f}
Resources:
  Identity:
    Type: AWS::SES::EmailIdentity
    DeletionPolicy: RetainExceptOnCreate
    Properties:
      EmailIdentity: !Ref Domain
      ConfigurationSetAttributes: {ConfigurationSetName: !Ref Set}
      DkimAttributes: {SigningEnabled: true}
  Set: {Type: 'AWS::SES::ConfigurationSet', Properties: {Name: demo-config}}
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties: {PendingWindowInDays: 30, KeyPolicy: {Statement: []}}
  Secret:
    Type: AWS::SecretsManager::Secret
    DeletionPolicy: Retain
    Properties:
      Name: !Sub 'demo-${AWS::AccountId}'
      KmsKeyId: !GetAtt Key.Arn
      Description: !Ref Token
  User: {Type: 'AWS::IAM::User', Properties: {UserName: demo-smtp}}
Outputs:
  Name: {Value: !Ref Set}
";
const OLD_TEMPLATE: &str = "
Parameters:
  Window: {Type: Number}
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties: {PendingWindowInDays: !Ref Window, Description: as it was}
";
const KEY: &str = "7233b60f-b682-4853-b4d6-87601d149f85";
const SECRET: &str = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:demo-123456789012-AbCdEf";

fn project() -> Project {
    Project::with(&[
        ("sceptre/config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("sceptre/config/prod/config.yaml", "environment: {domain: example.com}\n"),
        ("sceptre/config/prod/mail.yaml", "template: {path: mail.yaml}\nparameters: {Domain: !sesame domain}\n"),
        ("sceptre/templates/mail.yaml", TEMPLATE),
    ])
}

fn result(answer: Value) -> Value {
    json!({"result": answer})
}

/// An account that has nothing.
fn empty_account() -> Vec<ByCall> {
    let no_stack = || refused("ValidationError", "Stack with id x does not exist");
    // By each type's primary identifier (CloudFormation registry, as cfn-lint ships it).
    let identified = |kind: &str, key: &str| json!({"ResourceType": kind, "ResourceIdentifiers": [key]});
    let summaries = json!({"ResourceIdentifierSummaries": [
        identified("AWS::SES::EmailIdentity", "EmailIdentity"), identified("AWS::KMS::Key", "KeyId"),
        identified("AWS::SecretsManager::Secret", "Id"), identified("AWS::SES::ConfigurationSet", "Name")]});
    vec![
        (
            "sts.get_caller_identity",
            "",
            result(json!({"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/taro"})),
        ),
        ("cloudformation.describe_stacks", "", no_stack()),
        ("cloudformation.list_stacks", "", result(json!({"StackSummaries": []}))),
        ("cloudformation.list_stack_resources", "", no_stack()),
        ("cloudformation.describe_stack_resources", "", refused("ValidationError", "Stack for x does not exist")),
        ("cloudformation.get_template_summary", "", result(summaries)),
        ("iam.get_user", "", refused("NoSuchEntity", "no")),
        ("kms.describe_key", "", refused("NotFoundException", "no")),
        ("secretsmanager.describe_secret", "", refused("ResourceNotFoundException", "no")),
        ("sesv2.get_configuration_set", "", refused("NotFoundException", "no")),
        ("sesv2.get_email_identity", "", refused("NotFoundException", "no")),
    ]
}

fn adopt(project: &Project, arguments: &[&str], different: Vec<ByCall>) -> (Run, Vec<Value>) {
    let answers = [different, empty_account()].concat();
    let arguments = [&["adopt", "prod/mail.yaml"], arguments].concat();
    let (run, calls) = run_by_call(project, &arguments, &answers);
    assert!(!run.transcript().contains("NotInTheList"), "{}", run.transcript());
    let seen = format!("{}{}", run.transcript(), serde_json::to_string(&calls).unwrap());
    assert!(!seen.contains("canary-a91f"), "a secret got out: {seen}");
    (run, calls)
}

/// The operations that change something.
fn changes(calls: &[Value]) -> Vec<&str> {
    let operations = calls.iter().map(|call| call["call"]["operation"].as_str().unwrap());
    operations.filter(|name| !["get_", "describe_", "list_"].iter().any(|verb| name.starts_with(verb))).collect()
}

fn file(project: &Project, name: &str) -> Value {
    serde_json::from_str(&project.read(&format!("adopt/prod/mail/{name}"))).unwrap()
}

fn identity_by_hand() -> ByCall {
    let identity = json!({"DkimAttributes": {"SigningAttributesOrigin": "AWS_SES"}, "FeedbackForwardingStatus": true,
                          "MailFromAttributes": {"MailFromDomain": "b.example.com", "BehaviorOnMxFailure": "REJECT_MESSAGE"}});
    ("sesv2.get_email_identity", "example.com", result(identity))
}

/// What a stack of the same name has left behind: a key, by its id alone, and a secret.
fn left_behind() -> Vec<ByCall> {
    let of = |id: &str, kind: &str, physical: &str, status: &str| json!({"LogicalResourceId": id, "ResourceType": kind, "PhysicalResourceId": physical, "ResourceStatus": status});
    vec![
        (
            "cloudformation.list_stacks",
            "",
            result(json!({"StackSummaries": [
                {"StackName": "demo-prod-mail", "StackId": "arn:old", "DeletionTime": "2026-10-01T00:00:00Z"},
                {"StackName": "demo-prod-other", "StackId": "arn:other", "DeletionTime": "2026-11-01T00:00:00Z"}]})),
        ),
        (
            "cloudformation.list_stack_resources",
            "arn:old",
            result(json!({"StackResourceSummaries": [
                of("Key", "AWS::KMS::Key", KEY, "DELETE_SKIPPED"),
                of("Set", "AWS::SES::ConfigurationSet", "demo-config", "DELETE_COMPLETE")]})),
        ),
        ("cloudformation.get_template", "arn:old", result(json!({"TemplateBody": OLD_TEMPLATE}))),
        (
            "cloudformation.describe_stacks",
            "arn:old",
            result(json!({"Stacks": [{"Parameters": [{"ParameterKey": "Window", "ParameterValue": "7"}]}]})),
        ),
        ("kms.describe_key", KEY, result(json!({"KeyMetadata": {"KeyId": KEY, "KeyState": "Enabled"}}))),
        ("secretsmanager.describe_secret", "demo-123456789012", result(json!({"ARN": SECRET}))),
    ]
}

#[test]
fn what_exists_is_shown_and_written_and_aws_is_left_alone() {
    let project = project();
    let (run, calls) = adopt(&project, &[], [left_behind(), vec![identity_by_hand()]].concat());
    assert_golden("adopt/plan", &run.expect_code(0).transcript());
    assert_golden("adopt/template", &project.read("adopt/prod/mail/template.json"));
    assert_golden("adopt/resources", &project.read("adopt/prod/mail/resources-to-import.json"));
    assert!(changes(&calls).is_empty(), "{:?}", changes(&calls));
}

#[test]
fn a_reference_to_what_is_not_imported_is_left_to_the_launch() {
    let project = project();
    let secret = ("secretsmanager.describe_secret", "demo-123456789012", result(json!({"ARN": SECRET})));
    let (run, _) = adopt(&project, &[], vec![secret]);
    assert!(run.stdout.contains("the launch sets `KmsKeyId` and `Description`\n"), "{}", run.stdout);
    let properties = &file(&project, "template.json")["Resources"]["Secret"]["Properties"];
    assert_eq!(*properties, json!({"Name": "demo-123456789012"}));
}

#[test]
fn what_cannot_be_imported_is_left_with_the_reason() {
    let owner = json!({"StackResources": [{"StackName": "other", "ResourceType": "AWS::SES::ConfigurationSet",
                                           "PhysicalResourceId": "demo-config", "ResourceStatus": "CREATE_COMPLETE"}]});
    let leaving = json!({"ARN": SECRET, "DeletedDate": "2027-01-01T00:00:00Z"});
    let (run, _) = adopt(
        &project(),
        &[],
        vec![
            ("sesv2.get_configuration_set", "demo-config", result(json!({}))),
            ("cloudformation.describe_stack_resources", "demo-config", result(owner)),
            ("secretsmanager.describe_secret", "demo-123456789012", result(leaving)),
            // CloudFormation does not name the type: it cannot import it.
            ("iam.get_user", "demo-smtp", result(json!({"User": {}}))),
        ],
    );
    assert_golden("adopt/left", &run.expect_code(4).transcript());
}

#[test]
fn nothing_there_is_nothing_to_do() {
    let project = project();
    let (run, calls) = adopt(&project, &["--execute"], Vec::new());
    assert!(run.expect_code(0).stdout.contains("nothing to adopt"));
    assert!(changes(&calls).is_empty());
    assert!(!project.file("adopt").exists());
}

/// The stack before the import, in the order in which it is asked for.
fn executing(before: &str, made: Value) -> Vec<ByCall> {
    let change = json!({"ResourceChange": {"Action": "Import", "LogicalResourceId": "Identity", "PhysicalResourceId": "example.com"}});
    vec![
        identity_by_hand(),
        ("cloudformation.list_change_sets", "", result(json!({"Summaries": []}))),
        ("cloudformation.describe_change_set", "", made),
        ("cloudformation.create_change_set", "", result(json!({"Id": "x", "Changes": [change]}))),
        ("cloudformation.execute_change_set", "", result(json!({}))),
        ("cloudformation.delete_change_set", "", result(json!({}))),
        ("cloudformation.describe_stacks", "demo-prod-mail", result(json!({"Stacks": [{"StackStatus": before}]}))),
    ]
}

#[test]
fn execute_goes_on_with_what_an_earlier_run_has_made() {
    let made = result(json!({"Status": "CREATE_COMPLETE", "Changes": []}));
    // The stack is good already when it is waited for: this host's answers do not change.
    let deployed = result(json!({"TemplateBody": "Resources: {Set: {Type: 'AWS::SES::ConfigurationSet'}}\n"}));
    let answers =
        [executing("IMPORT_COMPLETE", made), vec![("cloudformation.get_template", "demo-prod-mail", deployed)]];
    let (run, calls) = adopt(&project(), &["--execute"], answers.concat());
    let run = run.expect_code(0);
    assert!(
        run.stdout.ends_with("IMPORT_COMPLETE: 1 resource in `demo-prod-mail`\nnext: sceptre launch prod/mail.yaml\n"),
        "{}",
        run.stdout
    );
    assert_eq!(changes(&calls), ["execute_change_set"]);
}

#[test]
fn a_stack_that_is_there_keeps_its_template_and_its_values() {
    let project = project();
    let deployed = "Parameters: {P: {Type: String}}\nResources: {Old: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Sub '${P}'}}}\n\
                    Outputs: {O: {Value: !GetAtt Old.TopicArn}}\n";
    let missing = refused("ChangeSetNotFound", "ChangeSet [x] does not exist");
    let answers = [
        executing("UPDATE_COMPLETE", missing),
        vec![("cloudformation.get_template", "demo-prod-mail", result(json!({"TemplateBody": deployed})))],
    ];
    let (run, calls) = adopt(&project, &["--execute"], answers.concat());
    // This host has no change set to show after it was made: what counts here is what was asked for.
    assert_eq!(run.code, 1, "{}", run.transcript());
    assert_eq!(changes(&calls), ["create_change_set"]);
    let made = calls.iter().find(|call| call["call"]["operation"] == "create_change_set").unwrap();
    let made = &made["call"]["parameters"];
    assert_eq!(made["ChangeSetType"], "IMPORT");
    assert_eq!(made["Parameters"], json!([{"ParameterKey": "P", "UsePreviousValue": true}]));
    assert_eq!(
        made["ResourcesToImport"],
        json!([{"ResourceType": "AWS::SES::EmailIdentity", "LogicalResourceId": "Identity",
                "ResourceIdentifier": {"EmailIdentity": "example.com"}}])
    );
    let template: Value = serde_json::from_str(made["TemplateBody"].as_str().unwrap()).unwrap();
    assert_eq!(template["Outputs"], json!({"O": {"Value": {"Fn::GetAtt": ["Old", "TopicArn"]}}}));
    assert_eq!(template["Resources"]["Old"]["Properties"], json!({"DisplayName": {"Fn::Sub": "${P}"}}));
    assert_eq!(template["Resources"]["Identity"]["DeletionPolicy"], "Retain");
}

#[test]
fn a_failed_change_set_says_why() {
    let failed = result(json!({"Status": "FAILED", "StatusReason": "goo already exists in stack x"}));
    let (run, calls) = adopt(&project(), &["--execute"], executing("REVIEW_IN_PROGRESS", failed));
    assert_eq!(run.expect_code(1).stderr, "sesame: CloudFormation cannot import this: goo already exists in stack x\n");
    // The one of an earlier run is made again, in case that its reason is gone.
    assert_eq!(changes(&calls), ["delete_change_set", "create_change_set"]);
}

#[test]
fn a_state_that_no_import_begins_in_says_what_to_do() {
    let stack = |status: &str| {
        ("cloudformation.describe_stacks", "demo-prod-mail", result(json!({"Stacks": [{"StackStatus": status}]})))
    };
    let (run, _) = adopt(&project(), &[], vec![stack("ROLLBACK_COMPLETE")]);
    assert_eq!(
        run.expect_code(1).stderr,
        "sesame: `demo-prod-mail` is ROLLBACK_COMPLETE: `sceptre --ignore-dependencies delete prod/mail.yaml` first, which keeps \
         what is retained, then adopt again\n"
    );
    let (run, _) = adopt(&project(), &[], vec![stack("UPDATE_IN_PROGRESS")]);
    assert_eq!(
        run.expect_code(1).stderr,
        "sesame: `demo-prod-mail` is UPDATE_IN_PROGRESS: wait until it has ended, then adopt again\n"
    );
    let mut review = executing("REVIEW_IN_PROGRESS", refused("ChangeSetNotFound", "no"));
    review.insert(
        0,
        ("cloudformation.list_change_sets", "", result(json!({"Summaries": [{"ChangeSetName": "theirs"}]}))),
    );
    let (run, calls) = adopt(&project(), &["--execute"], review);
    let error = run.expect_code(1).stderr;
    assert!(error.contains("is REVIEW_IN_PROGRESS: nothing but the change set `theirs`"), "{error}");
    assert!(changes(&calls).is_empty());
}

#[test]
fn a_refusal_names_the_call() {
    let denied = refused("AccessDenied", "User: taro is not authorized");
    let (run, _) = adopt(&project(), &[], vec![("cloudformation.list_stacks", "", denied)]);
    assert_eq!(
        run.expect_code(1).stderr,
        "sesame: `cloudformation list_stacks` was refused: AccessDenied: User: taro is not authorized\n"
    );
}

#[test]
fn a_group_is_no_stack() {
    let project = project();
    project.write("sceptre/config/prod/more.yaml", "template: {path: mail.yaml}\nparameters: {Domain: x}\n");
    let run = project.run(&["adopt", "prod"]).expect_code(1);
    assert_eq!(run.stderr, "sesame: `prod` is a group; name one of its stacks\n");
}
