//! `sesame check`: the rules for mail with SES. Each with a project that breaks it, and one that does not.

use crate::support::Project;
use crate::support::golden::assert_golden;

const TEMPLATE: &str = "templates/mail.yaml";

const MAIL: &str = "\
Parameters:
  Sources: {Type: CommaDelimitedList, Default: 8.8.8.0/24}
  Elsewhere: {Type: String, Default: x}
Resources:
  Set:
    Type: AWS::SES::ConfigurationSet
    Properties: {Name: mail-set}
  Identity:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: example.com
      ConfigurationSetAttributes: {ConfigurationSetName: mail-set}
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties: {DeliveryStreamName: mail-stream}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: mail-events
      Path: /mail/
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: [firehose.amazonaws.com]}, Action: 'sts:AssumeRole'}
          - {Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: 'sts:AssumeRole'}
  ToStream:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: mail-set
      EventDestination:
        MatchingEventTypes: [SEND]
        KinesisFirehoseDestination:
          DeliveryStreamARN: !Sub 'arn:aws:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/mail-stream'
          IAMRoleARN: !GetAtt Role.Arn
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: mail-topic}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: 'sns:Publish', Resource: '*'}
  ToTopic:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination:
        MatchingEventTypes: [BOUNCE]
        SnsDestination: {TopicARN: !Sub 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:mail-topic'}
  Sending:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ses:Send*
            Resource:
              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/example.com'
              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/mail-set'
            Condition: {IpAddress: {'aws:SourceIp': !Ref Sources}}
";

const SES_ASSUMES: &str = "{Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: 'sts:AssumeRole'}";

/// The same, for the events of one configuration set.
fn ses_assumes(set: &str) -> String {
    let arn = format!("arn:aws:ses:ap-northeast-1:111122223333:configuration-set/{set}");
    SES_ASSUMES.replace("Role'}", &format!("Role', Condition: {{ArnLike: {{'aws:SourceArn': '{arn}'}}}}}}"))
}

/// A stack in which everything is there and lets SES in.
fn sound() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("config/prod/mail.yaml", "template: {path: mail.yaml}\n"),
        (TEMPLATE, MAIL),
    ])
}

#[track_caller]
fn found(name: &str, change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    assert_golden(&format!("check/mail-{name}"), &project.run(&["check"]).expect_code(2).transcript());
}

/// Each change of the template on its own is fine.
#[track_caller]
fn silent(changes: &[(&str, &str)]) {
    for (from, to) in changes {
        let project = sound();
        project.replace(TEMPLATE, from, to);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{from} -> {to}: {}", run.transcript());
    }
}

/// What stands in the template of [`sound`].
const TOPIC_POLICY: &str = "PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: 'sns:Publish', Resource: '*'}";

const NOT_KNOWN: &str = "!ImportValue {'Fn::Sub': '${Elsewhere}'}";

/// Makes an import that nobody can know possible: the other stack's export has a name that only AWS knows.
fn with_unknown_export(project: &Project) {
    project.write("config/prod/other.yaml", "template: {path: other.yaml}\nparameters: {P: !ssm /name}\n");
    project.write("sesame.yaml", "rules: {export-unknown: off}\n");
    project.write(
        "templates/other.yaml",
        "Parameters: {P: {Type: String}}\nResources: {A: {Type: T}}\nOutputs: {O: {Value: x, Export: {Name: !Ref P}}}\n",
    );
}

#[test]
fn mail_that_fits_together() {
    assert_eq!(sound().run(&["check"]).expect_code(0).stdout, "1 stack checked: no problems\n");
}

#[test]
fn configuration_sets_are_created() {
    found("set-of-destination", |p| p.replace(TEMPLATE, "Name: mail-set\n      Event", "Name: mail-sett\n      Event"));
    found("set-of-identity", |p| {
        p.replace(TEMPLATE, "{ConfigurationSetName: mail-set}", "{ConfigurationSetName: old}");
    });
    found("set-elsewhere", |p| {
        p.replace(TEMPLATE, "  Set:\n    Type: AWS::SES::ConfigurationSet\n    Properties: {Name: mail-set}\n", "");
        p.replace(TEMPLATE, "!Ref Set", "mail-set");
        p.write("config/dev/set.yaml", "template: {path: set.yaml}\nregion: us-east-1\n");
        p.write(
            "templates/set.yaml",
            "Resources:\n  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail-set}}\n",
        );
    });
}

