//! Jinja2, as Sceptre runs it: its syntax, its values, its filters, and where every rendered line was written.

#![allow(clippy::unnecessary_box_returns, reason = "every expression passes failures on: a pointer is quicker")]

mod ast;
mod environment;
mod error;
mod failure;
mod filters;
mod functions;
mod given;
mod html;
mod lexer;
mod loader;
mod methods;
mod operators;
mod output;
mod parser;
mod percent;
mod run;
mod scope;
mod settings;
mod syntax;
mod templates;
mod tests;
mod value;
mod yaml;

pub use environment::{Environment, Rendered};
pub use error::JinjaError;
pub use failure::{Failure, Outcome};
pub use given::Given as Arguments;
pub use loader::{list_confined, read_confined, read_listed, refuse_huge};
pub use output::Lines;
pub use run::{Given, HostFunction, Run, Tool};
pub use settings::syntax_of;
pub use syntax::{Extensions, Syntax};
pub use value::{Dict, Key, Text, Value};
pub use yaml::{mapping_value, value_of};

/// The mark that stands in a rendered text for what is not known: a letter that no project uses.
pub const UNKNOWN: &str = "\u{f8f0}";
