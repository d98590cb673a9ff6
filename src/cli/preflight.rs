//! `sesame preflight`.

use std::io::Write;

use anyhow::{Result, anyhow};

use super::args::{Global, ListFormat, Preflight};
use super::output::output;
use crate::exit_code;
use crate::host::ChildHost;
use crate::preflight::{self, Report};
use crate::project::{Project, Selection};

pub fn run(project: &Project, global: &Global, options: &Preflight) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let linked = preflight::read(project)?;
    let mut reports = Vec::new();
    for stacks in preflight::homes(&linked, &selection) {
        let mut host = ChildHost::new(&project.folders.project, &stacks[0].stack.path, global.variables());
        reports.push(preflight::run(&linked, stacks, &mut host).map_err(|error| anyhow!("{error}"))?);
    }
    if reports.is_empty() {
        return Err(anyhow!("there is no stack that can be read; see `sesame validate`"));
    }
    match options.format {
        ListFormat::Human => {
            let tables: Vec<String> = reports.iter().map(preflight::human).collect();
            write!(output(), "{}", tables.join("\n"))?;
        }
        ListFormat::Json => writeln!(output(), "{:#}", preflight::json(&reports))?,
    }
    Ok(reports.iter().fold(exit_code::CLEAN, |code, report: &Report| code | preflight::exit_code(&report.rows)))
}
