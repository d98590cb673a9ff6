//! All that lies above each node of a graph, worked out once: whether one stack is launched before another is then one look.

use std::collections::BTreeSet;

/// For each node the nodes that it reaches over the edges, itself only if it is on a circle.
#[derive(Debug)]
pub struct Ancestors {
    /// The circle that a node is on, or a number of its own.
    circle: Vec<usize>,
    /// By circle: one bit a node.
    above: Vec<Vec<u64>>,
}

impl Ancestors {
    /// The ancestors of a graph whose `edges` lead from each node to those directly above it.
    #[must_use]
    pub fn of(edges: &[BTreeSet<usize>]) -> Ancestors {
        let circles = circles(edges);
        let mut circle = vec![0; edges.len()];
        for (number, nodes) in circles.iter().enumerate() {
            nodes.iter().for_each(|node| circle[*node] = number);
        }
        let mut above: Vec<Vec<u64>> = Vec::with_capacity(circles.len());
        // What lies above a circle comes before it in the list.
        for (number, nodes) in circles.iter().enumerate() {
            let mut bits = Vec::new();
            for next in nodes.iter().flat_map(|node| &edges[*node]) {
                set(&mut bits, *next);
                if circle[*next] != number {
                    merge(&mut bits, &above[circle[*next]]);
                }
            }
            above.push(bits);
        }
        Ancestors { circle, above }
    }

    /// Whether a node lies above another, directly or through others.
    #[must_use]
    pub fn has(&self, node: usize, ancestor: usize) -> bool {
        let word = self.above[self.circle[node]].get(ancestor / 64);
        word.is_some_and(|word| word >> (ancestor % 64) & 1 == 1)
    }

    /// Whether two nodes are on one circle.
    #[must_use]
    pub fn are_on_one_circle(&self, one: usize, other: usize) -> bool {
        self.circle[one] == self.circle[other]
    }
}

fn set(bits: &mut Vec<u64>, index: usize) {
    if bits.len() <= index / 64 {
        bits.resize(index / 64 + 1, 0);
    }
    bits[index / 64] |= 1 << (index % 64);
}

fn merge(bits: &mut Vec<u64>, others: &[u64]) {
    if bits.len() < others.len() {
        bits.resize(others.len(), 0);
    }
    bits.iter_mut().zip(others).for_each(|(bits, other)| *bits |= other);
}

/// The strongly connected parts of a graph, each behind those that it reaches: Tarjan's algorithm, without recursion since
/// a chain of thousands of stacks is not unusual.
fn circles(edges: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut found = Vec::new();
    let (mut number, mut lowest) = (vec![UNSEEN; edges.len()], vec![UNSEEN; edges.len()]);
    let mut is_open = vec![false; edges.len()];
    let (mut open, mut next_number) = (Vec::new(), 0);
    for start in 0..edges.len() {
        if number[start] != UNSEEN {
            continue;
        }
        let mut path = vec![(start, edges[start].iter())];
        while let Some((node, rest)) = path.last_mut() {
            let node = *node;
            if number[node] == UNSEEN {
                (number[node], lowest[node]) = (next_number, next_number);
                next_number += 1;
                open.push(node);
                is_open[node] = true;
            }
            if let Some(next) = rest.next() {
                if number[*next] == UNSEEN {
                    path.push((*next, edges[*next].iter()));
                } else if is_open[*next] {
                    lowest[node] = lowest[node].min(number[*next]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                lowest[*parent] = lowest[*parent].min(lowest[node]);
            }
            if lowest[node] == number[node] {
                let from = open.iter().rposition(|on_stack| *on_stack == node).unwrap_or_default();
                let circle = open.split_off(from);
                circle.iter().for_each(|node| is_open[*node] = false);
                found.push(circle);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ancestors(edges: &[&[usize]]) -> Ancestors {
        Ancestors::of(&edges.iter().map(|edges| edges.iter().copied().collect()).collect::<Vec<_>>())
    }

    /// The same by a walk for each pair.
    fn reaches(edges: &[BTreeSet<usize>], node: usize, ancestor: usize) -> bool {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![node]);
        while let Some(node) = waiting.pop() {
            if edges[node].contains(&ancestor) {
                return true;
            }
            waiting.extend(edges[node].iter().filter(|next| seen.insert(**next)));
        }
        false
    }

    #[test]
    fn goes_through_others() {
        let chain = ancestors(&[&[], &[0], &[1], &[]]);
        assert!(chain.has(2, 0) && chain.has(1, 0));
        assert!(!chain.has(0, 2) && !chain.has(2, 3) && !chain.has(2, 2));
    }

    #[test]
    fn all_of_a_circle_lie_above_one_another() {
        let circle = ancestors(&[&[1], &[2, 3], &[0], &[]]);
        assert!(circle.has(0, 0) && circle.has(0, 2) && circle.has(2, 3));
        assert!(!circle.has(3, 0));
        assert!(circle.are_on_one_circle(0, 2) && !circle.are_on_one_circle(0, 3));
    }

    #[test]
    fn agrees_with_a_walk() {
        let mut state = 1_u64;
        for size in [1, 5, 70, 130] {
            for edges_a_node in [1, 3] {
                let mut random = || {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    usize::try_from(state >> 33).unwrap() % size
                };
                let edges: Vec<BTreeSet<usize>> =
                    (0..size).map(|_| (0..random() % (edges_a_node + 1)).map(|_| random()).collect()).collect();
                let ancestors = Ancestors::of(&edges);
                for (node, other) in (0..size).flat_map(|node| (0..size).map(move |other| (node, other))) {
                    assert_eq!(ancestors.has(node, other), reaches(&edges, node, other), "{node} {other} {edges:?}");
                }
            }
        }
    }

    #[test]
    fn a_long_chain_is_no_recursion() {
        let edges: Vec<BTreeSet<usize>> =
            (0..20_000).map(|node: usize| node.checked_sub(1).into_iter().collect()).collect();
        assert!(Ancestors::of(&edges).has(19_999, 0));
    }
}
