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
            for rule @ Rule { id, about, .. } in rules::all().iter() {
                writeln!(out, "{id:<22} {:<8} {about}", severity(rule))?;
            }
        }
        RulesFormat::Json => {
            let rules: Vec<Value> = rules::all()
                .iter()
                .map(|rule| json!({"id": rule.id, "severity": severity(rule), "about": rule.about}))
                .collect();
            let list = json!({"sesame": env!("CARGO_PKG_VERSION"), "rules": rules});
            writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
        }
        RulesFormat::Markdown => write!(out, "{}", rules::page())?,
    }
    Ok(exit_code::CLEAN)
}

/// What it is reported as, unless `sesame.yaml` says otherwise.
fn severity(rule: &Rule) -> &'static str {
    if rule.off { "off" } else { rule.severity.word() }
}
