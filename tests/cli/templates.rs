//! What is wrong with a template by itself, or with the values of a stack. Each rule with a template that breaks it, and
//! with one that does not.

use std::collections::BTreeMap;

use crate::support::Project;
use crate::support::golden::assert_golden;

const SOUND: &str = "\
Parameters:
  Env: {Type: String, Default: dev}
Mappings:
  Sizes:
    dev: {days: 7}
    prod: {days: 90}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsOther: !Not [!Condition IsProd]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${Env}-${AWS::AccountId}'}
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Bucket
    Properties: {DisplayName: x}
Outputs:
  Name: {Value: !Ref Bucket, Description: of the bucket}
";

/// One stack of one template.
fn sound() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("config/a.yaml", "template: {path: a.yaml}\n"),
        ("templates/a.yaml", SOUND),
    ])
}

const TEMPLATE: &str = "templates/a.yaml";

#[track_caller]
fn found(name: &str, change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    assert_golden(&format!("templates/{name}"), &project.run(&["check"]).expect_code(2).transcript());
}

#[track_caller]
fn silent(change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    project.run(&["check"]).expect_code(0);
}

/// Replaces the value of the topic's display name.
fn display_name(project: &Project, value: &str) {
    project.replace(TEMPLATE, "{DisplayName: x}", &format!("{{DisplayName: {value}}}"));
}

fn append(project: &Project, text: &str) {
    project.write(TEMPLATE, &format!("{}{text}", project.read(TEMPLATE)));
}

#[test]
fn a_sound_template() {
    assert_eq!(sound().run(&["check"]).expect_code(0).stdout, "1 stack checked: no problems\n");
}

#[test]
fn functions_that_there_are_not() {
    found("functions", |p| {
        p.replace(TEMPLATE, "Value: !Ref Bucket", "Value: !Reff Bucket");
        p.replace(TEMPLATE, "BucketName: !Sub", "BucketName: !Subb");
        display_name(p, "{'Fn::GetAttr': [Bucket, Arn]}");
        p.replace(TEMPLATE, "!Not [!Condition IsProd]", "!Nott [!Condition IsProd]");
    });
    found("functions-of-extensions", |p| display_name(p, "{'Fn::Length': [a, b]}"));
    found("loops-of-extensions", |p| {
        p.replace(
            TEMPLATE,
            "Outputs:",
            "Outputs:\n  Fn::ForEach::A: [B, [x], {'${B}': {Value: !Ref B, Description: x}}]",
        );
    });
    silent(|p| {
        display_name(p, "{'Fn::Length': [a, b]}");
        p.replace(TEMPLATE, "Parameters:", "Transform: AWS::LanguageExtensions\nParameters:");
    });
    // A loop may have several variables, which cfn-lint 1.58 does not know yet.
    silent(|p| {
        let each = "'Fn::ForEach::P': [[Name, Text], {DisplayName: x}, {'${Name}': !Sub '${Text}'}]";
        p.replace(TEMPLATE, "{DisplayName: x}", &format!("{{{each}}}"));
        p.replace(TEMPLATE, "Parameters:", "Transform: AWS::LanguageExtensions\nParameters:");
    });
    // A macro of one's own may know it.
    silent(|p| {
        display_name(p, "{'Fn::GetAttr': [Bucket, Arn]}");
        p.replace(TEMPLATE, "Parameters:", "Transform: Mine\nParameters:");
    });
}

/// Calls that CloudFormation refuses, and others that it takes; cfn-lint agrees (`tests/docs/test_documented_templates.py`).
#[test]
fn functions_that_do_not_take_this() {
    let calls: BTreeMap<String, Vec<String>> =
        serde_yaml::from_str(include_str!("../fixtures/calls.yaml")).expect("two lists");
    for call in &calls["wrong"] {
        let project = sound();
        display_name(&project, call);
        let run = project.run(&["check"]).expect_code(2);
        assert_eq!(run.stdout.matches("error[").count(), 1, "{call}: {}", run.transcript());
    }
    for call in &calls["right"] {
        let project = sound();
        display_name(&project, call);
        assert_eq!(project.run(&["check"]).stdout, "1 stack checked: no problems\n", "{call}");
    }
    found("shapes", |p| display_name(p, "!Select [[a, b]]"));
    found("shell", |p| display_name(p, "!Sub '${Env:-x}'"));
    for condition in ["!Equals [a]", "!Not [a, b]", "!And [!Condition IsProd]"] {
        let project = sound();
        project.replace(TEMPLATE, "!Not [!Condition IsProd]", condition);
        let run = project.run(&["check"]).expect_code(2);
        assert!(run.stdout.contains("error[template-function]"), "{condition}: {}", run.transcript());
    }
}

