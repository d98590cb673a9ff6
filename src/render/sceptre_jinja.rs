//! Sceptre's own Jinja templates: `.j2` files in the project's `templates/`, filled with `sceptre_user_data`.

use std::path::Path;
use std::sync::Arc;

use serde_yaml::Mapping;

use crate::files::Files;
use crate::jinja::{Environment, Given, JinjaError, Rendered, mapping_value, syntax_of};

/// What a `.j2` template is rendered with.
#[derive(Clone, Copy, Debug, Default)]
pub struct SceptreJinja<'a> {
    /// `sceptre_user_data` of the stack.
    pub user_data: Option<&'a Mapping>,
    /// `j2_environment` of its group.
    pub settings: Option<&'a Mapping>,
}

/// Renders a template as Sceptre's file handler does: strict, includes from the template's own folder.
///
/// # Errors
/// If the file is not valid Jinja, or uses a variable that does not exist.
pub fn render_sceptre_jinja(
    files: &Arc<dyn Files>,
    file: &Path,
    text: &str,
    with: SceptreJinja<'_>,
    traces: bool,
) -> Result<Rendered, JinjaError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let environment = Environment::new(files, folder, syntax_of(with.settings, file)?, escapes);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let context =
        |name: &str| (name == "sceptre_user_data").then(|| mapping_value(with.user_data.unwrap_or(&Mapping::new())));
    environment.render_text(&name, text, Given { globals: &|_| None, context: &context }, traces)
}

/// Sceptre escapes what is written in included files, unless their name ends in `.j2`.
fn escapes(name: &str) -> bool {
    !name.to_lowercase().ends_with(".j2")
}
