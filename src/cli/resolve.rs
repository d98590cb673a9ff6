//! `sesame resolve`.

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stdin, stdout};

use anyhow::{Result, anyhow, bail};
use serde_json::json;

use super::args::{Global, Resolve};
use super::output::output;
use crate::exit_code;
use crate::hook::Context;
use crate::host::{ChildHost, Wire};
use crate::project::{Project, Selection, environment};
use crate::resolve::{resolve, to_json};
use crate::words;

pub fn run(project: impl FnOnce() -> Result<Project>, global: &Global, options: &Resolve) -> Result<u8> {
    match &options.stack {
        Some(stack) => by_hand(&project()?, &options.key, stack, global.variables()),
        None if stdin().is_terminal() => bail!("name a stack, as in `sesame resolve {} prod/ses.yaml`", options.key),
        None => for_sceptre(&options.key),
    }
}

fn for_sceptre(key: &str) -> Result<u8> {
    let mut wire = Wire::new(stdin().lock(), stdout().lock());
    let line = wire.receive().map_err(|error| format!("standard input cannot be read: {error}"));
    let value = line.and_then(|line| Context::read(&line.unwrap_or_default())).and_then(|context| {
        let group = serde_yaml::to_value(&context.stack.group_config).map_err(|error| error.to_string())?;
        resolve(group.get(environment::KEY), key, &mut wire)
    });
    let (done, code) = match value {
        Ok(value) => (json!({"ok": true, "summary": key, "value": to_json(&value)}), exit_code::CLEAN),
        Err(reason) => (json!({"ok": false, "summary": words::printable(&reason)}), exit_code::ERRORS),
    };
    wire.send(&json!({"done": done}))?;
    Ok(code)
}

fn by_hand(project: &Project, key: &str, path: &str, variables: Vec<OsString>) -> Result<u8> {
    let selection = Selection::of(&project.folders, Some(path))?;
    let stack = selection.stacks().first().ok_or_else(|| anyhow!("`{path}` has no stack"))?;
    let mut host = ChildHost::new(&project.folders.project, stack, variables);
    let stack = project.stack(stack).map_err(|findings| {
        anyhow!(
            findings
                .first()
                .map_or_else(|| "the stack cannot be read".to_owned(), super::super::finding::Finding::one_line)
        )
    })?;
    let value = resolve(stack.environment(), key, &mut host).map_err(|reason| anyhow!(reason))?;
    let text = match value {
        crate::template::ParameterValue::Text(text) => text,
        crate::template::ParameterValue::List(items) => items.join("\n"),
    };
    writeln!(output(), "{text}")?;
    Ok(exit_code::CLEAN)
}
