//! `sesame validate`.

use anyhow::Result;

use super::args::Validate;
use super::show::show;
use crate::project::{Project, Selection};
use crate::triage::Settings;
use crate::validate;

pub fn run(project: &Project, options: &Validate) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders)?;
    let mut result = validate::project(project, &selection)?;
    result.findings = settings.apply(result.findings);
    show(&result, options.format)
}
