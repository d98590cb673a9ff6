//! `sesame validate`.

use anyhow::Result;

use super::args::Validate;
use super::show::show;
use crate::project::{Project, Selection};
use crate::rules;
use crate::triage::{Scope, Settings, without_ignored};
use crate::validate;

pub fn run(project: &Project, options: &Validate) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders, rules::all())?;
    let mut result = validate::project(project, &selection)?;
    let scope = if selection.is_everything() { Scope::Project } else { Scope::Findings };
    result.findings = settings.apply(without_ignored(&project.folders, result.findings, scope, rules::all()));
    show(&result, options.format, &[])
}
