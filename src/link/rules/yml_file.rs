//! `yml-file`: a config file that Sceptre skips in silence, since it reads `*.yaml` only (`sceptre/config/reader.py`).

use std::path::{Path, PathBuf};

use super::view::View;
use super::{Check, Reads};
use crate::files::{Files, Kind};
use crate::finding::{Chapter, Finding, Place, Rule};
use crate::link::LinkedProject;
use crate::project::keys::is_stack_key;

pub static CHECK: Check = Check {
    rule: Rule::warning("yml-file", Chapter::Project)
        .about("a config file that ends in `.yml`, which Sceptre skips")
        .page("a config file that ends in `.yml`, which Sceptre skips in silence"),
    reads: Reads::NOTHING,
    run,
};

/// A file counts as a config if it sets a key of one at its left margin, and no config names it: values
/// that are kept beside the stacks, for `--var-file` or to be included, are nobody's mistake.
fn run(project: &View<'_>) -> Vec<Finding> {
    let files = &*project.folders.files;
    let mut found = Vec::new();
    list(files, &project.folders.config, 0, &mut found);
    found.sort();
    found.iter().filter(|file| is_config(files, file) && !is_named(project, file)).map(|file| finding(file)).collect()
}

fn finding(file: &Path) -> Finding {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let renamed = file.with_extension("yaml");
    let help = format!("rename it to `{}`", renamed.file_name().unwrap_or_default().to_string_lossy());
    let message = format!("Sceptre skips `{name}` in silence: it reads `.yaml` files only");
    CHECK.rule.finding(Place::file(file), message).help(help)
}

/// How deep folders are looked into: links may lead in circles.
const DEEPEST: usize = 16;

/// What cannot be listed is reported by whoever reads the stacks.
fn list(files: &dyn Files, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for entry in files.list(folder).into_iter().flatten() {
        if entry.kind == Kind::Folder && depth < DEEPEST {
            list(files, &entry.path, depth + 1, found);
        } else if entry.path.extension().is_some_and(|suffix| suffix == "yml") && files.is_file(&entry.path) {
            found.push(entry.path);
        }
    }
}

fn is_config(files: &dyn Files, file: &Path) -> bool {
    let text = files.read_text(file).unwrap_or_default();
    let sets_key = |line: &str| line.split_once(':').is_some_and(|(key, _)| is_stack_key(key.trim_end()));
    text.lines().any(sets_key)
}

fn is_named(project: &LinkedProject<'_>, file: &Path) -> bool {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return true };
    let layers = project.stacks.iter().chain(&project.ignored).flat_map(|stack| &stack.stack.config.layers);
    layers.into_iter().any(|layer| layer.source.text.contains(name))
}
