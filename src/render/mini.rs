//! MiniJinja, which fills the sources of this program.

use std::path::Path;
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde_yaml::{Mapping, Value as Yaml};

use crate::files::Files;
use crate::jinja::{JinjaError, read_confined};

/// The most that rendering one file may do, in MiniJinja's instructions: a hundred times what the largest template of
/// a real project needs, and stops an endless loop within a second.
const FUEL: u64 = 5_000_000;

/// A strict environment with Python's methods, which includes files of one folder only. Nothing is escaped.
pub fn environment(files: &Arc<dyn Files>, folder: &Path) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(FUEL));
    let (files, folder) = (Arc::clone(files), folder.to_path_buf());
    environment.set_loader(move |name| read_confined(&*files, &folder, name).map_err(invalid));
    environment
}

/// A refusal with a reason.
pub fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, reason)
}

/// MiniJinja's error in our words. `folder` is the one that the names of templates are relative to.
pub fn failure(file: &Path, folder: &Path, error: &Error) -> JinjaError {
    // An error inside an included file hides behind "could not render include".
    let mut innermost = error;
    while let Some(source) = std::error::Error::source(innermost).and_then(|source| source.downcast_ref()) {
        innermost = source;
    }
    let file = match innermost.name() {
        Some(name) if !file.ends_with(name) => folder.join(name),
        _ => file.to_path_buf(),
    };
    let message = match (innermost.kind(), innermost.detail()) {
        (ErrorKind::OutOfFuel, _) => "rendering does not end: it went over the limit for one file".to_owned(),
        (_, Some(detail)) => detail.to_owned(),
        (kind, None) => kind.to_string(),
    };
    let mut error = JinjaError::message(&file, message);
    error.place.line = innermost.line();
    error
}

/// A YAML value for MiniJinja.
pub fn value(of: &Yaml) -> Value {
    match of {
        Yaml::Mapping(entries) => mapping(entries),
        Yaml::Sequence(items) => items.iter().map(value).collect::<Vec<_>>().into(),
        Yaml::Tagged(tagged) => value(&tagged.value),
        Yaml::String(text) => text.as_str().into(),
        Yaml::Bool(flag) => (*flag).into(),
        Yaml::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, float) => float.unwrap_or_default().into(),
        },
        Yaml::Null => ().into(),
    }
}

fn mapping(entries: &Mapping) -> Value {
    let pairs = entries.iter().filter_map(|(name, of)| Some((crate::yaml::scalar_text(name)?, value(of))));
    Value::from_pairs(pairs)
}
