//! Things that need one another in a circle. CloudFormation refuses such a template.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Which of some things, known by their positions, need which others.
#[derive(Default)]
pub struct Needs(Vec<(usize, usize)>);

impl Needs {
    /// Adds that a thing needs another.
    pub fn add(&mut self, from: usize, to: usize) {
        self.0.push((from, to));
    }

    /// The circles among so many things, each from the thing that stands first. One thing is in one circle at most.
    pub fn circles(mut self, count: usize) -> Vec<Vec<usize>> {
        // Most need nothing that stands below them, and so there is no circle.
        if !self.0.iter().any(|(from, to)| to >= from) || !self.0.iter().any(|(from, to)| to <= from) {
            return Vec::new();
        }
        self.0.sort_unstable();
        self.0.dedup();
        let mut left = self.in_circles(count);
        let mut circles = Vec::new();
        for start in 0..count {
            if left[start]
                && let Some(circle) = self.circle_from(start, &left)
            {
                circle.iter().for_each(|position| left[*position] = false);
                circles.push(circle);
            }
        }
        circles
    }

    fn needed_by(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.0.partition_point(|edge| edge.0 < from);
        self.0[first..].iter().take_while(move |edge| edge.0 == from).map(|edge| edge.1)
    }

    /// What is left when everything is taken away that needs nothing more: circles, and what needs them.
    fn in_circles(&self, count: usize) -> Vec<bool> {
        let mut needed = vec![0_usize; count];
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (from, to) in &self.0 {
            needed[*from] += 1;
            users[*to].push(*from);
        }
        let mut free: Vec<usize> = (0..count).filter(|position| needed[*position] == 0).collect();
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
    fn check(edges: &[(usize, usize)], expected: &[&[usize]]) {
        let mut needs = Needs::default();
        edges.iter().for_each(|(from, to)| needs.add(*from, *to));
        assert_eq!(needs.circles(5), expected, "{edges:?}");
    }

    #[test]
    fn circles_are_found_once_and_short() {
        check(&[(0, 1), (1, 2), (0, 2)], &[]);
        check(&[(0, 0)], &[&[0]]);
        check(&[(0, 1), (1, 2), (2, 1), (3, 1)], &[&[1, 2]]);
        check(&[(0, 1), (1, 2), (2, 0), (1, 0), (3, 4), (4, 3)], &[&[0, 1], &[3, 4]]);
        check(&[(2, 0), (0, 4), (4, 2)], &[&[0, 4, 2]]);
    }
}
