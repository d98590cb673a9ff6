//! Rules for mail with SES: what is named must be there, and must let SES in.

mod destinations;
mod dkim;
mod names;
mod sending;

use std::collections::{BTreeSet, HashSet};

use crate::evaluate::{Resource, Value};
use crate::finding::Finding;
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;
use names::Names;

const SET: &str = "AWS::SES::ConfigurationSet";
const IDENTITY: &str = "AWS::SES::EmailIdentity";

/// See the module.
pub fn check(project: &LinkedProject<'_>) -> Vec<Finding> {
    let is_mail = |resource: &Resource| resource.kind.starts_with("AWS::SES::");
    let of = |stack: &LinkedStack| stack.evaluated().is_some_and(|evaluated| evaluated.resources.iter().any(is_mail));
    if !project.stacks.iter().any(of) {
        return Vec::new();
    }
    let names = Names::of(project);
    let mut findings = configuration_sets(project, &names);
    findings.extend(destinations::check(project, &names));
    findings.extend(sending::check(project));
    findings.extend(sending::identities(project, &names));
    findings.extend(dkim::check(project));
    // One line of a template is one mistake, however many stacks use it.
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.rule, finding.place.clone(), finding.path.clone())));
    findings
}

/// Every resource of a type that certainly exists, with its stack.
fn certain<'a>(
    project: &'a LinkedProject<'_>,
    kind: &'static str,
) -> impl Iterator<Item = (&'a LinkedStack, &'a Resource)> {
    let of = |stack: &'a LinkedStack| stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources);
    let all = project.stacks.iter().flat_map(move |stack| of(stack).map(move |resource| (stack, resource)));
    all.filter(move |(_, resource)| resource.certain && resource.kind == kind)
}

/// The value at a path of a resource's properties.
fn property<'a>(resource: &'a Resource, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(&resource.properties, |value, key| value.get(key))
}

fn path_of(resource: &Resource, keys: &[&str]) -> LogicalPath {
    let path = LogicalPath::from(["Resources", &resource.id, "Properties"]);
    keys.iter().fold(path, |path, key| path.join(*key))
}

fn problem(
    rule: &'static str,
    project: &LinkedProject<'_>,
    stack: &LinkedStack,
    path: LogicalPath,
    message: String,
) -> Finding {
    Finding::error(rule, project.template_place(stack, &path), message).at(path)
}

/// `configuration-set`: an event destination, or an identity's default, that names a set which no stack creates.
fn configuration_sets(project: &LinkedProject<'_>, names: &Names<'_>) -> Vec<Finding> {
    let users: [(&str, &[&str]); 2] = [
        ("AWS::SES::ConfigurationSetEventDestination", &["ConfigurationSetName"]),
        (IDENTITY, &["ConfigurationSetAttributes", "ConfigurationSetName"]),
    ];
    let (mut findings, mut reported) = (Vec::new(), BTreeSet::new());
    for (kind, keys) in users {
        for (stack, resource) in certain(project, kind) {
            let Some(Value::Text(name)) = property(resource, keys) else { continue };
            // One renamed set is one mistake, however many destinations it has.
            if !names.may_exist(SET, stack, name) && reported.insert((&stack.stack.path, name)) {
                let message = format!("no stack creates the configuration set `{name}`");
                findings.push(
                    problem("configuration-set", project, stack, path_of(resource, keys), message)
                        .help(names.nearest(SET, stack, name)),
                );
            }
        }
    }
    findings
}
