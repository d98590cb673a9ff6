//! Stage 1, read: a Sceptre project as Sceptre itself sees it, without AWS.

mod config_jinja;
pub mod environment;
mod error;
mod folders;
pub mod keys;
mod layer;
mod merge;
mod parameters;
mod reader;
pub mod resolvers;
mod selection;
mod stack;
mod tagged;
pub mod variables;

pub use config_jinja::Undefined;
pub use error::ProjectError;
pub use folders::Folders;
pub use layer::{Config, Layer, Source};
pub use parameters::{ParameterSetting, parameters};
pub(crate) use reader::CONFIG_UNREADABLE;
pub use reader::GROUP_FILE;
pub use selection::{Selection, all_stacks};
pub use stack::{Stack, TemplateSource};
pub use tagged::each_tagged;

use std::path::Path;
use std::sync::Arc;

use serde_yaml::Mapping;

use crate::finding::{Finding, Rule};
use crate::parallel;
use reader::Reader;

/// The rules of this stage, by the files that find them.
pub(crate) const RULES: &[&[&Rule]] = &[layer::RULES, parameters::RULES, reader::RULES];

/// A project that can be read.
#[derive(Debug)]
pub struct Project {
    /// Where it lies.
    pub folders: Arc<Folders>,
    variables: Mapping,
    undefined: Undefined,
}

/// The stacks that were read, and what is wrong with the files of those that were not.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order of their paths.
    pub stacks: Vec<Stack>,
    /// Problems of files that cannot be read.
    pub findings: Vec<Finding>,
}

impl Project {
    /// A project with the values of `var`.
    #[must_use]
    pub fn new(folders: Folders, variables: Mapping, undefined: Undefined) -> Project {
        Project { folders: Arc::new(folders), variables, undefined }
    }

    /// Reads all stacks of a selection. A file that cannot be read is a finding, and the others go on.
    ///
    /// # Errors
    /// If a folder cannot be listed.
    pub fn read(&self, selection: &Selection) -> Result<Reading, ProjectError> {
        let mut reader = self.reader(selection.command_path());
        // What stacks share is read once, before they are.
        for path in selection.stacks() {
            reader.prepare(Path::new(path));
        }
        let mut reading = Reading::default();
        for stack in parallel::map(selection.stacks(), |path| self.read_stack(&reader, path)) {
            match stack {
                Ok(stack) => reading.stacks.push(stack),
                Err(findings) => reading.findings.extend(findings),
            }
        }
        Ok(reading)
    }

    /// Reads one stack by its path below `config/`, such as `prod/ses.yaml`.
    ///
    /// # Errors
    /// Findings about the files that cannot be read.
    pub fn stack(&self, path: &str) -> Result<Stack, Vec<Finding>> {
        let mut reader = self.reader(path);
        reader.prepare(Path::new(path));
        self.read_stack(&reader, path)
    }

    fn reader<'a>(&'a self, command_path: &str) -> Reader<'a> {
        Reader::new(&self.folders, &self.variables, command_path, self.undefined)
    }

    fn read_stack(&self, reader: &Reader<'_>, path: &str) -> Result<Stack, Vec<Finding>> {
        let (config, group) = reader.stack(Path::new(path))?;
        Ok(Stack {
            path: path.to_owned(),
            file: self.folders.config.join(path),
            config,
            group,
            folders: Arc::clone(&self.folders),
        })
    }
}
