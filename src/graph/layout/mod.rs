//! Where everything stands in a drawing: columns from left to right in the order of a launch, groups as boxes in boxes.
//!
//! Each group is laid out on its own, those inside first, so that no two boxes ever overlap. A line that passes a column
//! has a place of its own there, and a label has one before the box that the line leads to. Lines that leave one stack, or
//! enter one, share a lane as far as they can.
//!
//! Why not a library: of those for Rust, `rust-sugiyama` and `layout-rs` lay out no groups. `dagre` (18,000 lines) does,
//! but of 60 boxes in groups it leads 60 to 80 lines through foreign boxes, and needs 6 s for 500 stacks where this takes
//! 8 ms. `elkrs` has 74,000 lines.

mod columns;
mod ranks;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};

use columns::{Columns, Line, Slot};
use ranks::{Ranks, Tie};

/// What is to be laid out.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The first is the drawing itself; each of the others comes after the one that it lies in.
    pub groups: Vec<Group>,
    pub boxes: Vec<Box>,
    pub edges: Vec<Edge>,
}

/// A box around others.
#[derive(Clone, Debug)]
pub struct Group {
    pub parent: usize,
    /// What its title needs.
    pub title: f64,
}

/// A stack.
#[derive(Clone, Debug)]
pub struct Box {
    pub group: usize,
    pub width: f64,
    pub height: f64,
}

/// A line between two different boxes.
#[derive(Clone, Debug)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// Those that do not need, but only name, give way in circles and have lanes of their own.
    pub needs: bool,
    /// Width and height.
    pub label: Option<(f64, f64)>,
}

/// A rectangle: its upper left corner and its size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rectangle {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Corners of a line.
type Points = Vec<(f64, f64)>;

/// The way of a line, from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Two with the same height are joined by a straight line, others by a curve.
    pub points: Points,
    pub label: Option<Rectangle>,
    /// It ends where the edge begins.
    pub is_back: bool,
}

/// A finished layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub groups: Vec<Rectangle>,
    pub boxes: Vec<Rectangle>,
    pub edges: Vec<Route>,
}

/// Around what lies in a group.
const PADDING: f64 = 14.0;
/// Above it, for the title.
const TITLE: f64 = 28.0;
/// Between columns: room for curves.
const GAP: f64 = 26.0;
/// Between boxes of a column.
const MARGIN: f64 = 16.0;
/// Between lines that pass.
const LANE_MARGIN: f64 = 7.0;
/// Lines that lead back enter and leave lower.
const BACK: f64 = 9.0;
/// If lines had to pass more columns than this altogether, they run behind the boxes instead: nobody could follow them
/// anyway, and memory has an end.
const MOST_LANES: usize = 60_000;

/// Lines of one kind that leave, or enter, one box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lane {
    of: usize,
    needs: bool,
    is_back: bool,
}

/// What stands in the columns of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Box(usize),
    Group(usize),
}

/// A group that is laid out, relative to its upper left corner.
#[derive(Debug, Default)]
struct Done {
    width: f64,
    height: f64,
    items: BTreeMap<Item, (f64, f64)>,
    /// The points of lanes that come in from the left, or go out to the right.
    entering: BTreeMap<Lane, Points>,
    leaving: BTreeMap<Lane, Points>,
    /// Edges between its items: the points between the two, and the label.
    edges: BTreeMap<usize, (Points, Option<Rectangle>)>,
}

/// Lays everything out.
#[must_use]
pub fn layout(input: &Input) -> Layout {
    let plan = Plan::of(input);
    let mut done: Vec<Done> = input.groups.iter().map(|_| Done::default()).collect();
    for group in (0..input.groups.len()).rev() {
        done[group] = plan.group(group, &done);
    }
    plan.assembled(&done)
}

/// What is known of an edge before anything has a place.
struct Course {
    /// The group in which both ends lie, and the items of it that they lie in, from left to right.
    group: usize,
    items: (Item, Item),
    leaving: Lane,
    entering: Lane,
}

struct Plan<'a> {
    input: &'a Input,
    items: Vec<Vec<Item>>,
    rank: BTreeMap<Item, usize>,
    courses: Vec<Course>,
    /// The edges whose ends meet in a group.
    edges: Vec<Vec<usize>>,
    entering: Vec<BTreeSet<Lane>>,
    leaving: Vec<BTreeSet<Lane>>,
}

