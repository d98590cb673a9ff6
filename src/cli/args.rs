//! What can be typed. Only types and help texts; the sub-commands' modules do the work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::after_help;
use crate::graph;
use crate::report::Format;

/// Render, validate and check a Sceptre project; run as Sceptre's resolver and hooks.
#[derive(Debug, Parser)]
#[command(name = "sesame", version, after_help = after_help::EXIT_CODES, disable_help_subcommand = true, max_term_width = 100)]
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
    Explain(Explain),
    Graph(Graph),
    Preflight(Preflight),
    Adopt(Adopt),
    Hook(Hook),
    Resolve(Resolve),
    Mask(Mask),
    Rules(Rules),
    Dkim(Dkim),
    Schema(Schema),
    Completions(Completions),
    /// Print the manual page.
    ///
    /// Read it with `sesame man | man -l -`; keep it with `sesame man > ~/.local/share/man/man1/sesame.1`.
    Man,
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

/// Tell where a value of a stack comes from, and what it comes to, offline.
///
/// Every file that had a say, the merge rule, the variables and resolvers behind it, and what the template declares; for a
/// path of the template, what it comes to in this stack. Secrets are not shown.
#[derive(Debug, Args)]
#[command(after_help = after_help::EXPLAIN_EXAMPLES)]
pub struct Explain {
    /// A stack, such as `prod/ses.yaml`
    pub stack: String,
    /// A path of its config (`parameters.DomainName`) or its template (`Resources.Topic.Properties`)
    pub path: String,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Human)]
    pub format: ListFormat,
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

/// Ask the account, read-only, what would stop a launch, and what there is to do.
///
/// Credentials, the state of the stacks, names that are taken and by which stack, what SES says, other trails, the owner of
/// the template bucket, subscriptions that nobody has confirmed. What may not be asked is said.
#[derive(Debug, Args)]
#[command(after_help = after_help::PREFLIGHT_EXIT_CODES)]
pub struct Preflight {
    /// A stack (`prod/ses.yaml`) or a group (`prod`) that is to be launched [default: everything]
    pub path: Option<String>,
    /// How to write the table
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Human)]
    pub format: ListFormat,
}

/// Take what exists already into a stack, so that a launch can go on with it.
///
/// Finds resources of the stack's template that exist and belong to no stack: left behind by a stack that was deleted, or made
/// by hand. Writes the template and the list of identifiers of a change set of type IMPORT to `adopt/`, and changes nothing in
/// AWS without `--execute`.
#[derive(Debug, Args)]
#[command(after_help = after_help::ADOPT_EXIT_CODES)]
pub struct Adopt {
    /// A stack, such as `prod/ses.yaml`
    pub stack: String,
    /// Make the change set, execute it, and wait until the resources belong to the stack
    #[arg(long)]
    pub execute: bool,
}

/// Run the actions of a Sceptre hook.
///
/// In a stack file: `before_create: [!sesame before_create]`. The plugin then hands over the stack on standard input.
/// By hand: name the stack.
#[derive(Debug, Args)]
#[command(after_help = after_help::hook_points())]
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
    /// A dotted key of `environment:`, such as `networks.people.0`, or `aws.account_id`
    pub key: String,
    /// A stack whose environment is meant, such as `prod/ses.yaml`, when run by hand
    pub stack: Option<String>,
}

/// Mask personal data in mail logs, as the masking function does.
///
/// Reads JSON lines as they lie in the raw bucket, compressed (gzip) or not, and writes them to standard output. A line that
/// is no JSON is masked as free text. `docs/masking.md` says what is masked.
#[derive(Debug, Args)]
pub struct Mask {
    /// Log files, `-` for standard input [default: standard input]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// List the rules of `validate` and `check`.
#[derive(Debug, Args)]
pub struct Rules {
    /// How to write the list; Markdown is `docs/rules.md`
    #[arg(long, value_enum, default_value_t = RulesFormat::Human)]
    pub format: RulesFormat,
}

/// The formats of `sesame rules`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RulesFormat {
    Human,
    Json,
    Markdown,
}

/// The formats of a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListFormat {
    Human,
    Json,
}

