//! `sesame check`.

use std::io::Write;

use anyhow::Result;

use super::args::Check;
use super::output::output;
use crate::finding::words;
use crate::project::{Project, Selection};
use crate::{check, exit_code, report};

pub fn run(project: &Project, options: &Check) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let result = check::project(project, &selection)?;
    let mut out = output();
    report::write(&mut out, &result.findings)?;
    writeln!(out, "{} checked: {}", words::count(result.stacks, "stack"), report::totals(&result.findings))?;
    Ok(exit_code::of(&result.findings))
}
