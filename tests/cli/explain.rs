//! `sesame explain`: where values come from. Each kind of value with a golden file, in both formats.

use crate::support::golden::{assert_golden, without_version};
use crate::support::{Project, Run};

const CANARY: &str = "CANARY7f3a";

const MAIL: &str = "\
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Domain: {Type: String}
  Days: {Type: Number, Default: 30, MinValue: 1, MaxValue: 365}
  Sources: {Type: CommaDelimitedList, Default: ''}
  Bucket: {Type: String, Default: none}
  Password: {Type: String, NoEcho: true, Default: change-me}
  Owner: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasBucket: !Not [!Equals [!Ref 'AWS::StackId', none]]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub '${Env}-alerts', KmsMasterKeyId: !ImportValue elsewhere}
  Extra: {Type: AWS::SNS::Topic, Condition: IsProd}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: smtp, SecretString: CANARY7f3a}
Outputs:
  TopicName: {Value: !GetAtt Topic.TopicName}
  Days: {Value: !Ref Days}
";

const BASE: &str = "\
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: logs}}
Outputs:
  Name: {Value: !Ref Bucket}
  Domain: {Value: !GetAtt Bucket.DomainName}
";

/// Three levels of files, values of every kind, and secrets.
fn project() -> Project {
    Project::with(&[
        (
            "config/config.yaml",
            "project_code: demo\nregion: ap-northeast-1\nstack_tags: {Project: demo, Team: mail}\n\
             dependencies: [other/base.yaml]\nnotifications: [arn:one]\n",
        ),
        (
            "config/prod/config.yaml",
            "environment:\n  name: prod\n  domain: example.com\n  alias: !sesame domain\n  network: {sources: [8.8.8.8/32, 8.8.4.4/32]}\n  \
             smtp: CANARY7f3a\n  retention: {days: '{{ var.days | default(90) }}'}\nnotifications: [arn:two]\n",
        ),
        ("config/mail.yaml", "stack_timeout: 10\nparameters: {Owner: nobody}\n"),
        (
            "config/prod/mail.yaml",
            "template: {path: mail.yaml}\nstack_tags_inheritance: merge\nstack_tags: {Team: post}\n\
             dependencies: [other/base.yaml]\nstack_timeout: 20\nparameters:\n  Domain: !sesame alias\n  \
             Days: !sesame retention.days\n  Sources: !sesame network.sources\n  Bucket: !stack_output other/base.yaml::Name\n  \
             Password: !sesame smtp\n",
        ),
        (
            "config/other/base.yaml",
            "template: {path: base.yaml}\ndependencies_inheritance: override\ndependencies: []\n",
        ),
        ("templates/mail.yaml", MAIL),
        ("templates/base.yaml", BASE),
        ("schemas/parameters/mail.schema.json", "{\n  \"properties\": {\n    \"Days\": {\"minimum\": 7}\n  }\n}\n"),
        ("schemas/environment.schema.json", "{\n  \"properties\": {\n    \"domain\": {}\n  }\n}\n"),
        ("vars.yaml", "size: 1\ndays: 60\n"),
    ])
}

fn explain(project: &Project, path: &str, more: &[&str]) -> Run {
    project.run(&[&["explain", "prod/mail.yaml", path], more].concat())
}

/// The text for people, and that the object for programs is valid and hides as much.
#[track_caller]
fn explained(name: &str, path: &str, more: &[&str]) {
    let project = project();
    let run = explain(&project, path, more).expect_code(0);
    assert!(!run.transcript().contains(CANARY), "{path}: {}", run.transcript());
    assert_golden(&format!("explain/{name}"), &run.transcript());
    let json = explain(&project, path, &[more, &["--format", "json"]].concat()).expect_code(0);
    assert!(!json.transcript().contains(CANARY), "{path}: {}", json.transcript());
    super::formats::assert_valid("explanation.schema.json", &json.stdout);
}

#[test]
fn values_of_files() {
    explained("plain", "template.path", &[]);
    explained("inherited", "region", &[]);
    explained("overridden", "stack_timeout", &[]);
    explained("replaced-list", "notifications", &[]);
    explained("merged-mapping", "stack_tags", &[]);
    explained("merged-entry", "stack_tags.Team", &[]);
    explained("joined-list", "dependencies", &[]);
    explained("joined-item", "dependencies[1]", &[]);
    explained("environment", "environment.domain", &[]);
}

