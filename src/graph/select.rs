//! The part of a picture that was asked for, with what it is linked to.

use std::collections::BTreeSet;

use super::{Edge, Flow, Node, Picture, State, above};
use crate::link::Ancestors;
use crate::project::Selection;

/// Keeps the selected stacks, and those that an edge ties to them. An ignored stack stays only if another refers to it, or
/// if it alone was asked for: no launch knows it.
pub fn select(picture: Picture, selection: &Selection) -> Picture {
    let asked: BTreeSet<&str> = selection.stacks().iter().map(String::as_str).collect();
    let mut stacks = picture.stacks;
    for stack in &mut stacks {
        stack.selected = asked.contains(stack.path.as_str());
    }
    let is_asked = |edge: &Edge| selection.is_everything() || stacks[edge.from].selected || stacks[edge.to].selected;
    let edges: Vec<Edge> = picture.edges.into_iter().filter(is_asked).collect();
    let linked: BTreeSet<usize> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
    let is_drawn = |(index, stack): &(usize, Node)| {
        linked.contains(index) || stack.selected && (stack.state != State::Ignored || asked.len() == 1)
    };
    let mut positions = vec![0; stacks.len()];
    let mut kept = Vec::new();
    for (index, stack) in stacks.into_iter().enumerate().filter(is_drawn) {
        positions[index] = kept.len();
        kept.push(stack);
    }
    let renumbered = |edge: Edge| Edge { from: positions[edge.from], to: positions[edge.to], ..edge };
    let mut edges: Vec<Edge> = edges.into_iter().map(renumbered).collect();
    mark_redundant(kept.len(), &mut edges);
    Picture { groups: groups(&kept), stacks: kept, edges }
}

/// All groups of the stacks, and those above them.
pub fn groups(stacks: &[Node]) -> Vec<String> {
    let mut groups = BTreeSet::new();
    for stack in stacks {
        let mut group = stack.group.as_str();
        while !group.is_empty() && groups.insert(group.to_owned()) {
            group = above(group);
        }
    }
    // Part by part, so that nothing comes between a group and those in it.
    let mut groups: Vec<String> = groups.into_iter().collect();
    groups.sort_by(|a, b| a.split('/').cmp(b.split('/')));
    groups
}

/// Transitive reduction: a plain dependency that the drawn stacks between the two imply. On a circle nothing is implied.
fn mark_redundant(stacks: usize, edges: &mut [Edge]) {
    let mut givers = vec![BTreeSet::new(); stacks];
    for edge in edges.iter().filter(|edge| edge.flows.iter().any(Flow::orders)) {
        givers[edge.to].insert(edge.from);
    }
    let ancestors = Ancestors::of(&givers);
    for edge in edges.iter_mut().filter(|edge| edge.flows.contains(&Flow::Dependency)) {
        let (from, to) = (edge.from, edge.to);
        let is_between = |middle: &usize| {
            !ancestors.are_on_one_circle(*middle, from)
                && !ancestors.are_on_one_circle(*middle, to)
                && ancestors.has(*middle, from)
        };
        edge.redundant = !ancestors.are_on_one_circle(from, to) && givers[to].iter().any(is_between);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::picture;
    use super::*;

    fn redundant(stacks: &[&str], edges: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut picture = picture(stacks, edges);
        mark_redundant(picture.stacks.len(), &mut picture.edges);
        let path = |index: usize| picture.stacks[index].path.clone();
        picture.edges.iter().filter(|edge| edge.redundant).map(|edge| (path(edge.from), path(edge.to))).collect()
    }

    #[test]
    fn what_a_longer_way_implies_is_redundant() {
        let all = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d"), ("x", "d")];
        let expected = [("a", "c"), ("a", "d")].map(|(from, to)| (from.to_owned(), to.to_owned()));
        assert_eq!(redundant(&["a", "b", "c", "d", "x"], &all), expected);
    }

    #[test]
    fn on_a_circle_nothing_is() {
        let circle = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c"), ("a", "a")];
        assert_eq!(redundant(&["a", "b", "c"], &circle), []);
        // Into a circle: each of the two entries would make the other needless.
        assert_eq!(redundant(&["a", "b", "x"], &[("a", "b"), ("b", "a"), ("x", "a"), ("x", "b")]), []);
        assert_eq!(redundant(&["a", "b", "x"], &[("a", "b"), ("b", "a"), ("a", "x"), ("b", "x")]), []);
    }

    #[test]
    fn groups_come_with_those_above_and_before_those_in_them() {
        let picture = picture(&["a/b/c/x", "a-b/x", "a/y", "top"], &[]);
        assert_eq!(picture.groups, ["a", "a/b", "a/b/c", "a-b"]);
    }
}
