//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>), which code scanning reads.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::relative;
use crate::finding::{Finding, Rule, Severity};
use crate::rules;
use crate::words::printable;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one log with one run. It names all rules, also those that found nothing.
pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let rules: Vec<Value> = rules::all().iter().map(rule).collect();
    let results: Vec<Value> = findings.iter().map(result).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "sesame", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.about},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn result(finding: &Finding) -> Value {
    let mut result = json!({"ruleId": finding.rule.id});
    if let Some(index) = rules::all().position(finding.rule.id) {
        result["ruleIndex"] = json!(index);
    }
    result["level"] = json!(level(finding.severity));
    result["message"] = json!({"text": text(finding)});
    let mut place = json!({"artifactLocation": {"uri": uri(&relative(&finding.place.file))}});
    if let Some(line) = finding.place.line {
        place["region"] = json!({"startLine": line});
        if let Some(column) = finding.place.column {
            place["region"]["startColumn"] = json!(column);
        }
    }
    let mut location = json!({"physicalLocation": place});
    if !finding.path.0.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": printable(&finding.path.to_string())}]);
    }
    result["locations"] = json!([location]);
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The sentence and the advice. Braces are doubled, since single ones are SARIF's placeholders (section 3.11.5).
fn text(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    printable(&format!("{}{help}", finding.message)).replace('{', "{{").replace('}', "}}")
}

/// A relative path as a URI reference: every byte that has a meaning there, or is not ASCII, is written as `%XX`.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Chapter, Place};

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("config/a b.yaml"), "config/a%20b.yaml");
        assert_eq!(uri("c:/100%/鍵.yaml"), "c%3A/100%25/%E9%8D%B5.yaml");
    }

    #[test]
    fn braces_are_no_placeholders() {
        static RULE: Rule = Rule::error("rule", Chapter::Values);
        let finding = RULE.finding(Place::file("a"), "got `{0}`").help(Some("write `{{ x }}`".to_owned()));
        assert_eq!(text(&finding), "got `{{0}}`; write `{{{{ x }}}}`");
    }
}
