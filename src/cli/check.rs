//! `sesame check`.

use anyhow::Result;

use super::args::Check;
use super::show::show;
use crate::check;
use crate::project::{Project, Selection};

pub fn run(project: &Project, options: &Check) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    show(&check::project(project, &selection)?, options.format)
}
