//! `name-owner`: a physical name has one owner, across all stacks of an account, in all environments.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::{Resource, Value, resource_type};
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("name-owner", Chapter::Project)
        .about("one physical name created by two stacks where it must be unique")
        .page(
            "one physical name (bucket, role, topic, stream, alarm, SES identity, …) created by two stacks where it \
             must be unique; one finding for each two stacks",
        ),
    reads: Reads::properties_of(&[EVENT_RULE, SCHEDULE]),
    run,
};

const EVENT_RULE: &str = "AWS::Events::Rule";
const SCHEDULE: &str = "AWS::Scheduler::Schedule";

/// What may exist once.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    /// The account, and the region if it counts; neither if the name is one in the world.
    scope: (&'a str, &'a str),
    /// See [`within`].
    home: &'a str,
    kind: &'a str,
    name: &'a str,
}

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut owners: HashMap<Key<'_>, (&LinkedStack, &str)> = HashMap::new();
    // One name that two stacks share may be a slip; if they share many, one of them has the other's values.
    let mut shared: HashMap<(&str, &str), (Finding, usize)> = HashMap::new();
    let mut pairs = Vec::new();
    for (stack, resource) in project.resources() {
        let (Some(kind), Some(Value::Text(name)), true) =
            (resource_type(&resource.kind), &resource.name, resource.certain)
        else {
            continue;
        };
        let scope = stack.scope(kind, name);
        let home = match within(project, kind.kind, resource) {
            Some(Value::Text(home)) => home.as_str(),
            Some(_) => continue,
            None => "",
        };
        let key = Key { scope, home, kind: kind.word, name };
        match owners.entry(key) {
            Entry::Vacant(free) => {
                free.insert((stack, &resource.id));
            }
            Entry::Occupied(taken) => {
                let (owner, id) = taken.get();
                let path = LogicalPath::from(["Resources", &resource.id, "Properties", kind.name_property]);
                let message = format!(
                    "`{}` creates the {} `{name}`, which `{}` owns already (`{id}`)",
                    stack.stack.path, kind.word, owner.stack.path
                );
                let pair = (stack.stack.path.as_str(), owner.stack.path.as_str());
                if let Some((_, more)) = shared.get_mut(&pair) {
                    *more += 1;
                } else {
                    shared.insert(pair, (CHECK.in_template(project, stack, path, message), 0));
                    pairs.push(pair);
                }
            }
        }
    }
    let told = pairs.iter().filter_map(|pair| shared.remove(pair));
    told.map(|(finding, more)| match more {
        0 => finding,
        more => {
            let help =
                format!("they share {} more: do both take the values of one environment?", words::count(more, "name"));
            finding.help(help)
        }
    })
    .collect()
}

/// What a name is unique in, below the account and region, if the resource says so: a rule's event bus, a schedule's group.
fn within<'a>(project: &View<'_>, kind: &str, resource: &'a Resource) -> Option<&'a Value> {
    let property = match kind {
        EVENT_RULE => "EventBusName",
        SCHEDULE => "GroupName",
        _ => return None,
    };
    project.property(resource, &[property]).filter(|home| home.as_text() != Some("default"))
}
