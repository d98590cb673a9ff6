//! The variables that a line of a config file takes, and where each is set: `--var`, a `--var-file`, or nowhere.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::files::{Disk, Files};
use crate::finding::Place;
use crate::logical_path::{LogicalPath, Segment};
use crate::project::Layer;
use crate::yaml::Document;

/// Where variables may be set, as on the command line.
#[derive(Clone, Copy, Debug, Default)]
pub struct VariableSources<'a> {
    /// `--var NAME=VALUE`.
    pub pairs: &'a [String],
    /// `--var-file FILE`.
    pub files: &'a [PathBuf],
    /// `--merge-vars`.
    pub merge: bool,
}

/// Where a variable is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// `--var`.
    CommandLine,
    /// `--var-file`, and where in it.
    File(Place),
    /// Nothing: the file must have a default.
    Nothing,
}

/// A variable in the Jinja of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Such as `var.account_id`.
    pub name: String,
    /// See [`SetBy`].
    pub set_by: SetBy,
}

/// The variables in the line of a file in which the value at a path stands.
pub fn variables_of(layer: &Layer, path: &LogicalPath, sources: &VariableSources<'_>) -> Vec<Variable> {
    if layer.source.rendered.is_none() {
        return Vec::new();
    }
    let (position, _) = layer.document.index.root.walk(&path.0);
    let Some(line) = layer.source.line(position.line) else { return Vec::new() };
    let text = layer.source.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let variable = |name: String| {
        let set_by = sources.find(&name);
        Variable { name: format!("var.{name}"), set_by }
    };
    names_in(text).into_iter().map(variable).collect()
}

/// Names behind `var.` in the Jinja of a line.
fn names_in(line: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (opening, closing) in [("{{", "}}"), ("{%", "%}")] {
        for after in line.split(opening).skip(1) {
            let code = after.split(closing).next().unwrap_or_default();
            for word in code.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))) {
                if let Some(name) = word.strip_prefix("var.").filter(|name| !name.is_empty()) {
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

impl VariableSources<'_> {
    fn find(&self, name: &str) -> SetBy {
        let covers = |pair: &str| {
            let set = pair.split('=').next().unwrap_or_default();
            name == set || name.starts_with(&format!("{set}.")) || set.starts_with(&format!("{name}."))
        };
        if self.pairs.iter().any(|pair| covers(pair)) {
            return SetBy::CommandLine;
        }
        let path = LogicalPath(name.split('.').map(Segment::from).collect());
        for file in self.files.iter().rev() {
            // What cannot be read was refused before.
            let text = Disk.read_text(file).unwrap_or_default();
            let Ok(document) = Document::parse(&text) else { continue };
            let (at, depth) = document.index.root.walk(&path.0);
            if depth == path.0.len() {
                return SetBy::File(Place::line(file, at.line, at.column));
            }
            // Without merging, the last file with the first name is the only one that counts.
            if depth > 0 && !self.merge {
                return SetBy::Nothing;
            }
        }
        SetBy::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_then_the_last_file() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.yaml"), folder.path().join("two.yaml"));
        std::fs::write(&one, "a: {x: 1, y: 2}\nb: 1\n").unwrap();
        std::fs::write(&two, "a: {y: 3}\n").unwrap();
        let (files, pairs) = ([one.clone(), two.clone()], ["c.d=1".to_owned()]);
        let found = |name: &str, merge| VariableSources { pairs: &pairs, files: &files, merge }.find(name);
        assert_eq!(found("c.d", false), SetBy::CommandLine);
        assert_eq!(found("c", false), SetBy::CommandLine);
        assert_eq!(found("b", false), SetBy::File(Place::line(&one, 2, 4)));
        assert_eq!(found("a.y", false), SetBy::File(Place::line(&two, 1, 8)));
        assert_eq!(found("a.x", false), SetBy::Nothing);
        assert_eq!(found("a.x", true), SetBy::File(Place::line(&one, 1, 8)));
        assert_eq!(found("z", true), SetBy::Nothing);
    }

    #[test]
    fn only_jinja_has_variables() {
        let names: Vec<_> = names_in("a: {{ var.x.y | default(var.z) }} var.no {% if var.w %}").into_iter().collect();
        assert_eq!(names, ["w", "x.y", "z"]);
    }
}