/// Look after the DKIM key of a domain.
///
/// Asks the function that rotates it, in the account and region of its stack (`docs/dkim-rotation.md`). Times are those of
/// Tokyo. No private key is ever shown.
#[derive(Debug, Args)]
#[command(after_help = after_help::DKIM_EXIT_CODES)]
pub struct Dkim {
    #[command(subcommand)]
    pub command: DkimCommand,
}

#[derive(Debug, Subcommand)]
pub enum DkimCommand {
    /// Show the domain in one screen: keys, records, dates, what is wrong
    Status(DkimStack),
    /// Show what will happen and when
    Plan(DkimStack),
    /// Show the TXT records that have to stand now
    Records(DkimRecords),
    /// Start a rotation today
    ///
    /// The new record must be seen in DNS before SES is touched, as always; mail is signed without a gap.
    Rotate(DkimRotate),
    /// Sign with the key before the active one again; its record must still stand
    Restore(DkimRestore),
    /// Begin no step any more; checks, metrics and alarms go on
    Stop(DkimStop),
    /// Go on after `stop`, or when the rotation holds
    Resume(DkimConfirmed),
}

#[derive(Debug, Args)]
pub struct DkimStack {
    /// The stack with the functions, such as `prod/security.yaml`, or its group [default: the only one of the project]
    pub stack: Option<String>,
}

#[derive(Debug, Args)]
pub struct DkimRecords {
    #[command(flatten)]
    pub stack: DkimStack,
    /// For people and DNS panels, for a zone file, or for `aws route53 change-resource-record-sets`
    #[arg(long, value_enum, default_value_t = DkimFormat::Text)]
    pub format: DkimFormat,
}

/// The formats of records.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DkimFormat {
    Text,
    Bind,
    Route53,
}

#[derive(Debug, Args)]
pub struct DkimConfirmed {
    #[command(flatten)]
    pub stack: DkimStack,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct DkimRepeat {
    /// Repeat a request whose answer was lost, by the id that was shown: what was begun is not begun again
    #[arg(long = "repeat", value_name = "ID")]
    pub id: Option<String>,
}

#[derive(Debug, Args)]
pub struct DkimRestore {
    #[command(flatten)]
    pub confirmed: DkimConfirmed,
    /// The selector of the key [default: the active one if SES has another, or else the one before it]
    #[arg(long, value_name = "SELECTOR")]
    pub key: Option<String>,
    #[command(flatten)]
    pub repeat: DkimRepeat,
}

#[derive(Debug, Args)]
pub struct DkimStop {
    #[command(flatten)]
    pub confirmed: DkimConfirmed,
    /// Why, for the mails and the state
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct DkimRotate {
    #[command(flatten)]
    pub confirmed: DkimConfirmed,
    /// Why, for the mails and the state
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The active key is known to others: its record is to be deleted one day after the switch, not seven
    #[arg(long)]
    pub leaked: bool,
    /// Give up the key that is announced already, and make another one
    #[arg(long)]
    pub discard_next: bool,
    /// A selector in SES that this automation does not know, or `easy-dkim`, which it may replace
    #[arg(long, value_name = "SELECTOR")]
    pub replace: Option<String>,
    #[command(flatten)]
    pub repeat: DkimRepeat,
}

/// Print JSON Schemas and YAML tags for editors.
///
/// The schema of this project's stack files knows its templates with their parameters, its stacks and the keys of
/// `environment:`; print it again when these change. `docs/editor.md` says how editors use it, and what it cannot see.
#[derive(Debug, Args)]
pub struct Schema {
    /// The kind of config files that the schema is for
    #[arg(value_enum, value_name = "KIND", default_value_t = FileKind::Stack)]
    pub kind: FileKind,
    /// Print the YAML tags instead, in the form of the setting `yaml.customTags`, one a line
    #[arg(long, conflicts_with = "vscode")]
    pub tags: bool,
    /// Write both schemas to `.vscode/sesame/`, and the settings that use them, unless there are some, to
    /// `.vscode/settings.json`
    #[arg(long)]
    pub vscode: bool,
}

/// The kinds of config files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// A stack file
    Stack,
    /// A group config: `config.yaml`
    Group,
}

/// Print a script that completes commands and options in a shell.
///
/// bash: `sesame completions bash > ~/.local/share/bash-completion/completions/sesame`;
/// zsh: `sesame completions zsh > _sesame` into a folder of `$fpath`;
/// fish: `sesame completions fish > ~/.config/fish/completions/sesame.fish`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}