#[test]
fn pseudo_parameters() {
    found("pseudo-parameters", |p| {
        p.replace(TEMPLATE, "${AWS::AccountId}", "${AWS::AccountID}");
        p.replace(TEMPLATE, "Value: !Ref Bucket", "Value: !Ref AWS::Regoin");
        p.replace(TEMPLATE, "!Equals [!Ref Env, prod]", "!Equals [!Ref 'AWS::Rgeion', prod]");
        display_name(p, "!Sub '${AWS::StackName.Foo}'");
        append(p, "Rules:\n  R: {Assertions: [{Assert: !Equals [!Ref 'AWS::Stack', a]}]}\n");
    });
}

#[test]
fn conditions_and_rules_before_resources() {
    found("early", |p| {
        p.replace(TEMPLATE, "!Equals [!Ref Env, prod]", "!Equals [!Ref Bucket, !GetAtt Topic.TopicName]");
        p.replace(TEMPLATE, "!Not [!Condition IsProd]", "!Equals [!ImportValue x, y]");
        append(p, "Rules:\n  R: {Assertions: [{Assert: !Equals [!Ref Bucket, a]}]}\n");
    });
}

#[test]
fn circles() {
    found("circles", |p| {
        p.replace(TEMPLATE, "{BucketName: !Sub '${Env}-${AWS::AccountId}'}", "{BucketName: !GetAtt Topic.TopicName}");
        p.replace(TEMPLATE, "!Equals [!Ref Env, prod]", "!Or [!Condition IsOther, !Equals [a, b]]");
        p.replace(TEMPLATE, "Outputs:", "  Own: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Own}}\nOutputs:");
    });
    // What is chosen by a condition may not be there.
    silent(|p| {
        let chosen = "{BucketName: !If [IsProd, !GetAtt Topic.TopicName, xyz]}";
        p.replace(TEMPLATE, "{BucketName: !Sub '${Env}-${AWS::AccountId}'}", chosen);
    });
}

#[test]
fn limits() {
    let many = |count: usize, entry: &str| {
        let entries = (0..count).map(|index| format!("  A{index}: {entry}\n"));
        entries.collect::<String>()
    };
    let resources = |p: &Project, count| {
        p.replace(TEMPLATE, "Outputs:", &format!("{}Outputs:", many(count, "{Type: AWS::SNS::Topic}")));
    };
    found("limits", |p| {
        resources(p, 499);
        append(p, &many(200, "{Value: x, Description: y}"));
        p.replace(TEMPLATE, "Mappings:", &format!("{}Mappings:", many(200, "{Type: String, Default: x}")));
        p.replace(TEMPLATE, "  Sizes:\n", &format!("{}  Sizes:\n", many(200, "{a: {b: c}}")));
        p.replace(TEMPLATE, "    dev: {days: 7}\n", &many(200, "{days: 7}").replace("  A", "    A"));
    });
    silent(|p| resources(p, 498));
}

#[test]
fn types_of_parameters() {
    found("parameter-types", |p| {
        p.replace(
            TEMPLATE,
            "Mappings:",
            "  A: {Type: Strin, Default: x}\n  B: {Type: List<Strings>, Default: x}\n  C: {Type: 'AWS::EC2::Vpc::Id', Default: vpc-1}\nMappings:",
        );
    });
    for kind in [
        "List<Number>",
        "CommaDelimitedList",
        "AWS::SSM::Parameter::Name",
        "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
        "AWS::Route53::HostedZone::Id",
        "AWS::Something::New::Id",
    ] {
        silent(|p| p.replace(TEMPLATE, "Mappings:", &format!("  A: {{Type: '{kind}', Default: 1}}\nMappings:")));
    }
}

/// A second stack of the same template, for prod.
fn with_prod(project: &Project) {
    project.write("config/b.yaml", "template: {path: a.yaml}\nparameters: {Env: prod}\n");
}

