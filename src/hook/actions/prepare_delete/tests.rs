//! On an account of one stack. The names of operations and of what they answer are those of botocore's models, which
//! `tests/plugin/test_operations.py` looks up.

use serde_json::{Value, json};

use super::prepare;
use crate::hook::actions::Failure;
use crate::host::{CallError, Host};

/// A stack with a user, a group, a role, a policy and a bucket, and one of each that is kept.
const TEMPLATE: &str = "
Resources:
  Admins: {Type: AWS::IAM::Group, Properties: {ManagedPolicyArns: [!Ref Limits]}}
  Admin: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Admins], PermissionsBoundary: !Ref Limits}}
  Sender: {Type: AWS::IAM::User, DeletionPolicy: Retain}
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies: [{PolicyName: !Sub '${Env}-own', PolicyDocument: {}}]
  Limits: {Type: AWS::IAM::ManagedPolicy}
  Logs: {Type: AWS::S3::Bucket}
  Kept: {Type: AWS::S3::Bucket, DeletionPolicy: RetainExceptOnCreate}
";

const ARN: &str = "arn:aws:iam::111122223333:policy/x/limits";

/// Answers by operation; what it has no answer for is empty.
struct Account {
    answers: Vec<(&'static str, Result<Value, CallError>)>,
    calls: Vec<(String, Value)>,
}

impl Account {
    fn with(answers: &[(&'static str, Value)]) -> Account {
        let answers = answers.iter().map(|(operation, answer)| (*operation, Ok(answer.clone()))).collect();
        Account { answers, calls: Vec::new() }
    }

    fn refusing(mut self, operation: &'static str, code: &str) -> Account {
        let error = CallError::Aws { code: code.to_owned(), message: "no".to_owned() };
        self.answers.insert(0, (operation, Err(error)));
        self
    }

    /// The calls that change something.
    fn changes(&self) -> Vec<(&str, &Value)> {
        let reads = |name: &str| ["get_", "list_", "describe_"].iter().any(|verb| name.starts_with(verb));
        self.calls.iter().filter(|(name, _)| !reads(name)).map(|(name, value)| (name.as_str(), value)).collect()
    }

    fn prepare(&mut self) -> Result<Option<String>, Failure> {
        prepare(self, "ses-prod-people", "prod/people.yaml")
    }

    #[track_caller]
    fn refused(&mut self) -> String {
        match self.prepare() {
            Err(Failure::Other(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }
}

impl Host for Account {
    fn call(&mut self, _: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
        self.calls.push((operation.to_owned(), parameters));
        if let Some((_, answer)) = self.answers.iter().find(|(known, _)| *known == operation) {
            return answer.clone();
        }
        let resource = |id: &str, kind: &str, name: &str| {
            json!({"LogicalResourceId": id, "ResourceType": format!("AWS::{kind}"), "PhysicalResourceId": name,
                   "ResourceStatus": "CREATE_COMPLETE"})
        };
        match operation {
            "describe_stacks" => Ok(json!({"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]})),
            "get_template" => Ok(json!({"TemplateBody": TEMPLATE})),
            "list_stack_resources" => Ok(json!({"StackResourceSummaries": [
                resource("Admins", "IAM::Group", "admins"),
                resource("Admin", "IAM::User", "admin"),
                resource("Sender", "IAM::User", "sender"),
                resource("Role", "IAM::Role", "role"),
                resource("Limits", "IAM::ManagedPolicy", ARN),
                resource("Logs", "S3::Bucket", "logs"),
                resource("Kept", "S3::Bucket", "kept"),
            ]})),
            "get_login_profile" => Err(CallError::Aws { code: "NoSuchEntity".to_owned(), message: "no".to_owned() }),
            _ => Ok(json!({})),
        }
    }
}

#[test]
fn a_stack_as_it_was_launched_needs_nothing() {
    let mut account = Account::with(&[
        ("list_groups_for_user", json!({"Groups": [{"GroupName": "admins"}]})),
        ("get_group", json!({"Users": [{"UserName": "admin"}]})),
        ("list_attached_group_policies", json!({"AttachedPolicies": [{"PolicyName": "limits", "PolicyArn": ARN}]})),
        (
            "list_attached_role_policies",
            json!({"AttachedPolicies": [{"PolicyName": "AWSLambdaBasicExecutionRole",
                "PolicyArn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}]}),
        ),
        ("list_role_policies", json!({"PolicyNames": ["prod-own"]})),
        (
            "list_entities_for_policy",
            json!({"PolicyUsers": [{"UserName": "admin"}], "PolicyGroups": [{"GroupName": "admins"}]}),
        ),
    ]);
    assert_eq!(account.prepare(), Ok(None));
    assert_eq!(account.changes(), []);
    // Nothing is asked about what stays.
    assert!(!account.calls.iter().any(|(_, of)| of["UserName"] == "sender" || of["Bucket"] == "kept"));
}

#[test]
fn what_people_added_goes_credentials_first() {
    let mut account = Account::with(&[
        ("get_login_profile", json!({"LoginProfile": {"UserName": "admin"}})),
        ("list_access_keys", json!({"AccessKeyMetadata": [{"AccessKeyId": "AKIAOLD", "Status": "Inactive"}]})),
        (
            "list_mfa_devices",
            json!({"MFADevices": [{"SerialNumber": "arn:aws:iam::111122223333:mfa/phone"},
                                  {"SerialNumber": "arn:aws:iam::111122223333:u2f/user/admin/stick"}]}),
        ),
        ("list_groups_for_user", json!({"Groups": [{"GroupName": "admins"}, {"GroupName": "guests"}]})),
        ("get_group", json!({"Users": [{"UserName": "admin"}, {"UserName": "sender"}, {"UserName": "taro"}]})),
        (
            "list_attached_user_policies",
            json!({"AttachedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}),
        ),
        ("list_role_policies", json!({"PolicyNames": ["prod-own", "debug"]})),
    ]);
    let said = account.prepare().unwrap().unwrap();
    let removed = [
        ("remove_user_from_group", json!({"UserName": "sender", "GroupName": "admins"})),
        ("remove_user_from_group", json!({"UserName": "taro", "GroupName": "admins"})),
        ("delete_login_profile", json!({"UserName": "admin"})),
        ("delete_access_key", json!({"UserName": "admin", "AccessKeyId": "AKIAOLD"})),
        ("deactivate_mfa_device", json!({"UserName": "admin", "SerialNumber": "arn:aws:iam::111122223333:mfa/phone"})),
        ("delete_virtual_mfa_device", json!({"SerialNumber": "arn:aws:iam::111122223333:mfa/phone"})),
        (
            "deactivate_mfa_device",
            json!({"UserName": "admin", "SerialNumber": "arn:aws:iam::111122223333:u2f/user/admin/stick"}),
        ),
        ("remove_user_from_group", json!({"UserName": "admin", "GroupName": "guests"})),
        ("detach_user_policy", json!({"UserName": "admin", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})),
        ("delete_role_policy", json!({"RoleName": "role", "PolicyName": "debug"})),
    ];
    assert_eq!(account.changes(), removed.each_ref().map(|(operation, parameters)| (*operation, parameters)));
    assert_eq!(
        said,
        "removed `sender` from group `admins`, `taro` from group `admins`, the password of `admin`, the access key `AKIAOLD` \
         of `admin`, the MFA device `phone` of `admin`, the MFA device `stick` of `admin`, `admin` from group `guests`, the \
         policy `ReadOnlyAccess` from `admin` and the inline policy `debug` of `role`"
    );
}

#[test]
fn what_somebody_may_depend_on_stops_the_deletion_and_all_of_it_is_said() {
    let mut account = Account::with(&[
        ("get_login_profile", json!({"LoginProfile": {"UserName": "admin"}})),
        ("list_access_keys", json!({"AccessKeyMetadata": [{"AccessKeyId": "AKIAUSED", "Status": "Active"}]})),
        (
            "get_access_key_last_used",
            json!({"AccessKeyLastUsed": {"LastUsedDate": "2026-11-20T01:02:03+00:00", "ServiceName": "ses"}}),
        ),
        ("list_ssh_public_keys", json!({"SSHPublicKeys": [{"SSHPublicKeyId": "APKA", "Status": "Active"}]})),
        (
            "list_entities_for_policy",
            json!({"PolicyUsers": [{"UserName": "taro"}], "PolicyRoles": [{"RoleName": "other"}]}),
        ),
        ("list_object_versions", json!({"DeleteMarkers": [{"Key": "a"}]})),
    ]);
    assert_eq!(
        account.refused(),
        "the stack cannot be deleted yet: user `admin` has the active access key `AKIAUSED` (last used on 2026-11-20 for ses); \
         make it inactive, or set SESAME_ALLOW=prod/people.yaml:Admin to delete it; user `admin` has the active SSH key \
         `APKA`; make it inactive, or set SESAME_ALLOW=prod/people.yaml:Admin to delete it; policy `limits` is used by user \
         `taro`, which is not of this stack; take it away there, or delete the user; policy `limits` is used by role \
         `other`, which is not of this stack; take it away there, or delete the role; bucket `logs` is not empty; delete \
         everything in it with all versions, or give it `DeletionPolicy: Retain` and launch"
    );
    assert_eq!(account.changes(), []);
}

#[test]
fn nothing_goes_for_a_stack_that_another_one_needs() {
    let password = ("get_login_profile", json!({"LoginProfile": {"UserName": "admin"}}));
    let stack = json!({"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": [{"ExportName": "people"}]}]});
    let mut account = Account::with(&[
        password.clone(),
        ("describe_stacks", stack.clone()),
        ("list_imports", json!({"Imports": ["mail"]})),
    ]);
    let reason =
        "the stack cannot be deleted yet: its export `people` is imported by stack `mail`: delete that stack first";
    assert_eq!(account.refused(), reason);
    assert_eq!(account.changes(), []);

    // CloudFormation's words for an export that nobody imports are an error.
    let mut account =
        Account::with(&[password, ("describe_stacks", stack)]).refusing("list_imports", "ValidationError");
    assert_eq!(account.prepare(), Ok(Some("removed the password of `admin`".to_owned())));
}

#[test]
fn what_may_not_be_looked_at_is_said_and_what_fails_names_what_is_gone() {
    let mut account = Account::with(&[]).refusing("list_mfa_devices", "AccessDenied");
    assert_eq!(account.prepare(), Ok(Some("no right to look at the MFA devices of `admin`".to_owned())));

    let mut account = Account::with(&[
        ("get_login_profile", json!({"LoginProfile": {"UserName": "admin"}})),
        ("get_group", json!({"Users": [{"UserName": "taro"}]})),
    ])
    .refusing("delete_login_profile", "AccessDenied");
    assert_eq!(
        account.refused(),
        "cannot remove the password of `admin`: AccessDenied: no; removed `taro` from group `admins` before"
    );
}

#[test]
fn a_stack_without_such_resources_costs_two_questions() {
    let summary = json!({"LogicalResourceId": "T", "ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": "t"});
    let mut account = Account::with(&[("list_stack_resources", json!({"StackResourceSummaries": [summary]}))]);
    assert_eq!(account.prepare(), Ok(None));
    assert_eq!(account.calls.len(), 2);

    for stack in [json!({"StackStatus": "REVIEW_IN_PROGRESS"}), json!({"EnableTerminationProtection": true})] {
        let mut account = Account::with(&[("describe_stacks", json!({"Stacks": [stack]}))]);
        assert_eq!(account.prepare(), Ok(None));
        assert_eq!(account.calls.len(), 1);
    }
}

/// Nobody knows then what is to be kept.
#[test]
fn a_template_that_cannot_be_read_stops() {
    for body in [json!("["), json!("a"), json!({}), Value::Null] {
        let mut account = Account::with(&[("get_template", json!({"TemplateBody": body}))]);
        assert!(account.refused().starts_with("the deployed template cannot be read: "), "{body}");
        assert_eq!(account.changes(), []);
    }
}

#[test]
fn lists_of_several_pages_are_read_to_the_end() {
    let page = json!({"Users": [{"UserName": "taro"}], "IsTruncated": true, "Marker": "2"});
    struct Pages(Account, Value);
    impl Host for Pages {
        fn call(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
            if operation == "get_group" && parameters["Marker"].is_null() {
                return Ok(self.1.clone());
            }
            self.0.call(service, operation, parameters)
        }
    }
    let last = ("get_group", json!({"Users": [{"UserName": "hanako"}], "IsTruncated": false}));
    let said = prepare(&mut Pages(Account::with(&[last]), page), "x", "x.yaml").unwrap().unwrap();
    assert_eq!(said, "removed `taro` from group `admins` and `hanako` from group `admins`");
}
