//! The catalogue: the facts that the sources loop over, in the YAML files beside them.

use std::path::{Path, PathBuf};

use serde_yaml::Value;

use crate::files::{Files, Kind};
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::jinja::read_confined;
use crate::yaml::parse_merged;

rules! {
    pub(crate) static CATALOG: Rule = Rule::error("catalog", Chapter::Templates)
        .about("a catalogue that is not YAML, or breaks its schema")
        .page("a file of the catalogue that is not YAML, or breaks the schema of its name, as `schemas/catalog.schema.json`");
}

const ENDING: &str = ".yaml";

/// One file of the catalogue, such as `catalog.yaml` or `alarms.yaml`.
#[derive(Clone, Debug)]
pub struct CatalogFile {
    /// Without the ending: what sources call it, and the first part of its schema's name.
    pub name: String,
    /// Absolute.
    pub file: PathBuf,
    /// As it is written.
    pub text: String,
    /// What that means, merge keys applied.
    pub value: Value,
}

/// Reads the YAML files that stand in the source folder itself, by name.
///
/// # Errors
/// Findings about the first one that cannot be read or is not YAML.
pub fn read(files: &dyn Files, folder: &Path) -> Result<Vec<CatalogFile>, Vec<Finding>> {
    let unreadable = |error| vec![CATALOG.finding(Place::file(folder), format!("cannot be listed: {error}"))];
    let entries = files.list(folder).map_err(unreadable)?;
    let mut names: Vec<String> = entries
        .iter()
        .filter(|entry| entry.kind != Kind::Folder)
        .filter_map(|entry| entry.name.strip_suffix(ENDING).map(str::to_owned))
        .collect();
    names.sort();
    names.into_iter().map(|name| read_file(files, folder, name)).collect()
}

fn read_file(files: &dyn Files, folder: &Path, name: String) -> Result<CatalogFile, Vec<Finding>> {
    let file = folder.join(format!("{name}{ENDING}"));
    let problem = |place, message: String| vec![CATALOG.finding(place, message)];
    let text = read_confined(files, folder, &format!("{name}{ENDING}"))
        .and_then(|text| text.ok_or_else(|| "this file is gone".to_owned()))
        .map_err(|reason| problem(Place::file(&file), reason))?;
    match parse_merged(&text) {
        Ok(value) => Ok(CatalogFile { name, file, text, value }),
        Err(error) => {
            let place = match error.position {
                Some(at) => Place::line(&file, at.line, at.column),
                None => Place::file(&file),
            };
            Err(problem(place, format!("not valid YAML: {}", error.message)))
        }
    }
}
