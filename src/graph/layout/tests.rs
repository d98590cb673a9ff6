use super::*;

/// A drawing of boxes in groups (by the positions of their parents), with edges.
fn input(groups: &[usize], boxes: &[usize], edges: &[(usize, usize)]) -> Input {
    let edge = |(index, (from, to)): (usize, &(usize, usize))| Edge {
        from: *from,
        to: *to,
        needs: index % 3 != 2,
        label: (index % 2 == 0).then_some((60.0, 14.0)),
    };
    Input {
        groups: groups.iter().map(|parent| Group { parent: *parent, title: 40.0 }).collect(),
        boxes: boxes.iter().map(|group| Box { group: *group, width: 100.0, height: 40.0 }).collect(),
        edges: edges.iter().enumerate().filter(|(_, edge)| edge.0 != edge.1).map(edge).collect(),
    }
}

fn overlap(a: &Rectangle, b: &Rectangle) -> bool {
    let eps = 0.01;
    a.x + eps < b.x + b.width && b.x + eps < a.x + a.width && a.y + eps < b.y + b.height && b.y + eps < a.y + a.height
}

/// The part of a box that no line may touch.
fn inside(stack: &Rectangle) -> Rectangle {
    Rectangle { x: stack.x + 1.0, y: stack.y + 1.0, width: stack.width - 2.0, height: stack.height - 2.0 }
}

/// No two boxes or labels overlap, all lie in their groups, and lines run around boxes, from end to end.
#[track_caller]
fn assert_sound(input: &Input) -> Layout {
    let layout = layout(input);
    let labels: Vec<Rectangle> = layout.edges.iter().filter_map(|edge| edge.label).collect();
    let solid: Vec<&Rectangle> = layout.boxes.iter().chain(&labels).collect();
    for (index, one) in solid.iter().enumerate() {
        for other in &solid[index + 1..] {
            assert!(!overlap(one, other), "{one:?} {other:?}");
        }
    }
    for (group, place) in layout.groups.iter().enumerate() {
        for other in &layout.groups[group + 1..] {
            let is_inside = other.x >= place.x && other.x + other.width <= place.x + place.width;
            assert!(!overlap(place, other) || is_inside, "{place:?} {other:?}");
        }
    }
    for (stack, place) in input.boxes.iter().zip(&layout.boxes) {
        let group = layout.groups[stack.group];
        assert!(place.x >= group.x && place.x + place.width <= group.x + group.width, "{place:?} {group:?}");
        assert!(place.y >= group.y && place.y + place.height <= group.y + group.height, "{place:?} {group:?}");
    }
    assert_eq!(layout.edges.len(), input.edges.len());
    for (edge, route) in input.edges.iter().zip(&layout.edges) {
        let (left, right) = if route.is_back { (edge.to, edge.from) } else { (edge.from, edge.to) };
        let (first, last) = (layout.boxes[left], layout.boxes[right]);
        assert_eq!(route.points.first().map(|point| point.0), Some(first.x + first.width));
        assert_eq!(route.points.last().map(|point| point.0), Some(last.x));
        assert_eq!(route.label.is_some(), edge.label.is_some());
        for pair in route.points.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!(to_x >= x, "{route:?}");
            let line = Rectangle { x, y: y.min(to_y), width: to_x - x, height: (to_y - y).abs() };
            for stack in &layout.boxes {
                assert!(!overlap(&line, &inside(stack)), "{line:?} {stack:?}");
            }
        }
    }
    layout
}

#[test]
fn a_chain_runs_from_left_to_right() {
    let layout = assert_sound(&input(&[0], &[0, 0, 0], &[(0, 1), (1, 2), (0, 2)]));
    assert!(layout.boxes.windows(2).all(|pair| pair[0].x + pair[0].width < pair[1].x));
}

#[test]
#[expect(clippy::float_cmp, reason = "one row has one height")]
fn what_is_alone_stands_below_in_rows() {
    let layout = assert_sound(&input(&[0], &[0; 9], &[(0, 1)]));
    let top = layout.boxes[0].y.max(layout.boxes[1].y);
    assert!(layout.boxes[2..].iter().all(|place| place.y > top));
    assert!(layout.boxes[2].y == layout.boxes[3].y);
}

#[test]
fn nothing_at_all() {
    assert_eq!(layout(&input(&[0], &[], &[])).boxes, []);
}

#[test]
fn groups_are_boxes_around_theirs() {
    // Two groups that take from one another, one of them with a group inside, and a stack at the top.
    let groups = [0, 0, 0, 1];
    let boxes = [0, 1, 1, 2, 2, 3, 3];
    let edges = [(0, 1), (1, 3), (3, 2), (4, 5), (5, 6), (6, 0), (2, 6), (1, 6), (6, 4)];
    assert_sound(&input(&groups, &boxes, &edges));
}

#[test]
fn circles_of_every_kind_end() {
    let all: Vec<(usize, usize)> = (0..6).flat_map(|from| (0..6).map(move |to| (from, to))).collect();
    assert_sound(&input(&[0, 0, 1], &[0, 0, 1, 1, 2, 2], &all));
}

#[test]
fn many_at_random_are_sound_and_the_same_twice() {
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for size in [5, 20, 60] {
        for _ in 0..6 {
            let groups: Vec<usize> = (0..=(size / 8)).map(|group: usize| random(group.max(1))).collect();
            let boxes: Vec<usize> = (0..size).map(|_| random(groups.len())).collect();
            let edges: Vec<(usize, usize)> = (0..size * 3 / 2).map(|_| (random(size), random(size))).collect();
            let mut edges: Vec<(usize, usize)> = edges.into_iter().filter(|(from, to)| from != to).collect();
            edges.sort_unstable();
            edges.dedup();
            let input = input(&groups, &boxes, &edges);
            let first = assert_sound(&input);
            assert_eq!(first, layout(&input));
        }
    }
}

#[test]
fn a_chain_that_all_feed_into_the_last_needs_no_square_of_memory() {
    let size = 1_000;
    let chain = (1..size).map(|index| (index - 1, index));
    let edges: Vec<(usize, usize)> = chain.chain((0..size - 2).map(|index| (index, size - 1))).collect();
    let layout = layout(&input(&[0], &vec![0; size], &edges));
    assert!(layout.edges.iter().map(|edge| edge.points.len()).sum::<usize>() < 20 * size);
}
