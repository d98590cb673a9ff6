//! The values of a config file as Sceptre's YAML reader makes them: PyYAML's `SafeLoader`, which follows YAML 1.1
//! (`yaml/composer.py`, `resolver.py` and `constructor.py` of PyYAML 6; `resolve_node_tag` in `sceptre/config/reader.py`).

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, ScalarStyle, Tag as EventTag};
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

use super::python::{Plain, plain_value};
use super::{Position, YamlError};

/// The most values that aliases may repeat: each level of aliases of aliases can double them.
const MOST_VALUES: usize = 1_000_000;

/// The handle of YAML's own tags: `!!str`.
const CORE: &str = "tag:yaml.org,2002:";

/// The nodes of a document, from the parser's events.
#[derive(Debug, Default)]
pub struct Nodes<'t> {
    all: Vec<Node<'t>>,
    open: Vec<Open>,
    anchors: HashMap<usize, usize>,
    root: Option<usize>,
}

#[derive(Debug)]
struct Node<'t> {
    at: Position,
    tag: Option<(String, String)>,
    content: Content<'t>,
}

#[derive(Debug)]
enum Content<'t> {
    Scalar {
        text: Cow<'t, str>,
        plain: bool,
    },
    Sequence(Vec<usize>),
    Mapping(Vec<(usize, usize)>),
    /// A collection that is not complete yet.
    Open,
}

#[derive(Debug)]
struct Open {
    node: usize,
    is_mapping: bool,
    items: Vec<usize>,
}

impl<'t> Nodes<'t> {
    /// Takes the next event.
    ///
    /// # Errors
    /// If an alias stands within what it repeats.
    pub fn take(&mut self, event: &Event<'t>, at: Position) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let content = Content::Scalar { text: text.clone(), plain: *style == ScalarStyle::Plain };
                let node = self.node(at, tag.as_deref(), *anchor, content);
                self.add(node);
            }
            Event::SequenceStart(anchor, tag) => self.begin(at, tag.as_deref(), *anchor, false),
            Event::MappingStart(anchor, tag) => self.begin(at, tag.as_deref(), *anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let node = self.anchors.get(anchor).copied().unwrap_or_default();
                if matches!(self.all.get(node), None | Some(Node { content: Content::Open, .. })) {
                    return Err(YamlError {
                        message: "an alias repeats what it stands in".to_owned(),
                        position: Some(at),
                    });
                }
                self.add(node);
            }
            _ => {}
        }
        Ok(())
    }

    fn node(&mut self, at: Position, tag: Option<&EventTag>, anchor: usize, content: Content<'t>) -> usize {
        let tag = tag.map(|tag| (tag.handle.clone(), tag.suffix.clone()));
        self.all.push(Node { at, tag, content });
        let node = self.all.len() - 1;
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
        node
    }

    fn begin(&mut self, at: Position, tag: Option<&EventTag>, anchor: usize, is_mapping: bool) {
        let node = self.node(at, tag, anchor, Content::Open);
        self.open.push(Open { node, is_mapping, items: Vec::new() });
    }

    fn end(&mut self) {
        let Some(Open { node, is_mapping, items }) = self.open.pop() else { return };
        self.all[node].content = if is_mapping {
            Content::Mapping(items.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
        } else {
            Content::Sequence(items)
        };
        self.add(node);
    }

    fn add(&mut self, node: usize) {
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = self.root.or(Some(node)),
        }
    }

    /// The value of the document; an empty one is `null`.
    ///
    /// # Errors
    /// If PyYAML makes no value of a node.
    pub fn value(&self) -> Result<Value, YamlError> {
        let mut constructor = Constructor { nodes: self, made: 0 };
        self.root.map_or(Ok(Value::Null), |root| constructor.value(root))
    }
}

/// Makes values of nodes.
struct Constructor<'n, 't> {
    nodes: &'n Nodes<'t>,
    made: usize,
}

impl Constructor<'_, '_> {
    fn value(&mut self, node: usize) -> Result<Value, YamlError> {
        self.made += 1;
        let node = &self.nodes.all[node];
        if self.made > MOST_VALUES {
            return Err(problem(node, format!("aliases repeat more than {MOST_VALUES} values")));
        }
        match &node.tag {
            None => self.untagged(node, matches!(node.content, Content::Scalar { plain: true, .. })),
            Some((handle, suffix)) if handle == CORE => self.of_type(node, suffix),
            // `! x` has the type that it would have without the mark, and without quotes.
            Some((handle, suffix)) if handle.is_empty() && suffix == "!" => self.untagged(node, true),
            // Sceptre reads what stands behind a tag of its own as if it had neither tag nor quotes.
            Some((handle, suffix)) => {
                let value = self.untagged(node, true)?;
                let tag = Tag::new(format!("{handle}{suffix}"));
                Ok(Value::Tagged(Box::new(TaggedValue { tag, value })))
            }
        }
    }

