//! Reads config files the way Sceptre's `ConfigReader` does: group configs from the top down, then the stack file and
//! the files of the same name above it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::config_jinja::{Names, Scope, Undefined, render};
use super::folders::Folders;
use super::layer::{Config, Layer, Source};
use crate::files::Files;
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::yaml::{Document, Scanned};

rules! {
    static CONFIG_JINJA: Rule = Rule::error("config-jinja", Chapter::ConfigFiles)
        .about("a config file whose Jinja does not render")
        .page("Jinja that does not render: syntax, a variable that is not defined")
        .hides_line();
    pub(crate) static CONFIG_UNREADABLE: Rule = Rule::error("config-unreadable", Chapter::ConfigFiles)
        .about("a config file that cannot be read")
        .firm();
    static CONFIG_YAML: Rule = Rule::error("config-yaml", Chapter::ConfigFiles)
        .about("a config file that is not YAML, or not a mapping of keys")
        .page("a file that is not YAML, or not a mapping of keys")
        .hides_line();
    static DUPLICATE_KEY: Rule = Rule::error("duplicate-key", Chapter::ConfigFiles)
        .about("a key that stands twice in one mapping")
        .page("a key that stands twice in one mapping: Sceptre would silently take the last")
        .hides_line();
}

/// The name of a group config; in any folder, and never a stack.
pub const GROUP_FILE: &str = "config.yaml";

/// Reads the files of one project, each group once.
pub struct Reader<'a> {
    folders: &'a Folders,
    variables: &'a Mapping,
    command_path: Vec<String>,
    undefined: Undefined,
    /// By folder.
    groups: HashMap<PathBuf, Result<Arc<Config>, Vec<Finding>>>,
    /// By folder, for those that are the same whichever folder below asks.
    chains: HashMap<PathBuf, Result<Chain, Vec<Finding>>>,
}

/// The group configs from the outermost folder to one folder, as some folder below it sees them.
#[derive(Clone)]
struct Chain {
    config: Arc<Config>,
    /// One of the files has `stack_group_path`, which is not its own folder but the one that Sceptre reads for.
    depends_on_leaf: bool,
}

