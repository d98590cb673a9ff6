//! Sceptre's own Jinja templates: `.j2` files in the project's `templates/`, filled with `sceptre_user_data`.

use std::path::Path;
use std::sync::Arc;

use minijinja::context;
use serde_yaml::Mapping;

use crate::files::Files;
use crate::jinja::{JinjaError, base_environment, mapping_value, refuse_huge};

/// Renders a template as Sceptre's file handler does: strict, includes from the template's own folder.
///
/// # Errors
/// If the file is not valid Jinja, or uses a variable that does not exist.
pub fn render_sceptre_jinja(
    files: &Arc<dyn Files>,
    file: &Path,
    text: &str,
    user_data: Option<&Mapping>,
) -> Result<String, JinjaError> {
    refuse_huge(file, text)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let environment = base_environment(files, folder);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let user_data = mapping_value(user_data.unwrap_or(&Mapping::new()));
    environment
        .template_from_named_str(&name, text)
        .and_then(|template| template.render(context! { sceptre_user_data => user_data }))
        .map_err(|error| JinjaError::new(file, folder, &error))
}
