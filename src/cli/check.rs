//! `sesame check`.

use anyhow::Result;

use super::args::Check;
use super::show::show;
use crate::check;
use crate::project::{Project, Selection};
use crate::triage::Settings;

pub fn run(project: &Project, options: &Check) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders)?;
    let mut result = check::project(project, &selection)?;
    result.findings = settings.apply(result.findings);
    show(&result, options.format)
}
