//! Finding the folders of a project.

use std::path::{Path, PathBuf};

use super::ProjectError;

/// The folders that the stages work in. All are absolute.
#[derive(Clone, Debug)]
pub struct Folders {
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
        let (file, folder) = (file.canonicalize().ok()?, self.templates.canonicalize().ok()?);
        Some(file.strip_prefix(folder).ok()?.to_string_lossy().into_owned())
    }

    /// Finds the project: the given folder, or by default the current one, or `sceptre/` below it.
    ///
    /// # Errors
    /// If there is no `config/` folder in any of these places.
    pub fn find(directory: Option<&Path>) -> Result<Folders, ProjectError> {
        let start = directory.unwrap_or_else(|| Path::new("."));
        let candidates = [start.to_path_buf(), start.join("sceptre")];
        let found = candidates.iter().find(|candidate| candidate.join("config").is_dir());
        let Some(project) = found.and_then(|found| found.canonicalize().ok()) else {
            return Err(ProjectError::NoProject { start: start.to_path_buf() });
        };
        let root = match (project.file_name(), project.parent()) {
            (Some(name), Some(parent)) if name == "sceptre" => parent.to_path_buf(),
            _ => project.clone(),
        };
        let existing = |folder: PathBuf| folder.is_dir().then_some(folder);
        Ok(Folders {
            config: project.join("config"),
            templates: project.join("templates"),
            sources: if root == project { None } else { existing(root.join("templates")) },
            schemas: existing(root.join("schemas")).or_else(|| existing(project.join("schemas"))),
            project,
            root,
        })
    }
}
