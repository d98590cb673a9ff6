//! `sesame hook`.

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stdin, stdout};

use anyhow::{Result, anyhow, bail};
use serde_json::json;

use super::args::{Global, Hook};
use super::output::output;
use crate::exit_code;
use crate::finding::Finding;
use crate::hook::{Context, Outcome, Session, actions, actions_of, run as run_actions};
use crate::host::{ChildHost, Wire};
use crate::project::{Project, Selection};
use crate::report;

pub fn run(project: impl FnOnce() -> Result<Project>, global: &Global, options: &Hook) -> Result<u8> {
    let actions = actions_of(&options.point).map_err(|reason| anyhow!(reason));
    match &options.stack {
        Some(stack) => by_hand(&project()?, stack, &actions?, global.variables()),
        None if stdin().is_terminal() => bail!("name a stack, as in `sesame hook {} prod/ses.yaml`", options.point),
        None => for_sceptre(actions),
    }
}

/// Speaks the protocol on standard input and output; the last line is the outcome, whatever happens.
fn for_sceptre(actions: Result<Vec<&'static actions::Action>>) -> Result<u8> {
    let mut wire = Wire::new(stdin().lock(), stdout().lock());
    let failed = |summary: &str| Outcome::failed(summary, Vec::new());
    let outcome = match (actions, wire.receive()) {
        (Err(reason), _) => failed(&reason.to_string()),
        (_, Err(reason)) => failed(&format!("standard input cannot be read: {reason}")),
        (_, Ok(None)) => failed("standard input ended before the hook context"),
        (Ok(actions), Ok(Some(line))) => {
            match Context::read(&line).and_then(|context| Session::from_context(context, &mut wire)) {
                Ok(mut session) => run_actions(&actions, &mut session),
                Err(reason) => failed(&reason),
            }
        }
    };
    // The summary names the first problem; the others can only be told here. If nobody listens there, the outcome must
    // still be sent.
    let _ = report::write(&mut anstream::stderr().lock(), &outcome.findings);
    wire.send(&json!({"done": {"ok": outcome.ok, "summary": outcome.summary}}))?;
    Ok(if outcome.ok { exit_code::CLEAN } else { exit_code::ERRORS })
}

fn by_hand(project: &Project, path: &str, actions: &[&actions::Action], variables: Vec<OsString>) -> Result<u8> {
    let selection = Selection::of(&project.folders, Some(path))?;
    let [stack] = selection.stacks() else {
        bail!("`{path}` is a group; name one of its stacks");
    };
    let mut host = ChildHost::new(&project.folders.project, stack, variables);
    let mut session = match Session::from_project(project, stack, &mut host) {
        Ok(session) => session,
        Err(findings) => return show(&findings),
    };
    let outcome = run_actions(actions, &mut session);
    report::write(&mut output(), &outcome.findings)?;
    if outcome.ok {
        writeln!(output(), "{stack}: {}", outcome.summary)?;
        return Ok(exit_code::CLEAN);
    }
    writeln!(anstream::stderr(), "{stack}: {}", outcome.summary)?;
    Ok(if outcome.broken { exit_code::CANNOT_WORK } else { exit_code::ERRORS })
}

fn show(findings: &[Finding]) -> Result<u8> {
    let mut out = output();
    report::write(&mut out, findings)?;
    writeln!(out, "{}", report::totals(findings))?;
    Ok(exit_code::of(findings))
}