impl<'a> Plan<'a> {
    fn of(input: &'a Input) -> Plan<'a> {
        let mut items = vec![Vec::new(); input.groups.len()];
        for (index, stack) in input.boxes.iter().enumerate() {
            items[stack.group].push(Item::Box(index));
        }
        for (index, group) in input.groups.iter().enumerate().skip(1) {
            items[group.parent].push(Item::Group(index));
        }
        let meetings: Vec<(usize, Item, Item)> = input.edges.iter().map(|edge| meeting(input, edge)).collect();
        let mut edges = vec![Vec::new(); input.groups.len()];
        for (index, (group, ..)) in meetings.iter().enumerate() {
            edges[*group].push(index);
        }
        let (mut rank, mut is_back) = (BTreeMap::new(), vec![false; input.edges.len()]);
        for (group, items) in items.iter().enumerate() {
            let at: BTreeMap<Item, usize> = items.iter().copied().zip(0..).collect();
            let tie = |edge: &usize| {
                let (_, from, to) = &meetings[*edge];
                Tie { from: at[from], to: at[to], needs: input.edges[*edge].needs }
            };
            let ties: Vec<Tie> = edges[group].iter().map(tie).collect();
            let ranks = Ranks::of(items.len(), &ties);
            rank.extend(items.iter().copied().zip(ranks.rank.iter().copied()));
            for (edge, tie) in edges[group].iter().zip(&ties) {
                is_back[*edge] = ranks.is_back(tie.from, tie.to);
            }
        }
        let course = |(edge, (group, from, to)): (usize, (usize, Item, Item))| {
            let Edge { from: giver, to: taker, needs, .. } = input.edges[edge];
            let lane = |of| Lane { of, needs, is_back: is_back[edge] };
            if is_back[edge] {
                Course { group, items: (to, from), leaving: lane(taker), entering: lane(giver) }
            } else {
                Course { group, items: (from, to), leaving: lane(giver), entering: lane(taker) }
            }
        };
        let courses: Vec<Course> = meetings.into_iter().enumerate().map(course).collect();
        let mut plan = Plan {
            input,
            items,
            rank,
            edges,
            entering: vec![BTreeSet::new(); input.groups.len()],
            leaving: vec![BTreeSet::new(); input.groups.len()],
            courses,
        };
        for course in &plan.courses {
            for group in between(input, course.leaving.of, course.group) {
                plan.leaving[group].insert(course.leaving);
            }
            for group in between(input, course.entering.of, course.group) {
                plan.entering[group].insert(course.entering);
            }
        }
        plan
    }

    fn size(&self, item: Item, done: &[Done]) -> (f64, f64) {
        match item {
            Item::Box(index) => (self.input.boxes[index].width, self.input.boxes[index].height),
            Item::Group(index) => (done[index].width, done[index].height),
        }
    }

    /// The height within an item at which a lane leaves it to the right, or enters it from the left.
    fn port(&self, item: Item, lane: Lane, done: &[Done], leaves: bool) -> f64 {
        match item {
            Item::Box(index) => {
                let middle = self.input.boxes[index].height / 2.0;
                if lane.is_back { middle + BACK } else { middle }
            }
            Item::Group(index) if leaves => done[index].leaving[&lane].last().map_or(0.0, |point| point.1),
            Item::Group(index) => done[index].entering[&lane].first().map_or(0.0, |point| point.1),
        }
    }

    /// The item of a group in which a box lies.
    fn item_with(&self, group: usize, stack: usize) -> Item {
        let mut item = (Item::Box(stack), self.input.boxes[stack].group);
        while item.1 != group {
            item = (Item::Group(item.1), self.input.groups[item.1].parent);
        }
        item.0
    }

    fn group(&self, group: usize, done: &[Done]) -> Done {
        let mut linked: BTreeSet<Item> = BTreeSet::new();
        for edge in &self.edges[group] {
            linked.extend([self.courses[*edge].items.0, self.courses[*edge].items.1]);
        }
        let lanes = self.entering[group].iter().chain(&self.leaving[group]);
        linked.extend(lanes.map(|lane| self.item_with(group, lane.of)));
        let (in_columns, alone): (Vec<Item>, Vec<Item>) =
            self.items[group].iter().copied().partition(|item| linked.contains(item));
        let mut result = Builder::new(self, group, done, &in_columns).finish();
        let sizes: Vec<(f64, f64)> = alone.iter().map(|item| self.size(*item, done)).collect();
        let below = if in_columns.is_empty() { 0.0 } else { result.height + MARGIN };
        let shelf = shelf::shelve(&sizes, result.width, MARGIN);
        for (item, (x, y)) in alone.iter().zip(&shelf.places) {
            result.items.insert(*item, (*x, y + below));
        }
        if !alone.is_empty() {
            result.height = below + shelf.height;
            result.width = result.width.max(shelf.width);
        }
        self.framed(group, result)
    }

    /// The group with its frame and title around it; the lanes go on to the frame.
    fn framed(&self, group: usize, mut inner: Done) -> Done {
        let top = if group == 0 { PADDING } else { TITLE };
        inner.width = (inner.width + 2.0 * PADDING).max(self.input.groups[group].title + 2.0 * PADDING);
        inner.height += top + PADDING;
        let shift = |points: &mut Points| {
            points.iter_mut().for_each(|point| *point = (point.0 + PADDING, point.1 + top));
        };
        inner.items.values_mut().for_each(|at| *at = (at.0 + PADDING, at.1 + top));
        for (points, label) in inner.edges.values_mut() {
            shift(points);
            if let Some(label) = label {
                (label.x, label.y) = (label.x + PADDING, label.y + top);
            }
        }
        for points in inner.entering.values_mut() {
            shift(points);
            points.insert(0, (0.0, points.first().map_or(0.0, |point| point.1)));
        }
        for points in inner.leaving.values_mut() {
            shift(points);
            points.push((inner.width, points.last().map_or(0.0, |point| point.1)));
        }
        inner
    }

    /// Everything at its place in the whole drawing.
    fn assembled(&self, done: &[Done]) -> Layout {
        let mut groups = vec![Rectangle::default(); done.len()];
        let mut boxes = vec![Rectangle::default(); self.input.boxes.len()];
        groups[0] = Rectangle { x: 0.0, y: 0.0, width: done[0].width, height: done[0].height };
        for (group, inner) in done.iter().enumerate() {
            let (left, top) = (groups[group].x, groups[group].y);
            for (item, (x, y)) in &inner.items {
                let (width, height) = self.size(*item, done);
                let place = Rectangle { x: left + x, y: top + y, width, height };
                match item {
                    Item::Box(index) => boxes[*index] = place,
                    Item::Group(index) => groups[*index] = place,
                }
            }
        }
        let edges = (0..self.courses.len()).map(|edge| self.route(edge, done, &groups, &boxes)).collect();
        Layout { width: done[0].width, height: done[0].height, groups, boxes, edges }
    }

    fn route(&self, edge: usize, done: &[Done], groups: &[Rectangle], boxes: &[Rectangle]) -> Route {
        let course = &self.courses[edge];
        let mut points = Vec::new();
        let mut add = |group: usize, more: &[(f64, f64)]| {
            points.extend(more.iter().map(|point| (point.0 + groups[group].x, point.1 + groups[group].y)));
        };
        let end = |lane: Lane, x: f64| {
            let stack = &boxes[lane.of];
            (x, stack.y + self.port(Item::Box(lane.of), lane, done, true))
        };
        let (first, last) = (&boxes[course.leaving.of], &boxes[course.entering.of]);
        let start = end(course.leaving, first.x + first.width);
        for group in between(self.input, course.leaving.of, course.group) {
            add(group, &done[group].leaving[&course.leaving]);
        }
        let (middle, label) = &done[course.group].edges[&edge];
        add(course.group, middle);
        let inwards: Vec<usize> = between(self.input, course.entering.of, course.group).collect();
        for group in inwards.into_iter().rev() {
            add(group, &done[group].entering[&course.entering]);
        }
        let home = groups[course.group];
        let label = label.map(|label| Rectangle { x: label.x + home.x, y: label.y + home.y, ..label });
        points.insert(0, start);
        points.push(end(course.entering, last.x));
        Route { points, label, is_back: course.leaving.is_back }
    }
}

/// The groups around a box, from the inside, up to but without an outer one.
fn between(input: &Input, stack: usize, outer: usize) -> impl Iterator<Item = usize> {
    let first = input.boxes[stack].group;
    let inside = move |group: usize| (group != outer).then_some(group);
    std::iter::successors(inside(first), move |group| inside(input.groups[*group].parent))
}

/// The innermost group with both ends of an edge, and its items with the one and the other.
fn meeting(input: &Input, edge: &Edge) -> (usize, Item, Item) {
    let way = |stack: usize| {
        let mut way = vec![(input.boxes[stack].group, Item::Box(stack))];
        while let Some((group, _)) = way.last().copied().filter(|(group, _)| *group != 0) {
            way.push((input.groups[group].parent, Item::Group(group)));
        }
        way.reverse();
        way
    };
    let (from, to) = (way(edge.from), way(edge.to));
    let mut both = from.iter().zip(&to).take_while(|(from, to)| from.0 == to.0);
    both.by_ref().last().map_or((0, Item::Box(edge.from), Item::Box(edge.to)), |(from, to)| (from.0, from.1, to.1))
}

/// The columns of one group. Items of rank `r` stand in column `2r + 1`; lines pass in all columns, labels stand in even
/// ones.
struct Builder<'a> {
    plan: &'a Plan<'a>,
    group: usize,
    done: &'a [Done],
    columns: Columns,
    slot_of: BTreeMap<Item, usize>,
    last_column: usize,
    has_lanes: bool,
    /// The slots of lanes that leave an item, from left to right.
    lanes: BTreeMap<Lane, Vec<usize>>,
    entering: BTreeMap<Lane, Vec<usize>>,
    labels: BTreeMap<usize, usize>,
}

