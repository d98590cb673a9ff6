//! Which files had a say about a value of a config, and which of them won.

use serde_yaml::Value;

use super::path::{Walk, key_of, step, walk};
use crate::logical_path::{LogicalPath, Segment};
use crate::project::keys::{Merge, merge_rule};
use crate::project::{Config, Layer};
use crate::yaml::is_true;

/// What became of the value of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is the value.
    Wins,
    /// It is part of the value.
    Merged,
    /// A file further in replaces it.
    Overridden,
}

/// Which kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `config.yaml`.
    Group,
    /// A file of the stack's name in a folder above.
    SameName,
    /// The stack file.
    Stack,
}

/// The value of one file.
#[derive(Debug)]
pub struct Say<'a> {
    /// The file.
    pub layer: &'a Layer,
    /// See [`Kind`].
    pub kind: Kind,
    /// See [`Part`].
    pub part: Part,
    /// What it says.
    pub value: &'a Value,
    /// Where in this file; in a joined list the positions are its own.
    pub path: LogicalPath,
}

/// All that is known of where a value comes from.
#[derive(Debug)]
pub struct Trace<'a> {
    /// From the outermost file to the innermost.
    pub says: Vec<Say<'a>>,
    /// How files meet that both set the key.
    pub rule: Merge,
    /// The `<key>_inheritance` that says so.
    pub inheritance: Option<String>,
}

/// One run of files that are merged from the outside in.
#[derive(Clone, Default)]
struct Chain {
    /// The positions of the files that make up the value.
    parts: Vec<usize>,
    /// The last `<key>_inheritance` that is set.
    inheritance: Option<String>,
    rule: Option<Merge>,
}

/// Where the value at a path comes from; `groups` is how many of the layers are group configs. Empty if no file sets it.
pub fn trace<'a>(config: &'a Config, groups: usize, path: &LogicalPath) -> Trace<'a> {
    let layers = &config.layers;
    let Some(Segment::Key(key)) = path.0.first() else {
        return Trace { says: Vec::new(), rule: Merge::ChildWins, inheritance: None };
    };
    let of_groups = chain(&layers[..groups], 0, key);
    let own = chain(&layers[groups..], groups, key);
    let all = put_on(of_groups, own, layers, key);
    let rule = all.rule.unwrap_or_else(|| merge_rule(key, all.inheritance.as_deref()));
    let winner = winner(&all.parts, layers, rule, path);
    let mut says = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let Some(value) = layer.document.value.get(key.as_str()) else { continue };
        let part = match (&winner, all.parts.contains(&index)) {
            (Some((won, _)), _) if *won == index => Part::Wins,
            (None, true) => Part::Merged,
            _ => Part::Overridden,
        };
        let local = match &winner {
            Some((won, local)) if *won == index => local.clone(),
            _ => path.clone(),
        };
        // Another item of a joined list is another value.
        let is_other = rule == Merge::JoinLists && part == Part::Overridden && path.0.len() > 1;
        let value = match walk(value, &local.0[1..]) {
            Walk::Found(value) | Walk::Resolver(value, _) if !is_other => value,
            _ => continue,
        };
        let kind = match index {
            index if index < groups => Kind::Group,
            index if index + 1 == layers.len() => Kind::Stack,
            _ => Kind::SameName,
        };
        says.push(Say { layer, kind, part, value, path: local });
    }
    Trace { says, rule, inheritance: all.inheritance }
}

/// The files of one run; `first` is the position of the first.
fn chain(layers: &[std::sync::Arc<Layer>], first: usize, key: &str) -> Chain {
    let mut chain = Chain::default();
    for (index, layer) in layers.iter().enumerate() {
        let values = &layer.document.value;
        let own = Chain {
            parts: values.get(key).map(|_| first + index).into_iter().collect(),
            inheritance: values
                .get(format!("{key}_inheritance"))
                .filter(|way| is_true(way))
                .and_then(|way| way.as_str().map(str::to_owned)),
            rule: None,
        };
        let below = std::mem::take(&mut chain);
        chain = join(below, own, key, |part| layers[part - first].document.value.get(key));
    }
    chain
}

fn put_on(below: Chain, own: Chain, layers: &[std::sync::Arc<Layer>], key: &str) -> Chain {
    join(below, own, key, |part| layers[part].document.value.get(key))
}

