//! How much a template may declare (CloudFormation User Guide, "Understand CloudFormation quotas").

use crate::logical_path::LogicalPath;
use crate::template::{Problem, TEMPLATE_LIMIT};
use crate::yaml::Tree;

/// Sections, and how many entries each may have.
const LIMITS: &[(&str, usize)] = &[("Mappings", 200), ("Outputs", 200), ("Parameters", 200), ("Resources", 500)];

/// How many keys one mapping may have (the same page, "Mapping attributes").
const KEYS_OF_A_MAPPING: usize = 200;

/// What is more than CloudFormation takes.
pub fn check(template: &Tree<'_>, problems: &mut Vec<Problem>) {
    for (section, limit) in LIMITS {
        let count = template.get(section).map_or(0, |section| section.entries().count());
        if count > *limit {
            let message = format!("has {count} entries in `{section}`; CloudFormation takes {limit}");
            let help = "divide the template into two stacks".to_owned();
            problems.push(Problem::new(&TEMPLATE_LIMIT, LogicalPath::from([*section]), message).help(Some(help)));
        }
    }
    for (name, mapping) in template.get("Mappings").into_iter().flat_map(Tree::entries) {
        let count = mapping.entries().count();
        if count > KEYS_OF_A_MAPPING {
            let message = format!("the mapping `{name}` has {count} keys; CloudFormation takes {KEYS_OF_A_MAPPING}");
            let help = "divide it into two mappings".to_owned();
            let path = LogicalPath::from(["Mappings", name]);
            problems.push(Problem::new(&TEMPLATE_LIMIT, path, message).help(Some(help)));
        }
    }
}
