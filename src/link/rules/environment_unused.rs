//! `environment-unused`: a value of `environment:` that nothing reads.
//!
//! Readers are the resolvers of all stacks (`!sesame`, and whatever else names the key), the Jinja of all config files,
//! and the project's schema of the environment: what it names has a purpose beyond the stacks, such as a quota to ask for.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde_yaml::Value;

use super::view::View;
use super::{Check, Reads};
use crate::finding::{Chapter, Finding, Judgement, Rule};
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;
use crate::project::{Config, environment};
use crate::yaml::scalar_text;

pub static CHECK: Check = Check {
    rule: Rule::warning("environment-unused", Chapter::Project)
        .about("a value of `environment:` that nobody reads")
        .page(
            "a value of `environment:` that no resolver, no Jinja and no schema of the project names, once some \
             stack uses `!sesame`",
        )
        .judges(Judgement::Unused),
    reads: Reads::NOTHING,
    run,
};

/// What is read, as far as the texts tell.
#[derive(Default)]
struct Readers {
    /// Dotted keys that resolvers name.
    keys: BTreeSet<String>,
    /// Words of Jinja: the last part of a key is enough, and what is below may be read with it.
    words: BTreeSet<String>,
    /// Names of properties in the schema.
    names: BTreeSet<String>,
    by_sesame: bool,
}

/// Not judged if some stack cannot be read, or if none uses `!sesame`: then something else reads it.
fn run(project: &View<'_>) -> Vec<Finding> {
    let all: Vec<&LinkedStack> = project.stacks.iter().chain(&project.ignored).collect();
    let mut groups: Vec<&Arc<Config>> = all.iter().map(|stack| &stack.stack.group).collect();
    let mut seen = HashSet::new();
    groups.retain(|group| seen.insert(Arc::as_ptr(group)) && group.get(environment::KEY).is_some());
    if groups.is_empty() || !project.is_whole() {
        return Vec::new();
    }
    let readers = Readers::of(project, &all, &groups);
    if !readers.by_sesame {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for group in groups {
        if let Some(Value::Mapping(entries)) = group.get(environment::KEY) {
            for (key, value) in entries {
                readers.judge(group, &scalar_text(key).unwrap_or_default(), value, &mut findings);
            }
        }
    }
    findings
}

impl Readers {
    fn of(project: &LinkedProject<'_>, stacks: &[&LinkedStack], groups: &[&Arc<Config>]) -> Readers {
        let mut readers = Readers::default();
        let mut seen = HashSet::new();
        for stack in stacks {
            stack.stack.config.own_values().values().for_each(|value| readers.resolvers(value));
            for layer in stack.stack.config.layers.iter().filter(|layer| seen.insert(Arc::as_ptr(layer))) {
                readers.jinja(&layer.source.text);
            }
        }
        for group in groups {
            group.own_values().values().for_each(|value| readers.resolvers(value));
        }
        if let Some(schema) = project.folders.schemas.as_ref().map(|folder| folder.join("environment.schema.json")) {
            let text = project.folders.files.read_text(&schema).unwrap_or_default();
            readers.schema(&serde_json::from_str(&text).unwrap_or_default());
        }
        readers
    }

    fn resolvers(&mut self, value: &Value) {
        match value {
            Value::Tagged(tagged) => {
                self.by_sesame |= tagged.tag == "sesame";
                let text = scalar_text(&tagged.value).unwrap_or_default();
                for word in text.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))) {
                    let key = word.strip_prefix("stack_group_config.").unwrap_or(word);
                    let key = key.strip_prefix("environment.").unwrap_or(key);
                    self.keys.insert(key.to_owned());
                }
                self.resolvers(&tagged.value);
            }
            Value::Mapping(entries) => entries.values().for_each(|value| self.resolvers(value)),
            Value::Sequence(items) => items.iter().for_each(|value| self.resolvers(value)),
            _ => {}
        }
    }

    fn jinja(&mut self, text: &str) {
        for (opening, closing) in [("{{", "}}"), ("{%", "%}")] {
            for after in text.split(opening).skip(1) {
                let code = after.split(closing).next().unwrap_or_default();
                let words = code.split(|c: char| !(c.is_alphanumeric() || "_-".contains(c)));
                self.words.extend(words.map(str::to_owned));
                let takes_all = |after: &str| {
                    !after.starts_with(['.', '['])
                        || [".items", ".keys", ".values"].iter().any(|m| after.starts_with(m))
                };
                if code.split(environment::KEY).skip(1).any(takes_all) {
                    self.keys.insert(environment::KEY.to_owned());
                }
            }
        }
    }

    fn schema(&mut self, schema: &serde_json::Value) {
        match schema {
            serde_json::Value::Object(entries) => {
                for (key, value) in entries {
                    if key == "properties" {
                        self.names.extend(value.as_object().into_iter().flat_map(|names| names.keys().cloned()));
                    }
                    self.schema(value);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.schema(item)),
            _ => {}
        }
    }

    /// Reports the value of a key, or those values in it that are not read.
    fn judge(&self, group: &Config, key: &str, value: &Value, findings: &mut Vec<Finding>) {
        let below = format!("{key}.");
        let last = key.rsplit('.').next().unwrap_or_default();
        if self.keys.contains(key) || self.words.contains(last) || self.keys.contains(environment::KEY) {
            return;
        }
        let is_read_in_parts = self.keys.iter().any(|read| read.starts_with(&below)) || self.names.contains(last);
        match value {
            Value::Mapping(entries) if is_read_in_parts => {
                for (name, value) in entries {
                    let name = scalar_text(name).unwrap_or_default();
                    self.judge(group, &format!("{below}{name}"), value, findings);
                }
            }
            _ if is_read_in_parts => {}
            _ => {
                let path: LogicalPath = environment::path_of(key);
                // What nothing reads may be a password for all that is known.
                findings.push(
                    CHECK
                        .rule
                        .finding(group.place_of(&path), format!("nothing reads `{key}`"))
                        .at(path)
                        .secret(true)
                        .help(format!("remove it, or take it with `!sesame {key}`")),
                );
            }
        }
    }
}
