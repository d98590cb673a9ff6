//! Sceptre's own Jinja templates: `.j2` files in the project's `templates/`, filled with `sceptre_user_data`.

use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_yaml::Mapping;

use crate::jinja::{FUEL, JinjaError, confined_loader, mapping_value, refuse_huge};

/// Renders a template as Sceptre's file handler does: strict, includes from the template's own folder.
///
/// # Errors
/// If the file is not valid Jinja, or uses a variable that does not exist.
pub fn render_native(file: &Path, text: &str, user_data: Option<&Mapping>) -> Result<String, JinjaError> {
    refuse_huge(file, text)?;
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(FUEL));
    if let Some(folder) = file.parent() {
        environment.set_loader(confined_loader(folder));
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let user_data = mapping_value(user_data.unwrap_or(&Mapping::new()));
    environment
        .template_from_named_str(&name, text)
        .and_then(|template| template.render(context! { sceptre_user_data => user_data }))
        .map_err(|error| JinjaError::new(file, &error))
}