impl<'a> Reader<'a> {
    /// A reader for a project; `command_path` is what the configs see under that name.
    #[must_use]
    pub fn new(folders: &'a Folders, variables: &'a Mapping, command_path: &str, undefined: Undefined) -> Reader<'a> {
        Reader {
            folders,
            variables,
            command_path: command_path.split('/').map(str::to_owned).collect(),
            undefined,
            groups: HashMap::new(),
            chains: HashMap::new(),
        }
    }

    fn files(&self) -> &dyn Files {
        &*self.folders.files
    }

    /// Reads the group configs of a stack file (relative to `config/`), once for all stacks of the group.
    pub fn prepare(&mut self, file: &Path) {
        let folder = file.parent().unwrap_or(Path::new(""));
        if !self.groups.contains_key(folder) {
            let read = self.chain(folder, folder).map(|chain| chain.config);
            self.groups.insert(folder.to_path_buf(), read);
        }
    }

    fn chain(&mut self, folder: &Path, leaf: &Path) -> Result<Chain, Vec<Finding>> {
        if let Some(known) = self.chains.get(folder) {
            return known.clone();
        }
        let read = self.read_chain(folder, leaf);
        if !read.as_ref().is_ok_and(|chain| chain.depends_on_leaf) {
            self.chains.insert(folder.to_path_buf(), read.clone());
        }
        read
    }

    fn read_chain(&mut self, folder: &Path, leaf: &Path) -> Result<Chain, Vec<Finding>> {
        let mut chain = match folder.parent() {
            Some(parent) => self.chain(parent, leaf)?,
            None => Chain { config: Arc::default(), depends_on_leaf: false },
        };
        let names = Names { group: None, own: chain.config.own_values(), group_folder: leaf };
        if let Some(layer) = self.layer(&folder.join(GROUP_FILE), &names)? {
            chain.depends_on_leaf |= may_depend_on_leaf(&layer.source.text);
            let mut config = Config::clone(&chain.config);
            config.add(Arc::new(layer))?;
            chain.config = Arc::new(config);
        }
        Ok(chain)
    }

    /// The merged config of a stack file (relative to `config/`), and that of its group, which is prepared.
    ///
    /// # Errors
    /// Findings about the files that cannot be read, as errors.
    pub fn stack(&self, file: &Path) -> Result<(Config, Arc<Config>), Vec<Finding>> {
        self.exists(file)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let group = self.groups.get(folder).cloned().unwrap_or_else(|| Ok(Arc::default()))?;
        let mut config = Config::default();
        let name = file.file_name().unwrap_or_default();
        // Files of the same name in the folders above are inherited from, outermost first; the group comes last.
        let mut above: Vec<&Path> = folder.ancestors().collect();
        above.reverse();
        for ancestor in above {
            let names = Names { group: Some(group.own_values()), own: config.own_values(), group_folder: folder };
            if let Some(layer) = self.layer(&ancestor.join(name), &names)? {
                config.add(Arc::new(layer))?;
            }
        }
        Ok((config.below(Arc::clone(&group))?, group))
    }

    /// A stack's own file must be there; those that it inherits from need not.
    fn exists(&self, relative: &Path) -> Result<(), Vec<Finding>> {
        let file = self.folders.config.join(relative);
        if self.files().is_file(&file) {
            return Ok(());
        }
        let reason = match self.files().read_text(&file) {
            _ if relative.to_string_lossy().contains(char::REPLACEMENT_CHARACTER) => "its name is not UTF-8".to_owned(),
            Err(error) => error.to_string(),
            Ok(_) => return Ok(()),
        };
        Err(unreadable(&file, &reason))
    }

    /// Reads one file, if it exists. A folder of that name is no file, for Sceptre too.
    fn layer(&self, relative: &Path, names: &Names<'_>) -> Result<Option<Layer>, Vec<Finding>> {
        let file = self.folders.config.join(relative);
        if !self.files().is_file(&file) {
            return Ok(None);
        }
        let text = self.files().read_text(&file).map_err(|error| unreadable(&file, &error.to_string()))?;
        let scope = Scope {
            variables: self.variables,
            command_path: &self.command_path,
            files: &self.folders.files,
            project_folder: &self.folders.project,
            undefined: self.undefined,
        };
        let rendered = render(&text, &file, names, &scope)
            .map_err(|error| vec![CONFIG_JINJA.finding(error.place, error.message).help(error.help)])?;
        parse(Source::new(file, text, rendered)).map(Some)
    }
}

/// Whether a group config can come out differently for each folder below it; what it includes is not looked at.
fn may_depend_on_leaf(text: &str) -> bool {
    ["stack_group_path", "include", "import", "extends"].iter().any(|name| text.contains(name))
}

fn unreadable(file: &Path, reason: &str) -> Vec<Finding> {
    vec![CONFIG_UNREADABLE.finding(Place::file(file), format!("cannot be read: {reason}"))]
}

fn parse(source: Source) -> Result<Layer, Vec<Finding>> {
    let scanned = Scanned::of(source.yaml());
    // Duplicates first: they are the one mistake that Sceptre lets pass, so all of them are worth a line.
    if let Ok(Scanned { index, .. }) = &scanned
        && !index.duplicates.is_empty()
    {
        return Err(index.duplicates.iter().map(|duplicate| stands_twice(&source, duplicate)).collect());
    }
    let document = Document::of(source.yaml(), scanned).map_err(|error| {
        let place = error.position.map_or_else(|| Place::file(&source.file), |at| source.place(at));
        vec![CONFIG_YAML.finding(place, format!("not valid YAML: {}", error.message))]
    })?;
    if !matches!(document.value, Value::Mapping(_) | Value::Null) {
        let kind = crate::yaml::kind(&document.value);
        let message = format!("holds {kind}, not a mapping of keys");
        return Err(vec![CONFIG_YAML.finding(Place::file(&source.file), message)]);
    }
    Ok(Layer::new(source, document))
}

fn stands_twice(source: &Source, duplicate: &crate::yaml::Duplicate) -> Finding {
    let first = source.line(duplicate.first.line).map(|line| format!(", first in line {line}")).unwrap_or_default();
    let message = format!("key `{}` stands twice{first}; Sceptre would silently take the last", duplicate.key);
    DUPLICATE_KEY.finding(source.place(duplicate.second), message)
}
