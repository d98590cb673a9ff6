//! A picture for a browser, light or dark as its reader likes it. It needs no script, no font and no other file.

mod text;

use std::io::{self, Write};

use super::layout::{self, Input, Layout, Rectangle, Route, layout};
use super::{Edge, Line, Node, Picture, above, label, last};
use crate::words::{count, printable};

const TITLE_SIZE: f64 = 13.0;
const TEXT_SIZE: f64 = 11.0;
const LINE_HEIGHT: f64 = 15.0;
/// Texts of boxes and labels are broken at these widths.
const WIDEST_BOX: f64 = 200.0;
const WIDEST_LABEL: f64 = 150.0;
const PADDING: f64 = 10.0;
/// Below the drawing: what the lines mean.
const LEGEND: f64 = 26.0;

const STYLE: &str = "\
    svg { color-scheme: light dark; font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; font-size: 11px; }
    .page { fill: #ffffff; }
    .group > rect { fill: #57606a; fill-opacity: .06; stroke: #afb8c1; }
    .group > text { fill: #57606a; font-weight: 600; font-size: 12px; }
    .stack > rect { fill: #ffffff; stroke: #0969da; }
    .stack > text { fill: #57606a; }
    .stack > .name { fill: #1f2328; font-weight: 600; font-size: 13px; }
    .linked > rect { stroke: #8c959f; }
    .unread > rect, .template-unread > rect, .missing > rect { stroke: #cf222e; stroke-dasharray: 4 3; }
    .unread > text, .template-unread > text, .missing > text { fill: #cf222e; }
    .ignored, .outside { opacity: .6; }
    .ignored > rect, .outside > rect { stroke: #8c959f; stroke-dasharray: 4 3; }
    .edge > path { fill: none; stroke: #57606a; stroke-width: 1.3; }
    .edge > .head { fill: #57606a; stroke: none; }
    .names > path { stroke: #8250df; stroke-dasharray: 5 3; }
    .names > .head { fill: #8250df; }
    .edge > text, .legend { fill: #57606a; }
    .names > text { fill: #8250df; }
    .edge:hover > path { stroke-width: 3; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; }
      .group > rect { fill: #8b949e; stroke: #444c56; }
      .group > text, .stack > text, .edge > text, .legend { fill: #9da7b1; }
      .stack > rect { fill: #161b22; stroke: #4493f8; }
      .stack > .name { fill: #f0f6fc; }
      .linked > rect { stroke: #656c76; }
      .unread > rect, .template-unread > rect, .missing > rect { stroke: #f85149; }
      .unread > text, .template-unread > text, .missing > text { fill: #f85149; }
      .ignored > rect, .outside > rect { stroke: #656c76; }
      .edge > path { stroke: #9da7b1; }
      .edge > .head { fill: #9da7b1; }
      .names > path { stroke: #ab7df8; }
      .names > .head, .names > text { fill: #ab7df8; }
    }
";

/// Writes one `<svg>` document.
pub fn write(out: &mut impl Write, picture: &Picture) -> io::Result<()> {
    let texts: Vec<Texts> = picture.stacks.iter().map(Texts::of).collect();
    // A stack that waits for itself needs no way.
    let (loops, edges): (Vec<_>, Vec<_>) = picture.drawn().partition(|(edge, _)| edge.from == edge.to);
    let labels: Vec<Vec<String>> = edges.iter().map(|(edge, _)| label_lines(edge)).collect();
    let layout = layout(&input(picture, &texts, &edges, &labels));
    let (width, height) = (layout.width.max(420.0), layout.height + LEGEND);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">"
    )?;
    writeln!(out, "  <title>{}</title>", count(picture.stacks.len(), "stack"))?;
    writeln!(out, "  <style>\n{STYLE}  </style>")?;
    writeln!(out, "  <rect class=\"page\" width=\"{width:.0}\" height=\"{height:.0}\"/>")?;
    for (path, place) in picture.groups.iter().zip(layout.groups.iter().skip(1)) {
        group(out, path, place)?;
    }
    for (((edge, line), lines), route) in edges.iter().zip(&labels).zip(&layout.edges) {
        draw_edge(out, picture, edge, *line, lines, route)?;
    }
    for (edge, line) in &loops {
        let stack = &layout.boxes[edge.from];
        draw_loop(out, picture, edge, *line, stack)?;
    }
    for ((node, texts), place) in picture.stacks.iter().zip(&texts).zip(&layout.boxes) {
        stack(out, node, texts, place)?;
    }
    legend(out, &layout)?;
    writeln!(out, "</svg>")
}

/// What stands in a box.
struct Texts {
    title: Vec<String>,
    subtitle: Vec<String>,
}

impl Texts {
    fn of(node: &Node) -> Texts {
        let subtitle = node.subtitle().map(printable).unwrap_or_default();
        Texts {
            title: text::lines(&printable(node.title()), TITLE_SIZE, WIDEST_BOX),
            subtitle: text::lines(&subtitle, TEXT_SIZE, WIDEST_BOX),
        }
    }

    fn size(&self) -> (f64, f64) {
        let widest = |lines: &[String], size| lines.iter().map(|line| text::width(line, size)).fold(0.0, f64::max);
        let width = widest(&self.title, TITLE_SIZE).max(widest(&self.subtitle, TEXT_SIZE));
        let lines = (self.title.len() + self.subtitle.len()).max(1);
        ((width + 2.0 * PADDING).ceil(), lines as f64 * LINE_HEIGHT + PADDING * 1.4)
    }
}

fn label_lines(edge: &Edge) -> Vec<String> {
    label::parts(edge).iter().flat_map(|part| text::lines(&printable(part), TEXT_SIZE, WIDEST_LABEL)).collect()
}

fn input(picture: &Picture, texts: &[Texts], edges: &[(&Edge, Line)], labels: &[Vec<String>]) -> Input {
    // The drawing itself is the first of the groups.
    let position = |path: &str| picture.groups.iter().position(|group| group == path).map_or(0, |index| index + 1);
    let positions: std::collections::BTreeMap<&str, usize> =
        picture.stacks.iter().map(|stack| (stack.group.as_str(), position(&stack.group))).collect();
    let group = |path: &String| layout::Group {
        parent: position(above(path)),
        title: text::width(&printable(last(path)), TITLE_SIZE),
    };
    let whole = layout::Group { parent: 0, title: 0.0 };
    let boxes = picture.stacks.iter().zip(texts).map(|(stack, texts)| {
        let (width, height) = texts.size();
        layout::Box { group: positions[stack.group.as_str()], width, height }
    });
    let edge = |((edge, line), label): (&(&Edge, Line), &Vec<String>)| {
        let widest = label.iter().map(|line| text::width(line, TEXT_SIZE)).fold(0.0, f64::max);
        let size = (widest + 8.0, label.len() as f64 * (LINE_HEIGHT - 1.0) + 3.0);
        let label = (!label.is_empty()).then_some(size);
        layout::Edge { from: edge.from, to: edge.to, needs: *line == Line::Needs, label }
    };
    Input {
        groups: std::iter::once(whole).chain(picture.groups.iter().map(group)).collect(),
        boxes: boxes.collect(),
        edges: edges.iter().zip(labels).map(edge).collect(),
    }
}

fn group(out: &mut impl Write, path: &str, place: &Rectangle) -> io::Result<()> {
    writeln!(out, "  <g class=\"group\" data-path=\"{}\">", escaped(path))?;
    writeln!(out, "    {}", rectangle(place, 10))?;
    let (x, y) = (place.x + PADDING, place.y + 18.0);
    writeln!(out, "    <text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(last(path)))?;
    writeln!(out, "  </g>")
}

fn stack(out: &mut impl Write, node: &Node, texts: &Texts, place: &Rectangle) -> io::Result<()> {
    let linked = if node.selected { "" } else { " linked" };
    let path = escaped(&node.path);
    writeln!(out, "  <g class=\"stack {}{linked}\" data-path=\"{path}\">", node.state.word())?;
    let name = node.name.as_deref().map(|name| format!(" ({})", escaped(name))).unwrap_or_default();
    writeln!(out, "    <title>{path}{name}</title>")?;
    writeln!(out, "    {}", rectangle(place, 6))?;
    let x = place.x + PADDING;
    let mut y = place.y + PADDING * 0.7 + 11.5;
    for (lines, class) in [(&texts.title, " class=\"name\""), (&texts.subtitle, "")] {
        for line in lines {
            writeln!(out, "    <text{class} x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(line))?;
            y += LINE_HEIGHT;
        }
    }
    writeln!(out, "  </g>")
}

fn draw_edge(
    out: &mut impl Write,
    picture: &Picture,
    edge: &Edge,
    line: Line,
    label: &[String],
    route: &Route,
) -> io::Result<()> {
    open_edge(out, picture, edge, line)?;
    writeln!(out, "    <path d=\"{}\"/>", way(&route.points))?;
    let end = if route.is_back { route.points.first() } else { route.points.last() };
    if let Some((x, y)) = end {
        head(out, *x, *y, route.is_back)?;
    }
    if let Some(place) = route.label {
        for (number, text) in label.iter().enumerate() {
            let (x, y) = (place.x + 4.0, place.y + 10.5 + number as f64 * (LINE_HEIGHT - 1.0));
            writeln!(out, "    <text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(text))?;
        }
    }
    writeln!(out, "  </g>")
}

/// The line of a stack that waits for itself.
fn draw_loop(out: &mut impl Write, picture: &Picture, edge: &Edge, line: Line, stack: &Rectangle) -> io::Result<()> {
    open_edge(out, picture, edge, line)?;
    let (x, y) = (stack.x + stack.width, stack.y + 6.0);
    let (far, above) = (x + 14.0, stack.y - 10.0);
    writeln!(
        out,
        "    <path d=\"M{:.1} {:.1}C{:.1} {above:.1} {far:.1} {above:.1} {x:.1} {y:.1}\"/>",
        x - 16.0,
        stack.y,
        x - 16.0
    )?;
    head(out, x, y, true)?;
    writeln!(out, "  </g>")
}

fn open_edge(out: &mut impl Write, picture: &Picture, edge: &Edge, line: Line) -> io::Result<()> {
    let class = match line {
        Line::Needs => "needs",
        Line::Names => "names",
    };
    let (from, to) = (escaped(&picture.stacks[edge.from].path), escaped(&picture.stacks[edge.to].path));
    writeln!(out, "  <g class=\"edge {class}\" data-from=\"{from}\" data-to=\"{to}\">")?;
    let flows: Vec<String> = label::sentences(edge).iter().map(|text| escaped(text)).collect();
    writeln!(out, "    <title>{from} → {to}: {}</title>", flows.join(", "))
}

/// Straight where two points have one height, else a curve that begins and ends level.
fn way(points: &[(f64, f64)]) -> String {
    let mut way = String::new();
    let mut before: Option<(f64, f64)> = None;
    for &(x, y) in points {
        match before {
            None => way.push_str(&format!("M{x:.1} {y:.1}")),
            Some(last) if last == (x, y) => {}
            Some((_, last_y)) if (last_y - y).abs() < 0.05 => way.push_str(&format!("H{x:.1}")),
            Some((last_x, last_y)) => {
                let middle = f64::midpoint(last_x, x);
                way.push_str(&format!("C{middle:.1} {last_y:.1} {middle:.1} {y:.1} {x:.1} {y:.1}"));
            }
        }
        before = Some((x, y));
    }
    way
}

/// An arrowhead whose tip is here, from the left or from the right.
fn head(out: &mut impl Write, x: f64, y: f64, from_right: bool) -> io::Result<()> {
    let back = if from_right { x + 8.0 } else { x - 8.0 };
    writeln!(out, "    <path class=\"head\" d=\"M{x:.1} {y:.1}L{back:.1} {:.1}L{back:.1} {:.1}Z\"/>", y - 4.0, y + 4.0)
}

fn legend(out: &mut impl Write, layout: &Layout) -> io::Result<()> {
    let y = layout.height + 4.0;
    for (x, class, text) in [(14.0, "needs", "needs the other"), (190.0, "names", "names its resources")] {
        writeln!(out, "  <g class=\"edge {class}\">")?;
        writeln!(out, "    <path d=\"M{x:.1} {y:.1}H{:.1}\"/>", x + 30.0)?;
        head(out, x + 34.0, y, false)?;
        writeln!(out, "    <text x=\"{:.1}\" y=\"{:.1}\">{text}</text>", x + 42.0, y + 4.0)?;
        writeln!(out, "  </g>")?;
    }
    Ok(())
}

fn rectangle(place: &Rectangle, radius: u32) -> String {
    format!(
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius}\"/>",
        place.x, place.y, place.width, place.height
    )
}

fn escaped(text: &str) -> String {
    crate::report::xml_escaped(text)
}
