//! The mistakes of `tests/mistakes/mistakes.yaml`, which docs/mistakes.md shows in a table: each is made in a copy of the
//! project there, and is found where it stands.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{Project, copy};

#[derive(serde::Deserialize)]
struct Mistake {
    what: String,
    file: String,
    right: String,
    wrong: String,
    /// The file that the finding stands in, if it is another one.
    r#in: Option<String>,
    /// Nothing finds it yet.
    rule: Option<String>,
    line: Option<u64>,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes"))
}

fn right() -> Project {
    let project = Project::empty();
    copy(&folder().join("project"), project.path());
    project
}

/// Rule, file and line of what is found.
fn findings(project: &Project) -> Vec<(String, String, Option<u64>)> {
    let run = project.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.transcript()));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().expect("a list");
    found.iter().map(|one| (text(one, "rule"), text(one, "file"), one["line"].as_u64())).collect()
}

#[test]
fn the_right_project_is_clean() {
    assert_eq!(findings(&right()), []);
}

#[test]
fn each_is_found_where_it_stands() {
    let text = std::fs::read_to_string(folder().join("mistakes.yaml")).expect("a file");
    let kinds: BTreeMap<String, Vec<Mistake>> = serde_yaml::from_str(&text).expect("lists of mistakes");
    let mut wrong = Vec::new();
    for mistake in kinds.into_values().flatten() {
        let Some(rule) = mistake.rule else { continue };
        let project = right();
        project.replace(&mistake.file, &mistake.right, &mistake.wrong);
        let expected = (rule, mistake.r#in.unwrap_or(mistake.file), mistake.line);
        let found = findings(&project);
        if !found.contains(&expected) {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", mistake.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
