//! Which findings a project lets pass: `sesame.yaml`, comments, baselines.

use crate::support::Project;

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
