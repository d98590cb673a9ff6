//! One config file of a project, and stacks of them that together make a config.

use std::path::PathBuf;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::merge::{Conflict, merge, prepare};
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::jinja::Rendered;
use crate::logical_path::{LogicalPath, Segment};
use crate::yaml::{Document, Node, Position};

rules! {
    static INHERITANCE: Rule = Rule::error("inheritance", Chapter::ConfigFiles)
        .about("a value that Sceptre cannot merge, or a wrong `*_inheritance`")
        .page("a value that Sceptre cannot merge, or a `*_inheritance` other than `merge` or `override`");
}

/// The text of a config file.
#[derive(Debug)]
pub struct Source {
    /// Absolute path.
    pub file: PathBuf,
    /// As it stands on disk.
    pub text: String,
    /// After Jinja, if that changed anything.
    pub rendered: Option<Rendered>,
}

impl Source {
    /// A text and what Jinja made of it.
    #[must_use]
    pub fn new(file: PathBuf, text: String, rendered: Option<Rendered>) -> Source {
        Source { file, text, rendered }
    }

    /// The text that is YAML.
    #[must_use]
    pub fn yaml(&self) -> &str {
        self.rendered.as_ref().map_or(&self.text, |rendered| &rendered.text)
    }

    /// The place on disk of a position in the rendered text: in this file or one that it includes, or the file as a whole
    /// if its line is not known.
    #[must_use]
    pub fn place(&self, position: Position) -> Place {
        let Some(rendered) = &self.rendered else {
            return Place::line(&self.file, position.line, position.column);
        };
        let Some((name, line)) = origin(rendered, position.line) else { return Place::file(&self.file) };
        let file = self.file.with_file_name(name);
        // A column is one of the line on disk only if nothing before it was made by Jinja.
        let before = |text: &str, line: usize| -> Option<String> {
            Some(text.lines().nth(line.checked_sub(1)?)?.chars().take(position.column).collect())
        };
        let is_same = file == self.file && before(&self.text, line) == before(&rendered.text, position.line);
        Place { file, line: Some(line), column: is_same.then_some(position.column) }
    }

    /// The line of this file that wrote a rendered line. `None` if another file did, or it is not known.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<usize> {
        let Some(rendered) = &self.rendered else { return Some(line) };
        let (name, line) = origin(rendered, line)?;
        (self.file.with_file_name(name) == self.file).then_some(line)
    }
}

/// The file and line that wrote a rendered line; what stands behind the last one is there.
fn origin(rendered: &Rendered, line: usize) -> Option<(&str, usize)> {
    let last = rendered.text.lines().count().max(1);
    rendered.lines.as_ref()?.origin(line.min(last))
}

/// A config file after Jinja.
#[derive(Debug)]
pub struct Layer {
    /// Absolute path.
    pub file: PathBuf,
    /// Its text.
    pub source: Source,
    /// The rendered text, parsed.
    pub document: Document,
}

impl Layer {
    /// A text that was read.
    #[must_use]
    pub fn new(source: Source, document: Document) -> Layer {
        Layer { file: source.file.clone(), source, document }
    }

    /// See [`Source::place`].
    #[must_use]
    pub fn place(&self, position: Position) -> Place {
        self.source.place(position)
    }

    fn values(&self) -> Mapping {
        self.document.value.as_mapping().cloned().unwrap_or_default()
    }
}

/// A merged config with the layers that it comes from.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The merged values that are not those of the group.
    values: Mapping,
    /// Of a stack: what it inherits.
    group: Option<Arc<Config>>,
    /// From the outermost group config to the file itself.
    pub layers: Vec<Arc<Layer>>,
}

impl Config {
    /// Puts a layer on top, by Sceptre's merge rules.
    ///
    /// # Errors
    /// Findings about values that Sceptre cannot merge.
    pub fn add(&mut self, layer: Arc<Layer>) -> Result<(), Vec<Finding>> {
        let conflicts = merge(&mut self.values, layer.values());
        self.layers.push(layer);
        self.refuse(conflicts)
    }

    /// Puts a config, already merged of all files of its name, on top of its group.
    ///
    /// # Errors
    /// Findings about values that Sceptre cannot merge.
    pub fn below(mut self, group: Arc<Config>) -> Result<Config, Vec<Finding>> {
        let conflicts = prepare(&group.values, &mut self.values);
        self.layers.splice(0..0, group.layers.iter().cloned());
        self.group = Some(group);
        self.refuse(conflicts).map(|()| self)
    }

