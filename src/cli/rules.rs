//! `sesame rules`.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{Rules, RulesFormat};
use super::output::output;
use crate::exit_code;
use crate::finding::Rule;
use crate::rules;

pub fn run(options: &Rules) -> Result<u8> {
    let mut out = output();
    match options.format {
        RulesFormat::Human => {
            for Rule { id, severity, about, .. } in rules::all().iter() {
                writeln!(out, "{id:<22} {:<8} {about}", severity.word())?;
            }
        }
        RulesFormat::Json => {
            let rules: Vec<Value> = rules::all()
                .iter()
                .map(|rule| json!({"id": rule.id, "severity": rule.severity.word(), "about": rule.about}))
                .collect();
            let list = json!({"sesame": env!("CARGO_PKG_VERSION"), "rules": rules});
            writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
        }
        RulesFormat::Markdown => write!(out, "{}", rules::page())?,
    }
    Ok(exit_code::CLEAN)
}
