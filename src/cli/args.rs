//! What can be typed. Only types and help texts; the sub-commands' modules do the work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::graph;
use crate::report::Format;

const EXIT_CODES: &str = "\
Exit codes:
  0  no problems
  1  sesame could not do its work (wrong usage, no project, an unreadable file)
  2  errors were found
  4  warnings were found
  8  things worth knowing were found
Of several, the sum: 6 is errors and warnings.";

/// Render, validate and check a Sceptre project; run as Sceptre's resolver and hooks.
#[derive(Debug, Parser)]
#[command(name = "sesame", version, after_help = EXIT_CODES, disable_help_subcommand = true, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Sceptre's own options, with the same meaning.
#[derive(Debug, Args)]
#[command(next_help_heading = "Project")]
pub struct Global {
    /// The Sceptre project: the folder that holds `config/` [default: this folder, or `sceptre/` below it]
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// A variable for config files (`var.NAME`); dots in the name nest
    #[arg(long, global = true, value_name = "NAME=VALUE")]
    pub var: Vec<String>,
    /// A YAML file of variables; `--var` wins over it
    #[arg(long, global = true, value_name = "FILE")]
    pub var_file: Vec<PathBuf>,
    /// Merge variable files into one another instead of replacing top-level names
    #[arg(long, global = true)]
    pub merge_vars: bool,
    /// No colours (also: NO_COLOR)
    #[arg(long, global = true, alias = "no-color")]
    pub no_colour: bool,
}

impl Global {
    /// The options about variables, as they are handed on to a process that reads the same project.
    pub fn variables(&self) -> Vec<OsString> {
        let pairs = self.var.iter().flat_map(|pair| ["--var".into(), pair.into()]);
        let files = self.var_file.iter().flat_map(|file| ["--var-file".into(), file.into()]);
        pairs.chain(files).chain(self.merge_vars.then(|| "--merge-vars".into())).collect()
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Render(Render),
    Validate(Validate),
    Check(Check),
    Graph(Graph),
    Hook(Hook),
    Resolve(Resolve),
    Rules(Rules),
}

/// Fill the Jinja sources in `templates/` and write CloudFormation to `sceptre/templates/`.
///
/// Every source is rendered and checked before the first file is written: if one fails, nothing changes.
#[derive(Debug, Args)]
pub struct Render {
    /// Only these: stacks (`prod/ses.yaml`), groups (`prod`) or templates (`ses.yaml`) [default: all]
    #[arg(value_name = "STACK-OR-TEMPLATE")]
    pub what: Vec<String>,
    /// Change nothing; say which files differ from their sources, and exit with 2 if any does
    #[arg(long)]
    pub check: bool,
}

/// Check configs, parameters and templates, offline.
///
/// Reads the project as Sceptre does, and reports all problems at once: keys that Sceptre ignores, values that break a
/// JSON Schema of `schemas/`, parameters that a template does not take.
#[derive(Debug, Args)]
pub struct Validate {
    /// A stack (`prod/ses.yaml`) or a group (`prod`) [default: everything]
    pub path: Option<String>,
    /// How to write what was found
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub format: Format,
}

/// Check the project as a whole, offline.
///
/// Everything that `render --check` and `validate` find, and whether the stacks fit together: outputs, exports and imports,
/// dependencies, and one owner for each physical name. The rules are in `docs/rules.md`.
#[derive(Debug, Args)]
pub struct Check {
    /// Report only what concerns a stack (`prod/ses.yaml`) or a group (`prod`) [default: everything]
    pub path: Option<String>,
    /// How to write what was found
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub format: Format,
    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub baseline: Option<PathBuf>,
    /// List all findings of the project in this file, and report only those that cannot be listed
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    pub write_baseline: Option<PathBuf>,
}

/// Draw the stacks, their groups, and what flows between them.
///
/// Arrows lead from the stack that gives to the stack that takes: by a dependency, an output, an import (solid), or only by
/// naming its resources (dashed). A dependency that a longer way implies is left out, except in JSON.
#[derive(Debug, Args)]
pub struct Graph {
    /// A stack (`prod/ses.yaml`) or a group (`prod`), with what it is linked to [default: everything]
    pub path: Option<String>,
    /// How to write the picture
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = graph::Format::Mermaid)]
    pub format: graph::Format,
}

/// Run the actions of a Sceptre hook.
///
/// In a stack file: `before_create: [!sesame before_create]`. The plugin then hands over the stack on standard input.
/// By hand: name the stack.
#[derive(Debug, Args)]
#[command(after_help = super::hook::help())]
pub struct Hook {
    /// A hook point (`before_create`) or one action (`verify-stack`)
    pub point: String,
    /// The stack, such as `prod/ses.yaml`, when run by hand
    pub stack: Option<String>,
}

/// Print one value of the environment.
///
/// In a stack file: `DomainName: !sesame domain`. By hand: name a stack; a list is printed one value a line.
#[derive(Debug, Args)]
pub struct Resolve {
    /// A dotted key of `environment:`, such as `networks.people.0`
    pub key: String,
    /// A stack whose environment is meant, such as `prod/ses.yaml`, when run by hand
    pub stack: Option<String>,
}

/// List the rules of `validate` and `check`.
#[derive(Debug, Args)]
pub struct Rules {
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub format: ListFormat,
}

/// The formats of a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListFormat {
    Human,
    Json,
}
