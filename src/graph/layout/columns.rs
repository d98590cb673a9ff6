//! Columns of slots: who stands above whom, so that few lines cross, and where, so that lines are straight.

/// A place in a column: for a box, a label, or a line that passes.
#[derive(Clone, Debug)]
pub struct Slot {
    pub column: usize,
    pub width: f64,
    pub height: f64,
    /// The space that it keeps to its neighbours.
    pub margin: f64,
    /// The upper edge; set by [`Columns::place`].
    pub y: f64,
}

/// A line from a slot to one in a column further right, with the heights of its ends within the slots.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub from: usize,
    pub from_height: f64,
    pub to: usize,
    pub to_height: f64,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Columns {
    pub slots: Vec<Slot>,
    pub lines: Vec<Line>,
    /// The slots of each column from top to bottom.
    order: Vec<Vec<usize>>,
    /// By slot: the lines to the left, and to the right.
    ends: [Vec<Vec<usize>>; 2],
}

/// How often the columns are sorted, and how often they are straightened.
const SWEEPS: usize = 8;

const LEFT: usize = 0;
const RIGHT: usize = 1;

impl Columns {
    /// Decides the order in the columns and the heights of the slots, from 0 down.
    pub fn place(&mut self) {
        self.prepare();
        self.sort();
        self.straighten();
    }

    /// The widest slot of each column.
    pub fn widths(&self) -> Vec<f64> {
        let width = |column: &Vec<usize>| column.iter().map(|slot| self.slots[*slot].width).fold(0.0, f64::max);
        self.order.iter().map(width).collect()
    }

    /// The lower edge of the lowest slot.
    pub fn height(&self) -> f64 {
        self.slots.iter().map(|slot| slot.y + slot.height).fold(0.0, f64::max)
    }

    fn prepare(&mut self) {
        let columns = self.slots.iter().map(|slot| slot.column + 1).max().unwrap_or(0);
        self.order = vec![Vec::new(); columns];
        for (index, slot) in self.slots.iter().enumerate() {
            self.order[slot.column].push(index);
        }
        self.ends = [vec![Vec::new(); self.slots.len()], vec![Vec::new(); self.slots.len()]];
        for (index, line) in self.lines.iter().enumerate() {
            self.ends[RIGHT][line.from].push(index);
            self.ends[LEFT][line.to].push(index);
        }
    }

    /// The slot at the other end of a line, and the height of that end in it.
    fn other(&self, line: usize, side: usize) -> (usize, f64) {
        let line = &self.lines[line];
        if side == LEFT { (line.from, line.from_height) } else { (line.to, line.to_height) }
    }

    /// Barycentre sweeps from left to right and back; of all orders seen, the one with the fewest crossings.
    fn sort(&mut self) {
        let mut positions = self.positions();
        let mut best = (self.crossings(&positions), self.order.clone());
        for sweep in 0..SWEEPS {
            if best.0 == 0 {
                break;
            }
            let columns = self.order.len();
            for step in 0..columns {
                let (column, side) = if sweep % 2 == 0 { (step, LEFT) } else { (columns - 1 - step, RIGHT) };
                self.sort_column(column, side, &mut positions);
            }
            let crossings = self.crossings(&positions);
            if crossings < best.0 {
                best = (crossings, self.order.clone());
            }
        }
        self.order = best.1;
    }

    fn positions(&self) -> Vec<f64> {
        let mut positions = vec![0.0; self.slots.len()];
        for column in &self.order {
            for (position, slot) in column.iter().enumerate() {
                positions[*slot] = position as f64;
            }
        }
        positions
    }

