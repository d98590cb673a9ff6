//! The value of a `NoEcho` parameter shows nowhere, whatever else is wrong on its line.

use crate::support::Project;

const CANARY: &str = "CANARY7f3a";

/// A plain project whose only parameter besides `Env` is secret.
fn project(stack: &str) -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        (
            "templates/one.yaml",
            "Parameters:\n  Env: {Type: String, AllowedValues: [prod], Default: prod}\n  \
             DbPassword: {Type: String, NoEcho: 'True', MaxLength: 30}\nResources: {A: {Type: T}}\n",
        ),
        ("config/a/one.yaml", &format!("template: {{path: one.yaml}}\n{stack}")),
    ])
}

#[track_caller]
fn hidden(name: &str, project: &Project) {
    let run = project.run(&["validate"]);
    assert_ne!(run.code, 0, "{name} should be refused");
    assert!(!run.transcript().contains(CANARY), "{name}: {}", run.transcript());
}

#[test]
fn beside_every_kind_of_mistake() {
    for (name, stack) in [
        ("too long", format!("parameters:\n  DbPassword: {CANARY}{CANARY}{CANARY}{CANARY}\n")),
        ("another value on the line", format!("parameters: {{Env: bad, DbPassword: {CANARY}}}\n")),
        ("misspelt", format!("parameters:\n  DbPasword: {CANARY}\n")),
        ("twice", format!("parameters:\n  DbPassword: x\n  DbPassword: {CANARY}\n")),
        ("open quote", format!("parameters:\n  DbPassword: {CANARY}\"x: [\n")),
        ("a mapping", format!("parameters:\n  DbPassword: {{a: {CANARY}}}\n")),
        ("a failing resolver", format!("parameters:\n  DbPassword: !sub ['{{x}}{CANARY}', {{}}]\n")),
        ("Jinja beside it", format!("parameters:\n  DbPassword: {CANARY}{{{{ nothing }}}}\n")),
    ] {
        hidden(name, &project(&stack));
    }
}

#[test]
fn beside_what_the_linker_finds() {
    for stack in [
        format!("parameters: {{Env: !stack_output a/none.yaml::X, DbPassword: {CANARY}}}\n"),
        format!("dependencies: [a/two.yaml]\nparameters: {{Env: !stack_output a/two.yaml::{CANARY}, DbPassword: x}}\n"),
    ] {
        let secret = project(&stack);
        secret.write("config/a/two.yaml", "template: {path: two.yaml}\n");
        secret.write("templates/two.yaml", "Resources: {A: {Type: T}}\n");
        let run = secret.run(&["check"]).expect_code(if stack.contains("none") { 2 } else { 6 });
        // The name of an output is no secret; its line is not shown all the same.
        assert!(!run.stdout.contains(&format!("DbPassword: {CANARY}")), "{}", run.stdout);
        assert!(!run.stdout.contains("parameters: {Env"), "{}", run.stdout);
    }
}

#[test]
fn in_names_that_are_made_of_it() {
    let secret = project(&format!("parameters: {{DbPassword: {CANARY}}}\n"));
    let bucket = "{Type: 'AWS::S3::Bucket', Properties: {BucketName: !Ref DbPassword}}";
    secret.replace("templates/one.yaml", "{A: {Type: T}}", &format!("{{A: {bucket}, B: {bucket}}}"));
    let run = secret.run(&["check"]);
    assert!(!run.transcript().contains(CANARY), "{}", run.transcript());
}

#[test]
fn a_number_that_python_reads_otherwise() {
    let run = project("parameters:\n  DbPassword: 0123\n").run(&["validate"]).expect_code(4);
    assert!(!run.stdout.contains("0123") && !run.stdout.contains("83"), "{}", run.stdout);
}

#[test]
fn in_the_environment_that_it_is_taken_from() {
    let secret = project("parameters:\n  DbPassword: !sesame pw\n");
    secret.write("config/a/config.yaml", &format!("environment:\n  pw: {CANARY}\n"));
    secret.write(
        "schemas/environment.schema.json",
        r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"pw": {"maxLength": 3}}}"#,
    );
    hidden("environment", &secret);
}

#[test]
fn in_the_environment_behind_other_lookups() {
    for (parameter, environment) in [
        ("!sesame first", format!("environment:\n  first: !sesame pw\n  pw: {CANARY}\n")),
        ("!join ['', [x, !sesame pw]]", format!("environment:\n  pw: {CANARY}\n")),
        ("!stack_attr stack_group_config.environment.pw", format!("environment:\n  pw: {CANARY}\n")),
    ] {
        let secret = project(&format!("parameters:\n  DbPassword: {parameter}\n"));
        secret.write("config/a/config.yaml", &environment);
        secret.write(
            "schemas/environment.schema.json",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"pw": {"maxLength": 3}}}"#,
        );
        hidden(parameter, &secret);
    }
}

#[test]
fn beside_what_only_check_finds() {
    let project = project(&format!("parameters: {{Env: !stack_output a/none.yaml::X, DbPassword: {CANARY}}}\n"));
    let run = project.run(&["check"]).expect_code(2);
    assert!(run.stdout.contains("error[stack-output]") && !run.stdout.contains(CANARY), "{}", run.stdout);
}

#[test]
fn environment_variables_in_errors_of_jinja() {
    for text in [
        "{% include environment_variable.CANARY %}",
        "{% import environment_variable.CANARY as x %}",
        "{% extends environment_variable.CANARY %}",
        "{% include '../' ~ environment_variable.CANARY %}",
        "{{ environment_variable.CANARY.x.y }}",
        "{{ environment_variable.CANARY | nofilter }}",
    ] {
        let project = project("parameters: {DbPassword: x}\n");
        project.write("config/a/one.yaml", &format!("template: {{path: one.yaml}}\nx: '{text}'\n"));
        let mut command = project.command(&["validate"]);
        command.env("CANARY", CANARY);
        let run = crate::support::Run::of(command);
        assert_ne!(run.code, 0, "{text}");
        assert!(!run.transcript().contains(CANARY), "{text}: {}", run.transcript());
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let project = project("parameters: {Env: \"a\\e[31m\\e]0;title\\a\", DbPassword: x}\n");
    let run = project.run(&["validate"]).expect_code(2);
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{7}'), "{}", run.stdout);
}
