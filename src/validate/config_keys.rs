//! The keys of stack files: unknown ones have no effect in Sceptre, and a value inherited from above takes their place.

use serde_yaml::Value;

use crate::finding::{Finding, Place, words};
use crate::logical_path::LogicalPath;
use crate::project::keys::{HOOK_POINTS, IGNORED_KEYS, REQUIRED_KEYS, STACK_KEYS};
use crate::project::{Layer, Stack};

/// Unknown and missing keys.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let own_layers = stack.config.layers.iter().skip(stack.group.layers.len());
    for layer in own_layers {
        let Value::Mapping(keys) = &layer.document.value else { continue };
        for key in keys.keys().filter_map(crate::yaml::scalar_text) {
            if STACK_KEYS.contains(&key.as_str()) {
                continue;
            }
            let advice =
                IGNORED_KEYS.iter().find(|(ignored, _)| *ignored == key).map(|(_, advice)| (*advice).to_owned());
            let help = advice.or_else(|| words::did_you_mean(&key, STACK_KEYS.iter().copied()));
            let at = layer.document.index.root.key(&key).map(|at| layer.place(at));
            let what = format!("key `{key}`");
            findings.push(unknown(layer, at, LogicalPath::from([key.as_str()]), &what, help));
        }
        let Some(Value::Mapping(points)) = keys.get("hooks") else { continue };
        for point in points.keys().filter_map(Value::as_str).filter(|point| !HOOK_POINTS.contains(point)) {
            let node = layer.document.index.root.value("hooks");
            let at = node.and_then(|node| node.key(point)).map(|at| layer.place(at));
            let help = words::did_you_mean(point, HOOK_POINTS.iter().copied());
            let what = format!("hook point `{point}`");
            findings.push(unknown(layer, at, LogicalPath::from(["hooks", point]), &what, help));
        }
    }
    let missing = |name: &str| {
        Finding::error(
            "missing-key",
            Place::file(&stack.file),
            format!("`{name}` is set neither here nor in a group config above"),
        )
    };
    findings.extend(REQUIRED_KEYS.iter().filter(|key| stack.config.get(key).is_none()).map(|key| missing(key)));
    if stack.template().is_none() {
        findings.push(missing("template"));
    }
    findings
}

fn unknown(layer: &Layer, at: Option<Place>, path: LogicalPath, what: &str, help: Option<String>) -> Finding {
    let place = at.unwrap_or_else(|| Place::file(&layer.file));
    Finding::error("unknown-key", place, format!("Sceptre knows no {what} and ignores it")).at(path).help(help)
}
