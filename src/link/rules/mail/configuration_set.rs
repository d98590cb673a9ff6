//! `configuration-set`: an event destination, or an identity's default, that names a set which no stack creates.

use std::collections::BTreeSet;

use super::{Check, DESTINATION, IDENTITY, Reads, SET, View, once, path_of};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};

pub static CHECK: Check = Check {
    rule: Rule::error("configuration-set", Chapter::Mail)
        .about("a configuration set that is named and that no stack creates")
        .page("an event destination, or an identity's default, that names a configuration set which no stack creates"),
    reads: Reads::properties_of(&[DESTINATION, IDENTITY]),
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let users: [(&str, &[&str]); 2] =
        [(DESTINATION, &["ConfigurationSetName"]), (IDENTITY, &["ConfigurationSetAttributes", "ConfigurationSetName"])];
    let (mut findings, mut reported) = (Vec::new(), BTreeSet::new());
    for (kind, keys) in users {
        for (stack, resource) in project.certain(kind) {
            let Some(Value::Text(name)) = project.property(resource, keys) else { continue };
            // One renamed set is one mistake, however many destinations it has.
            if !project.owners().may_exist(SET, stack, name) && reported.insert((&stack.stack.path, name)) {
                let message = format!("no stack creates the configuration set `{name}`");
                findings.push(
                    CHECK
                        .in_template(project, stack, path_of(resource, keys), message)
                        .help(project.owners().nearest(SET, stack, name)),
                );
            }
        }
    }
    once(findings)
}
