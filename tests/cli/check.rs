//! `sesame check`: the stacks of a project together. Each rule with a project that breaks it, and one that does not.

use crate::support::Project;
use crate::support::golden::assert_golden;

const BASE: &str = "\
Parameters:
  Env: {Type: String, Default: prod}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${Env}-logs-${AWS::AccountId}'}
Outputs:
  BucketName: {Value: !Ref Bucket, Export: {Name: !Sub '${Env}-bucket'}}
  ProdOnly: {Value: x, Condition: IsProd, Description: only there}
";

const USER: &str = "\
Parameters:
  Bucket: {Type: String, Default: none}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: alerts, DisplayName: !ImportValue prod-bucket}
";

/// Two stacks that fit together: `prod/user` takes an output and an import of `prod/base`.
fn sound() -> Project {
    Project::with(&[
        // Tests of other rules take away what uses them.
        ("sesame.yaml", "rules: {export-unused: off, output-unused: off}\n"),
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("config/prod/base.yaml", "template: {path: base.yaml}\n"),
        (
            "config/prod/user.yaml",
            "template: {path: user.yaml}\nparameters:\n  Bucket: !stack_output prod/base.yaml::BucketName\n",
        ),
        ("templates/base.yaml", BASE),
        ("templates/user.yaml", USER),
    ])
}

#[track_caller]
fn found(name: &str, change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    assert_golden(&format!("check/{name}"), &project.run(&["check"]).expect_code(2).transcript());
}

#[track_caller]
fn warned(name: &str, change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    assert_golden(&format!("check/{name}"), &project.run(&["check"]).expect_code(4).transcript());
}

#[track_caller]
fn silent(change: impl FnOnce(&Project)) {
    let project = sound();
    change(&project);
    project.run(&["check"]).expect_code(0);
}

#[test]
fn stacks_that_fit_together() {
    assert_eq!(sound().run(&["check"]).expect_code(0).stdout, "2 stacks checked: no problems\n");
    assert_eq!(sound().run(&["check", "prod/base.yaml"]).expect_code(0).stdout, "1 stack checked: no problems\n");
}

/// Sceptre takes backslashes for slashes, on every system.
#[test]
fn backslashes_are_slashes() {
    let user = "config/prod/user.yaml";
    silent(|p| {
        p.replace(user, "path: user.yaml", r"path: .\user.yaml");
        p.replace(user, "!stack_output prod/base.yaml", r"!stack_output prod\base.yaml");
        p.replace(user, "parameters:", "dependencies: ['prod\\base.yaml']\nparameters:");
    });
}

#[test]
fn outputs_of_other_stacks() {
    let user = "config/prod/user.yaml";
    found("output-unknown", |p| p.replace(user, "::BucketName", "::BucketNme"));
    found("output-unknown-stack", |p| p.replace(user, "prod/base.yaml", "prod/bsae.yaml"));
    found("output-absent", |p| {
        p.replace(user, "::BucketName", "::ProdOnly");
        p.replace("config/prod/base.yaml", "}\n", "}\nparameters: {Env: test}\n");
        p.replace("templates/user.yaml", "!ImportValue prod-bucket", "x");
    });
    found("output-external", |p| {
        p.replace(user, "!stack_output prod/base.yaml::", "!stack_output_external demo-prod-base::No");
    });
}

#[test]
fn values_of_outputs() {
    let take = |p: &Project, output: &str, kind: &str| {
        p.replace("config/prod/user.yaml", "::BucketName", &format!("::{output}"));
        p.replace("templates/user.yaml", "Type: String, Default: none", &format!("Type: {kind}"));
        p.replace("templates/base.yaml", "  ProdOnly:", "  Texts: {Value: 'a,b'}\n  ProdOnly:");
    };
    found("output-list", |p| {
        take(p, "Texts", "CommaDelimitedList");
        p.replace("templates/base.yaml", "{Value: 'a,b'}", "{Value: !Split [',', 'a,b']}");
    });
    found("output-refused", |p| take(p, "Texts", "Number"));
    for (output, kind) in [("Texts", "CommaDelimitedList"), ("Texts", "String"), ("ProdOnly", "CommaDelimitedList")] {
        let project = sound();
        take(&project, output, kind);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{output} {kind}: {}", run.transcript());
    }
}

