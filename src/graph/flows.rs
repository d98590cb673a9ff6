//! What flows between the stacks of a project.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value as Yaml;

use super::names::Names;
use super::read::Reading;
use super::{Edge, Flow, Node, Picture, State, above};
use crate::evaluate::Value;
use crate::link::{LinkedStack, Target, declared, exports};
use crate::project::resolvers::{Resolution, resolve};

/// Everything that there is: all stacks, and all edges between them.
pub fn of(reading: &Reading<'_>) -> Picture {
    let mut found = Found::default();
    for stack in &reading.project.stacks {
        let is_unread = reading.template_unread.contains(&stack.stack.path);
        found.add(node(stack, if is_unread { State::TemplateUnread } else { State::Read }));
    }
    for stack in reading.project.ignored() {
        found.add(node(stack, State::Ignored));
    }
    for path in &reading.unread {
        found.add(bare(path, State::Unread));
    }
    configs(reading, &mut found);
    templates(reading, &mut found);
    found.picture()
}

fn node(stack: &LinkedStack, state: State) -> Node {
    let purpose = stack.stack.config.get("stack_tags").and_then(|tags| tags.get("Purpose"));
    let purpose = purpose.and_then(|purpose| match resolve(purpose, &stack.stack) {
        Ok(Resolution::Known(Yaml::String(text))) if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    Node { name: Some(stack.stack.external_name()), purpose, ..bare(&stack.stack.path, state) }
}

fn bare(path: &str, state: State) -> Node {
    Node { path: path.to_owned(), group: above(path).to_owned(), name: None, purpose: None, state, selected: false }
}

/// What the stack files say: `dependencies:`, and outputs of other stacks.
fn configs(reading: &Reading<'_>, found: &mut Found) {
    let project = &reading.project;
    for stack in &project.stacks {
        let path = &stack.stack.path;
        for (_, dependency) in declared(stack) {
            found.flow(&dependency, path, Flow::Dependency, State::Missing);
        }
        for reference in &stack.references {
            let output = reference.output.clone();
            match &reference.target {
                Target::Stack(from) => found.flow(from, path, Flow::StackOutput(output), State::Missing),
                Target::External { name, elsewhere } => {
                    let known = if *elsewhere { None } else { project.named(&stack.account, &stack.region, name) };
                    let from = known.map_or(name.as_str(), |index| &project.stacks[index].stack.path);
                    found.flow(from, path, Flow::ExternalOutput(output), State::Outside);
                }
                Target::Unreadable => {}
            }
        }
    }
}

/// What the templates say: imports, outputs of other stacks, and physical names.
fn templates(reading: &Reading<'_>, found: &mut Found) {
    let project = &reading.project;
    let path_of = |index: usize| project.stacks[index].stack.path.as_str();
    let (exports, names) = (exports(project), Names::of(project));
    for (index, stack) in project.stacks.iter().enumerate() {
        let Some(evaluated) = stack.evaluated() else { continue };
        let path = &stack.stack.path;
        for import in evaluated.imports.iter().filter_map(|import| import.name.as_text()) {
            if let Some((owner, _)) =
                exports.get(&(stack.account.as_str(), stack.region.as_str(), import)).and_then(|owners| owners.first())
            {
                found.flow(path_of(*owner), path, Flow::Import(import.to_owned()), State::Outside);
            }
        }
        for taken in &evaluated.stack_outputs {
            let Value::Text(output) = &taken.output else { continue };
            let name = match project.read_by(stack, taken) {
                Some(owner) => path_of(owner),
                None => match taken.stack_name.as_text() {
                    Some(name) => name,
                    None => continue,
                },
            };
            found.flow(name, path, Flow::TemplateOutput(output.to_string()), State::Outside);
        }
        for (owner, resource, name) in names.named_by(index) {
            found.flow(path_of(owner), path, Flow::Name { resource, name }, State::Outside);
        }
    }
}

/// Stacks by path, and flows by the paths that they connect.
#[derive(Default)]
struct Found {
    stacks: BTreeMap<String, Node>,
    flows: BTreeMap<(String, String), BTreeSet<Flow>>,
}

impl Found {
    fn add(&mut self, node: Node) {
        self.stacks.insert(node.path.clone(), node);
    }

    /// Adds a flow; a giver that nobody knows is `unknown`.
    fn flow(&mut self, from: &str, to: &str, flow: Flow, unknown: State) {
        if !self.stacks.contains_key(from) {
            let node = bare(from, unknown);
            // A name in CloudFormation says nothing of a group.
            self.add(if unknown == State::Outside { Node { group: String::new(), ..node } } else { node });
        }
        self.flows.entry((from.to_owned(), to.to_owned())).or_default().insert(flow);
    }

    fn picture(self) -> Picture {
        let at: BTreeMap<String, usize> = self.stacks.keys().cloned().zip(0..).collect();
        let edge = |((from, to), flows): ((String, String), BTreeSet<Flow>)| Edge {
            from: at[&from],
            to: at[&to],
            flows: flows.into_iter().collect(),
            redundant: false,
        };
        let mut edges: Vec<Edge> = self.flows.into_iter().map(edge).collect();
        edges.sort_by_key(|edge| (edge.from, edge.to));
        Picture { groups: Vec::new(), stacks: self.stacks.into_values().collect(), edges }
    }
}
