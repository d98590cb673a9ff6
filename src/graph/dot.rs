//! A picture for Graphviz (the DOT language).

use std::io::{self, Write};

use super::{Line, Node, Picture, State, label, last};
use crate::words::printable;

/// Writes `digraph`, with a cluster for each group.
pub fn write(out: &mut impl Write, picture: &Picture) -> io::Result<()> {
    writeln!(out, "digraph stacks {{")?;
    writeln!(out, "  rankdir=LR; compound=true; newrank=true;")?;
    writeln!(out, "  graph [fontname=\"Helvetica\", fontsize=12, style=rounded, color=\"#8c959f\"];")?;
    writeln!(out, "  node [fontname=\"Helvetica\", fontsize=12, shape=box, style=rounded];")?;
    writeln!(out, "  edge [fontname=\"Helvetica\", fontsize=10];")?;
    group(out, picture, "", 1)?;
    for (edge, line) in picture.drawn() {
        let mut attributes = Vec::new();
        let parts = label::parts(edge);
        if !parts.is_empty() {
            attributes.push(format!("label={}", quoted(&parts.join("\n"))));
        }
        if line == Line::Names {
            attributes.push("style=dashed".to_owned());
            // The order of the launch decides where stacks stand.
            attributes.push("constraint=false".to_owned());
        }
        let (from, to) = (&picture.stacks[edge.from].path, &picture.stacks[edge.to].path);
        let shown = if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        writeln!(out, "  {} -> {}{shown};", quoted(from), quoted(to))?;
    }
    writeln!(out, "}}")
}

fn group(out: &mut impl Write, picture: &Picture, path: &str, depth: usize) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    for stack in picture.stacks.iter().filter(|stack| stack.group == path) {
        writeln!(out, "{indent}{} [{}];", quoted(&stack.path), attributes(stack))?;
    }
    for inner in picture.groups.iter().filter(|group| super::above(group) == path) {
        writeln!(out, "{indent}subgraph {} {{", quoted(&format!("cluster_{inner}")))?;
        writeln!(out, "{indent}  label={};", quoted(last(inner)))?;
        group(out, picture, inner, depth + 1)?;
        writeln!(out, "{indent}}}")?;
    }
    Ok(())
}

fn attributes(stack: &Node) -> String {
    let text = match stack.subtitle() {
        Some(subtitle) => format!("{}\n{}", stack.title(), printable(subtitle)),
        None => stack.title().to_owned(),
    };
    let style = match stack.state {
        State::Read => "",
        State::TemplateUnread | State::Unread | State::Missing => {
            ", color=\"#cf222e\", fontcolor=\"#cf222e\", style=\"rounded,dashed\""
        }
        State::Ignored | State::Outside => ", color=\"#8c959f\", fontcolor=\"#8c959f\", style=\"rounded,dashed\"",
    };
    format!("label={}{style}", quoted(&text))
}

/// A quoted text. In labels a backslash begins an escape such as `\n`, so it is doubled.
fn quoted(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| printable(line).replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_stays_in_its_quotes() {
        assert_eq!(quoted("a\"b\\c\nd\u{1b}"), "\"a\\\"b\\\\c\\nd\\\\u{1b}\"");
    }
}
