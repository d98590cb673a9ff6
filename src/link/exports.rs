//! What the stacks export.

use std::collections::BTreeMap;

use super::LinkedProject;
use crate::evaluate::Value;

/// Exports by account, region and name, with the stacks that have them.
pub type Exports<'a> = BTreeMap<(&'a str, &'a str, &'a str), Vec<(usize, &'a str)>>;

/// All exports of a project whose names are known.
#[must_use]
pub fn exports<'a>(project: &'a LinkedProject<'_>) -> Exports<'a> {
    let mut exports: Exports<'a> = BTreeMap::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        for output in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.outputs) {
            if let Some(Value::Text(name)) = &output.export {
                exports.entry((&stack.account, &stack.region, name)).or_default().push((index, &output.name));
            }
        }
    }
    exports
}