#[test]
fn variables() {
    explained("var", "environment.retention.days", &["--var", "days=7"]);
    explained("var-file", "environment.retention.days", &["--var-file", "vars.yaml"]);
    explained("var-not-set", "environment.retention.days", &[]);
}

#[test]
fn parameters() {
    explained("resolver-chain", "parameters.Domain", &[]);
    explained("parameter-with-schema", "parameters.Days", &[]);
    explained("parameter-item", "parameters.Sources[1]", &[]);
    explained("parameter-default", "parameters.Env", &[]);
    explained("parameter-without-value", "parameters.Owner", &[]);
    explained("parameter-of-template", "Parameters.Env", &[]);
    explained("stack-output", "parameters.Bucket", &[]);
    explained("parameters", "parameters", &[]);
}

#[test]
fn values_of_the_template() {
    explained("resource", "Resources.Topic", &[]);
    explained("property", "Resources.Topic.Properties.TopicName", &[]);
    explained("unknown", "Resources.Topic.Properties.KmsMasterKeyId", &[]);
    explained("absent", "Resources.Extra", &[]);
    explained("condition", "Conditions.IsProd", &[]);
    explained("condition-unknown", "Conditions.HasBucket", &[]);
    explained("output", "Outputs.Days.Value", &[]);
}

#[test]
fn secrets() {
    explained("secret", "parameters.Password", &[]);
    explained("secret-origin", "environment.smtp", &[]);
    explained("secret-of-template", "Resources.Secret", &[]);
    explained("secret-below", "environment", &[]);
    for path in ["Resources.Secret.Properties.SecretString", "parameters", "Parameters.Password"] {
        let run = explain(&project(), path, &[]).expect_code(0);
        assert!(!run.transcript().contains(CANARY) && run.stdout.contains("(hidden)"), "{path}: {}", run.transcript());
    }
}

#[test]
fn secrets_in_every_form() {
    for (form, path) in [
        ("'CANARY7f3a'", "parameters.Password"),
        ("[x, CANARY7f3a]", "parameters.Password[1]"),
        ("\n  - CANARY7f3a", "parameters.Password[0]"),
        ("!sub ['{x}CANARY7f3a', {x: 1}]", "parameters.Password"),
        ("!join ['', [!sesame smtp, x]]", "environment.smtp"),
        ("!stack_attr stack_group_config.environment.smtp", "environment.smtp"),
        ("{a: CANARY7f3a}", "parameters.Password.a"),
        ("!environment_variable CANARY", "parameters.Password"),
        ("!file_contents /etc/hostname", "parameters.Password"),
    ] {
        for format in ["human", "json"] {
            let project = project();
            project.replace("config/prod/mail.yaml", "Password: !sesame smtp", &format!("Password: {form}"));
            let mut command = project.command(&["explain", "prod/mail.yaml", path, "--format", format]);
            command.env("CANARY", CANARY);
            let run = Run::of(command).expect_code(0);
            assert!(!run.transcript().contains(CANARY), "{form}: {}", run.transcript());
            assert!(run.stdout.contains("hidden"), "{form}: {}", run.stdout);
        }
    }
}

/// What is not known to be harmless is not shown.
#[test]
fn secrets_of_a_template_that_cannot_be_read() {
    let project = project();
    project.write("templates/mail.yaml", "Resources: {}\n");
    for path in ["parameters.Domain", "parameters.Password", "environment.smtp", "environment.domain"] {
        let run = explain(&project, path, &[]).expect_code(0);
        assert!(run.stdout.contains("value     (hidden)") && !run.stdout.contains(CANARY), "{path}: {}", run.stdout);
    }
    let run = explain(&project, "region", &[]).expect_code(0);
    assert!(run.stdout.contains("value     ap-northeast-1"), "{}", run.stdout);
    let run = explain(&project, "Resources.Topic", &[]).expect_code(1);
    assert!(run.stderr.contains("templates/mail.yaml"), "{}", run.stderr);
}

