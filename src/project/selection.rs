//! Which stacks a path on the command line names.

use std::path::{Path, PathBuf};

use super::{Folders, ProjectError};
use crate::files::{Entry, Files, Kind};
use crate::words;

/// The stacks that a command is about.
#[derive(Clone, Debug)]
pub struct Selection {
    command_path: String,
    stacks: Vec<String>,
}

impl Selection {
    /// The stacks that a path names: a stack (`prod/ses.yaml`), a group (`prod`), or everything (`.` or nothing).
    ///
    /// `./prod`, `prod/` and a path that includes the config folder, as shells complete it, mean the same.
    ///
    /// # Errors
    /// If the path names nothing, or a folder cannot be listed.
    pub fn of(folders: &Folders, path: Option<&str>) -> Result<Selection, ProjectError> {
        let all = all_stacks(folders)?;
        let command_path = below_config(folders, path.unwrap_or("."));
        let stacks: Vec<String> = if command_path.is_empty() {
            all.clone()
        } else {
            let prefix = format!("{command_path}/");
            all.iter().filter(|stack| **stack == command_path || stack.starts_with(&prefix)).cloned().collect()
        };
        if stacks.is_empty() && !command_path.is_empty() {
            return Err(ProjectError::NoSuchPath {
                path: path.unwrap_or_default().to_owned(),
                config: folders.config.clone(),
                help: help(&command_path, &all),
            });
        }
        Ok(Selection { command_path, stacks })
    }

    /// The path as Sceptre would be given it: relative to `config/`, no trailing slash; empty for everything.
    #[must_use]
    pub fn command_path(&self) -> &str {
        &self.command_path
    }

    /// The stack files relative to `config/`, sorted.
    #[must_use]
    pub fn stacks(&self) -> &[String] {
        &self.stacks
    }

    /// Whether it is the whole project.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.command_path.is_empty()
    }
}

fn below_config(folders: &Folders, path: &str) -> String {
    let found = folders.files.real_path(Path::new(path)).ok();
    let typed = match found.as_deref().and_then(|path| path.strip_prefix(&folders.config).ok()) {
        Some(below) => below.to_string_lossy().into_owned(),
        None => path.to_owned(),
    };
    typed.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

fn help(wanted: &str, all: &[String]) -> Option<String> {
    let with_suffix = format!("{wanted}.yaml");
    if all.contains(&with_suffix) {
        return Some(format!("did you mean `{with_suffix}`?"));
    }
    let groups = all.iter().filter_map(|stack| stack.rsplit_once('/').map(|(group, _)| group));
    words::did_you_mean(wanted, all.iter().map(String::as_str).chain(groups))
}

/// All stack files of a project, relative to `config/`, sorted.
///
/// # Errors
/// If a folder cannot be listed.
pub fn all_stacks(folders: &Folders) -> Result<Vec<String>, ProjectError> {
    let mut stacks = Vec::new();
    list(&*folders.files, &folders.config, "", &mut Vec::new(), &mut stacks)?;
    stacks.sort();
    Ok(stacks)
}

/// All stack files below a folder: `*.yaml` that do not begin with `config.`, links followed, as Sceptre walks; but a
/// link to a folder that it lies in is not, since that has no end.
fn list(
    files: &dyn Files,
    folder: &Path,
    prefix: &str,
    above: &mut Vec<PathBuf>,
    stacks: &mut Vec<String>,
) -> Result<(), ProjectError> {
    let unreadable = |source| ProjectError::Unreadable { file: folder.to_path_buf(), source };
    let real = files.real_path(folder).map_err(unreadable)?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for Entry { name, path: below, kind } in files.list(folder).map_err(unreadable)? {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if kind == Kind::Folder || kind == Kind::Link && files.is_folder(&below) {
            list(files, &below, &path, above, stacks)?;
        } else if name.ends_with(".yaml") && !name.starts_with("config.") {
            stacks.push(path);
        }
    }
    above.pop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_but_not_in_circles() {
        let project = tempfile::tempdir().unwrap();
        let config = project.path().join("config");
        let folders = || Folders::find(Some(project.path())).unwrap();
        std::fs::create_dir_all(config.join("a/x.yaml")).unwrap();
        for file in ["a/one.yaml", "config.yaml", "a/config.prod.yaml", "a/x.yaml/two.yaml"] {
            std::fs::write(config.join(file), "").unwrap();
        }
        symlink(".", config.join("here")).unwrap();
        symlink("..", config.join("a/up")).unwrap();
        symlink("a", config.join("b")).unwrap();
        symlink("nothing", config.join("dangling.yaml")).unwrap();
        assert_eq!(
            all_stacks(&folders()).unwrap(),
            ["a/one.yaml", "a/x.yaml/two.yaml", "b/one.yaml", "b/x.yaml/two.yaml", "dangling.yaml"]
        );
    }
}
