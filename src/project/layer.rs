//! One config file of a project, and stacks of them that together make a config.

use std::path::PathBuf;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::keys::{Merge, merge_rule};
use crate::finding::Place;
use crate::jinja::source_line;
use crate::logical_path::{LogicalPath, Segment};
use crate::yaml::{Document, Position};

/// A config file after Jinja.
#[derive(Debug)]
pub struct Layer {
    /// Absolute path.
    pub file: PathBuf,
    /// As it stands on disk.
    pub source: String,
    /// After Jinja, if that changed anything.
    pub rendered: Option<String>,
    /// The rendered text, parsed.
    pub document: Document,
}

impl Layer {
    /// The place in the file, as it stands on disk, of a position in the rendered text.
    #[must_use]
    pub fn place(&self, position: Position) -> Place {
        let line = match &self.rendered {
            Some(rendered) => source_line(&self.source, rendered, position.line),
            None => position.line,
        };
        Place::line(&self.file, line, position.column)
    }

    fn mapping(&self) -> Option<&Mapping> {
        self.document.value.as_mapping()
    }
}

/// A merged config with the layers that it comes from.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The merged values.
    pub values: Mapping,
    /// From the outermost group config to the file itself.
    pub layers: Vec<Arc<Layer>>,
}

impl Config {
    /// Puts a layer on top, by Sceptre's merge rules.
    pub fn add(&mut self, layer: Arc<Layer>) {
        if let Some(child) = layer.mapping() {
            for (key, value) in child {
                let merged = self.merged(child, key, value);
                self.values.insert(key.clone(), merged);
            }
        }
        self.layers.push(layer);
    }

    fn merged(&self, child: &Mapping, key: &Value, value: &Value) -> Value {
        let name = key.as_str().unwrap_or_default();
        let inheritance_key = format!("{name}_inheritance");
        let inheritance =
            child.get(&inheritance_key).or_else(|| self.values.get(&inheritance_key)).and_then(Value::as_str);
        match (merge_rule(name, inheritance), self.values.get(key), value) {
            (Merge::JoinLists, Some(Value::Sequence(parent)), Value::Sequence(child)) => {
                Value::Sequence(parent.iter().chain(child).cloned().collect())
            }
            (Merge::MergeMappings, Some(Value::Mapping(parent)), Value::Mapping(child)) => {
                let mut both = parent.clone();
                both.extend(child.iter().map(|(key, value)| (key.clone(), value.clone())));
                Value::Mapping(both)
            }
            _ => value.clone(),
        }
    }

    /// The value of a top-level key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
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
        Arc::new(Layer {
            file: file.into(),
            source: text.to_owned(),
            rendered: None,
            document: Document::parse(text).unwrap(),
        })
    }

    fn config(texts: &[&str]) -> Config {
        let mut config = Config::default();
        for (number, text) in texts.iter().enumerate() {
            config.add(layer(&format!("{number}.yaml"), text));
        }
        config
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
