//! Pages that must say what the program does.

use std::collections::BTreeSet;
use std::path::Path;

/// Every rule that the source names stands in `docs/rules.md`, and no other.
#[test]
fn every_rule_has_its_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut in_source = BTreeSet::new();
    let mut folders = vec![root.join("src")];
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
    let page = std::fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let on_page: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once('`'))
        .map(|(rule, _)| rule.to_owned())
        .collect();
    assert_eq!(in_source, on_page);
}

/// The rule is the first text after `Finding::error(`, `Finding::warning(`, the `problem(` helpers, or `rule:`.
fn rules_in(code: &str) -> Vec<String> {
    let mut rules = Vec::new();
    for opening in ["Finding::error(", "Finding::warning(", "problem(", "rule: "] {
        for after in code.split(opening).skip(1) {
            if let Some(rule) = after.trim_start().strip_prefix('"').and_then(|text| text.split_once('"')) {
                let is_rule =
                    rule.1.starts_with(',') && rule.0.chars().all(|c| c.is_ascii_lowercase() || "-.1".contains(c));
                rules.extend(is_rule.then(|| rule.0.to_owned()));
            }
        }
    }
    rules
}
