//! `sesame check`.

use anyhow::Result;

use super::args::Check;
use super::show::show;
use crate::check;
use crate::project::{Project, Selection};
use crate::triage::{Scope, Settings, without_ignored};

pub fn run(project: &Project, options: &Check) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders)?;
    let mut result = check::project(project, &selection)?;
    let scope = if selection.is_everything() { Scope::Everything } else { Scope::Findings };
    result.findings = settings.apply(without_ignored(&project.folders, result.findings, scope));
    show(&result, options.format)
}