    fn refuse(&self, conflicts: Vec<Conflict>) -> Result<(), Vec<Finding>> {
        let finding = |conflict: Conflict| {
            INHERITANCE.finding(self.place_of(&conflict.path), conflict.message).at(conflict.path).help(conflict.help)
        };
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts.into_iter().map(finding).collect()) }
    }

    /// The values of its own; without those of the group that a stack inherits.
    #[must_use]
    pub fn own_values(&self) -> &Mapping {
        &self.values
    }

    /// The value of a top-level key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key).or_else(|| self.group.as_ref()?.values.get(key))
    }

    /// The value of a top-level key, if it is a string.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The value at a path.
    #[must_use]
    pub fn value_at(&self, path: &LogicalPath) -> Option<&Value> {
        let (first, rest) = path.0.split_first()?;
        let Segment::Key(first) = first else { return None };
        rest.iter().try_fold(self.get(first)?, |value, segment| match (value, segment) {
            (Value::Mapping(mapping), Segment::Key(key)) => mapping.get(key.as_str()),
            (Value::Sequence(items), Segment::Index(index)) => items.get(*index),
            _ => None,
        })
    }

    /// The file and line that set the value at a path: the innermost layer that has it, else the one that has most of
    /// the path. `None` only if no file has any of it.
    #[must_use]
    pub fn locate(&self, path: &LogicalPath) -> Option<Place> {
        let mut best: Option<(usize, Place)> = None;
        for layer in self.layers.iter().rev() {
            let (position, depth) = layer.document.index.root.walk(&path.0);
            if depth > best.as_ref().map_or(0, |(depth, _)| *depth) {
                best = Some((depth, layer.place(position)));
            }
        }
        best.map(|(_, place)| place)
    }

    /// The node of a top-level key, in the innermost layer that has it.
    #[must_use]
    pub fn node(&self, key: &str) -> Option<&Node> {
        self.layers.iter().rev().find_map(|layer| layer.document.index.root.value(key))
    }

    /// Where a problem at a path is shown: as [`Config::locate`] says, else the innermost file as a whole.
    #[must_use]
    pub fn place_of(&self, path: &LogicalPath) -> Place {
        self.locate(path)
            .unwrap_or_else(|| Place::file(self.layers.last().map(|layer| layer.file.clone()).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(file: &str, text: &str) -> Arc<Layer> {
        let source = Source::new(file.into(), text.to_owned(), None);
        Arc::new(Layer::new(source, Document::parse(text).unwrap()))
    }

    fn config(texts: &[&str]) -> Config {
        let mut config = Config::default();
        for (number, text) in texts.iter().enumerate() {
            config.add(layer(&format!("{number}.yaml"), text)).unwrap();
        }
        config
    }

    #[test]
    fn a_stack_is_merged_with_its_group_last() {
        let group = Arc::new(config(&["parameters_inheritance: merge\nparameters: {A: 1}\nregion: x\n"]));
        let stack = config(&["parameters: {B: 2}\n", "parameters: {C: 3}\n"]).below(group).unwrap();
        assert_eq!(stack.get("parameters"), Some(&serde_yaml::from_str("{A: 1, C: 3}").unwrap()));
        assert_eq!(stack.text("region"), Some("x"));
        assert_eq!(stack.layers.len(), 3);
        assert_eq!(stack.own_values().get("region"), None);
    }

    #[test]
    fn what_cannot_be_merged_has_a_place() {
        let mut config = config(&["region: x\n"]);
        let findings = config.add(layer("1.yaml", "a: 1\nparameters_inheritance: mrge\n")).unwrap_err();
        assert_eq!(
            findings[0].one_line(),
            "1.yaml:2:25: parameters_inheritance: `parameters_inheritance` is `mrge`; Sceptre takes `merge` or `override`"
        );
    }

    #[test]
    fn the_child_wins_whole_blocks() {
        let config = config(&["parameters: {A: 1, B: 2}\nregion: x\n", "parameters: {B: 3}\n"]);
        assert_eq!(config.get("parameters"), Some(&serde_yaml::from_str("{B: 3}").unwrap()));
        assert_eq!(config.text("region"), Some("x"));
    }

    #[test]
    fn inheritance_keys_merge() {
        let config = config(&["parameters: {A: 1, B: 2}\n", "parameters_inheritance: merge\nparameters: {B: 3}\n"]);
        assert_eq!(config.get("parameters"), Some(&serde_yaml::from_str("{A: 1, B: 3}").unwrap()));
    }

    #[test]
    fn dependencies_always_join_unless_overridden() {
        assert_eq!(
            config(&["dependencies: [a]\n", "dependencies: [b]\n"]).get("dependencies"),
            Some(&serde_yaml::from_str("[a, b]").unwrap())
        );
        assert_eq!(
            config(&["dependencies: [a]\n", "dependencies: [b]\ndependencies_inheritance: override\n"])
                .get("dependencies"),
            Some(&serde_yaml::from_str("[b]").unwrap())
        );
    }

    #[test]
    fn a_value_is_located_in_the_file_that_set_it() {
        let config = config(&["x: 1\nenvironment:\n  people: [a, b]\n", "x: 2\n"]);
        let at = |path: &str| config.locate(&LogicalPath::from_dotted(path)).map(|place| place.to_string());
        assert_eq!(at("environment.people.1").as_deref(), Some("0.yaml:3:15"));
        assert_eq!(at("x").as_deref(), Some("1.yaml:1:4"));
        assert_eq!(at("environment.missing").as_deref(), Some("0.yaml:2:1"));
        assert_eq!(at("nothing"), None);
    }
}
