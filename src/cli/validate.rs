//! `sesame validate`.

use anyhow::Result;

use super::args::Validate;
use super::show::show;
use crate::project::{Project, Selection};
use crate::validate;

pub fn run(project: &Project, options: &Validate) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    show(&validate::project(project, &selection)?, options.format)
}