/// A role is no proof of another account.
#[test]
fn what_a_stack_with_another_role_creates_may_be_there() {
    let project = sound();
    let (set, rest) = ("  Set:\n    Type: AWS::SES::ConfigurationSet\n    Properties: {Name: mail-set}\n", "!Ref Set");
    project.replace(TEMPLATE, set, "");
    project.replace(TEMPLATE, rest, "mail-set");
    let role = "sceptre_role: arn:aws:iam::111122223333:role/deploy\n";
    project.write("config/prod/set.yaml", &format!("template: {{path: set.yaml}}\n{role}"));
    project.write("templates/set.yaml", &format!("Resources:\n{set}"));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.transcript());
}

#[test]
fn destinations_are_there_and_let_ses_in() {
    found("no-stream", |p| p.replace(TEMPLATE, "deliverystream/mail-stream", "deliverystream/mail-steram"));
    found("no-role", |p| {
        p.replace(TEMPLATE, "!GetAtt Role.Arn", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/mail/event'");
    });
    found("no-topic", |p| p.replace(TEMPLATE, "AccountId}:mail-topic", "AccountId}:mail-topics"));
    found("role-is-closed", |p| p.replace(TEMPLATE, "Service: ses.amazonaws.com", "Service: sns.amazonaws.com"));
    found("role-for-another-set", |p| p.replace(TEMPLATE, SES_ASSUMES, &ses_assumes("old-set")));
    silent(&[(SES_ASSUMES, &ses_assumes("mail-set")), (SES_ASSUMES, &ses_assumes("mail-*"))]);
    found("topic-is-closed", |p| p.replace(TEMPLATE, "Topics: [!Ref Topic]", "Topics: []"));
}

#[test]
fn a_mistake_in_a_shared_template_is_reported_once() {
    let project = sound();
    project
        .write("config/dev/mail.yaml", "template: {path: mail.yaml}\nregion: us-east-1\nparameters: {Elsewhere: y}\n");
    project.replace(TEMPLATE, "RoleName: mail-events", "RoleName: !Sub 'mail-events-${Elsewhere}'");
    project.run(&["check"]).expect_code(0);
    project.replace(TEMPLATE, "Service: ses.amazonaws.com", "Service: sns.amazonaws.com");
    let run = project.run(&["check"]).expect_code(2);
    assert!(run.stdout.ends_with("2 stacks checked: 1 error\n"), "{}", run.transcript());
}

#[test]
fn what_cannot_be_known_is_left_alone() {
    for (from, to) in [
        ("Name: mail-set\n      Event", format!("Name: {NOT_KNOWN}\n      Event")),
        ("{Name: mail-set}", format!("{{Name: {NOT_KNOWN}}}")),
        ("!GetAtt Role.Arn", NOT_KNOWN.to_owned()),
        ("Topics: [!Ref Topic]", format!("Topics: [{NOT_KNOWN}]")),
        ("Service: ses.amazonaws.com", format!("Service: {NOT_KNOWN}")),
        (TOPIC_POLICY, format!("PolicyDocument: {NOT_KNOWN}")),
    ] {
        let project = sound();
        with_unknown_export(&project);
        project.replace(TEMPLATE, from, &to);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{from} -> {to}: {}", run.transcript());
    }
    silent(&[
        // Another account's, or another region's.
        ("${AWS::AccountId}:deliverystream/mail-stream", "111122223333:deliverystream/other"),
        ("arn:aws:sns:${AWS::Region}:${AWS::AccountId}:mail-topic", "arn:aws:sns:us-east-1:${AWS::AccountId}:other"),
        // A custom resource may create anything.
        ("  Topic:\n", "  Made: {Type: Custom::Set}\n  Topic:\n"),
    ]);
}

#[test]
fn sending_covers_the_default_set() {
    let set = "              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/mail-set'\n";
    found("sending-policy", |p| p.replace(TEMPLATE, set, ""));
    let another = set.replace("mail-set", "another-set");
    let all = "              - '*'\n";
    silent(&[(set, &another), (set, all)]);
    let project = sound();
    project.replace(TEMPLATE, set, "");
    project.replace(TEMPLATE, "${AWS::AccountId}:identity/example.com", "111122223333:identity/example.com");
    project.run(&["check"]).expect_code(0);
    // The other way round.
    let identity = "              - !Sub 'arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/example.com'\n";
    found("sending-without-identity", |p| p.replace(TEMPLATE, identity, ""));
}

#[test]
fn identities_are_created() {
    found("identity", |p| p.replace(TEMPLATE, "identity/example.com", "identity/exampel.com"));
    silent(&[
        ("${AWS::AccountId}:identity/example.com", "111122223333:identity/other.org"),
        ("identity/example.com", "identity/*"),
        // Where nothing creates identities, they come from elsewhere.
        ("AWS::SES::EmailIdentity", "AWS::SES::Template"),
    ]);
}

/// A refused value makes what is made of it unknown, and nothing else.
#[test]
fn names_are_not_made_of_refused_values() {
    let given = |name: &str| {
        let project = sound();
        project.replace(TEMPLATE, "  Elsewhere: {Type: String, Default: x}\n", "  Domain: {Type: String, AllowedPattern: '[a-z.]+', Default: example.com}\n  Elsewhere: {Type: String, AllowedPattern: '[a-z.]+', Default: x}\n");
        project.replace(TEMPLATE, "EmailIdentity: example.com\n", "EmailIdentity: !Ref Domain\n");
        project.replace("config/prod/mail.yaml", "}\n", &format!("}}\nparameters: {{{name}: Example.com}}\n"));
        project
    };
    assert_golden("check/mail-refused-name", &given("Domain").run(&["check"]).expect_code(2).transcript());
    let project = given("Elsewhere");
    project.replace(TEMPLATE, "identity/example.com", "identity/exampel.com");
    assert_golden("check/mail-refused-elsewhere", &project.run(&["check"]).expect_code(2).transcript());
}

#[test]
fn an_identity_has_one_owner() {
    found("identity-twice", |p| {
        p.write("config/dev/again.yaml", "template: {path: again.yaml}\n");
        p.write(
            "templates/again.yaml",
            "Resources:\n  Again: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com}}\n",
        );
    });
}

#[test]
fn a_key_has_one_owner() {
    const KEY: &str = "EmailIdentity: example.com\n      DkimSigningAttributes: {DomainSigningSelector: s, DomainSigningPrivateKey: k}\n";
    const ROTATION: &str = "\
Resources:
  Function: {Type: AWS::Lambda::Function}
  Rotation:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Effect: Allow, Action: 'ses:PutEmailIdentityDkimSigningAttributes', Resource: '*'}]