    fn untagged(&mut self, node: &Node<'_>, is_plain: bool) -> Result<Value, YamlError> {
        match &node.content {
            Content::Scalar { text, .. } if is_plain => match plain_value(text) {
                Plain::Value(value) => Ok(value),
                Plain::Merge => Ok(text.as_ref().into()),
                Plain::Wrong(reason) => Err(problem(node, reason)),
            },
            Content::Scalar { text, .. } => Ok(text.as_ref().into()),
            Content::Sequence(items) => items.iter().map(|item| self.value(*item)).collect(),
            Content::Mapping(entries) => self.mapping(node, entries),
            Content::Open => Ok(Value::Null),
        }
    }

    /// The value of a node with one of YAML's own tags.
    fn of_type(&mut self, node: &Node<'_>, kind: &str) -> Result<Value, YamlError> {
        let Content::Scalar { text, .. } = &node.content else {
            let fits = matches!((kind, &node.content), ("seq", Content::Sequence(_)) | ("map", Content::Mapping(_)));
            let value = self.untagged(node, false)?;
            let tag = Tag::new(format!("!!{kind}"));
            return Ok(if fits { value } else { Value::Tagged(Box::new(TaggedValue { tag, value })) });
        };
        let value = match (kind, plain_value(text)) {
            ("str", _) => Some(text.as_ref().into()),
            ("null", _) => Some(Value::Null),
            ("bool", _) => match text.to_ascii_lowercase().as_str() {
                "yes" | "true" | "on" => Some(true.into()),
                "no" | "false" | "off" => Some(false.into()),
                _ => None,
            },
            ("int", Plain::Value(value @ Value::Number(_))) if !value.is_f64() => Some(value),
            ("float", Plain::Value(Value::Number(number))) => number.as_f64().map(Value::from),
            ("timestamp", Plain::Value(value @ Value::Tagged(_))) => Some(value),
            ("int" | "float" | "timestamp", _) => None,
            _ => {
                let value = text.as_ref().into();
                return Ok(Value::Tagged(Box::new(TaggedValue { tag: Tag::new(format!("!!{kind}")), value })));
            }
        };
        value.ok_or_else(|| problem(node, format!("`{text}` is no `!!{kind}`")))
    }

    fn mapping(&mut self, node: &Node<'_>, entries: &[(usize, usize)]) -> Result<Value, YamlError> {
        let mut mapping = Mapping::new();
        self.merge_into(&mut mapping, node, entries, 0)?;
        Ok(mapping.into())
    }

    /// What the merge keys bring, and then the entries of the mapping itself (PyYAML's `flatten_mapping`).
    fn merge_into(
        &mut self,
        mapping: &mut Mapping,
        node: &Node<'_>,
        entries: &[(usize, usize)],
        depth: usize,
    ) -> Result<(), YamlError> {
        let nodes = self.nodes;
        self.made += 1;
        if depth > super::DEEPEST || self.made > MOST_VALUES {
            return Err(problem(node, "merge keys lead too far".to_owned()));
        }
        for (_, merged) in entries.iter().filter(|(key, _)| nodes.all[*key].is_merge_key()) {
            let value = &nodes.all[*merged];
            let parts: Vec<usize> = match &value.content {
                Content::Mapping(_) => vec![*merged],
                // Of several the first counts most.
                Content::Sequence(items) => items.iter().rev().copied().collect(),
                _ => return Err(problem(value, "`<<` takes a mapping or a list of mappings".to_owned())),
            };
            for part in parts {
                let part = &nodes.all[part];
                let Content::Mapping(entries) = &part.content else {
                    return Err(problem(part, "`<<` takes a mapping or a list of mappings".to_owned()));
                };
                self.merge_into(mapping, part, entries, depth + 1)?;
            }
        }
        for (key, value) in entries.iter().filter(|(key, _)| !nodes.all[*key].is_merge_key()) {
            let key_node = &nodes.all[*key];
            let key = match &key_node.content {
                // As a key, `=` is a text.
                Content::Scalar { text, .. } if text == "=" => "=".into(),
                Content::Scalar { .. } => self.value(*key)?,
                _ => return Err(problem(key_node, "a key is a list or a mapping; Python takes none".to_owned())),
            };
            let value = self.value(*value)?;
            mapping.insert(key, value);
        }
        Ok(())
    }
}

impl Node<'_> {
    fn is_merge_key(&self) -> bool {
        let is_plain = matches!(&self.content, Content::Scalar { text, plain: true } if text == "<<");
        match &self.tag {
            None => is_plain,
            Some((handle, suffix)) => handle == CORE && suffix == "merge",
        }
    }
}

fn problem(node: &Node<'_>, message: String) -> YamlError {
    YamlError { message, position: Some(node.at) }
}
