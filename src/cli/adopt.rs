//! `sesame adopt`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::args::{Adopt, Global};
use super::output::output;
use crate::account::Account;
use crate::adopt::{self, Plan};
use crate::exit_code;
use crate::finding::Place;
use crate::host::ChildHost;
use crate::link;
use crate::project::{Project, Selection};
use crate::render::write_atomically;
use crate::words;

pub fn run(project: &Project, global: &Global, options: &Adopt) -> Result<u8> {
    let selection = Selection::of(&project.folders, Some(&options.stack))?;
    let [path] = selection.stacks() else {
        bail!("`{}` is a group; name one of its stacks", options.stack);
    };
    let (stacks, _) = link::read(project, &selection)?;
    let Some(stack) = stacks.first().filter(|stack| stack.template.is_some()) else {
        bail!("`{path}` cannot be read; see `sesame validate {path}`");
    };
    let mut host = ChildHost::new(&project.folders.project, path, global.variables());
    let mut account = Account::open(&mut host, &stack.region).map_err(|error| anyhow!("{error}"))?;
    let plan = adopt::plan(&mut account, stack)?;
    let mut out = output();
    write!(out, "{}", adopt::human(&plan))?;
    if plan.imports.is_empty() {
        writeln!(out, "nothing to adopt: whatever else `{path}` describes does not exist, or is its own")?;
        return next(&plan);
    }
    let folder = save(&project.folders.root.join("adopt").join(stack.stack.name()), &plan)?;
    writeln!(out, "written: {}/template.json, resources-to-import.json", Place::file(folder))?;
    if !options.execute {
        writeln!(out, "next: sesame adopt {path} --execute")?;
        return Ok(exit_code::CLEAN);
    }
    adopt::execute(&mut account, &plan, &mut |step| {
        // If nobody listens there, the work goes on.
        let _ = writeln!(anstream::stderr(), "{}", words::printable(step));
    })?;
    writeln!(out, "IMPORT_COMPLETE: {} in `{}`", words::count(plan.imports.len(), "resource"), plan.stack)?;
    next(&plan)
}

/// What is left is in the way of a launch.
fn next(plan: &Plan) -> Result<u8> {
    if plan.left.is_empty() {
        writeln!(output(), "next: sceptre launch {}", plan.path)?;
        return Ok(exit_code::CLEAN);
    }
    writeln!(output(), "next: settle what is left, then sceptre launch {}", plan.path)?;
    Ok(exit_code::WARNINGS)
}

/// Writes both files of a plan, and returns their folder.
fn save(folder: &Path, plan: &Plan) -> Result<PathBuf> {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (name, value) in
            [("template.json", &plan.template), ("resources-to-import.json", &plan.resources_to_import())]
        {
            write_atomically(&folder.join(name), format!("{value:#}\n").as_bytes())?;
        }
        Ok(())
    };
    write().with_context(|| format!("cannot write to `{}`", folder.display()))?;
    Ok(folder.to_path_buf())
}
