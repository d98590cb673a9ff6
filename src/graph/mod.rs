//! A picture of a project: its stacks in their groups, and what flows between them. The same project gives the same bytes.
//!
//! [`Picture::of`] works out what there is to draw ([`read`], [`flows`], [`names`], [`select`]); a format is a file with one
//! function. Arrows lead from the stack that gives to the stack that takes, which is the order of a launch.

mod dot;
mod flows;
mod json;
mod label;
mod layout;
mod mermaid;
mod names;
mod read;
mod select;
mod svg;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::finding::Finding;
use crate::project::{Project, ProjectError, Selection};

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For pages in Markdown
    Mermaid,
    /// For Graphviz
    Dot,
    /// For a browser, light and dark
    Svg,
    /// For scripts: everything that is known
    Json,
}

/// What there is to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The paths of all groups, those above before those in them.
    pub groups: Vec<String>,
    /// In the order of their paths.
    pub stacks: Vec<Node>,
    /// In the order of the stacks that they connect.
    pub edges: Vec<Edge>,
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its file below `config/`; of a stack outside the project its name in CloudFormation.
    pub path: String,
    /// The path of its group; empty at the top.
    pub group: String,
    /// Its name in CloudFormation, if its file can be read.
    pub name: Option<String>,
    /// The tag `Purpose`.
    pub purpose: Option<String>,
    /// What is known of it.
    pub state: State,
    /// Whether it was asked for; else it is only linked to one that was.
    pub selected: bool,
}

/// What is known of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// All that can be known offline.
    Read,
    /// Its template cannot be read: outputs, imports and names are not known.
    TemplateUnread,
    /// Its file, or one that it inherits from, cannot be read.
    Unread,
    /// Sceptre leaves it out.
    Ignored,
    /// Others name it, and there is no such file.
    Missing,
    /// Others name it in CloudFormation, and no stack of this project has the name.
    Outside,
}

impl State {
    /// The word for it in JSON, and as a class in pictures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Read => "read",
            State::TemplateUnread => "template-unread",
            State::Unread => "unread",
            State::Ignored => "ignored",
            State::Missing => "missing",
            State::Outside => "outside",
        }
    }

    /// What a picture says of it, in place of its purpose.
    #[must_use]
    pub fn remark(self) -> Option<&'static str> {
        match self {
            State::Read => None,
            State::TemplateUnread => Some("template cannot be read"),
            State::Unread => Some("cannot be read"),
            State::Ignored => Some("ignored"),
            State::Missing => Some("does not exist"),
            State::Outside => Some("outside the project"),
        }
    }
}

impl Node {
    /// What stands in its box: the last part of its path, for its group is drawn around it.
    #[must_use]
    pub fn title(&self) -> &str {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        last.strip_suffix(".yaml").unwrap_or(last)
    }

    /// The second line: what is wrong with it, or what it is for.
    #[must_use]
    pub fn subtitle(&self) -> Option<&str> {
        self.state.remark().or(self.purpose.as_deref())
    }
}

/// All that flows from one stack to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The position of the stack that gives.
    pub from: usize,
    /// The position of the stack that takes.
    pub to: usize,
    /// Sorted, at least one.
    pub flows: Vec<Flow>,
    /// A longer way through other stacks orders the two as well: pictures leave a plain dependency out then.
    pub redundant: bool,
}

/// One thing that ties a stack to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// An entry of `dependencies:`.
    Dependency,
    /// `!stack_output`, which implies a dependency.
    StackOutput(String),
    /// `!stack_output_external`.
    ExternalOutput(String),
    /// `Fn::GetStackOutput` in the template.
    TemplateOutput(String),
    /// `Fn::ImportValue` of this export.
    Import(String),
    /// The template names a physical resource of the other stack.
    Name {
        /// What it is: `bucket`.
        resource: &'static str,
        /// Its name.
        name: String,
    },
}

/// What a line between two stacks means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// One needs the other: a dependency, an output, an import.
    Needs,
    /// One only names resources of the other.
    Names,
}

impl Flow {
    /// Whether Sceptre launches the one stack before the other because of it.
    #[must_use]
    pub fn orders(&self) -> bool {
        matches!(self, Flow::Dependency | Flow::StackOutput(_))
    }
}

impl Edge {
    /// How pictures draw it; `None` if they leave it out.
    #[must_use]
    pub fn line(&self) -> Option<Line> {
        let needs = |flow: &Flow| match flow {
            Flow::Dependency => !self.redundant,
            Flow::Name { .. } => false,
            _ => true,
        };
        if self.flows.iter().any(needs) {
            return Some(Line::Needs);
        }
        self.flows.iter().any(|flow| matches!(flow, Flow::Name { .. })).then_some(Line::Names)
    }
}

impl Picture {
    /// What a selection of stacks is linked to. The findings are about what cannot be read, anywhere in the project: it may
    /// have links that the picture lacks.
    ///
    /// # Errors
    /// If the project cannot be listed.
    pub fn of(project: &Project, selection: &Selection) -> Result<(Picture, Vec<Finding>), ProjectError> {
        let reading = read::read(project)?;
        let picture = select::select(flows::of(&reading), selection);
        Ok((picture, reading.findings))
    }

    /// The edges that pictures draw, each with the meaning of its line.
    fn drawn(&self) -> impl Iterator<Item = (&Edge, Line)> {
        self.edges.iter().filter_map(|edge| Some((edge, edge.line()?)))
    }
}

/// Writes a picture.
///
/// # Errors
/// If the writer fails.
pub fn write_as(format: Format, out: &mut impl Write, picture: &Picture) -> io::Result<()> {
    match format {
        Format::Mermaid => mermaid::write(out, picture),
        Format::Dot => dot::write(out, picture),
        Format::Svg => svg::write(out, picture),
        Format::Json => json::write(out, picture),
    }
}

/// The path of the group above: `prod` of `prod/security`, empty at the top.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod testing {
    use super::{Edge, Flow, Node, Picture, State};

    /// A picture of stacks by their paths, with plain dependencies between them.
    pub fn picture(stacks: &[&str], edges: &[(&str, &str)]) -> Picture {
        let mut stacks: Vec<&str> = stacks.to_vec();
        stacks.sort_unstable();
        let at = |path: &str| stacks.iter().position(|stack| *stack == path).unwrap();
        let edge = |(from, to): &(&str, &str)| Edge {
            from: at(from),
            to: at(to),
            flows: vec![Flow::Dependency],
            redundant: false,
        };
        let node = |path: &&str| Node {
            path: (*path).to_owned(),
            group: super::above(path).to_owned(),
            name: None,
            purpose: None,
            state: State::Read,
            selected: true,
        };
        let nodes: Vec<Node> = stacks.iter().map(node).collect();
        Picture { groups: super::select::groups(&nodes), stacks: nodes, edges: edges.iter().map(edge).collect() }
    }
}
