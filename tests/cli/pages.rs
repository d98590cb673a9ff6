//! Pages and lists that must say what the program does.

use std::collections::BTreeMap;
use std::path::Path;

use sesame::finding::Severity;
use sesame::finding::rules::RULES;

use crate::support::Project;
use crate::support::golden::{assert_golden, without_version};

/// Every rule that the source names stands in the list with the severity it is used with, and no other.
#[test]
fn every_rule_is_in_the_list() {
    let mut in_source = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                // Unit tests name rules of their own.
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                in_source.extend(rules_in(code));
            }
        }
    }
    let listed: BTreeMap<String, Severity> = RULES.iter().map(|rule| (rule.id.to_owned(), rule.severity)).collect();
    assert_eq!(in_source, listed);
}

/// Every rule of the list stands in `docs/rules.md`, once, and no other; what is no error says so.
#[test]
fn every_rule_has_its_line() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md")).unwrap();
    let mut on_page: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once('`'))
        .map(|(rule, after)| (rule, after.split('|').next().unwrap_or_default().trim()))
        .collect();
    on_page.sort_unstable();
    let listed: Vec<(&str, &str)> = RULES
        .iter()
        .map(|rule| match rule.severity {
            Severity::Error => (rule.id, ""),
            Severity::Warning => (rule.id, "(warning)"),
            Severity::Info => (rule.id, "(info)"),
        })
        .collect();
    assert_eq!(on_page, listed);
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
        RULES.iter().map(|rule| (rule.id.to_owned(), rule.severity.word().to_owned())).collect();
    assert_eq!(shown, listed);
}

#[test]
fn the_list_is_printed() {
    let nowhere = Project::empty();
    assert_golden("rules/human", &nowhere.run(&["rules"]).expect_code(0).stdout);
    let json = nowhere.run(&["rules", "--format", "json"]).expect_code(0).stdout;
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(list["rules"].as_array().map(Vec::len), Some(RULES.len()));
    assert_golden("rules/json", &without_version(&json));
}

/// The rule is the first text after `Finding::error(` and its sisters, the `problem(` helpers, or `rule:`.
fn rules_in(code: &str) -> Vec<(String, Severity)> {
    let mut rules = Vec::new();
    for (opening, severity) in [
        ("Finding::error(", Severity::Error),
        ("Finding::warning(", Severity::Warning),
        ("Finding::info(", Severity::Info),
        ("problem(", Severity::Error),
        ("rule: ", Severity::Error),
    ] {
        for after in code.split(opening).skip(1) {
            if let Some(rule) = after.trim_start().strip_prefix('"').and_then(|text| text.split_once('"')) {
                let is_rule =
                    rule.1.starts_with(',') && rule.0.chars().all(|c| c.is_ascii_lowercase() || "-.1".contains(c));
                rules.extend(is_rule.then(|| (rule.0.to_owned(), severity)));
            }
        }
    }
    rules
}
