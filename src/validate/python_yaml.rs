//! Plain values that Sceptre, which reads YAML 1.1, takes for something else than they look like.

use super::Secrets;
use crate::finding::{Chapter, Finding, Judgement, Place, Rule, rules};
use crate::logical_path::Trail;
use crate::project::Layer;
use crate::yaml::{Content, Node, python_reading};

rules! {
    static YAML_1_1: Rule = Rule::warning("yaml-1.1", Chapter::ConfigFiles)
        .about("a plain value that Sceptre's YAML reads as something else")
        .page("a plain value that Sceptre's YAML reads as something else: `yes`, `010`, `2010-09-09`")
        .judges(Judgement::Misread);
}

/// A warning for each such value of a config file.
pub fn check(layer: &Layer, secrets: &Secrets) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk(&layer.document.index.root, &Trail::Root, layer, &mut |trail, place, text, reading| {
        let message = if secrets.hold(&place) {
            "Sceptre reads this value otherwise than it looks".to_owned()
        } else {
            format!("Sceptre reads `{text}` as {reading}")
        };
        findings.push(
            YAML_1_1
                .finding(place, message)
                .at(trail.path())
                .help(Some("put it in quotes if it is a text, or write what is meant".to_owned())),
        );
    });
    findings
}

/// Calls `found` for each such value: its path and place, its text, and what Sceptre reads.
fn walk(node: &Node, trail: &Trail<'_>, layer: &Layer, found: &mut impl FnMut(&Trail<'_>, Place, &str, &str)) {
    match &node.content {
        Content::Scalar { plain: Some(text) } => {
            if let Some(reading) = python_reading(text) {
                found(trail, layer.place(node.at), text, &reading);
            }
        }
        Content::Scalar { plain: None } => {}
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &Trail::Index(trail, index), layer, found);
            }
        }
        Content::Mapping(entries) => {
            for (key, _, value) in entries {
                walk(value, &Trail::Key(trail, key), layer, found);
            }
        }
    }
}