#[test]
fn outputs_of_stacks_with_another_name_or_elsewhere() {
    found("output-stack-name", |p| p.replace("config/prod/base.yaml", "}\n", "}\nstack_name: base\n"));
    // `!stack_output` asks in the region of the other stack.
    let project = sound();
    project.replace("config/prod/base.yaml", "}\n", "}\nregion: us-east-1\nprofile: other\n");
    project.replace("templates/user.yaml", "!ImportValue prod-bucket", "x");
    project.run(&["check"]).expect_code(0);
}

#[test]
fn outputs_of_stacks_that_are_looked_for_in_the_wrong_place() {
    let away = |p: &Project, config: &str| {
        p.replace("config/prod/base.yaml", "}\n", &format!("}}\n{config}\n"));
        p.replace("templates/user.yaml", "!ImportValue prod-bucket", "x");
    };
    let take = |p: &Project, reference: &str| {
        p.replace("config/prod/user.yaml", "!stack_output prod/base.yaml::BucketName", reference);
        p.replace("config/prod/user.yaml", "parameters:", "dependencies: [prod/base.yaml]\nparameters:");
    };
    let read = |p: &Project, more: &str| {
        let call = format!("!GetStackOutput {{StackName: demo-prod-base, OutputName: BucketName{more}}}");
        p.replace("templates/user.yaml", "DisplayName: x", &format!("DisplayName: {call}"));
    };
    let external = "!stack_output_external demo-prod-base::BucketName";
    found("external-elsewhere", |p| {
        away(p, "region: us-east-1");
        take(p, external);
    });
    found("get-stack-output-region", |p| {
        away(p, "region: us-east-1");
        read(p, "");
    });
    found("get-stack-output-account", |p| {
        away(p, "profile: other");
        read(p, "");
    });
    silent(|p| {
        away(p, "region: us-east-1");
        take(p, &format!("{external} other::us-east-1"));
        read(p, ", Region: us-east-1");
    });
}

#[test]
fn outputs_are_taken_from_stacks_that_are_launched_before() {
    let take = |p: &Project, parameter: &str, property: &str| {
        p.replace("config/prod/user.yaml", "!stack_output prod/base.yaml::BucketName", parameter);
        p.replace("templates/user.yaml", "!ImportValue prod-bucket", property);
    };
    let external = "!stack_output_external demo-prod-base::BucketName";
    let read = "!GetStackOutput {StackName: demo-prod-base, OutputName: BucketName}";
    found("order-external", |p| take(p, external, "x"));
    found("order-get-stack-output", |p| take(p, "none", read));
    silent(|p| {
        take(p, external, read);
        p.replace("config/prod/user.yaml", "parameters:", "dependencies: [prod/base.yaml]\nparameters:");
    });
}

#[test]
fn outputs_that_nobody_takes() {
    let project = |texts: &[(&str, &str)]| {
        let project = sound();
        project.write("sesame.yaml", "");
        for (from, to) in texts {
            project.replace("templates/base.yaml", from, to);
        }
        project
    };
    let told = |name: &str, texts: &[(&str, &str)]| {
        assert_golden(&format!("check/{name}"), &project(texts).run(&["check"]).expect_code(8).transcript());
    };
    told("output-unused", &[("ProdOnly:", "Other: {Value: y}\n  ProdOnly:")]);
    told("export-unused", &[("Description: only there", "Export: {Name: !Sub '${AWS::StackName}-other'}")]);
    // All are used or described; what is misspelt is not unused.
    project(&[]).run(&["check"]).expect_code(0);
    let misspelt = project(&[]);
    misspelt.replace("templates/user.yaml", "prod-bucket", "prod-bukcet");
    misspelt.run(&["check"]).expect_code(2);
    let misspelt = project(&[("Description: only there", "Description: ''")]);
    misspelt.replace("config/prod/user.yaml", "::BucketName", "::ProdOnyl");
    misspelt.run(&["check"]).expect_code(2);
    // A name that cannot be known may be the one.
    let unknown = project(&[("ProdOnly:", "Other: {Value: y}\n  ProdOnly:")]);
    unknown.replace(
        "templates/user.yaml",
        "Bucket: {",
        "Which: {Type: 'AWS::SSM::Parameter::Value<String>', Default: x}\n  Bucket: {",
    );
    unknown.replace(
        "templates/user.yaml",
        "TopicName: alerts",
        "TopicName: !GetStackOutput {StackName: demo-prod-base, OutputName: !Ref Which}",
    );
    unknown.run(&["check"]).expect_code(0);
    // One of the stacks with a template is enough.
    let shared = project(&[]);
    shared.write("config/dev/base.yaml", "template: {path: base.yaml}\nparameters: {Env: dev}\n");
    shared.run(&["check"]).expect_code(0);
}

