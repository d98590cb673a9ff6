//! Findings as one JSON object.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::relative;
use crate::finding::Finding;
use crate::words::printable;

/// Writes `{"sesame": …, "stacks": …, "findings": […]}`. What is not known is `null`.
pub fn write(out: &mut impl Write, stacks: usize, findings: &[Finding]) -> io::Result<()> {
    let findings: Vec<Value> = findings.iter().map(object).collect();
    let report = json!({"sesame": env!("CARGO_PKG_VERSION"), "stacks": stacks, "findings": findings});
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn object(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.id,
        "severity": finding.severity.word(),
        "file": relative(&finding.place.file),
        "line": finding.place.line,
        "column": finding.place.column,
        "path": printable(&finding.path.to_string()),
        "message": printable(&finding.message),
        "help": finding.help.as_deref().map(printable),
    })
}
