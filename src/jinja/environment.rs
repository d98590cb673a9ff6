//! What every Jinja environment of a project has in common.

use std::path::Path;
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::loader::confined_loader;
use crate::files::Files;

/// The most that rendering one file may do, in MiniJinja's instructions: a hundred times what the largest template of
/// a real project needs, and stops an endless loop within a second.
const FUEL: u64 = 5_000_000;

/// An environment as Sceptre's: strict, with Python's methods, including files from one folder only. Nothing is escaped.
#[must_use]
pub fn base_environment(files: &Arc<dyn Files>, folder: &Path) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(FUEL));
    environment.set_loader(confined_loader(files, folder));
    environment
}
