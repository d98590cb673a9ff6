//! Which findings a project lets pass: `sesame.yaml`, comments, baselines.

use crate::support::Project;
use crate::support::golden::assert_golden;

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
    let output =
        "Outputs:\n  # sesame: ignore=import reason=\"made by hand\"\n  Again: {Value: !ImportValue nothing}\n";
    project.replace("templates/mail.yaml.j2", "Outputs:\n", output);
    project.run(&["render"]).expect_code(0);
    let run = project.run(&["check"]).expect_code(0);
    assert_eq!(run.stdout, "1 stack checked: no problems\n");
}

#[test]
fn secrets_and_failures_cannot_be_ignored() {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        (
            "config/a/one.yaml",
            "template: {path: one.yaml}\nparameters:\n  P: CANARY7f3a # sesame: ignore=parameter-value reason=\"x\"\n",
        ),
        (
            "templates/one.yaml",
            "Parameters:\n  P: {Type: String, NoEcho: true, MaxLength: 3}\nResources: {A: {Type: T}}\n",
        ),
    ]);
    let run = project.run(&["check"]).expect_code(6);
    assert!(run.stdout.contains("error[parameter-value]"), "{}", run.stdout);
    assert!(run.stdout.contains("warning[unused-ignore]"), "{}", run.stdout);
    assert!(!run.stdout.contains("CANARY"), "{}", run.stdout);
}
