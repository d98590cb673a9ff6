//! Finding the folders of a project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ProjectError;
use crate::files::{Files, on_disk};

/// The folders that the stages work in. All are absolute.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Where everything is read.
    pub files: Arc<dyn Files>,
    /// The Sceptre project: the folder that holds `config/`.
    pub project: PathBuf,
    /// `config/`.
    pub config: PathBuf,
    /// Sceptre's `templates/`: what is deployed.
    pub templates: PathBuf,
    /// The repository: the folder above a project folder called `sceptre`, else the project itself.
    pub root: PathBuf,
    /// Jinja sources that `sesame render` fills, if there are any: `templates/` of the repository.
    pub sources: Option<PathBuf>,
    /// JSON Schemas, if there are any: `schemas/` of the repository or of the project.
    pub schemas: Option<PathBuf>,
}

impl Folders {
    /// The name of a template: its path relative to `templates/`, whichever links and detours lead there. `None` if it
    /// is not there.
    #[must_use]
    pub fn template_name(&self, file: &Path) -> Option<String> {
        let (file, folder) = (self.files.real_path(file).ok()?, self.files.real_path(&self.templates).ok()?);
        Some(file.strip_prefix(folder).ok()?.to_string_lossy().into_owned())
    }

    /// Finds the project on disk: the given folder, or by default the current one, or `sceptre/` below it.
    ///
    /// # Errors
    /// If there is no `config/` folder in any of these places.
    pub fn find(directory: Option<&Path>) -> Result<Folders, ProjectError> {
        Folders::find_in(on_disk(), directory)
    }

    /// Finds the project among these files.
    ///
    /// # Errors
    /// As [`Folders::find`].
    pub fn find_in(files: Arc<dyn Files>, directory: Option<&Path>) -> Result<Folders, ProjectError> {
        let start = directory.unwrap_or_else(|| Path::new("."));
        let candidates = [start.to_path_buf(), start.join("sceptre")];
        let found = candidates.iter().find(|candidate| files.is_folder(&candidate.join("config")));
        let Some(project) = found.and_then(|found| files.real_path(found).ok()) else {
            return Err(ProjectError::NoProject { start: start.to_path_buf() });
        };
        let root = match (project.file_name(), project.parent()) {
            (Some(name), Some(parent)) if name == "sceptre" => parent.to_path_buf(),
            _ => project.clone(),
        };
        let existing = |folder: PathBuf| files.is_folder(&folder).then_some(folder);
        Ok(Folders {
            config: project.join("config"),
            templates: project.join("templates"),
            sources: if root == project { None } else { existing(root.join("templates")) },
            schemas: existing(root.join("schemas")).or_else(|| existing(project.join("schemas"))),
            project,
            root,
            files,
        })
    }
}
