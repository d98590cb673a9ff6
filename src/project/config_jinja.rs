//! Jinja in config files, with the variables that Sceptre gives them.

use std::collections::BTreeMap;
use std::path::Path;

use minijinja::{Environment, UndefinedBehavior, Value as JinjaValue};
use serde_yaml::{Mapping, Value};

use crate::jinja::{FUEL, JinjaError, confined_loader, jinja_value, mapping_value};

/// What a missing variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// An error, as in Sceptre.
    Strict,
    /// An empty text: for finding lines in files whose values Sceptre has already given us.
    Lenient,
}

/// What a config file can see besides the merged values of the files above it.
pub struct Scope<'a> {
    /// `var`.
    pub variables: &'a Mapping,
    /// `command_path`, split at slashes.
    pub command_path: &'a [String],
    /// `stack_group_config`, in stack files.
    pub stack_group_config: Option<&'a Mapping>,
    /// See [`Undefined`].
    pub undefined: Undefined,
}

/// Renders one config file. A text without Jinja comes back as `None`, unchanged.
///
/// # Errors
/// If the text is not valid Jinja, or uses a variable that does not exist.
pub fn render(text: &str, file: &Path, inherited: &Mapping, scope: &Scope<'_>) -> Result<Option<String>, JinjaError> {
    if !["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
        return Ok(None);
    }
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_undefined_behavior(match scope.undefined {
        Undefined::Strict => UndefinedBehavior::Strict,
        Undefined::Lenient => UndefinedBehavior::Chainable,
    });
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(FUEL));
    if let Some(folder) = file.parent() {
        environment.set_loader(confined_loader(folder));
    }
    configure(&mut environment, inherited.get("j2_environment"), file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let rendered = environment
        .template_from_named_str(&name, text)
        .and_then(|template| template.render(context(inherited, scope)))
        .map_err(|error| JinjaError::new(file, &error))?;
    Ok(Some(rendered))
}

fn context(inherited: &Mapping, scope: &Scope<'_>) -> JinjaValue {
    let mut names: BTreeMap<String, JinjaValue> =
        inherited.iter().filter_map(|(name, value)| Some((name.as_str()?.to_owned(), jinja_value(value)))).collect();
    names.insert("var".to_owned(), mapping_value(scope.variables));
    if let Some(group) = scope.stack_group_config {
        names.insert("stack_group_config".to_owned(), mapping_value(group));
    }
    names.insert("command_path".to_owned(), JinjaValue::from(scope.command_path.to_vec()));
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    names.insert("environment_variable".to_owned(), JinjaValue::from(environment));
    JinjaValue::from(names)
}

/// `j2_environment` of a group config: the settings that MiniJinja has too; any other is named and refused, since
/// ignoring it would render something else than Sceptre does.
fn configure(environment: &mut Environment<'_>, settings: Option<&Value>, file: &Path) -> Result<(), JinjaError> {
    let Some(Value::Mapping(settings)) = settings else { return Ok(()) };
    let text = |name: &str, default: &str| settings.get(name).and_then(Value::as_str).unwrap_or(default).to_owned();
    let flag = |name: &str| settings.get(name).and_then(Value::as_bool).unwrap_or(false);
    const KNOWN: &[&str] = &[
        "block_start_string",
        "block_end_string",
        "variable_start_string",
        "variable_end_string",
        "comment_start_string",
        "comment_end_string",
        "trim_blocks",
        "lstrip_blocks",
        "keep_trailing_newline",
    ];
    if let Some(unknown) = settings.keys().filter_map(Value::as_str).find(|name| !KNOWN.contains(name)) {
        return Err(JinjaError::message(file, format!("`j2_environment.{unknown}` is not supported")));
    }
    let syntax = minijinja::syntax::SyntaxConfig::builder()
        .block_delimiters(text("block_start_string", "{%"), text("block_end_string", "%}"))
        .variable_delimiters(text("variable_start_string", "{{"), text("variable_end_string", "}}"))
        .comment_delimiters(text("comment_start_string", "{#"), text("comment_end_string", "#}"))
        .trim_blocks(flag("trim_blocks"))
        .lstrip_blocks(flag("lstrip_blocks"))
        .keep_trailing_newline(flag("keep_trailing_newline"))
        .build()
        .map_err(|error| JinjaError::new(file, &error))?;
    environment.set_syntax(syntax);
    Ok(())
}