impl<'a> Builder<'a> {
    fn new(plan: &'a Plan<'a>, group: usize, done: &'a [Done], items: &[Item]) -> Builder<'a> {
        let mut builder = Builder {
            plan,
            group,
            done,
            columns: Columns::default(),
            slot_of: BTreeMap::new(),
            last_column: items.iter().map(|item| 2 * plan.rank[item] + 2).max().unwrap_or(0),
            has_lanes: true,
            lanes: BTreeMap::new(),
            entering: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        for item in items {
            let (width, height) = plan.size(*item, done);
            let slot = builder.slot(2 * plan.rank[item] + 1, width, height, MARGIN);
            builder.slot_of.insert(*item, slot);
        }
        builder
    }

    fn slot(&mut self, column: usize, width: f64, height: f64, margin: f64) -> usize {
        self.columns.slots.push(Slot { column, width, height, margin, y: 0.0 });
        self.columns.slots.len() - 1
    }

    fn column(&self, item: Item) -> usize {
        2 * self.plan.rank[&item] + 1
    }

    fn finish(mut self) -> Done {
        if self.slot_of.is_empty() {
            return Done::default();
        }
        let reach = self.reach();
        let columns = |(lane, last): (&Lane, &usize)| last - self.column(self.plan.item_with(self.group, lane.of));
        self.has_lanes = reach.iter().map(columns).sum::<usize>() < MOST_LANES;
        for (lane, last) in reach {
            self.leave(lane, last);
        }
        for lane in &self.plan.entering[self.group] {
            self.enter(*lane);
        }
        for edge in &self.plan.edges[self.group] {
            self.connect(*edge);
        }
        self.columns.place();
        self.read_off()
    }

    /// How far right each lane goes: to the column before the last box that it leads to, or its label, or to the end.
    fn reach(&self) -> BTreeMap<Lane, usize> {
        let mut reach: BTreeMap<Lane, usize> = BTreeMap::new();
        for edge in &self.plan.edges[self.group] {
            let course = &self.plan.courses[*edge];
            let label = usize::from(self.plan.input.edges[*edge].label.is_some());
            let last = self.column(course.items.1) - 1 - label;
            let known = reach.entry(course.leaving).or_default();
            *known = last.max(*known);
        }
        reach.extend(self.plan.leaving[self.group].iter().map(|lane| (*lane, self.last_column)));
        reach
    }

    fn leave(&mut self, lane: Lane, last: usize) {
        let item = self.plan.item_with(self.group, lane.of);
        let start = self.column(item) + 1;
        let first = if self.has_lanes { start } else { last.max(start) };
        let is_leaving = self.plan.leaving[self.group].contains(&lane);
        let slots = if self.has_lanes || is_leaving { self.chain(first, last) } else { Vec::new() };
        if let Some(first) = slots.first() {
            let port = self.plan.port(item, lane, self.done, true);
            self.line(self.slot_of[&item], port, *first, 0.0);
        }
        self.lanes.insert(lane, slots);
    }

    fn enter(&mut self, lane: Lane) {
        let item = self.plan.item_with(self.group, lane.of);
        let last = if self.has_lanes { self.column(item) - 1 } else { 0 };
        let slots = self.chain(0, last);
        if let Some(last) = slots.last() {
            let port = self.plan.port(item, lane, self.done, false);
            self.line(*last, 0.0, self.slot_of[&item], port);
        }
        self.entering.insert(lane, slots);
    }

    /// Slots without height in these columns, one behind the other.
    fn chain(&mut self, first: usize, last: usize) -> Vec<usize> {
        let slots: Vec<usize> = (first..=last).map(|column| self.slot(column, 0.0, 0.0, LANE_MARGIN)).collect();
        for pair in slots.windows(2) {
            self.line(pair[0], 0.0, pair[1], 0.0);
        }
        slots
    }

    fn line(&mut self, from: usize, from_height: f64, to: usize, to_height: f64) {
        self.columns.lines.push(Line { from, from_height, to, to_height });
    }

    /// The end of an edge: from its lane, perhaps over its label, to the box.
    fn connect(&mut self, edge: usize) {
        let course = &self.plan.courses[edge];
        let (from, to) = (self.slot_of[&course.items.0], self.slot_of[&course.items.1]);
        let in_port = self.plan.port(course.items.1, course.entering, self.done, false);
        let (mut before, mut height) = match self.passed(edge).last() {
            Some(slot) => (*slot, 0.0),
            None => (from, self.plan.port(course.items.0, course.leaving, self.done, true)),
        };
        if let Some((width, label_height)) = self.plan.input.edges[edge].label {
            let label = self.slot(self.column(course.items.1) - 1, width, label_height, LANE_MARGIN);
            self.line(before, height, label, label_height);
            self.labels.insert(edge, label);
            (before, height) = (label, label_height);
        }
        self.line(before, height, to, in_port);
    }

    /// The part of its lane that an edge follows.
    fn passed(&self, edge: usize) -> &[usize] {
        let course = &self.plan.courses[edge];
        let label = usize::from(self.plan.input.edges[edge].label.is_some());
        let slots = &self.lanes[&course.leaving];
        if !self.has_lanes {
            return &[];
        }
        let columns = self.column(course.items.1) - 1 - label - self.column(course.items.0);
        &slots[..columns.min(slots.len())]
    }

    fn read_off(&self) -> Done {
        let widths = self.columns.widths();
        let mut left = Vec::with_capacity(widths.len());
        let mut x = 0.0;
        for width in &widths {
            left.push(x);
            // An empty column needs no gap of its own.
            x += if *width > 0.0 { width + GAP } else { GAP / 2.0 };
        }
        let y = |slot: usize| self.columns.slots[slot].y;
        let through = |slot: usize, height: f64| {
            let column = self.columns.slots[slot].column;
            [(left[column], y(slot) + height), (left[column] + widths[column], y(slot) + height)]
        };
        let lane = |slots: &Vec<usize>| slots.iter().flat_map(|slot| through(*slot, 0.0)).collect::<Vec<_>>();
        let items = self.slot_of.iter().map(|(item, slot)| (*item, (left[self.columns.slots[*slot].column], y(*slot))));
        let edges = self.plan.edges[self.group].iter().map(|edge| {
            let course = &self.plan.courses[*edge];
            // From the box itself to the edge of its column.
            let port = self.plan.port(course.items.0, course.leaving, self.done, true);
            let mut points = through(self.slot_of[&course.items.0], port)[1..].to_vec();
            points.extend(self.passed(*edge).iter().flat_map(|slot| through(*slot, 0.0)));
            let label = self.labels.get(edge).map(|slot| {
                let Slot { column, width, height, y, .. } = self.columns.slots[*slot];
                points.extend(through(*slot, height));
                Rectangle { x: left[column], y, width, height }
            });
            (*edge, (points, label))
        });
        let leaving = self.plan.leaving[self.group].iter().map(|of| {
            let item = self.plan.item_with(self.group, of.of);
            let port = self.plan.port(item, *of, self.done, true);
            let start = &through(self.slot_of[&item], port)[1..];
            (*of, [start, &lane(&self.lanes[of])].concat())
        });
        Done {
            width: (x - GAP).max(left.last().copied().unwrap_or(0.0)),
            height: self.columns.height(),
            items: items.collect(),
            entering: self.entering.iter().map(|(of, slots)| (*of, lane(slots))).collect(),
            leaving: leaving.collect(),
            edges: edges.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