#[test]
fn resources_that_the_stack_does_not_have() {
    let only_prod =
        |p: &Project| p.replace(TEMPLATE, "Type: AWS::S3::Bucket", "Type: AWS::S3::Bucket\n    Condition: IsProd");
    found("absent", |p| {
        with_prod(p);
        only_prod(p);
        p.replace(TEMPLATE, "DependsOn: Bucket", "DeletionPolicy: Retain");
        display_name(p, "!Sub '${Bucket}-${Bucket.Arn}'");
    });
    // Not what the condition leaves out with it, and not what only waits for it.
    silent(|p| {
        with_prod(p);
        only_prod(p);
        p.replace(TEMPLATE, "Value: !Ref Bucket", "Condition: IsProd, Value: !Ref Bucket");
        display_name(p, "!If [IsProd, !Ref Bucket, x]");
    });
    // In prod it is there.
    silent(|p| {
        p.write("config/a.yaml", "template: {path: a.yaml}\nparameters: {Env: prod}\n");
        only_prod(p);
    });
    // Nobody knows whether it is there.
    silent(|p| {
        only_prod(p);
        p.replace(TEMPLATE, "!Equals [!Ref Env, prod]", "!Equals [!Ref AWS::AccountId, '111111111111']");
    });
    // A macro may take the condition away.
    silent(|p| {
        only_prod(p);
        p.replace(TEMPLATE, "Parameters:", "Transform: Mine\nParameters:");
    });
}

#[test]
fn keys_of_mappings() {
    let days = "!FindInMap [Sizes, !Ref Env, days]";
    let test = |p: &Project| p.write("config/c.yaml", "template: {path: a.yaml}\nparameters: {Env: test}\n");
    found("mapping-key", |p| {
        with_prod(p);
        test(p);
        display_name(p, days);
        p.replace(TEMPLATE, "{days: 90}", "{day: 90}");
        p.replace(TEMPLATE, "!Equals [!Ref Env, prod]", "!Equals [!FindInMap [Sizes, !Ref AWS::Region, days], prod]");
    });
    silent(|p| {
        with_prod(p);
        display_name(p, &format!("!Sub ['${{D}}', {{D: {days}}}]"));
    });
    silent(|p| {
        test(p);
        p.replace(TEMPLATE, "Parameters:", "Transform: AWS::LanguageExtensions\nParameters:");
        display_name(p, &days.replace(']', ", {DefaultValue: 1}]"));
    });
    silent(|p| {
        display_name(p, &days.replace("!Ref Env", "!Ref AWS::AccountId"));
    });
}

#[test]
fn what_resource_types_do_not_have() {
    found("resource-type", |p| p.replace(TEMPLATE, "AWS::SNS::Topic", "AWS::SNS::Topci"));
    found("resource-property", |p| p.replace(TEMPLATE, "{DisplayName: x}", "{DisplayNmae: x}"));
    found("resource-attribute", |p| {
        with_prod(p);
        display_name(p, "!Sub '${Bucket.Arm}-${Bucket.Name}-${!Bucket.X}'");
        p.replace(TEMPLATE, "Value: !Ref Bucket", "Value: !GetAtt [Topic, Owner]");
    });
    for known in [
        "!GetAtt Bucket.DualStackDomainName",
        // Nobody says of which types `Fn::GetAtt` returns what was given.
        "!GetAtt Bucket.BucketName",
        "!Sub ['${Bucket.Other}', {Bucket.Other: x}]",
    ] {
        silent(|p| display_name(p, known));
    }
    // Types that nobody has heard of may be new.
    silent(|p| p.replace(TEMPLATE, "AWS::SNS::Topic", "AWS::SNS::Topic2"));
    silent(|p| {
        p.replace(TEMPLATE, "AWS::SNS::Topic", "Custom::Topci");
        p.replace(TEMPLATE, "!Ref Bucket", "!GetAtt Topic.Anything.At.All");
    });
    silent(|p| p.replace(TEMPLATE, "{DisplayName: x}", "{DeliveryNews: x}"));
    // A macro may make a type of it.
    silent(|p| {
        p.replace(TEMPLATE, "AWS::SNS::Topic", "AWS::SNS::Topci");
        p.replace(TEMPLATE, "Parameters:", "Transform: Mine\nParameters:");
    });
}

