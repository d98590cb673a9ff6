//! Options, help, exit codes, pipes.

use std::process::Stdio;

use crate::support::golden::assert_golden;
use crate::support::{Project, Run};

#[test]
fn help_texts() {
    let project = Project::empty();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help-render", &["render", "--help"]),
        ("help-validate", &["validate", "--help"]),
        ("help-preflight", &["preflight", "--help"]),
        ("help-adopt", &["adopt", "--help"]),
        ("help-hook", &["hook", "--help"]),
        ("help-resolve", &["resolve", "--help"]),
        ("help-check", &["check", "--help"]),
        ("help-explain", &["explain", "--help"]),
        ("help-graph", &["graph", "--help"]),
        ("help-rules", &["rules", "--help"]),
        ("help-dkim", &["dkim", "--help"]),
        ("help-dkim-rotate", &["dkim", "rotate", "--help"]),
        ("help-schema", &["schema", "--help"]),
        ("help-completions", &["completions", "--help"]),
        ("help-man", &["man", "--help"]),
    ] {
        let mut command = project.command(arguments);
        command.env("COLUMNS", "100");
        assert_golden(&format!("command_line/{name}"), &Run::of(command).expect_code(0).transcript());
    }
}

#[test]
fn wrong_usage_is_exit_1_on_standard_error() {
    let project = Project::small();
    for arguments in [&["--no-such-option"][..], &[], &["validate", "a", "b"], &["resolve"]] {
        let run = project.run(arguments).expect_code(1);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn each_exit_code() {
    let project = Project::small();
    project.run(&["validate"]).expect_code(0);
    project.run(&["validate", "nowhere"]).expect_code(1);

    project.write(
        "sceptre/config/prod/other.yaml",
        "template: {path: mail.yaml}\nsceptre_user_data: {a: on}\nparameters: {}\n",
    );
    project.run(&["validate", "prod/mail.yaml"]).expect_code(0);
    project.run(&["validate"]).expect_code(6);

    project.write("sceptre/config/prod/other.yaml", "template: {path: mail.yaml}\nparameters: {}\n");
    project.run(&["validate"]).expect_code(2);

    project.write("sceptre/config/prod/other.yaml", "template: {path: mail.py}\nsceptre_user_data: {a: on}\n");
    project.run(&["validate"]).expect_code(6);
    project.write("sceptre/templates/mail.py", "");
    project.run(&["validate", "prod/other.yaml"]).expect_code(4);
}

#[test]
fn no_project_says_what_is_missing() {
    let run = Project::empty().run(&["validate"]).expect_code(1);
    assert_eq!(
        run.stderr,
        "sesame: no Sceptre project in `.`: it has no `config/` folder, nor has `sceptre/` below it; name one with `--dir`\n"
    );
}

#[test]
fn the_project_is_found_from_its_own_folder_and_from_above() {
    let project = Project::small();
    for arguments in [&["validate"][..], &["--dir", "sceptre", "validate"], &["validate", "--dir", "."]] {
        project.run(arguments).expect_code(0);
    }
    let mut inside = project.command(&["validate"]);
    inside.current_dir(project.file("sceptre"));
    Run::of(inside).expect_code(0);
}

#[test]
fn paths_in_every_form_that_people_type() {
    let project = Project::small();
    for path in
        [".", "prod", "./prod", "prod/", "prod/mail.yaml", "sceptre/config/prod", "sceptre/config/prod/mail.yaml"]
    {
        let run = project.run(&["validate", path]).expect_code(0);
        assert_eq!(run.stdout, "1 stack checked: no problems\n", "{path}");
    }
    let run = project.run(&["validate", "prod/mial.yaml"]).expect_code(1);
    assert!(run.stderr.contains("did you mean `prod/mail.yaml`?"), "{}", run.stderr);
    let run = project.run(&["validate", "prod/mail"]).expect_code(1);
    assert!(run.stderr.contains("did you mean `prod/mail.yaml`?"), "{}", run.stderr);
}

#[test]
fn output_into_a_file_has_no_colour_and_a_forced_one_can_be_switched_off() {
    let project = Project::small();
    project.replace("sceptre/config/prod/config.yaml", "/32", "/33");
    assert!(!project.run(&["validate"]).stdout.contains('\u{1b}'));

    let forced = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("CLICOLOR_FORCE", "1");
        Run::of(command).stdout
    };
    assert!(forced(&["validate"]).contains("\u{1b}[1m\u{1b}[31merror"));
    assert!(!forced(&["validate", "--no-colour"]).contains('\u{1b}'));
    assert!(!forced(&["--no-color", "validate"]).contains('\u{1b}'));

    let mut command = project.command(&["validate"]);
    command.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    let _ = Run::of(command);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let project = Project::small();
    for number in 0..500 {
        project.write(&format!("sceptre/config/prod/wrong{number}.yaml"), "template: {path: none.yaml}\n");
    }
    let mut child = project.command(&["validate"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(2), "the errors count, whoever reads them");
}
