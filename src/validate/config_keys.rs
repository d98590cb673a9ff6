//! The keys of stack files: unknown ones have no effect in Sceptre, and a value inherited from above takes their place.

use serde_yaml::Value;

use crate::finding::{Finding, Place, words};
use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::keys::{IGNORED_KEYS, REQUIRED_KEYS, STACK_KEYS};

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
            let place = layer.document.index.root.key(&key).map_or(Place::file(&layer.file), |at| layer.place(at));
            let advice =
                IGNORED_KEYS.iter().find(|(ignored, _)| *ignored == key).map(|(_, advice)| (*advice).to_owned());
            let help = advice.or_else(|| words::did_you_mean(&key, STACK_KEYS.iter().copied()));
            findings.push(
                Finding::error("unknown-key", place, format!("Sceptre knows no key `{key}` and ignores it"))
                    .at(LogicalPath::from([key.as_str()]))
                    .help(help),
            );
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
