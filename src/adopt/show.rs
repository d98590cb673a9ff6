//! A plan for people.

use super::Plan;
use crate::words;

/// A line for each resource, and what is missing.
#[must_use]
pub fn human(plan: &Plan) -> String {
    let width = plan.imports.iter().map(|one| one.id.len()).chain(plan.left.iter().map(|one| one.id.len())).max();
    let width = width.unwrap_or_default();
    let mut lines = vec![format!("{} -> stack `{}`, {}", plan.path, plan.stack, plan.home)];
    for one in &plan.imports {
        let values = one.identifier.as_object().into_iter().flat_map(|map| map.values());
        let names: Vec<String> = values.filter_map(|value| value.as_str().map(words::printable)).collect();
        lines.push(format!("  import  {:<width$}  {} {} ({})", one.id, one.kind, names.join(" "), one.origin));
        if !one.without.is_empty() {
            lines.push(format!("          {:<width$}  the launch sets {}", "", words::list(&one.without)));
        }
    }
    for one in &plan.left {
        lines.push(format!("  leave   {:<width$}  {} {}", one.id, one.kind, words::printable(&one.reason)));
    }
    lines.push(String::new());
    lines.join("\n")
}
