//! `sesame explain`.

use anyhow::Result;

use super::args::{Explain, Global, ListFormat};
use super::output::output;
use crate::exit_code;
use crate::explain::{VariableSources, explain, write, write_json};
use crate::project::Project;

pub fn run(project: &Project, global: &Global, options: &Explain) -> Result<u8> {
    let sources = VariableSources { pairs: &global.var, files: &global.var_file, merge: global.merge_vars };
    let explanation = explain(project, &options.stack, &options.path, sources)?;
    let mut out = output();
    match options.format {
        ListFormat::Human => write(&mut out, &explanation)?,
        ListFormat::Json => write_json(&mut out, &explanation)?,
    }
    Ok(exit_code::CLEAN)
}
