//! A project as one check sees it.

use std::ops::Deref;

use crate::evaluate::{Reads, Resource, Value};
use crate::link::policy::{self, Statement};
use crate::link::{LinkedProject, LinkedStack};

/// See the module: the properties of resources that the check does not read are not there, so that it cannot forget to say
/// what it reads.
pub struct View<'a> {
    project: &'a LinkedProject<'a>,
    reads: Reads,
}

impl<'a> View<'a> {
    pub fn new(project: &'a LinkedProject<'a>, reads: Reads) -> View<'a> {
        View { project, reads }
    }

    /// Every resource that a stack has, or may have, with its stack.
    pub fn resources(&self) -> impl Iterator<Item = (&'a LinkedStack, &'a Resource)> + use<'a> {
        self.project.stacks.iter().flat_map(|stack| stack.resources().iter().map(move |resource| (stack, resource)))
    }

    /// Every resource of a type that certainly exists, with its stack.
    pub fn certain(&self, kind: &'static str) -> impl Iterator<Item = (&'a LinkedStack, &'a Resource)> + use<'a> {
        self.resources().filter(move |(_, resource)| resource.certain && resource.kind == kind)
    }

    /// The resource of a type and name, in the account and region of a stack.
    pub fn owner(&self, kind: &str, stack: &LinkedStack, name: &str) -> Option<(&'a LinkedStack, &'a Resource)> {
        let (stack, resource) = self.project.owners().owner(kind, stack, name)?;
        let stack = &self.project.stacks[stack];
        Some((stack, &stack.resources()[resource]))
    }

    /// The value at a path of a resource's properties.
    pub fn property<'r>(&self, resource: &'r Resource, keys: &[&str]) -> Option<&'r Value> {
        keys.iter().try_fold(resource.properties(self.reads), |value, key| value.get(key))
    }

    /// All statements in the properties of a resource.
    pub fn statements<'r>(&self, resource: &'r Resource) -> Vec<Statement<'r>> {
        policy::statements(resource, self.reads)
    }

    /// The statements in one property of a resource.
    pub fn statements_of<'r>(&self, resource: &'r Resource, property: &str) -> Vec<Statement<'r>> {
        policy::statements_of(resource, self.reads, property)
    }
}

impl<'a> Deref for View<'a> {
    type Target = LinkedProject<'a>;

    fn deref(&self) -> &LinkedProject<'a> {
        self.project
    }
}
