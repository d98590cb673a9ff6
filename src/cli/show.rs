//! What `validate` and `check` print at the end.

use std::io::Write;

use anyhow::Result;

use super::output::output;
use crate::exit_code;
use crate::report::{self, Format};
use crate::validate::Checked;
use crate::words;

/// Prints the findings, one line about them, and notes. Beside a format for programs these are talk.
pub fn show(result: &Checked, format: Format, notes: &[String]) -> Result<u8> {
    let mut out = output();
    report::write_as(format, &mut out, result.stacks, &result.findings)?;
    let totals = format!("{} checked: {}", words::count(result.stacks, "stack"), report::totals(&result.findings));
    let summary = [std::slice::from_ref(&totals), notes].concat().join("\n");
    match format {
        Format::Human => writeln!(out, "{summary}")?,
        _ => {
            // If nobody listens there, the report is out all the same.
            let _ = writeln!(anstream::stderr(), "{summary}");
        }
    }
    Ok(exit_code::of(&result.findings))
}