";
    let declared = |p: &Project, rotation: &str| {
        p.replace(TEMPLATE, "EmailIdentity: example.com\n", KEY);
        p.write("config/prod/rotation.yaml", "template: {path: rotation.yaml}\n");
        p.write("templates/rotation.yaml", rotation);
    };
    found("dkim-owner", |p| declared(p, ROTATION));
    for (from, to) in [("AWS::Lambda::Function", "AWS::SQS::Queue"), ("ses:Put", "ses:Get"), ("Allow", "Deny")] {
        let project = sound();
        declared(&project, &ROTATION.replace(from, to));
        project.run(&["check"]).expect_code(0);
    }
}

#[test]
fn source_addresses_can_match() {
    found("source-ip", |p| p.replace(TEMPLATE, "!Ref Sources", "[8.8.8.8, 10.1.2.3, 203.0.113.0/24]"));
    found("source-ip-of-config", |p| {
        p.replace("config/prod/mail.yaml", "}\n", "}\nparameters: {Sources: [8.8.8.0/24, 192.168.1.0/24]}\n");
    });
    silent(&[
        ("!Ref Sources", "[0.0.0.0/0, 192.0.0.0/8]"),
        ("'aws:SourceIp': !Ref Sources", "'aws:VpcSourceIp': 10.0.0.0/8"),
    ]);
}
