//! Which findings a project lets pass: `sesame.yaml`, comments, baselines.

use crate::support::golden::assert_golden;
use crate::support::{Project, Run};

/// A stack with a key that Sceptre does not know (an error) and a value that it reads otherwise (a warning).
fn project() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("config/a/one.yaml", "template: {path: one.yaml}\nprotected: true\nignore: no\n"),
        ("templates/one.yaml", "Resources: {A: {Type: T}}\n"),
    ])
}

#[test]
fn settings_beside_the_config_folder() {
    let project = project();
    project.run(&["check"]).expect_code(6);
    for (settings, code, totals) in [
        ("rules: {unknown-key: off}", 4, "1 warning"),
        ("rules: {unknown-key: info}", 12, "1 warning, 1 info"),
        ("rules: {unknown-key: warning, yaml-1.1: error}", 6, "1 error, 1 warning"),
        ("rules: {unknown-key: off, yaml-1.1: off}", 0, "no problems"),
        ("", 6, "1 error, 1 warning"),
    ] {
        project.write("sesame.yaml", settings);
        for command in ["validate", "check"] {
            let run = project.run(&[command]).expect_code(code);
            assert!(run.stdout.ends_with(&format!("1 stack checked: {totals}\n")), "{settings}: {}", run.stdout);
        }
    }
}

#[test]
fn settings_that_have_no_meaning_stop_the_run() {
    let project = project();
    project.write("sesame.yaml", "rules:\n  unknown-kye: off\n");
    for command in ["validate", "check"] {
        let run = project.run(&[command]).expect_code(1);
        assert_eq!(run.stdout, "");
        assert_eq!(
            run.stderr,
            "sesame: sesame.yaml:2:16: there is no rule `unknown-kye`; did you mean `unknown-key`?\n"
        );
    }
    std::fs::remove_file(project.file("sesame.yaml")).unwrap();
    std::fs::create_dir(project.file("sesame.yaml")).unwrap();
    let run = project.run(&["check"]).expect_code(1);
    assert_eq!(run.stderr, "sesame: sesame.yaml: cannot be read: it is not a regular file\n");
}

/// The project's stack with comments: behind the unknown key, above the value that Sceptre reads otherwise.
fn commented(behind: &str, above: &str) -> Project {
    let project = project();
    let stack = format!("template: {{path: one.yaml}}\nprotected: true  {behind}\n{above}\nignore: no\n");
    project.write("config/a/one.yaml", &stack);
    project
}

const KEY: &str = "# sesame: ignore=unknown-key reason=\"an old plugin reads it\"";
const VALUE: &str = "# sesame: ignore=yaml-1.1 reason=\"meant so\"";

#[test]
fn comments_on_and_above_the_line() {
    for arguments in [&["validate"][..], &["check"], &["check", "a"], &["validate", "a/one.yaml"]] {
        let run = commented(KEY, VALUE).run(arguments).expect_code(0);
        assert_eq!(run.stdout, "1 stack checked: no problems\n");
    }
    commented(VALUE, "").run(&["validate"]).expect_code(6);
    commented("", KEY).run(&["validate"]).expect_code(6);
}

#[test]
fn comments_that_are_wrong() {
    let project =
        commented("# sesame: ignore=unknown-key", "# sesame: ignore=yaml-1.1,export,exprot,schema reason=\"x\"");
    assert_golden("triage/comments", &project.run(&["check"]).expect_code(6).transcript());
    let part = commented("", "# sesame: ignore=export reason=\"x\"").run(&["check", "a"]).expect_code(6);
    assert!(!part.stdout.contains("unused-ignore"), "{}", part.stdout);
}

#[test]
fn comments_in_files_without_findings() {
    let project = project();
    project.write("config/b/other.yaml", "template: {path: one.yaml} # sesame: ignore=export\n");
    assert!(project.run(&["validate"]).stdout.contains("error[ignore-without-reason]"));
    project.write("config/b/other.yaml", &format!("template: {{path: one.yaml}} {KEY}\n"));
    assert!(!project.run(&["validate"]).stdout.contains("unused-ignore"));
    let run = project.run(&["check"]);
    assert!(run.stdout.contains("warning[unused-ignore]: there is no finding of `unknown-key`"), "{}", run.stdout);
}

#[test]
fn comments_in_sources_and_what_is_rendered_from_them() {
    let project = Project::small();
    let output = "Outputs:\n  # sesame: ignore=import reason=\"made by hand\"\n  Again: {Value: !ImportValue nothing, Description: x}\n";
    project.replace("templates/mail.yaml.j2", "Outputs:\n", output);
    project.run(&["render"]).expect_code(0);
    let run = project.run(&["check"]).expect_code(0);
    assert_eq!(run.stdout, "1 stack checked: no problems\n");
}

