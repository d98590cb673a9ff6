//! What the stacks of a project name of one another, and what of that does not hold: a name that nothing creates first, a
//! name that nobody creates.
//!
//! Only what a place certainly names counts: a property that takes such a name ([`places`]), an ARN of the stack's own
//! account and region ([`arn`]), the dimension of a metric ([`metrics`]).

mod arn;
mod metrics;
mod near;
mod places;
mod walk;

pub use walk::READS;

use std::collections::BTreeSet;

use super::owners::Owners;
use super::{LinkedProject, LinkedStack};
use crate::evaluate::{ACCOUNT_ID, Resource, Value, resource_type};
use crate::logical_path::{LogicalPath, Trail};
use metrics::{Metrics, Shown};

/// A kind of thing that has a name, such as `AWS::S3::Bucket`.
type Kind = &'static str;

const FUNCTION: Kind = "AWS::Lambda::Function";
const LOG_GROUP: Kind = "AWS::Logs::LogGroup";

/// Something that a template names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named<'a> {
    kind: Kind,
    /// A name; where `*` and `?` may stand, also a pattern.
    name: &'a str,
    /// Whether AWS refuses the resource unless the named one is there.
    at_once: bool,
    /// Whether another rule says so if nobody creates it.
    told_elsewhere: bool,
}

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its owner may be launched later, and AWS wants it first. By the owner's position.
    Unordered(usize),
    /// Nobody creates it, and somebody creates one that differs by a letter.
    Near(String),
    /// Nobody creates it.
    Foreign,
}

/// A name that does not hold.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// The position of the stack that names it.
    pub stack: usize,
    /// Where its template does.
    pub path: LogicalPath,
    /// What it is: `bucket`.
    pub word: &'static str,
    /// The name.
    pub name: String,
    /// What is wrong.
    pub flaw: Flaw,
}

/// All names that do not hold, in the order of the stacks.
#[must_use]
pub fn unmet(project: &LinkedProject<'_>) -> Vec<Unmet> {
    let metrics = Metrics::of(project);
    let mut found = Vec::new();
    for position in 0..project.stacks.len() {
        let mut search = Search { project, metrics: &metrics, position, found: &mut found, seen: BTreeSet::new() };
        search.stack();
    }
    found
}

/// The search in one stack's template.
struct Search<'a> {
    project: &'a LinkedProject<'a>,
    metrics: &'a Metrics<'a>,
    position: usize,
    found: &'a mut Vec<Unmet>,
    /// One name is one mistake, however often a template says it.
    seen: BTreeSet<(Kind, String)>,
}

impl<'a> Search<'a> {
    fn stack(&mut self) {
        let stack = self.of();
        for resource in stack.resources() {
            walk::names(stack, resource, &mut |named, trail| self.look_at(named, resource.certain, trail));
            metrics::shown(resource, &mut |shown, trail| match shown {
                Shown::Metric(metric) => {
                    if let Some(near) = self.metrics.near(metric) {
                        self.note("metric", metric.name, trail, Flaw::Near(near.to_owned()));
                    }
                }
                Shown::Thing(named) => self.look_at(named, resource.certain, trail),
            });
        }
    }

    fn of(&self) -> &'a LinkedStack {
        &self.project.stacks[self.position]
    }

    fn look_at(&mut self, named: Named<'_>, is_certain: bool, trail: &Trail<'_>) {
        let (stack, owners) = (self.of(), self.project.owners());
        let Named { kind, name, .. } = named;
        if let Some((owner, resource)) = owners.owner(kind, stack, name) {
            let wants_order = named.at_once && is_certain && owner != self.position;
            let is_there = self.project.stacks[owner].resources()[resource].certain;
            let comes_before = || self.project.graph().comes_before(owner, self.position);
            // A name that two stacks create is its own in each.
            if wants_order && is_there && !comes_before() && !creates(stack, kind, name) {
                self.note(word(kind), name, trail, Flaw::Unordered(owner));
            }
        } else if !named.told_elsewhere && !self.may_exist(owners, kind, name) {
            let near = near::nearest(arn::stem(kind, name), owners.names(kind, stack));
            let flaw = near.map_or(Flaw::Foreign, |near| Flaw::Near(near.to_owned()));
            self.note(word(kind), name, trail, flaw);
        }
    }

    fn may_exist(&self, owners: &Owners, kind: Kind, name: &str) -> bool {
        // Lambda makes the log group of a function that has none.
        let function = (kind == LOG_GROUP).then(|| name.strip_prefix("/aws/lambda/")).flatten();
        let by_lambda = function.is_some_and(|function| owners.may_exist(FUNCTION, self.of(), function));
        by_lambda
            || owners.may_exist(kind, self.of(), name)
            || arn::starts(kind, name)
                .into_iter()
                .any(|start| owners.names_from(kind, self.of(), &start).any(|known| arn::matches(kind, name, known)))
    }

    fn note(&mut self, word: &'static str, name: &str, trail: &Trail<'_>, flaw: Flaw) {
        if self.seen.insert((word, name.to_owned())) {
            let name = name.replace(arn::ACCOUNT, ACCOUNT_ID);
            self.found.push(Unmet { stack: self.position, path: trail.path(), word, name, flaw });
        }
    }
}

fn creates(stack: &LinkedStack, kind: Kind, name: &str) -> bool {
    let is_it = |resource: &Resource| resource.name.as_ref().and_then(Value::as_text) == Some(name);
    stack.resources().iter().any(|resource| resource.kind == kind && is_it(resource))
}

fn word(kind: Kind) -> &'static str {
    resource_type(kind).map_or("resource", |kind| kind.word)
}