#[test]
fn outputs_that_templates_read() {
    let take = |p: &Project, arguments: &str| {
        let call = format!("!GetStackOutput {{{arguments}}}");
        p.replace("templates/user.yaml", "!ImportValue prod-bucket", &call);
    };
    found("get-stack-output", |p| take(p, "StackName: demo-prod-base, OutputName: BucketNme"));
    for arguments in [
        "StackName: demo-prod-base, OutputName: BucketName",
        "StackName: demo-prod-base, OutputName: Other, Region: us-east-1",
        "StackName: demo-prod-base, OutputName: Other, RoleArn: 'arn:aws:iam::111122223333:role/r'",
        "StackName: another-project, OutputName: Other",
        "StackName: !Ref Bucket, OutputName: Other",
    ] {
        let project = sound();
        take(&project, arguments);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{arguments}: {}", run.transcript());
    }
}

#[test]
fn outputs_that_only_aws_knows_are_left_alone() {
    let user = "config/prod/user.yaml";
    for reference in
        ["!stack_output_external another-project::Name", "!stack_output_external demo-prod-base::Name other-profile"]
    {
        let project = sound();
        project.replace(user, "!stack_output prod/base.yaml::BucketName", reference);
        project.replace(user, "parameters:", "dependencies: [prod/base.yaml]\nparameters:");
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{reference}: {}", run.transcript());
    }
}

#[test]
fn a_stack_that_cannot_be_read_is_reported_once() {
    found("unread-stack", |p| p.write("config/prod/base.yaml", "template: {path: 'base.yaml}\n"));
}

#[test]
fn exports_and_imports() {
    found("import-unknown", |p| p.replace("templates/user.yaml", "prod-bucket", "prod-bukcet"));
    found("import-elsewhere", |p| p.replace("config/prod/base.yaml", "}\n", "}\nregion: us-east-1\n"));
    found("import-order", |p| p.replace("config/prod/user.yaml", "!stack_output prod/base.yaml::BucketName", "none"));
    found("export-twice", |p| {
        p.write("config/prod/more.yaml", "template: {path: more.yaml}\n");
        p.write(
            "templates/more.yaml",
            "Resources: {A: {Type: T}}\nOutputs:\n  Other: {Value: x, Export: {Name: prod-bucket}}\n",
        );
    });
}

#[test]
fn hooks_that_name_nothing() {
    found("hook", |p| {
        p.replace("config/prod/user.yaml", "parameters:", "hooks: {after_create: [!sesame verfy-stack]}\nparameters:");
    });
}

#[test]
fn hooks_that_do_nothing() {
    let hooks = |p: &Project, hooks: &str| {
        p.replace("config/prod/user.yaml", "parameters:", &format!("hooks: {{{hooks}}}\nparameters:"));
    };
    found("hook-idle", |p| {
        hooks(p, "before_create: [!sesame after_create], before_launch: [!sesame before_launch]");
    });
    silent(|p| {
        let both = "before_launch: [!sesame before_create], before_create_change_set: [!sesame before_update]";
        hooks(p, both);
        p.replace("config/prod/base.yaml", "}\n", &format!("}}\nhooks: {{{both}}}\n"));
    });
}

