//! A picture for pages in Markdown (Mermaid's flowchart).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{Line, Node, Picture, State, above, label, last};
use crate::words::printable;

/// Where the second line of a box is broken, in characters.
const WIDEST_LINE: usize = 25;

/// Writes `flowchart LR`, with a subgraph for each group.
pub fn write(out: &mut impl Write, picture: &Picture) -> io::Result<()> {
    let ids = ids(picture);
    writeln!(out, "flowchart LR")?;
    group(out, picture, &ids, "", 1)?;
    for (edge, line) in picture.drawn() {
        let (from, to) = (&ids.stacks[edge.from], &ids.stacks[edge.to]);
        let text = label::parts(edge).iter().map(|part| escaped(part)).collect::<Vec<_>>().join("<br/>");
        match (line, text.is_empty()) {
            (Line::Needs, true) => writeln!(out, "    {from} --> {to}")?,
            (Line::Needs, false) => writeln!(out, "    {from} -- \"{text}\" --> {to}")?,
            (Line::Names, _) => writeln!(out, "    {from} -. \"{text}\" .-> {to}")?,
        }
    }
    classes(out, picture, &ids)
}

fn group(out: &mut impl Write, picture: &Picture, ids: &Ids, path: &str, depth: usize) -> io::Result<()> {
    let indent = "    ".repeat(depth);
    for (index, stack) in picture.stacks.iter().enumerate().filter(|(_, stack)| stack.group == path) {
        writeln!(out, "{indent}{}[\"{}\"]", ids.stacks[index], text(stack))?;
    }
    for inner in picture.groups.iter().filter(|group| above(group) == path) {
        writeln!(out, "{indent}subgraph {}[\"{}\"]", ids.groups[inner], escaped(last(inner)))?;
        group(out, picture, ids, inner, depth + 1)?;
        writeln!(out, "{indent}end")?;
    }
    Ok(())
}

fn text(stack: &Node) -> String {
    let title = format!("<b>{}</b>", escaped(stack.title()));
    let lines = stack.subtitle().map(lines).unwrap_or_default();
    std::iter::once(title).chain(lines.iter().map(|line| escaped(line))).collect::<Vec<_>>().join("<br/>")
}

/// The text in lines of whole words.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in printable(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDEST_LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn classes(out: &mut impl Write, picture: &Picture, ids: &Ids) -> io::Result<()> {
    let of = |states: &[State]| -> Vec<&str> {
        let is_it = |(_, stack): &(usize, &Node)| states.contains(&stack.state);
        picture.stacks.iter().enumerate().filter(is_it).map(|(index, _)| ids.stacks[index].as_str()).collect()
    };
    for (name, style, members) in [
        ("unread", "stroke:#cf222e,stroke-dasharray:4 3", of(&[State::Unread, State::TemplateUnread, State::Missing])),
        ("muted", "stroke-dasharray:4 3,opacity:0.6", of(&[State::Ignored, State::Outside])),
    ] {
        if !members.is_empty() {
            writeln!(out, "    classDef {name} {style}")?;
            writeln!(out, "    class {} {name}", members.join(","))?;
        }
    }
    Ok(())
}

/// The names of stacks and groups within the picture.
struct Ids {
    stacks: Vec<String>,
    groups: BTreeMap<String, String>,
}

/// Mermaid has words of its own, such as `end`, so every name gets a letter in front.
fn ids(picture: &Picture) -> Ids {
    let mut taken = BTreeSet::new();
    let mut id = |kind: char, path: &str| {
        let word: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let first = format!("{kind}_{word}");
        let mut id = first.clone();
        let mut number = 2;
        while !taken.insert(id.clone()) {
            id = format!("{first}_{number}");
            number += 1;
        }
        id
    };
    Ids {
        stacks: picture
            .stacks
            .iter()
            .map(|stack| id('s', stack.path.strip_suffix(".yaml").unwrap_or(&stack.path)))
            .collect(),
        groups: picture.groups.iter().map(|path| (path.clone(), id('g', path))).collect(),
    }
}

/// The text with everything that could mean something to Mermaid or HTML as a numbered character.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in printable(text).chars() {
        if character.is_alphanumeric() || !character.is_ascii() || " -_./,:+".contains(character) {
            shown.push(character);
        } else {
            shown.push_str(&format!("#{};", u32::from(character)));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::testing::picture;
    use super::*;

    #[test]
    fn any_text_stays_in_its_quotes() {
        assert_eq!(escaped("a\"<b>&#x;`日本"), "a#34;#60;b#62;#38;#35;x#59;#96;日本");
    }

    #[test]
    fn names_that_differ_only_in_signs_stay_apart() {
        let picture = picture(&["a/b-c.yaml", "a/b_c.yaml", "end.yaml"], &[]);
        assert_eq!(ids(&picture).stacks, ["s_a_b_c", "s_a_b_c_2", "s_end"]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(lines("Delivery and masking of sending events"), ["Delivery and masking of", "sending events"]);
    }
}