    fn sort_column(&mut self, column: usize, side: usize, positions: &mut [f64]) {
        let mut slots = std::mem::take(&mut self.order[column]);
        let mut keyed: Vec<(f64, usize)> = slots
            .iter()
            .map(|slot| {
                let ends = self.ends[side][*slot].iter().map(|line| self.position_at(*line, side, positions));
                (mean(ends).unwrap_or(positions[*slot]), *slot)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        slots.clear();
        slots.extend(keyed.into_iter().map(|(_, slot)| slot));
        for (position, slot) in slots.iter().enumerate() {
            positions[*slot] = position as f64;
        }
        self.order[column] = slots;
    }

    /// The position of the other end of a line; the ends in one slot keep their order.
    fn position_at(&self, line: usize, side: usize, positions: &[f64]) -> f64 {
        let (slot, height) = self.other(line, side);
        positions[slot] + 0.9 * height / self.slots[slot].height.max(1.0)
    }

    /// How many lines between neighbouring columns cross.
    fn crossings(&self, positions: &[f64]) -> usize {
        let mut by_column: Vec<Vec<(f64, f64)>> = vec![Vec::new(); self.order.len()];
        for (index, line) in self.lines.iter().enumerate() {
            let ends = (self.position_at(index, LEFT, positions), self.position_at(index, RIGHT, positions));
            by_column[self.slots[line.from].column].push(ends);
        }
        by_column.into_iter().map(inversions).sum()
    }

    /// Moves the slots of each column towards the lines that end in them, as far as their neighbours let them.
    fn straighten(&mut self) {
        for column in 0..self.order.len() {
            let wanted: Vec<(f64, f64)> = self.order[column].iter().map(|_| (0.0, 1.0)).collect();
            self.settle(column, &wanted);
        }
        for sweep in 0..SWEEPS {
            let columns = self.order.len();
            for step in 0..columns {
                let (column, sides): (usize, &[usize]) = match sweep % 2 {
                    _ if sweep + 2 >= SWEEPS => (step, &[LEFT, RIGHT]),
                    0 => (step, &[LEFT]),
                    _ => (columns - 1 - step, &[RIGHT]),
                };
                let wanted: Vec<(f64, f64)> = self.order[column].iter().map(|slot| self.wanted(*slot, sides)).collect();
                self.settle(column, &wanted);
            }
        }
        let top = self.slots.iter().map(|slot| slot.y).fold(f64::INFINITY, f64::min);
        self.slots.iter_mut().for_each(|slot| slot.y -= top);
    }

    /// The height at which the lines of a slot would be straight, and how much that matters.
    fn wanted(&self, slot: usize, sides: &[usize]) -> (f64, f64) {
        let ends = sides.iter().flat_map(|side| self.ends[*side][slot].iter().map(move |line| (*side, *line)));
        let heights = ends.map(|(side, line)| {
            let (other, height) = self.other(line, side);
            let own = if side == LEFT { self.lines[line].to_height } else { self.lines[line].from_height };
            self.slots[other].y + height - own
        });
        mean(heights).map_or((self.slots[slot].y, 0.1), |height| (height, 1.0))
    }

    /// The least squares of what is wanted, in the given order and without overlaps: pool adjacent violators.
    fn settle(&mut self, column: usize, wanted: &[(f64, f64)]) {
        /// Slots that touch, and where the first would be.
        struct Block {
            slots: usize,
            sum: f64,
            weight: f64,
        }
        let (mut blocks, mut offsets): (Vec<Block>, Vec<f64>) = (Vec::new(), Vec::new());
        for (position, slot) in self.order[column].iter().enumerate() {
            let offset = match position.checked_sub(1) {
                None => 0.0,
                Some(above) => {
                    let (above_slot, slot) = (&self.slots[self.order[column][above]], &self.slots[*slot]);
                    offsets[above] + above_slot.height + above_slot.margin.max(slot.margin)
                }
            };
            offsets.push(offset);
            let (height, weight) = wanted[position];
            blocks.push(Block { slots: 1, sum: (height - offset) * weight, weight });
            while let [.., above, below] = blocks.as_slice() {
                if above.sum / above.weight <= below.sum / below.weight {
                    break;
                }
                let merged = Block {
                    slots: above.slots + below.slots,
                    sum: above.sum + below.sum,
                    weight: above.weight + below.weight,
                };
                blocks.truncate(blocks.len() - 2);
                blocks.push(merged);
            }
        }
        let mut position = 0;
        for block in blocks {
            for _ in 0..block.slots {
                let slot = self.order[column][position];
                self.slots[slot].y = block.sum / block.weight + offsets[position];
                position += 1;
            }
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0.0), |(sum, number), value| (sum + value, number + 1.0));
    (number > 0.0).then(|| sum / number)
}

/// How many pairs are in one order on the left and in the other on the right.
fn inversions(mut lines: Vec<(f64, f64)>) -> usize {
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut right: Vec<f64> = lines.iter().map(|line| line.1).collect();
    right.sort_by(f64::total_cmp);
    right.dedup();
    // A Fenwick tree counts the lines so far by their right ends.
    let mut tree = vec![0_usize; right.len() + 1];
    let mut found = 0;
    for (seen, (_, end)) in lines.iter().enumerate() {
        let at = right.partition_point(|other| other < end) + 1;
        let (mut index, mut not_below) = (at, 0);
        while index > 0 {
            not_below += tree[index];
            index &= index - 1;
        }
        found += seen - not_below;
        index = at;
        while index < tree.len() {
            tree[index] += 1;
            index += index & index.wrapping_neg();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(slots: &[usize], lines: &[(usize, usize)]) -> Columns {
        let slot = |column: &usize| Slot { column: *column, width: 10.0, height: 10.0, margin: 5.0, y: 0.0 };
        let line = |(from, to): &(usize, usize)| Line { from: *from, from_height: 5.0, to: *to, to_height: 5.0 };
        let mut columns = Columns {
            slots: slots.iter().map(slot).collect(),
            lines: lines.iter().map(line).collect(),
            ..Columns::default()
        };
        columns.place();
        columns
    }

    #[test]
    fn crossings_are_counted() {
        assert_eq!(inversions(vec![(0.0, 1.0), (1.0, 0.0)]), 1);
        assert_eq!(inversions(vec![(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]), 1);
        assert_eq!(inversions(vec![(0.0, 2.0), (1.0, 1.0), (2.0, 0.0)]), 3);
    }

    #[test]
    fn lines_that_cross_are_parted() {
        let columns = columns(&[0, 0, 1, 1], &[(0, 3), (1, 2)]);
        assert_eq!(columns.crossings(&columns.positions()), 0);
    }

    #[test]
    fn slots_keep_their_margins_and_lines_are_straight() {
        let columns = columns(&[0, 1, 1, 1, 2], &[(0, 1), (0, 2), (0, 3), (2, 4)]);
        let y: Vec<f64> = columns.slots.iter().map(|slot| slot.y).collect();
        assert_eq!(y, [15.0, 0.0, 15.0, 30.0, 15.0]);
        assert_eq!((columns.height(), columns.widths()), (40.0, vec![10.0; 3]));
    }
}