/// What the shell holds may be a secret, whatever takes it.
#[test]
fn what_the_environment_of_the_process_holds_is_not_shown() {
    for (from, to) in [
        ("Domain: !sesame alias", "Domain: !environment_variable CANARY"),
        ("Domain: !sesame alias", "Domain: !join ['-', [a, !environment_variable CANARY]]"),
        ("Domain: !sesame alias", "Domain: '{{ environment_variable.CANARY }}'"),
    ] {
        let project = project();
        project.replace("config/prod/mail.yaml", from, to);
        for path in ["parameters.Domain", "parameters"] {
            let mut command = project.command(&["explain", "prod/mail.yaml", path]);
            command.env("CANARY", CANARY);
            let run = Run::of(command).expect_code(0);
            assert!(!run.transcript().contains(CANARY), "{to}: {}", run.transcript());
        }
    }
}

/// A value that another stack, or the name of the parameter, calls secret does not come out of a template either.
#[test]
fn what_templates_make_of_secrets_is_not_shown() {
    for (parameter, name) in [
        ("!sesame smtp", "Domain"),
        ("!environment_variable CANARY", "Domain"),
        ("!join ['', [a, !environment_variable CANARY]]", "Domain"),
        ("'{{ environment_variable.CANARY }}'", "Domain"),
        ("CANARY7f3a", "DomainToken"),
    ] {
        let project = project();
        project.replace("config/prod/mail.yaml", "Domain: !sesame alias", &format!("{name}: {parameter}"));
        project.replace("templates/mail.yaml", "  Domain: {Type", &format!("  {name}: {{Type"));
        project.replace("templates/mail.yaml", "${Env}-alerts", &format!("${{{name}}}-alerts"));
        project.replace("templates/mail.yaml", "Outputs:\n", &format!("Outputs:\n  Handed: {{Value: !Ref {name}}}\n"));
        project.write(
            "config/prod/user.yaml",
            "template: {path: user.yaml}\nparameters: {In: !stack_output prod/mail.yaml::Handed}\n",
        );
        project.write("templates/user.yaml", "Parameters: {In: {Type: String}}\nResources: {A: {Type: T}}\n");
        for (stack, path) in [
            ("prod/mail.yaml", "Resources.Topic.Properties.TopicName"),
            ("prod/mail.yaml", "Outputs"),
            ("prod/user.yaml", "parameters.In"),
        ] {
            let mut command = project.command(&["explain", stack, path]);
            command.env("CANARY", CANARY);
            let run = Run::of(command).expect_code(0);
            assert!(!run.transcript().contains(CANARY), "{parameter} {path}: {}", run.transcript());
        }
    }
}

#[test]
fn what_cannot_be_explained_is_one_error() {
    let project = project();
    for (stack, path, message) in [
        (
            "prod/mail.yaml",
            "parameters.Domian",
            "`prod/mail.yaml` has no `parameters.Domian`; did you mean `parameters.Domain`?",
        ),
        (
            "prod/mail.yaml",
            "parameters.Evn",
            "`prod/mail.yaml` has no `parameters.Evn`; did you mean `parameters.Env`?",
        ),
        ("prod/mail.yaml", "paramters", "`prod/mail.yaml` has no `paramters`; did you mean `parameters`?"),
        (
            "prod/mail.yaml",
            "Resources.Topc",
            "`prod/mail.yaml` has no `Resources.Topc`; did you mean `Resources.Topic`?",
        ),
        (
            "prod/mail.yaml",
            "Resources.Topic.Properties.TopicNam",
            "`prod/mail.yaml` has no `Resources.Topic.Properties.TopicNam`; did you mean `Resources.Topic.Properties.TopicName`?",
        ),
        (
            "prod/mail.yaml",
            "environment.retention.day",
            "`prod/mail.yaml` has no `environment.retention.day`; did you mean `environment.retention.days`?",
        ),
        ("prod/mail.yaml", "notifications[7]", "`prod/mail.yaml` has no `notifications[7]`"),
        ("prod/mail.yaml", "parameters.Sources[2]", "`prod/mail.yaml` has no `parameters.Sources[2]`"),
        ("prod/mail.yaml", "parameters.Env.x", "`prod/mail.yaml` has no `parameters.Env.x`"),
        ("prod/mail.yaml", "protect", "`prod/mail.yaml` has no `protect`"),
        ("prod/mail.yaml", "a..b", "`prod/mail.yaml` has no `a..b`"),
        ("prod", "region", "`prod` is a group; name one of its stacks"),
    ] {
        let run = project.run(&["explain", stack, path]).expect_code(1);
        assert_eq!((run.stdout.as_str(), run.stderr), ("", format!("sesame: {message}\n")), "{path}");
    }
    let run = project.run(&["explain", "prod/mial.yaml", "region"]).expect_code(1);
    assert!(run.stderr.ends_with("did you mean `prod/mail.yaml`?\n"), "{}", run.stderr);
}

