//! sesame renders, validates and checks a Sceptre project, and runs as Sceptre's resolver and hooks.
//!
//! The stages, in the order in which data flows. Each may use the ones before it (`tests/layers.rs`):
//!
//! 1. [`project`] reads the config tree as Sceptre does,
//! 2. [`render`] fills the Jinja sources of templates,
//! 3. [`template`] parses CloudFormation,
//! 4. [`deployment`] puts a stack together with its template and its values,
//! 5. [`validate`] checks values against schemas and templates,
//! 6. [`evaluate`] works out what a template comes to with these values,
//! 7. [`link`] checks whether the stacks fit together,
//! 8. [`triage`] decides what of the findings is reported,
//! 9. [`report`] shows it; [`rules`] lists what there is to find.
//!
//! [`check`] calls them one after the other. [`explain`] tells where one value comes from, [`graph`] draws what the stacks
//! share, [`editor`] says in schemas what [`validate`] checks. [`hook`] and [`resolve`] are thin adapters that Sceptre's
//! plugin calls; they reach AWS through [`host`]. [`cli`] is the command line,
//! [`mail_platform`] what only the mail platform of this repository needs: its DKIM keys, and masked mail logs.
//!
//! All files are read through [`files`]. `docs/architecture.md` is the map of the whole.
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests lay their files on the disk"))]

pub mod account;
pub mod adopt;
pub mod aws;
pub mod check;
pub mod cli;
pub mod clock;
pub mod deployment;
pub mod editor;
pub mod evaluate;
pub mod exit_code;
pub mod explain;
pub mod files;
pub mod finding;
pub mod graph;
pub mod hook;
pub mod host;
pub mod jinja;
pub mod link;
pub mod logical_path;
pub mod mail_platform;
pub mod parallel;
pub mod preflight;
pub mod project;
pub mod render;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod schema;
pub mod template;
pub mod triage;
pub mod validate;
pub mod words;
pub mod yaml;
