//! sesame renders, validates and checks a Sceptre project, and runs as Sceptre's resolver and hooks.
//!
//! The stages, in the order in which data flows; each may use the ones before it, none uses [`cli`]:
//!
//! 1. [`project`] reads the config tree as Sceptre does,
//! 2. [`render`] fills the Jinja sources of templates,
//! 3. [`template`] parses CloudFormation,
//! 4. [`validate`] checks values against schemas and templates,
//! 5. [`evaluate`] works out what a template comes to with its stack's parameters,
//! 6. [`link`] checks whether the stacks fit together,
//! 7. [`triage`] decides what of the findings is reported,
//! 8. [`report`] shows it.
//!
//! [`check`] runs stages 1 to 6 over a whole project; [`explain`] tells where one value comes from, [`graph`] draws what they link. [`hook`] and [`resolve`] are thin adapters that Sceptre's plugin calls; they reach AWS through [`host`].
//! So does [`dkim`], with which operators look after the function that rotates DKIM keys.
//! [`editor`] says in schemas, for editors, what [`validate`] checks.
//! [`mask`] stands alone: it masks personal data in mail logs.
//! [`finding`], [`logical_path`], [`words`], [`yaml`], [`jinja`], [`schema`] and [`parallel`] serve all of them.

pub mod check;
pub mod cli;
pub mod deployment;
pub mod dkim;
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
pub mod mask;
pub mod parallel;
pub mod project;
pub mod render;
pub mod report;
pub mod resolve;
pub mod schema;
pub mod template;
pub mod triage;
pub mod validate;
pub mod words;
pub mod yaml;
