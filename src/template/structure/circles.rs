//! Things that need one another in a circle. CloudFormation refuses such a template.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Which of some things need which others.
pub struct Needs<'a> {
    names: Vec<&'a str>,
    positions: HashMap<&'a str, usize>,
    edges: Vec<(usize, usize)>,
}

impl<'a> Needs<'a> {
    /// Things of these names.
    pub fn of(names: impl Iterator<Item = &'a str>) -> Needs<'a> {
        let names: Vec<&str> = names.collect();
        let positions = names.iter().enumerate().map(|(position, name)| (*name, position)).collect();
        Needs { names, positions, edges: Vec::new() }
    }

    /// The position of a thing.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// Adds that a thing needs another. What is none of them is left out.
    pub fn add(&mut self, from: usize, to: &str) {
        if let Some(to) = self.position(to) {
            self.edges.push((from, to));
        }
    }

    /// The circles, each from the thing that stands first among them. One thing is in one circle at most.
    pub fn circles(mut self) -> Vec<Vec<&'a str>> {
        self.edges.sort_unstable();
        self.edges.dedup();
        if self.edges.is_empty() {
            return Vec::new();
        }
        let mut left = self.in_circles();
        let mut circles = Vec::new();
        for start in 0..self.names.len() {
            if left[start]
                && let Some(circle) = self.circle_from(start, &left)
            {
                circle.iter().for_each(|position| left[*position] = false);
                circles.push(circle.into_iter().map(|position| self.names[position]).collect());
            }
        }
        circles
    }

    fn needed_by(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.edges.partition_point(|edge| edge.0 < from);
        self.edges[first..].iter().take_while(move |edge| edge.0 == from).map(|edge| edge.1)
    }

    /// What is left when everything is taken away that needs nothing more: circles, and what needs them.
    fn in_circles(&self) -> Vec<bool> {
        let mut needed = vec![0_usize; self.names.len()];
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.names.len()];
        for (from, to) in &self.edges {
            needed[*from] += 1;
            users[*to].push(*from);
        }
        let mut free: Vec<usize> = (0..self.names.len()).filter(|position| needed[*position] == 0).collect();
        while let Some(position) = free.pop() {
            for user in &users[position] {
                needed[*user] -= 1;
                if needed[*user] == 0 {
                    free.push(*user);
                }
            }
        }
        needed.into_iter().map(|count| count > 0).collect()
    }

    /// The shortest way from a thing back to itself.
    fn circle_from(&self, start: usize, left: &[bool]) -> Option<Vec<usize>> {
        let mut came_from = HashMap::new();
        let mut front = vec![start];
        while !front.is_empty() {
            let mut next = Vec::new();
            for from in front {
                for to in self.needed_by(from).filter(|to| left[*to]) {
                    if to == start {
                        let mut circle = vec![from];
                        while let Some(before) = came_from.get(circle.last()?) {
                            circle.push(*before);
                        }
                        circle.reverse();
                        return Some(circle);
                    }
                    if let Entry::Vacant(unseen) = came_from.entry(to) {
                        unseen.insert(from);
                        next.push(to);
                    }
                }
            }
            front = next;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edges: &[(&'static str, &'static str)], expected: &[&[&str]]) {
        let mut needs = Needs::of(["a", "b", "c", "d", "e"].into_iter());
        for (from, to) in edges {
            let from = needs.position(from).unwrap();
            needs.add(from, to);
        }
        assert_eq!(needs.circles(), expected, "{edges:?}");
    }

    #[test]
    fn circles_are_found_once_and_short() {
        check(&[("a", "b"), ("b", "c"), ("a", "c"), ("d", "nothing")], &[]);
        check(&[("a", "a")], &[&["a"]]);
        check(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "b")], &[&["b", "c"]]);
        check(&[("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("d", "e"), ("e", "d")], &[&["a", "b"], &["d", "e"]]);
        check(&[("c", "a"), ("a", "e"), ("e", "c")], &[&["a", "e", "c"]]);
    }
}