/// The inner run on top of the outer one (see `project/merge.rs`).
fn join<'a>(below: Chain, own: Chain, key: &str, value: impl Fn(usize) -> Option<&'a Value>) -> Chain {
    let inheritance = own.inheritance.or(below.inheritance);
    let rule = merge_rule(key, inheritance.as_deref());
    let holds = |parts: &[usize]| parts.iter().any(|part| value(*part).is_some_and(is_true));
    let is_there = |parts: &[usize]| parts.iter().any(|part| value(*part).is_some_and(|value| !value.is_null()));
    let met = !own.parts.is_empty() && !below.parts.is_empty();
    let (parts, rule) = match rule {
        _ if own.parts.is_empty() => (below.parts, below.rule),
        Merge::ChildWins => (own.parts, if met { Some(rule) } else { own.rule }),
        _ if is_there(&own.parts) && holds(&below.parts) => ([below.parts, own.parts].concat(), Some(rule)),
        _ if holds(&below.parts) => (below.parts, Some(rule)),
        _ => (own.parts, own.rule),
    };
    Chain { parts, inheritance, rule }
}

/// The file that gives the value at a path, with the path in that file; `None` if several make it up, or none has it.
fn winner(
    parts: &[usize],
    layers: &[std::sync::Arc<Layer>],
    rule: Merge,
    path: &LogicalPath,
) -> Option<(usize, LogicalPath)> {
    let key = key_of(path.0.first()?);
    let value = |part: usize| layers[part].document.value.get(key.as_str());
    if let [only] = parts {
        return Some((*only, path.clone()));
    }
    let next = path.0.get(1)?;
    match (rule, next) {
        (Merge::JoinLists, Segment::Index(wanted)) => {
            let mut before = 0;
            for part in parts {
                let length = value(*part).and_then(Value::as_sequence).map_or(0, Vec::len);
                if wanted - before < length {
                    let mut local = path.clone();
                    local.0[1] = Segment::Index(wanted - before);
                    return Some((*part, local));
                }
                before += length;
            }
            None
        }
        _ => {
            let has_it = |part: &&usize| value(**part).is_some_and(|value| step(value, next).is_some());
            parts.iter().rev().find(has_it).map(|part| (*part, path.clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::project::Source;
    use crate::yaml::Document;

    fn config(texts: &[&str]) -> Config {
        let mut config = Config::default();
        for (number, text) in texts.iter().enumerate() {
            let source = Source::new(format!("{number}.yaml").into(), (*text).to_owned(), None);
            config.add(Arc::new(Layer::new(source, Document::parse(text).unwrap()))).unwrap();
        }
        config
    }

    /// `groups` of the texts are group configs. The result is like `0:overridden 1:wins`.
    fn traced(texts: &[&str], groups: usize, path: &str) -> String {
        let group = Arc::new(config(&texts[..groups]));
        let config = config(&texts[groups..]).below(group).unwrap();
        let path = super::super::path::parse(path).unwrap();
        let trace = trace(&config, groups, &path);
        // What is said to win is what the reader came to.
        if let Some(say) = trace.says.iter().find(|say| say.part == Part::Wins) {
            assert_eq!(config.value_at(&path), Some(say.value), "{path}");
        }
        let says = trace.says.iter().map(|say| {
            let file = say.layer.file.display().to_string().replace(".yaml", "");
            format!("{file}:{:?}", say.part).to_lowercase()
        });
        says.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_innermost_file_wins() {
        assert_eq!(traced(&["region: a", "region: b", "x: 1"], 2, "region"), "0:overridden 1:wins");
        assert_eq!(traced(&["region: a", "region: b"], 1, "region"), "0:overridden 0:wins");
        assert_eq!(traced(&["x: {a: 1}", "x: {b: 2}"], 2, "x.a"), "0:overridden");
        assert_eq!(traced(&["x: {a: 1}", "x: {a: 2}"], 2, "x.a"), "0:overridden 1:wins");
    }

    #[test]
    fn mappings_merge_where_they_are_told_to() {
        let texts = ["stack_tags: {A: 1, B: 1}", "stack_tags_inheritance: merge\nstack_tags: {B: 2}"];
        assert_eq!(traced(&texts, 1, "stack_tags"), "0:merged 0:merged");
        assert_eq!(traced(&texts, 1, "stack_tags.A"), "0:wins");
        assert_eq!(traced(&texts, 1, "stack_tags.B"), "0:overridden 0:wins");
        let emptied = ["stack_tags: {A: 1}", "stack_tags_inheritance: merge\nstack_tags:"];
        assert_eq!(traced(&emptied, 2, "stack_tags.A"), "0:wins");
    }

    #[test]
    fn lists_join_and_each_item_keeps_its_file() {
        let texts = ["dependencies: [a, b]", "dependencies: [c]"];
        assert_eq!(traced(&texts, 2, "dependencies"), "0:merged 1:merged");
        assert_eq!(traced(&texts, 2, "dependencies[2]"), "1:wins");
        assert_eq!(traced(&texts, 2, "dependencies[1]"), "0:wins");
        let overridden = ["dependencies: [a]", "dependencies: [c]\ndependencies_inheritance: override"];
        assert_eq!(traced(&overridden, 2, "dependencies[0]"), "0:overridden 1:wins");
    }
}
