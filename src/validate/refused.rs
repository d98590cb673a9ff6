//! Values that the checks refuse. What they would be, once corrected, nobody knows: names that are made of them are not
//! compared with others.

use std::collections::HashMap;
use std::sync::Arc;

use super::environment::violated_paths;
use crate::deployment::Given;
use crate::finding::Finding;
use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::resolvers::origins;
use crate::schema::Schemas;

/// The refused values of each group's `environment:`.
pub struct Refused(HashMap<usize, Vec<LogicalPath>>);

impl Refused {
    /// Compares the environment of each group with the schema.
    pub fn of(stacks: &[Stack], schemas: Option<&Schemas>) -> Refused {
        let mut groups = HashMap::new();
        for stack in stacks {
            groups.entry(group_of(stack)).or_insert_with(|| violated_paths(stack.environment(), schemas));
        }
        Refused(groups)
    }

    /// What a stack gives, without the values that are refused: by the environment's schema, or by findings about the stack's
    /// parameters.
    pub fn left_out(&self, stack: &Stack, given: Vec<Given>, findings: &[Finding]) -> Vec<Given> {
        let of_group = self.0.get(&group_of(stack)).into_iter().flatten();
        let of_stack = findings.iter().filter(|finding| finding.refuses_value()).map(|finding| &finding.path);
        let refused: Vec<&LogicalPath> = of_group.chain(of_stack).collect();
        if refused.is_empty() {
            return given;
        }
        let is_refused = |path: &LogicalPath| refused.iter().any(|refused| refused.0.starts_with(&path.0));
        let without = |given: Given| {
            let value = stack.config.value_at(&LogicalPath::from(["parameters", given.name.as_str()]));
            let is_refused =
                is_refused(&given.origin) || value.is_some_and(|value| origins(value, stack).iter().any(is_refused));
            Given { value: given.value.filter(|_| !is_refused), ..given }
        };
        given.into_iter().map(without).collect()
    }
}

/// Stacks of one group share it.
fn group_of(stack: &Stack) -> usize {
    Arc::as_ptr(&stack.group).addr()
}