#[test]
fn names_that_aws_refuses() {
    found("physical-name", |p| {
        p.replace(TEMPLATE, "'${Env}-${AWS::AccountId}'", "'Logs_${Env}-${AWS::AccountId}'");
        p.write("config/my_stack.yaml", "template: {path: a.yaml}\nparameters: {Env: test}\n");
        p.write("config/b.yaml", "template: {path: a.yaml}\nstack_name: 1demo\nparameters: {Env: prod}\n");
    });
    let unused = |p: &Project| p.write("sesame.yaml", "rules: {export-unused: off}\n");
    found("physical-name-export", |p| {
        unused(p);
        let export = "Export: {Name: !Sub '${AWS::StackName}:${Env}_bucket'}, Description: of";
        p.replace(TEMPLATE, "Description: of", export);
    });
    // The name of the stack is one mistake.
    found("physical-name-stack", |p| {
        unused(p);
        p.replace(TEMPLATE, "Description: of", "Export: {Name: !Sub '${AWS::StackName}'}, Description: of");
        p.write("config/a.yaml", "template: {path: a.yaml}\nstack_name: my.stack\n");
    });
    // 63 characters, with the number of an account.
    let fifty = "a".repeat(50);
    silent(|p| p.replace(TEMPLATE, "'${Env}-${AWS::AccountId}'", &format!("'{fifty}-${{AWS::AccountId}}'")));
    // Nobody knows how long it becomes.
    silent(|p| p.replace(TEMPLATE, "'${Env}-${AWS::AccountId}'", "'My_${AWS::StackId}'"));
}

#[test]
fn items_of_lists() {
    found("list-item", |p| display_name(p, "!Select [2, !Split [',', !Sub '${Env},x']]"));
    for known in
        ["!Select [1, !Split [',', 'a,b']]", "!Select [5, !GetAZs '']", "!Select [4, !Split [':', !GetAtt Bucket.Arn]]"]
    {
        silent(|p| display_name(p, known));
    }
    silent(|p| {
        p.replace(TEMPLATE, "Mappings:", "  List: {Type: CommaDelimitedList, Default: ''}\nMappings:");
        display_name(p, "!Select [0, !Ref List]");
    });
}

#[test]
fn defaults_of_parameters() {
    let with = |p: &Project, parameter: &str| p.replace(TEMPLATE, "Mappings:", &format!("  P: {parameter}\nMappings:"));
    found("parameter-default", |p| with(p, "{Type: String, Default: staging, AllowedValues: [dev, prod]}"));
    found("parameter-id", |p| {
        with(p, "{Type: 'AWS::EC2::VPC::Id'}");
        p.write("config/a.yaml", "template: {path: a.yaml}\nparameters: {P: subnet-1}\n");
    });
    silent(|p| {
        with(p, "{Type: Number, Default: 1, MinValue: 5}");
        p.write("config/a.yaml", "template: {path: a.yaml}\nparameters: {P: 7}\n");
    });
    // Nothing is no value: Sceptre leaves it out.
    silent(|p| {
        with(p, "{Type: Number, Default: 1}");
        p.write("config/a.yaml", "template: {path: a.yaml}\nparameters: {P: null}\n");
    });
}

#[test]
fn rules_of_templates() {
    let rules = "Rules:\n  Small:\n    RuleCondition: !Equals [!Ref Env, dev]\n    Assertions:\n      - Assert: {'Fn::Contains': [[t3.micro, t3.small], !Ref Size]}\n        AssertDescription: dev takes small instances.\n";
    let size = "  Size: {Type: String, Default: m5.large}\nMappings:";
    found("template-rule", |p| {
        append(p, rules);
        p.replace(TEMPLATE, "Mappings:", size);
        p.write("config/b.yaml", "template: {path: a.yaml}\nparameters: {Size: m5.xlarge}\n");
    });
    silent(|p| {
        append(p, rules);
        p.replace(TEMPLATE, "Mappings:", size);
        p.write("config/a.yaml", "template: {path: a.yaml}\nparameters: {Env: prod}\n");
        p.write("config/b.yaml", "template: {path: a.yaml}\nparameters: {Size: t3.micro}\n");
    });
}