#[test]
fn hooks_that_other_stacks_have() {
    const ALL: &str = "before_create: [!sesame before_create], before_update: [!sesame before_update], before_create_change_set: \
         [!sesame before_create_change_set], after_update: [!sesame verify-stack], after_execute_change_set: \
         [!sesame verify-stack], before_delete: [!sesame before_delete]";
    let with = |p: &Project, stack: &str, hooks: &str| {
        p.write(&format!("config/prod/{stack}.yaml"), &format!("template: {{path: base.yaml}}\nhooks: {{{hooks}}}\n"));
    };
    let three = |p: &Project, hooks: &str| {
        p.write("sesame.yaml", "rules: {export-unused: off, export: off, name-owner: off, output-unused: off}\n");
        p.replace("config/prod/base.yaml", "}\n", &format!("}}\nhooks: {{{ALL}}}\n"));
        p.replace("config/prod/user.yaml", "parameters:", &format!("hooks: {{{ALL}}}\nparameters:"));
        with(p, "more", hooks);
    };
    silent(|p| three(p, ALL));
    // The same actions by their own names.
    silent(|p| {
        three(
            p,
            &ALL.replace(
                "!sesame before_update",
                "!sesame owner-of-template-bucket, !sesame template-is-current, !sesame validate_parameters",
            ),
        );
    });
    warned("hooks-incomplete", |p| three(p, &ALL.replace(", before_delete: [!sesame before_delete]", "")));
    warned("hooks-incomplete-action", |p| {
        three(p, &ALL.replace("!sesame before_update", "!sesame validate-parameters"));
    });
    warned("hooks-incomplete-none", |p| three(p, "before_create: [!cmd 'true']"));
    // What one stack of three has is its own affair.
    silent(|p| three(p, &format!("{ALL}, after_create: [!sesame after_create]")));
    // The cause is the misspelt hook.
    found("hooks-incomplete-misspelt", |p| three(p, &ALL.replace("before_delete:", "before_delet:")));
}

#[test]
fn hooks_that_leave_out_change_sets() {
    const OLD: &str = "before_create: [!sesame before_create], before_update: [!sesame before_update], after_update: \
         [!cmd 'true', !sesame after_update], before_delete: [!sesame before_delete]";
    warned("hooks-incomplete-change-set", |p| {
        for (file, place) in [("config/prod/base.yaml", "template:"), ("config/prod/user.yaml", "parameters:")] {
            p.replace(file, place, &format!("hooks: {{{OLD}}}\n{place}"));
        }
    });
    silent(|p| {
        for (file, place) in [("config/prod/base.yaml", "template:"), ("config/prod/user.yaml", "parameters:")] {
            p.replace(file, place, &format!("hooks: {{before_delete: [!sesame before_delete]}}\n{place}"));
        }
    });
}

#[test]
fn an_export_with_an_unknown_name_may_be_the_one() {
    let project = sound();
    project.replace("templates/user.yaml", "prod-bucket", "some-name");
    project.replace("templates/base.yaml", "!Sub '${Env}-bucket'", "!Ref Other");
    project.replace("templates/base.yaml", "Parameters:\n", "Parameters:\n  Other: {Type: String}\n");
    project.replace("config/prod/base.yaml", "}\n", "}\nparameters: {Other: !ssm /name}\n");
    let run = project.run(&["check"]).expect_code(8);
    assert_golden("check/export-unknown", &run.transcript());
}

#[test]
fn dependencies() {
    found("dependency-unknown", |p| {
        p.replace("config/prod/user.yaml", "parameters:", "dependencies: [base]\nparameters:");
    });
    found("dependency-circle", |p| {
        p.replace("config/prod/base.yaml", "}\n", "}\ndependencies: [prod/user.yaml]\n");
    });
}

#[test]
fn dependencies_that_are_implied() {
    let user = "config/prod/user.yaml";
    warned("dependency-implied", |p| p.replace(user, "parameters:", "dependencies: [prod/base.yaml]\nparameters:"));
    silent(|p| {
        p.replace(user, "parameters:", "dependencies: [prod/base.yaml]\nparameters:");
        p.replace(user, "!stack_output prod/base.yaml::BucketName", "none");
    });
    warned("dependency-twice", |p| {
        p.replace(user, "parameters:", "dependencies: [prod/base.yaml, prod/base.yaml]\nparameters:");
        p.replace(user, "!stack_output prod/base.yaml::BucketName", "none");
    });
    // In a group config it may be meant for other stacks.
    silent(|p| {
        p.write("config/prod/config.yaml", "dependencies: [x/first.yaml]\n");
        p.write("config/x/first.yaml", "template: {path: first.yaml}\n");
        p.write("templates/first.yaml", "Resources: {A: {Type: T}}\nOutputs: {O: {Value: x}}\n");
        p.replace(user, "prod/base.yaml::BucketName", "x/first.yaml::O");
        p.replace("templates/user.yaml", "!ImportValue prod-bucket", "x");
    });
}

