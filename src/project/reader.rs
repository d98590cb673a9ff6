//! Reads config files the way Sceptre's `ConfigReader` does: group configs from the top down, then the stack file and
//! the files of the same name above it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::config_jinja::{Scope, Undefined, render};
use super::layer::{Config, Layer};
use crate::finding::{Finding, Place};
use crate::yaml::{Document, Index};

/// The name of a group config; in any folder, and never a stack.
pub const GROUP_FILE: &str = "config.yaml";

/// Reads the files of one project, each group once.
pub struct Reader<'a> {
    config_folder: &'a Path,
    project_folder: &'a Path,
    variables: &'a Mapping,
    command_path: Vec<String>,
    undefined: Undefined,
    groups: HashMap<PathBuf, Result<Arc<Config>, Vec<Finding>>>,
}

impl<'a> Reader<'a> {
    /// A reader for a project; `command_path` is what the configs see under that name.
    #[must_use]
    pub fn new(
        folders: &'a super::Folders,
        variables: &'a Mapping,
        command_path: &str,
        undefined: Undefined,
    ) -> Reader<'a> {
        Reader {
            config_folder: &folders.config,
            project_folder: &folders.project,
            variables,
            command_path: command_path.split('/').map(str::to_owned).collect(),
            undefined,
            groups: HashMap::new(),
        }
    }

    /// The merged config of the group that a folder (relative to `config/`) stands for.
    ///
    /// # Errors
    /// Findings about the files that cannot be read, as errors.
    pub fn group(&mut self, folder: &Path) -> Result<Arc<Config>, Vec<Finding>> {
        if let Some(known) = self.groups.get(folder) {
            return known.clone();
        }
        let read = self.read_group(folder).map(Arc::new);
        self.groups.insert(folder.to_path_buf(), read.clone());
        read
    }

    fn read_group(&mut self, folder: &Path) -> Result<Config, Vec<Finding>> {
        let mut config = match folder.parent() {
            Some(parent) => Config::clone(&*self.group(parent)?),
            None => Config::default(),
        };
        if let Some(layer) = self.layer(&folder.join(GROUP_FILE), &config.values, folder, None)? {
            config.add(Arc::new(layer));
        }
        Ok(config)
    }

    /// The merged config of a stack file (relative to `config/`), and that of its group.
    ///
    /// # Errors
    /// Findings about the files that cannot be read, as errors.
    pub fn stack(&mut self, file: &Path) -> Result<(Config, Arc<Config>), Vec<Finding>> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let group = self.group(folder)?;
        let mut config = Config::clone(&*group);
        let name = file.file_name().unwrap_or_default();
        // Files of the same name in the folders above are inherited from, outermost first.
        let mut above: Vec<&Path> = folder.ancestors().collect();
        above.reverse();
        for ancestor in above {
            if let Some(layer) = self.layer(&ancestor.join(name), &config.values, folder, Some(&group.values))? {
                config.add(Arc::new(layer));
            }
        }
        Ok((config, group))
    }

    /// Reads one file, if it exists.
    fn layer(
        &self,
        relative: &Path,
        inherited: &Mapping,
        group_folder: &Path,
        stack_group_config: Option<&Mapping>,
    ) -> Result<Option<Layer>, Vec<Finding>> {
        let file = self.config_folder.join(relative);
        let problem = |rule, place, message: String| vec![Finding::error(rule, place, message)];
        let source = match std::fs::read_to_string(&file) {
            Ok(source) => source,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(problem("config-unreadable", Place::file(file), format!("cannot be read: {error}")));
            }
        };
        let mut names = inherited.clone();
        names.insert("project_path".into(), self.project_folder.to_string_lossy().into_owned().into());
        names.insert("stack_group_path".into(), group_folder.to_string_lossy().into_owned().into());
        let scope = Scope {
            variables: self.variables,
            command_path: &self.command_path,
            stack_group_config,
            undefined: self.undefined,
        };
        let rendered = render(&source, &file, &names, &scope)
            .map_err(|error| problem("config-jinja", error.place, error.message))?;
        let text = rendered.as_deref().unwrap_or(&source);
        // Duplicates first: they are the one mistake that Sceptre lets pass, so all of them are worth a line.
        if let Ok(index) = Index::of(text)
            && !index.duplicates.is_empty()
        {
            return Err(index
                .duplicates
                .iter()
                .map(|duplicate| {
                    Finding::error(
                        "duplicate-key",
                        Place::line(&file, duplicate.second.line, duplicate.second.column),
                        format!(
                            "key `{}` stands twice, first in line {}; Sceptre would silently take the last",
                            duplicate.key, duplicate.first.line
                        ),
                    )
                })
                .collect());
        }
        let document = Document::parse(text).map_err(|error| {
            let place = match error.position {
                Some(at) => Place::line(&file, at.line, at.column),
                None => Place::file(&file),
            };
            problem("config-yaml", place, format!("not valid YAML: {}", error.message))
        })?;
        if !matches!(document.value, Value::Mapping(_) | Value::Null) {
            let kind = crate::yaml::kind(&document.value);
            return Err(problem("config-yaml", Place::file(&file), format!("holds {kind}, not a mapping of keys")));
        }
        Ok(Some(Layer { file, source, rendered, document }))
    }
}
