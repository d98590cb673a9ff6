//! The command line: options, sub-commands, and what they print. Data goes to standard output, talk to standard error.

mod adopt;
mod after_help;
mod args;
mod check;
mod completions;
mod dkim;
mod explain;
mod graph;
mod hook;
mod man;
mod mask;
mod output;
mod preflight;
mod render;
mod resolve;
mod rules;
mod schema;
mod show;
mod validate;

use std::ffi::OsString;
use std::io::Write;

use anyhow::Result;
use clap::Parser;

use crate::exit_code;
use crate::project::{Folders, Project, Undefined, variables};
use crate::words;
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
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "sesame: {}", words::printable(&format!("{error:#}")));
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
        Command::Check(options) => check::run(&project()?, options),
        Command::Explain(options) => explain::run(&project()?, &arguments.global, options),
        Command::Graph(options) => graph::run(&project()?, options),
        Command::Hook(options) => hook::run(project, &arguments.global, options),
        Command::Resolve(options) => resolve::run(project, &arguments.global, options),
        Command::Mask(options) => mask::run(options),
        Command::Rules(options) => rules::run(options),
        Command::Adopt(options) => adopt::run(&project()?, &arguments.global, options),
        Command::Preflight(options) => preflight::run(&project()?, &arguments.global, options),
        Command::Dkim(options) => dkim::run(&project()?, &arguments.global, options),
        Command::Schema(options) => schema::run(&project()?, options),
        Command::Completions(options) => completions::run(options),
        Command::Man => man::run(),
    }
}
