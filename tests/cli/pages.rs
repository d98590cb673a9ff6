//! Pages and lists that must say what the program does.

use std::collections::BTreeMap;
use std::path::Path;

use sesame::rules;

use crate::support::Project;
use crate::support::golden::{assert_golden, assert_page, assert_part, without_version};

/// What `check` finds stands in `docs/rules.md` and, in short, in the READMEs. `SESAME_ACCEPT=1 cargo test` writes it.
#[test]
fn the_pages_list_the_rules() {
    let page = Project::empty().run(&["rules", "--format", "markdown"]).expect_code(0).stdout;
    assert_page("docs/rules.md", &page);
    for (page, list) in [("README.md", rules::contents()), ("README.ja.md", rules::contents_ja())] {
        assert_part(page, "<!-- rules -->\n", "<!-- /rules -->", &list);
    }
}

/// What the READMEs show as output is what the program prints. `SESAME_ACCEPT=1 cargo test` writes it.
#[test]
fn the_readmes_show_real_findings() {
    let fixture = Project::fixture("documented/project-dependencies");
    fixture.replace("config/config.yaml", "topic.yaml::TopicArn", "topic.yaml::TopicARN");
    let committed = Project::committed();
    committed.replace("sceptre/config/prod/config.yaml", "202.217.75.98/32", "202.217.75.98/33");
    for (project, command) in [(fixture, "check"), (committed, "validate")] {
        let shown = project.run(&[command]).expect_code(2).stdout;
        for page in ["README.md", "README.ja.md"] {
            assert_part(page, &format!("$ sesame {command}\n"), "```", &shown);
        }
    }
}

/// Every rule has a project that breaks it: a golden file shows its finding, with the severity of the list.
#[test]
fn every_rule_has_a_project_that_breaks_it() {
    let mut shown = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let finding = line.split_once("]: ").and_then(|(rule, _)| rule.split_once('['));
                if let Some((severity, rule)) = finding.filter(|(word, _)| ["error", "warning", "info"].contains(word))
                {
                    shown.insert(rule.to_owned(), severity.to_owned());
                }
            }
        }
    }
    let listed: BTreeMap<String, String> =
        rules::all().iter().map(|rule| (rule.id.to_owned(), rule.severity.word().to_owned())).collect();
    assert_eq!(shown, listed);
}

#[test]
fn the_list_is_printed() {
    let nowhere = Project::empty();
    assert_golden("rules/human", &nowhere.run(&["rules"]).expect_code(0).stdout);
    let json = nowhere.run(&["rules", "--format", "json"]).expect_code(0).stdout;
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(list["rules"].as_array().map(Vec::len), Some(rules::all().iter().count()));
    assert_golden("rules/json", &without_version(&json));
}
