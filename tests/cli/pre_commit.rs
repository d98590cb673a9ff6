//! `.pre-commit-hooks.yaml`: what it names exists, and runs.

use std::path::Path;

use serde_yaml::Value;

use crate::support::Project;

fn hooks() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn text<'a>(hook: &'a Value, key: &str) -> &'a str {
    hook.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("a hook without `{key}`: {hook:?}"))
}

/// pre-commit needs these four keys of every hook.
#[test]
fn every_hook_is_one() {
    let hooks = hooks();
    let mut ids: Vec<&str> = hooks.iter().map(|hook| text(hook, "id")).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["sesame-check", "sesame-render", "sesame-validate"]);
    for hook in &hooks {
        assert_eq!(text(hook, "language"), "python");
        assert!(!text(hook, "name").is_empty());
        assert_eq!(hook.get("pass_filenames"), Some(&Value::Bool(false)), "the commands take no list of files");
    }
}

#[test]
fn every_entry_passes_on_a_good_project_and_fails_on_a_bad_one() {
    for hook in hooks() {
        let entry = text(&hook, "entry");
        let (program, arguments) = entry.split_once(' ').unwrap();
        assert_eq!(program, "sesame");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let project = Project::small();
        project.run(&arguments).expect_code(0);
        // One mistake for each of them.
        project.replace("sceptre/config/prod/mail.yaml", "parameters:", "protected: true\nparameters:");
        project.replace("sceptre/templates/mail.yaml", "Default: 90", "Default: 91");
        let run = project.run(&arguments);
        assert!(run.code & 2 != 0, "{entry}: {}", run.transcript());
    }
}

/// Each hook runs when a file changes that its command reads.
#[test]
fn every_hook_sees_the_files_of_a_project() {
    for hook in hooks() {
        let files = fancy_regex::Regex::new(text(&hook, "files")).unwrap();
        let sees = |file: &str| files.is_match(file).unwrap();
        assert!(sees("templates/mail.yaml.j2") && sees("sceptre/templates/mail.yaml"));
        assert!(!sees("README.md") && !sees("src/main.rs"));
        if text(&hook, "id") != "sesame-render" {
            assert!(sees("sceptre/config/prod/mail.yaml") && sees("config/config.yaml") && sees("schemas/a.json"));
        }
    }
}