#[test]
fn config_files_that_sceptre_skips() {
    warned("yml-file", |p| p.write("config/prod/more.yml", "template: {path: user.yaml}\n"));
    silent(|p| p.write("config/vars.yml", "domain: example.com\n"));
    silent(|p| {
        p.write("config/values.yml", "region: us-east-1\n");
        p.replace("config/config.yaml", "project_code", "# see values.yml\nproject_code");
    });
}

#[test]
fn keys_that_are_old_or_do_nothing() {
    let user = "config/prod/user.yaml";
    warned("deprecated-key", |p| {
        p.write("config/prod/config.yaml", "role_arn: arn:aws:iam::111122223333:role/cloudformation\n");
        p.replace(
            user,
            "template: {path: user.yaml}\n",
            "template_path: user.yaml\niam_role: arn:aws:iam::111122223333:role/x\n",
        );
        p.replace("config/prod/base.yaml", "}\n", "}\niam_role: arn:aws:iam::111122223333:role/x\n");
    });
    silent(|p| p.write("config/prod/config.yaml", "cloudformation_service_role: arn:aws:iam::111122223333:role/x\n"));
    warned("ineffective-key", |p| {
        p.write("config/prod/config.yaml", "protected: true\ntags: {Owner: me}\nprofil: x\nlayout: five-stack\n");
        p.replace(user, "parameters:", "on_failure: DELETE\ndisable_rollback: true\nparameters:");
    });
    warned("ineffective-template-key", |p| p.replace(user, "path: user.yaml", "path: user.yaml, tpye: s3"));
    // A group's own key, which the files below it read.
    silent(|p| {
        p.write("config/prod/config.yaml", "tags: {Owner: me}\nprofil: x\n");
        p.replace(
            user,
            "parameters:",
            "stack_tags: {Owner: '{{ tags.Owner }}', P: !stack_attr stack_group_config.profil}\nparameters:",
        );
    });
    silent(|p| p.replace(user, "parameters:", "on_failure: DELETE\nparameters:"));
}

#[test]
fn hook_points() {
    let user = "config/prod/user.yaml";
    found("hook-point", |p| {
        p.replace(
            user,
            "parameters:",
            "hooks:\n  after_creat: [!cmd 'true']\n  on_failure: [!cmd 'true']\nparameters:",
        );
    });
    silent(|p| {
        p.replace(
            user,
            "parameters:",
            "hooks: {after_drift_show: [!cmd 'true'], before_dump_template: [], before_launch: []}\nparameters:",
        );
    });
}

#[test]
fn hooks_of_groups() {
    const HOOKS: &str = "hooks: {after_create: [!cmd 'true']}\n";
    warned("group-hooks", |p| p.write("config/prod/config.yaml", HOOKS));
    silent(|p| {
        p.write("config/prod/config.yaml", HOOKS);
        p.replace("config/prod/user.yaml", "parameters:", &format!("{HOOKS}parameters:"));
    });
}

#[test]
fn parameters_of_groups() {
    found("group-parameters", |p| p.write("config/prod/config.yaml", "parameters: {Env: prod, Owner: me}\n"));
}

#[test]
fn values_of_the_environment_that_nothing_reads() {
    const ENVIRONMENT: &str = "environment:\n  name: prod\n  days: {short: 7, long: 90}\n  spare: {a: 1, b: 2}\n";
    let with = |p: &Project, read: &str| {
        p.write("config/prod/config.yaml", ENVIRONMENT);
        p.replace("config/prod/base.yaml", "}\n", &format!("}}\n{read}"));
    };
    warned("environment-unused", |p| with(p, "parameters: {Env: !sesame name}\nstack_tags: {D: !sesame days.long}\n"));
    silent(|p| {
        with(
            p,
            "parameters: {Env: !sesame name}\nstack_tags: {D: !sesame days, S: '{{ environment.spare | length }}'}\n",
        );
    });
    silent(|p| with(p, "stack_tags: {D: !stack_attr environment, S: !sesame name}\n"));
    // Nobody uses the resolver: the values are for something else.
    silent(|p| with(p, ""));
    silent(|p| {
        with(p, "parameters: {Env: !sesame name}\nstack_tags: {D: !sesame days}\n");
        let schema = "{\"properties\": {\"spare\": {\"properties\": {\"a\": true, \"b\": true}}}}";
        p.write("schemas/environment.schema.json", schema);
    });
}

