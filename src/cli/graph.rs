//! `sesame graph`.

use std::io::Write;

use anyhow::Result;

use super::args::Graph;
use super::output::output;
use crate::exit_code;
use crate::graph::{Picture, write_as};
use crate::project::{Project, Selection};
use crate::report;
use crate::rules;
use crate::triage::{Scope, Settings, without_ignored};

pub fn run(project: &Project, options: &Graph) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders, rules::all())?;
    let (picture, findings) = Picture::of(project, &selection)?;
    let findings = settings.apply(without_ignored(&project.folders, findings, Scope::Findings, rules::all()));
    let mut out = output();
    write_as(options.format, &mut out, &picture)?;
    out.flush()?;
    // If nobody listens there, the picture is out all the same.
    let _ = report::write(&mut anstream::stderr().lock(), &findings);
    Ok(exit_code::of(&findings))
}
