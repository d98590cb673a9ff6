//! Plain values that Sceptre, which reads YAML 1.1, takes for something else than they look like.

use crate::finding::{Finding, Place};
use crate::logical_path::LogicalPath;
use crate::project::Layer;
use crate::yaml::{Content, Node, python_reading};

/// A warning for each such value of a config file.
pub fn check(layer: &Layer) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk(&layer.document.index.root, &LogicalPath::default(), layer, &mut findings);
    findings
}

fn walk(node: &Node, path: &LogicalPath, layer: &Layer, findings: &mut Vec<Finding>) {
    match &node.content {
        Content::Scalar { plain: Some(text) } => {
            if let Some(reading) = python_reading(text) {
                let place: Place = layer.place(node.at);
                findings.push(
                    Finding::warning("yaml-1.1", place, format!("Sceptre reads `{text}` as {reading}"))
                        .at(path.clone())
                        .help(Some("put it in quotes if it is a text, or write what is meant".to_owned())),
                );
            }
        }
        Content::Scalar { plain: None } => {}
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &path.join(index), layer, findings);
            }
        }
        Content::Mapping(entries) => {
            for (key, _, value) in entries {
                walk(value, &path.join(key.as_str()), layer, findings);
            }
        }
    }
}