#[test]
fn settings_of_a_whole_account() {
    let twice = |p: &Project, config: &str| {
        p.write("config/dev/vdm.yaml", &format!("template: {{path: vdm.yaml}}\n{config}"));
        p.write("config/prod/vdm.yaml", "template: {path: vdm.yaml}\n");
        p.write("templates/vdm.yaml", "Resources:\n  Vdm: {Type: AWS::SES::VdmAttributes}\n");
    };
    found("singleton", |p| twice(p, ""));
    silent(|p| twice(p, "region: us-east-1\n"));
    silent(|p| twice(p, "ignore: true\n"));
}

#[test]
fn one_owner_for_each_name() {
    found("name-twice", |p| {
        p.write("config/dev/base.yaml", "template: {path: other.yaml}\n");
        p.write(
            "templates/other.yaml",
            "Resources:\n  Mine:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub 'prod-logs-${AWS::AccountId}'\n",
        );
    });
    found("stack-name-twice", |p| {
        p.write("config/prod/twin.yaml", "template: {path: twin.yaml}\nstack_name: demo-prod-base\n");
    });
}

#[test]
fn a_rule_is_unique_on_its_event_bus() {
    let rules = |buses: [&str; 2]| {
        let rule = |id: &str, bus: &str| {
            format!("  {id}:\n    Type: AWS::Events::Rule\n    Properties: {{Name: daily, EventBusName: {bus}}}\n")
        };
        format!("Resources:\n{}{}", rule("One", buses[0]), rule("Two", buses[1]))
    };
    for (buses, code) in [(["default", "default"], 2), (["a", "a"], 2), (["default", "a"], 0), (["a", "b"], 0)] {
        let project = sound();
        project.write("config/prod/rules.yaml", "template: {path: rules.yaml}\n");
        project.write("templates/rules.yaml", &rules(buses));
        let run = project.run(&["check"]);
        assert_eq!(run.code, code, "{buses:?}: {}", run.transcript());
    }
}

#[test]
fn the_same_name_elsewhere_is_another_name() {
    for (name, group) in
        [("region", "region: us-east-1\n"), ("account", "profile: other\n"), ("ignored", "ignore: true\n")]
    {
        let project = sound();
        project.write("config/dev/config.yaml", group);
        project.write("config/dev/topic.yaml", "template: {path: topic.yaml}\n");
        project.write(
            "templates/topic.yaml",
            "Resources:\n  Mine: {Type: AWS::SNS::Topic, Properties: {TopicName: alerts}}\n",
        );
        let run = project.run(&["check"]);
        assert_eq!(run.code, 0, "{name}: {}", run.transcript());
    }
}

#[test]
fn problems_of_rendered_templates_are_shown_in_their_sources() {
    let project = Project::small();
    project.replace(
        "templates/mail.yaml.j2",
        "Outputs:\n",
        "Outputs:\n  Again: {Value: !ImportValue nothing, Description: x}\n",
    );
    project.run(&["render"]).expect_code(0);
    let run = project.run(&["check"]).expect_code(2);
    assert!(run.stdout.contains("templates/mail.yaml.j2:29  Outputs.Again.Value"), "{}", run.stdout);
}

/// Nobody but the check of the sources reads a template that no stack uses.
#[test]
fn rendered_templates_that_no_stack_uses_are_read_too() {
    let project = Project::small();
    project.write("templates/spare.yaml.j2", "Resources: {A: {Type: T}}\n");
    project.run(&["render"]).expect_code(0);
    project.run(&["check"]).expect_code(0);
    for file in ["templates/spare.yaml.j2", "sceptre/templates/spare.yaml"] {
        project.replace(file, "Type: T", "Typ: T");
    }
    let run = project.run(&["check"]).expect_code(2);
    assert_golden("check/source-of-no-stack", &run.transcript());
}

#[test]
fn check_includes_what_render_and_validate_find() {
    let project = Project::small();
    project.replace("sceptre/config/prod/config.yaml", "202.217.75.98/32", "202.217.75.98/33");
    project.replace("sceptre/templates/mail.yaml", "Default: 90", "Default: 30");
    let run = project.run(&["check"]).expect_code(2);
    assert!(
        run.stdout.contains("error[environment]") && run.stdout.contains("error[stale-template]"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_committed_tree_fits_together() {
    let root = env!("CARGO_MANIFEST_DIR");
    let run = Project::empty().run(&["--dir", &format!("{root}/sceptre"), "check"]);
    assert_eq!(run.code, 0, "{}", run.transcript());
}