/// A `NoEcho` parameter that is too long, with a comment, and a schema that is no JSON.
fn secret_and_failure() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\nenvironment: {x: 1}\n"),
        ("config/a/one.yaml", "template: {path: one.yaml}\nparameters:\n  P: CANARY7f3a\n"),
        ("schemas/environment.schema.json", "{"),
        (
            "templates/one.yaml",
            "Parameters:\n  P: {Type: String, NoEcho: true, MaxLength: 3}\nResources: {A: {Type: T}}\n",
        ),
    ])
}

#[test]
fn secrets_and_failures_cannot_be_ignored() {
    let project = secret_and_failure();
    project.replace("config/a/one.yaml", "7f3a", "7f3a # sesame: ignore=parameter-value reason=\"x\"");
    let run = project.run(&["check"]).expect_code(6);
    assert!(run.stdout.contains("error[parameter-value]"), "{}", run.stdout);
    assert!(run.stdout.contains("warning[unused-ignore]"), "{}", run.stdout);
    assert!(!run.stdout.contains("CANARY"), "{}", run.stdout);
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let project = project();
    let written = project.run(&["check", "--write-baseline", "known.json"]).expect_code(0);
    assert_eq!(written.stdout, "1 stack checked: no problems\n2 findings written to `known.json`\n");
    assert_golden("triage/baseline", &project.read("known.json"));
    let bytes = project.read("known.json");
    project.run(&["check", "--write-baseline", "known.json"]).expect_code(0);
    assert_eq!(project.read("known.json"), bytes);

    // Lines move, and the project is looked at from elsewhere.
    project.replace("config/a/one.yaml", "template", "# a line more\ntemplate");
    let mut command = project.command(&["--dir", "..", "check", "--baseline", "../known.json"]);
    command.current_dir(project.file("templates"));
    let run = Run::of(command).expect_code(0);
    assert_eq!(run.stdout, "1 stack checked: no problems\n2 findings of the baseline left out\n");

    project.replace("config/a/one.yaml", "protected", "protectd");
    let run = project.run(&["check", "--baseline", "known.json"]).expect_code(2);
    assert_golden("triage/baseline-changed", &run.transcript());
    let run = project.run(&["check", "a", "--baseline", "known.json"]).expect_code(2);
    assert!(!run.stdout.contains("no longer"), "{}", run.stdout);
    let run = project.run(&["check", "--baseline", "known.json", "--format", "json"]).expect_code(2);
    assert!(run.stderr.ends_with("1 entry of the baseline is no longer found\n"), "{}", run.stderr);
}

#[test]
fn a_baseline_lists_no_secrets_and_no_failures() {
    let project = secret_and_failure();
    let run = project.run(&["check", "--write-baseline", "known.json"]).expect_code(2);
    assert!(run.stdout.contains("error[parameter-value]") && run.stdout.contains("error[schema]"), "{}", run.stdout);
    assert_eq!(project.read("known.json"), "{\n  \"findings\": []\n}\n");
    // Nor does one that was written by hand.
    project.write(
        "known.json",
        r#"{"findings": [
            {"file": "config/a/one.yaml", "rule": "parameter-value", "path": "parameters.P"},
            {"file": "schemas/environment.schema.json", "rule": "schema", "path": ""}
        ]}"#,
    );
    let run = project.run(&["check", "--baseline", "known.json"]).expect_code(2);
    assert!(run.stdout.contains("2 errors\n2 entries of the baseline are no longer found\n"), "{}", run.stdout);
}

#[test]
fn baselines_that_cannot_be_used() {
    let project = project();
    for (text, reason) in [
        ("{", "`known.json` is no baseline of sesame: EOF"),
        ("[]", "`known.json` is no baseline of sesame: invalid"),
        ("{\"findings\": [{\"rule\": \"export\"}]}", "`known.json` is no baseline of sesame: missing field"),
    ] {
        project.write("known.json", text);
        let run = project.run(&["check", "--baseline", "known.json"]).expect_code(1);
        assert!(run.stderr.starts_with(&format!("sesame: {reason}")), "{}", run.stderr);
    }
    let run = project.run(&["check", "--baseline", "nothing.json"]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: cannot read baseline `nothing.json`: No such file"), "{}", run.stderr);
    project.run(&["check", "--write-baseline", "config"]).expect_code(1);
    for together in [&["--baseline", "a.json"][..], &["a"]] {
        project.run(&[&["check", "--write-baseline", "b.json"], together].concat()).expect_code(1);
        assert!(!project.file("b.json").exists());
    }
}
