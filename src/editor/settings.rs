//! The settings of VS Code's YAML extension, and where its files lie.

use std::path::Path;

use serde_json::{Value, json};

use super::{Survey, custom_tags};
use crate::project::Folders;

/// The folder of VS Code's settings, below the repository.
pub const FOLDER: &str = ".vscode";
/// The schema of stack files, below [`FOLDER`].
pub const STACK_FILE: &str = "sesame/stack.schema.json";
/// The schema of group configs, below [`FOLDER`].
pub const GROUP_FILE: &str = "sesame/group.schema.json";

/// The settings that a project needs: which schema is for which files, and the tags.
#[must_use]
pub fn settings(folders: &Folders, survey: &Survey) -> Value {
    let config = folders.config.strip_prefix(&folders.root).unwrap_or(Path::new("config")).to_string_lossy();
    let groups = format!("{config}/**/config.yaml");
    json!({
        "yaml.schemas": {
            format!("./{FOLDER}/{STACK_FILE}"): [format!("{config}/**/*.yaml"), format!("!{groups}")],
            format!("./{FOLDER}/{GROUP_FILE}"): [groups],
        },
        "yaml.customTags": custom_tags(&survey.tags),
    })
}
