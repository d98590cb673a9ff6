//! Which stack is launched after which.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_yaml::Value;

use super::ancestors::Ancestors;
use super::references::Target;
use super::{LinkedProject, LinkedStack};
use crate::project::keys::with_slashes;

/// The dependencies of all stacks, by their positions in the project.
#[derive(Debug)]
pub struct Graph {
    /// For each stack, the stacks that it waits for.
    edges: Vec<BTreeSet<usize>>,
    /// Made when somebody asks for more than a direct edge.
    ancestors: OnceLock<Ancestors>,
}

/// The entries of `dependencies:` of a stack, with their positions in the list.
pub fn declared(stack: &LinkedStack) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let list = match stack.stack.config.get("dependencies") {
        Some(Value::Sequence(items)) => items.as_slice(),
        _ => &[],
    };
    list.iter().enumerate().filter_map(|(index, item)| Some((index, with_slashes(item.as_str()?))))
}

/// The stacks that a stack depends on because it takes their outputs.
pub fn implied(stack: &LinkedStack) -> impl Iterator<Item = &str> {
    stack.references.iter().filter_map(|reference| match &reference.target {
        Target::Stack(path) => Some(path.as_str()),
        Target::External { .. } | Target::Unreadable => None,
    })
}

/// Whether a stack names a stack that is not there among those that it waits for. That is reported, and which order was
/// meant is not known.
#[must_use]
pub fn is_broken(project: &LinkedProject<'_>, stack: &LinkedStack) -> bool {
    let is_there = |path: &str| project.position(path).is_some();
    declared(stack).any(|(_, path)| !is_there(&path)) || implied(stack).any(|path| !is_there(path))
}

impl Graph {
    /// The graph of a project.
    #[must_use]
    pub fn of(project: &LinkedProject<'_>) -> Graph {
        let edges: Vec<BTreeSet<usize>> = project
            .stacks
            .iter()
            .map(|stack| {
                let declared = declared(stack).filter_map(|(_, path)| project.position(&path));
                declared.chain(implied(stack).filter_map(|path| project.position(path))).collect()
            })
            .collect();
        Graph::from(edges)
    }

    /// Whether a stack is launched before another, directly or through others.
    #[must_use]
    pub fn comes_before(&self, first: usize, then: usize) -> bool {
        self.edges[then].contains(&first) || self.ancestors.get_or_init(|| Ancestors::of(&self.edges)).has(then, first)
    }

    /// Circles of stacks that wait for one another, each as a path that ends where it began. One that shares an edge
    /// with another is left out: with one wrong edge, there is one.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<usize>> {
        // A depth-first walk without recursion: a chain of thousands of stacks is not unusual.
        let mut state: BTreeMap<usize, bool> = BTreeMap::new(); // true: on the path, false: done
        let (mut circles, mut edges) = (Vec::new(), BTreeSet::new());
        for start in 0..self.edges.len() {
            if state.contains_key(&start) {
                continue;
            }
            state.insert(start, true);
            let mut path = vec![(start, self.edges[start].iter())];
            while let Some((stack, rest)) = path.last_mut() {
                match rest.next() {
                    None => {
                        state.insert(*stack, false);
                        path.pop();
                    }
                    Some(next) => match state.get(next) {
                        None => {
                            state.insert(*next, true);
                            path.push((*next, self.edges[*next].iter()));
                        }
                        Some(false) => {}
                        Some(true) => {
                            let from = path.iter().position(|(on_path, _)| on_path == next).unwrap_or_default();
                            let mut circle: Vec<usize> = path[from..].iter().map(|(stack, _)| *stack).collect();
                            circle.push(*next);
                            if !circle.windows(2).any(|edge| edges.contains(&(edge[0], edge[1]))) {
                                edges.extend(circle.windows(2).map(|edge| (edge[0], edge[1])));
                                circles.push(circle);
                            }
                        }
                    },
                }
            }
        }
        circles
    }
}

impl From<Vec<BTreeSet<usize>>> for Graph {
    /// A graph of edges from each stack to those that it waits for.
    fn from(edges: Vec<BTreeSet<usize>>) -> Graph {
        Graph { edges, ancestors: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[&[usize]]) -> Graph {
        Graph::from(edges.iter().map(|edges| edges.iter().copied().collect()).collect::<Vec<_>>())
    }

    #[test]
    fn finds_circles() {
        assert_eq!(graph(&[&[], &[0], &[1]]).circles(), Vec::<Vec<usize>>::new());
        assert_eq!(graph(&[&[1], &[2], &[0]]).circles(), [[0, 1, 2, 0]]);
        assert_eq!(graph(&[&[0]]).circles(), [[0, 0]]);
        // One edge too many, from 0 to 2.
        assert_eq!(graph(&[&[2], &[0], &[0, 1]]).circles(), [[0, 2, 0]]);
        assert_eq!(graph(&[&[1, 2], &[0], &[0]]).circles().len(), 2);
    }

    #[test]
    fn order_goes_through_others() {
        let graph = graph(&[&[], &[0], &[1], &[]]);
        assert!(graph.comes_before(0, 2));
        assert!(!graph.comes_before(2, 0));
        assert!(!graph.comes_before(3, 2));
    }
}
