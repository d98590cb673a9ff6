//! The command line: options, sub-commands, and what they print. Data goes to standard output, talk to standard error.

mod args;
mod hook;
mod render;
mod resolve;
mod validate;

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::Result;
use clap::Parser;

use crate::exit_code;
use crate::project::{Folders, Project, Undefined, variables};
use args::{Arguments, Command};

/// Runs the program and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors. A pipe that is closed has nobody to tell.
            let _ = error.print();
            return if error.use_stderr() { exit_code::CANNOT_WORK } else { exit_code::CLEAN };
        }
    };
    if arguments.global.no_colour {
        anstream::ColorChoice::Never.write_global();
    }
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => exit_code::CLEAN,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "sesame: {error:#}");
            exit_code::CANNOT_WORK
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result<u8> {
    let project = || -> Result<Project> {
        let global = &arguments.global;
        let folders = Folders::find(global.dir.as_deref())?;
        let variables = variables::read(&global.var, &global.var_file, global.merge_vars)?;
        Ok(Project::new(folders, variables, Undefined::Strict))
    };
    match &arguments.command {
        Command::Render(options) => render::run(&project()?, options),
        Command::Validate(options) => validate::run(&project()?, options),
        Command::Hook(options) => hook::run(project, &arguments.global, options),
        Command::Resolve(options) => resolve::run(project, options),
    }
}

/// Whether the reader of our output went away, as with `sesame validate | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
