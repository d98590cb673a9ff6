//! A picture as one JSON object: everything that is known, also what pictures leave out.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Flow, Picture, above};
use crate::words::printable;

/// Changes when a program that reads the old form could not read the new one.
const VERSION: u32 = 1;

/// Writes `{"sesame": …, "version": …, "groups": […], "stacks": […], "edges": […]}`. What is not known is `null`.
pub fn write(out: &mut impl Write, picture: &Picture) -> io::Result<()> {
    let groups = picture.groups.iter().map(|path| json!({"path": printable(path), "group": group(above(path))}));
    let stacks = picture.stacks.iter().map(|stack| {
        json!({
            "path": printable(&stack.path),
            "group": group(&stack.group),
            "name": stack.name.as_deref().map(printable),
            "purpose": stack.purpose.as_deref().map(printable),
            "state": stack.state.word(),
            "selected": stack.selected,
        })
    });
    let path = |index: usize| printable(&picture.stacks[index].path);
    let edges = picture.edges.iter().map(|edge| {
        json!({
            "from": path(edge.from),
            "to": path(edge.to),
            "redundant": edge.redundant,
            "flows": edge.flows.iter().map(flow).collect::<Vec<_>>(),
        })
    });
    let document = json!({
        "sesame": env!("CARGO_PKG_VERSION"),
        "version": VERSION,
        "groups": groups.collect::<Vec<_>>(),
        "stacks": stacks.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn group(path: &str) -> Option<String> {
    (!path.is_empty()).then(|| printable(path))
}

fn flow(flow: &Flow) -> Value {
    let (kind, name) = match flow {
        Flow::Dependency => return json!({"kind": "dependency"}),
        Flow::Name { resource, name } => {
            return json!({"kind": "name", "name": printable(name), "resource": resource});
        }
        Flow::StackOutput(name) => ("stack-output", name),
        Flow::ExternalOutput(name) => ("stack-output-external", name),
        Flow::TemplateOutput(name) => ("get-stack-output", name),
        Flow::Import(name) => ("import", name),
    };
    json!({"kind": kind, "name": printable(name)})
}
