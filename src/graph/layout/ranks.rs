//! In which column each item stands: as far right as the longest way to it.

use std::collections::BTreeSet;

/// One item needs another, or only names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    pub from: usize,
    pub to: usize,
    pub needs: bool,
}

/// See the functions.
#[derive(Debug)]
pub struct Ranks {
    /// By item.
    pub rank: Vec<usize>,
    order: Vec<usize>,
}

impl Ranks {
    /// The ranks of a number of items. Ties may run in circles: some then lead back, of those that only name if possible.
    pub fn of(items: usize, ties: &[Tie]) -> Ranks {
        let order = order(items, ties);
        let mut sequence: Vec<usize> = (0..items).collect();
        sequence.sort_by_key(|item| order[*item]);
        let (mut before, mut after) = (vec![BTreeSet::new(); items], vec![BTreeSet::new(); items]);
        for tie in ties.iter().filter(|tie| tie.from != tie.to) {
            let is_back = order[tie.from] > order[tie.to];
            let (first, then) = if is_back { (tie.to, tie.from) } else { (tie.from, tie.to) };
            before[then].insert(first);
            after[first].insert(then);
        }
        let mut rank = vec![0; items];
        for item in &sequence {
            rank[*item] = before[*item].iter().map(|other| rank[*other] + 1).max().unwrap_or(0);
        }
        // What waits for nothing stands just before the first that waits for it: its lines are short then.
        for item in sequence.iter().rev().filter(|item| before[**item].is_empty()) {
            rank[*item] = after[*item].iter().map(|other| rank[*other] - 1).min().unwrap_or(0);
        }
        Ranks { rank, order }
    }

    /// Whether a tie leads from right to left.
    pub fn is_back(&self, from: usize, to: usize) -> bool {
        self.order[from] > self.order[to]
    }
}

/// A position for each item, after those that it is tied to: all of them, else those that it needs, else as it comes.
fn order(items: usize, ties: &[Tie]) -> Vec<usize> {
    let mut after = vec![Vec::new(); items];
    let (mut all, mut needed) = (vec![0_usize; items], vec![0_usize; items]);
    for tie in ties.iter().filter(|tie| tie.from != tie.to) {
        after[tie.from].push(*tie);
        all[tie.to] += 1;
        needed[tie.to] += usize::from(tie.needs);
    }
    let is_free = |counts: &[usize]| -> BTreeSet<usize> { (0..items).filter(|item| counts[*item] == 0).collect() };
    let (mut free, mut nearly_free, mut waiting) =
        (is_free(&all), is_free(&needed), (0..items).collect::<BTreeSet<_>>());
    let mut order = vec![0; items];
    let mut position = 0;
    while let Some(item) = free.first().or(nearly_free.first()).or(waiting.first()).copied() {
        for set in [&mut free, &mut nearly_free, &mut waiting] {
            set.remove(&item);
        }
        order[item] = position;
        position += 1;
        for tie in &after[item] {
            all[tie.to] -= 1;
            needed[tie.to] -= usize::from(tie.needs);
            if waiting.contains(&tie.to) {
                if needed[tie.to] == 0 {
                    nearly_free.insert(tie.to);
                }
                if all[tie.to] == 0 {
                    free.insert(tie.to);
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ties(pairs: &[(usize, usize)]) -> Vec<Tie> {
        pairs.iter().map(|(from, to)| Tie { from: *from, to: *to, needs: true }).collect()
    }

    #[test]
    fn the_longest_way_counts() {
        assert_eq!(Ranks::of(4, &ties(&[(0, 1), (1, 2), (0, 2), (2, 3)])).rank, [0, 1, 2, 3]);
    }

    #[test]
    fn what_waits_for_nothing_stands_near_its_first_user() {
        assert_eq!(Ranks::of(4, &ties(&[(0, 1), (1, 2), (3, 2)])).rank, [0, 1, 2, 1]);
    }

    #[test]
    fn a_name_gives_way_to_a_need() {
        let mut ties = ties(&[(1, 0)]);
        ties.insert(0, Tie { from: 0, to: 1, needs: false });
        let ranks = Ranks::of(2, &ties);
        assert_eq!(ranks.rank, [1, 0]);
        assert!(ranks.is_back(0, 1) && !ranks.is_back(1, 0));
    }

    #[test]
    fn circles_end() {
        let ranks = Ranks::of(4, &ties(&[(0, 1), (1, 2), (2, 0), (3, 3), (3, 0)]));
        assert_eq!(ranks.rank, [1, 2, 3, 0]);
        assert!(ranks.is_back(2, 0));
    }
}
