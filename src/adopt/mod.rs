//! Takes what exists into a stack: resources that a deleted stack has left behind, and resources that people have made.
//!
//! CloudFormation does this with a change set of type IMPORT. It may hold nothing but resources to import, each with a
//! `DeletionPolicy`, and must leave the outputs and all other resources as they are (CloudFormation User Guide, "Bringing
//! existing resources into CloudFormation management"). So a template is written for it that describes what is there; the next
//! launch goes from there to the template of the project, and a launch that fails goes back there.

mod change_set;
mod find;
mod live;
mod resolved;
mod show;
mod template;

pub use change_set::execute;
pub use show::human;

use serde_json::{Value, json};
use thiserror::Error;

use crate::account::Account;
use crate::host::CallError;
use crate::link::LinkedStack;
use find::{Candidate, Left};

/// What is to be imported into one stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its path below `config/`.
    pub path: String,
    /// Its name in CloudFormation.
    pub stack: String,
    /// The account and the region.
    pub home: String,
    /// What is imported.
    pub imports: Vec<Import>,
    /// What exists and is not imported, with the reason.
    pub left: Vec<Left>,
    /// The template of the change set.
    pub template: Value,
    /// The bucket for a template that is too large to go inline.
    bucket: Option<String>,
    /// The parameters of a stack that is there: they keep their values.
    parameters: Vec<String>,
}

/// One resource that is imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// What identifies it, as `ResourcesToImport` has it.
    pub identifier: Value,
    /// Where it comes from, in words.
    pub origin: String,
    /// Properties that cannot be told before the launch, which sets them.
    pub without: Vec<String>,
}

/// Why nothing is imported.
#[derive(Debug, Error, PartialEq)]
pub enum Error {
    /// AWS refused a call.
    #[error("`{call}` was refused: {error}")]
    Refused {
        /// Which.
        call: String,
        /// AWS's words.
        error: CallError,
    },
    /// The host did not do its part.
    #[error("{0}")]
    Broken(String),
    /// The stack is in a state that no import begins in, or something came out wrong; with what to do.
    #[error("{0}")]
    Stopped(String),
}

impl Error {
    fn of(account: &Account<'_>, error: CallError) -> Error {
        match error {
            CallError::Broken(reason) => Error::Broken(reason),
            error @ CallError::Aws { .. } => Error::Refused { call: account.last_call().to_owned(), error },
        }
    }
}

impl Plan {
    /// The list of identifiers, as `CreateChangeSet` takes it.
    #[must_use]
    pub fn resources_to_import(&self) -> Value {
        let entry = |import: &Import| json!({"ResourceType": import.kind, "LogicalResourceId": import.id, "ResourceIdentifier": import.identifier});
        self.imports.iter().map(entry).collect()
    }
}

/// Finds what exists of a stack, read-only.
///
/// # Errors
/// If AWS refuses, or the stack is in a state that no import begins in.
pub fn plan(account: &mut Account<'_>, stack: &LinkedStack) -> Result<Plan, Error> {
    let refused = |account: &Account<'_>, error| Error::of(account, error);
    let name = stack.stack.external_name();
    let status = match account.stack(&name) {
        Ok(found) => found.and_then(|stack| stack["StackStatus"].as_str().map(str::to_owned)),
        Err(error) => return Err(refused(account, error)),
    };
    let is_there = match status.as_deref() {
        None | Some("REVIEW_IN_PROGRESS") => false,
        Some(status) => can_import(&stack.stack.path, &name, status)?,
    };
    let found = find::find(account, stack).map_err(|error| refused(account, error))?;
    let base = template::base(account, &name, is_there)?;
    let bucket = template_bucket(account, stack);
    let mut plan = Plan {
        path: stack.stack.path.clone(),
        stack: name,
        home: format!("account {}, {}", account.number, account.region),
        imports: Vec::new(),
        left: found.left,
        template: base.document,
        bucket,
        parameters: base.parameters,
    };
    add(account, &mut plan, found.candidates)?;
    Ok(plan)
}

fn template_bucket(account: &Account<'_>, stack: &LinkedStack) -> Option<String> {
    stack.stack.has_template_bucket().then(|| crate::account::template_bucket(&stack.stack, &account.number)).flatten()
}

/// Whether an import may begin in a state of a stack that is there (CloudFormation User Guide, "Stack status codes").
fn can_import(path: &str, name: &str, status: &str) -> Result<bool, Error> {
    let todo = match status {
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => return Ok(true),
        "ROLLBACK_COMPLETE" | "CREATE_FAILED" | "ROLLBACK_FAILED" | "DELETE_FAILED" => {
            format!(
                "`sceptre --ignore-dependencies delete {path}` first, which keeps what is retained, then adopt again"
            )
        }
        "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            "read its events, correct the cause and continue the rollback, then adopt again".to_owned()
        }
        _ => "wait until it has ended, then adopt again".to_owned(),
    };
    Err(Error::Stopped(format!("`{name}` is {status}: {todo}")))
}

/// Adds the candidates to the template, as far as CloudFormation can import them: it says by which properties.
fn add(account: &mut Account<'_>, plan: &mut Plan, candidates: Vec<Candidate>) -> Result<(), Error> {
    if candidates.is_empty() {
        return Ok(());
    }
    let all: Vec<&Candidate> = candidates.iter().collect();
    let first = template::with(&plan.template, &all, account);
    let identifiers = change_set::identifiers(account, &first.document, &plan.stack, plan.bucket.as_deref())?;
    let mut kept = Vec::new();
    for candidate in &candidates {
        let properties = &first.document["Resources"][&candidate.id]["Properties"];
        match candidate.identifier(identifiers.get(&candidate.kind), properties) {
            Ok(identifier) => kept.push((candidate, identifier)),
            Err(reason) => plan.left.push(candidate.left(reason)),
        }
    }
    // What is left out must not be referred to.
    let chosen: Vec<&Candidate> = kept.iter().map(|(candidate, _)| *candidate).collect();
    let built = template::with(&plan.template, &chosen, account);
    plan.template = built.document;
    plan.imports = kept
        .into_iter()
        .map(|(candidate, identifier)| Import {
            id: candidate.id.clone(),
            kind: candidate.kind.clone(),
            identifier,
            origin: candidate.origin(),
            without: built.without.get(&candidate.id).cloned().unwrap_or_default(),
        })
        .collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_begins_in_a_good_state_only() {
        for good in ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"] {
            assert_eq!(can_import("a.yaml", "a", good), Ok(true), "{good}");
        }
        for (status, todo) in [
            ("ROLLBACK_COMPLETE", "`sceptre --ignore-dependencies delete a.yaml` first"),
            ("IMPORT_IN_PROGRESS", "wait until it has ended"),
            ("UPDATE_ROLLBACK_FAILED", "continue the rollback"),
        ] {
            let error = can_import("a.yaml", "a", status).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`a` is {status}: ")) && error.contains(todo), "{error}");
        }
    }
}