#[test]
fn a_value_that_an_inner_file_takes_away_is_named() {
    let project = project();
    project.replace("config/mail.yaml", "Owner: nobody", "Gone: x");
    let run = explain(&project, "parameters.Gone", &[]).expect_code(1);
    assert_eq!(
        run.stderr,
        "sesame: `prod/mail.yaml` has no `parameters.Gone`; `config/mail.yaml:2:20` sets it, and a file further in replaces all of `parameters`\n"
    );
}

#[test]
fn files_that_cannot_be_read() {
    let project = project();
    project.write("config/prod/mail.yaml", "template: {path: 'mail.yaml}\n");
    let run = explain(&project, "region", &[]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: config/prod/mail.yaml:1:"), "{}", run.stderr);
    std::fs::write(project.file("config/prod/mail.yaml"), [0xff, 0xfe]).unwrap();
    let run = explain(&project, "region", &[]).expect_code(1);
    assert_eq!(run.stderr, "sesame: config/prod/mail.yaml: cannot be read: it is not text in UTF-8\n");
    // Another stack's mistake is another stack's.
    let run = project.run(&["explain", "other/base.yaml", "region"]).expect_code(0);
    assert!(run.stdout.contains("value     ap-northeast-1"), "{}", run.stdout);
}

#[test]
fn resolvers_that_fail_or_lead_elsewhere() {
    for (resolver, words) in [
        ("!sesame domian", "`environment` has no key `domian`; did you mean `alias`?"),
        ("!stack_output other/base.yaml::Nme", "(none: `other/base.yaml` has no output `Nme`)"),
        ("!stack_output other/bsae.yaml::Name", "(none: there is no stack `other/bsae.yaml`)"),
        ("!stack_output other/base.yaml::Domain", "value     (only AWS can know)"),
        ("!stack_output_external demo-other-base::Name", "value     logs"),
        ("!stack_output_external another::Name", "value     (only AWS can know)"),
        ("!stack_attr name", "value     prod/mail"),
        ("!ssm /x", "value     (only AWS can know)"),
        ("!no_value", "value     (nothing: it is left out)"),
        ("!join ['-', [!sesame name, x]]", "value     prod-x"),
    ] {
        let project = project();
        project.replace("config/prod/mail.yaml", "!sesame alias", resolver);
        let run = explain(&project, "parameters.Domain", &[]).expect_code(0);
        if !resolver.contains("domian") {
            assert!(run.stdout.contains(words), "{resolver}: {}", run.stdout);
        }
        assert!(run.stdout.contains("set by    config/prod/mail.yaml:7:"), "{resolver}: {}", run.stdout);
    }
}

#[test]
fn the_object_for_programs() {
    for (name, path) in [("json-parameter", "parameters.Domain"), ("json-resource", "Resources.Topic")] {
        let run = explain(&project(), path, &["--format", "json"]).expect_code(0);
        assert_golden(&format!("explain/{name}"), &without_version(&run.stdout));
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_source_of_a_template_is_where_people_edit() {
    let project = Project::small();
    let run = project.run(&["explain", "prod/mail.yaml", "Resources.RawBucket.Properties.BucketName"]).expect_code(0);
    assert!(run.stdout.contains("value     prod-raw-example.com"), "{}", run.stdout);
    assert!(run.stdout.contains("source    templates/mail.yaml.j2:15"), "{}", run.stdout);
}

/// Each parameter of the committed tree can be explained, and comes to something.
#[test]
fn the_committed_tree_is_explained() {
    let root = env!("CARGO_MANIFEST_DIR");
    let run = Project::empty()
        .run(&["--dir", &format!("{root}/sceptre"), "explain", "prod/ses.yaml", "parameters", "--format", "json"])
        .expect_code(0);
    let object = super::formats::assert_valid("explanation.schema.json", &run.stdout);
    let values = object["value"].as_object().unwrap();
    assert!(values.len() > 3 && values.values().all(|value| !value.is_null()), "{}", run.stdout);
}
