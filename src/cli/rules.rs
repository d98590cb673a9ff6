//! `sesame rules`.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{ListFormat, Rules};
use super::output::output;
use crate::exit_code;
use crate::finding::rules::{RULES, Rule};

pub fn run(options: &Rules) -> Result<u8> {
    let mut out = output();
    match options.format {
        ListFormat::Human => {
            for Rule { id, severity, about, .. } in RULES {
                writeln!(out, "{id:<22} {:<8} {about}", severity.word())?;
            }
        }
        ListFormat::Json => {
            let rules: Vec<Value> = RULES
                .iter()
                .map(|rule| json!({"id": rule.id, "severity": rule.severity.word(), "about": rule.about}))
                .collect();
            let list = json!({"sesame": env!("CARGO_PKG_VERSION"), "rules": rules});
            writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
        }
    }
    Ok(exit_code::CLEAN)
}
