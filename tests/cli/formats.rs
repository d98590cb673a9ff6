//! `--format`: what programs read. Each format against its rules, and against a golden file.

use std::path::Path;

use serde_json::Value;

use crate::support::Project;
use crate::support::golden::{assert_golden, without_version};

const CANARY: &str = "CANARY7f3a";

/// Errors and a warning in two files, beside one another, on a secret's line, and about a whole file.
fn wrong() -> Project {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        (
            "templates/one.yaml",
            "Parameters:\n  Env: {Type: String, AllowedValues: [prod], Default: prod}\n  \
             Password: {Type: String, NoEcho: true, Default: x}\nResources: {A: {Type: T}}\n",
        ),
        ("config/a/two.yaml", "template: {path: none.yaml}\n"),
        ("config/a/three.yaml", "template: {path: one.yaml}\nignore: yes\nprotected: true\n"),
    ]);
    let one = format!("template: {{path: one.yaml}}\nparameters: {{Env: \"<b> & {{0}}\", Password: {CANARY}}}\n");
    project.write("config/a/one.yaml", &one);
    project
}

fn sound() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("config/a/one.yaml", "template: {path: one.yaml}\n"),
        ("templates/one.yaml", "Resources: {A: {Type: T}}\n"),
    ])
}

pub fn assert_valid(schema: &str, text: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats").join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}: {text}");
    document
}

#[test]
fn json() {
    let run = wrong().run(&["check", "--format", "json"]).expect_code(6);
    assert_valid("findings.schema.json", &run.stdout);
    assert_golden("formats/json", &without_version(&run.stdout));
    assert_eq!(run.stderr, "3 stacks checked: 3 errors, 1 warning\n");

    let clean = sound().run(&["check", "--format", "json"]).expect_code(0);
    let document = assert_valid("findings.schema.json", &clean.stdout);
    assert_eq!((&document["stacks"], &document["findings"]), (&Value::from(1), &Value::Array(Vec::new())));
}

#[test]
fn sarif() {
    let run = wrong().run(&["check", "--format", "sarif"]).expect_code(6);
    let mut document = assert_valid("sarif-subset.schema.json", &run.stdout);
    let rules = document["runs"][0]["tool"]["driver"]["rules"].take();
    let mut results = document["runs"][0]["results"].take();
    for result in results.as_array_mut().unwrap() {
        let index = result.as_object_mut().unwrap().shift_remove("ruleIndex").unwrap();
        assert_eq!(result["ruleId"], rules[usize::try_from(index.as_u64().unwrap()).unwrap()]["id"]);
    }
    // The rules have a golden file of their own.
    assert_golden("formats/sarif", &format!("{results:#}\n"));
    assert_valid("sarif-subset.schema.json", &sound().run(&["check", "--format", "sarif"]).expect_code(0).stdout);
}

#[test]
fn junit() {
    let run = wrong().run(&["check", "--format", "junit"]).expect_code(6);
    assert_golden("formats/junit", &run.stdout);
    assert_counts(&run.stdout, 4, 4);
    let clean = sound().run(&["check", "--format", "junit"]).expect_code(0);
    assert_golden("formats/junit-clean", &clean.stdout);
    assert_counts(&clean.stdout, 1, 0);
}

/// The numbers in the attributes are those of the elements.
#[track_caller]
fn assert_counts(xml: &str, tests: usize, failures: usize) {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let count = |node: roxmltree::Node<'_, '_>, name: &str| node.descendants().filter(|n| n.has_tag_name(name)).count();
    for suite in document.descendants().filter(|node| node.tag_name().name().starts_with("testsuite")) {
        assert_eq!(suite.attribute("tests").unwrap(), count(suite, "testcase").to_string());
        assert_eq!(suite.attribute("failures").unwrap(), count(suite, "failure").to_string());
    }
    let root = document.root_element();
    assert_eq!((count(root, "testcase"), count(root, "failure")), (tests, failures));
}

#[test]
fn human_is_the_default() {
    let run = wrong().run(&["check"]).expect_code(6);
    assert_golden("formats/human", &run.transcript());
    assert_eq!(wrong().run(&["check", "--format", "human"]).stdout, run.stdout);
}

#[test]
fn no_format_holds_a_secret_and_each_is_the_same_twice() {
    let project = wrong();
    for command in ["validate", "check"] {
        for format in ["human", "json", "sarif", "junit"] {
            let run = project.run(&[command, "--format", format]).expect_code(6);
            assert!(!run.transcript().contains(CANARY), "{format}: {}", run.transcript());
            assert_eq!(run.transcript(), project.run(&[command, "--format", format]).transcript());
        }
    }
}

#[test]
fn files_are_named_from_the_current_folder() {
    let project = wrong();
    let mut command = project.command(&["--dir", "..", "validate", "--format", "json"]);
    command.current_dir(project.file("config"));
    let run = crate::support::Run::of(command).expect_code(6);
    let document = assert_valid("findings.schema.json", &run.stdout);
    assert_eq!(document["findings"][0]["file"], "a/one.yaml");
    let mut command = project.command(&["--dir", "..", "validate", "--format", "sarif"]);
    command.current_dir(project.file("templates"));
    assert!(crate::support::Run::of(command).stdout.contains("\"uri\": \"../config/a/one.yaml\""));
}
