//! `verify-stack`: Sceptre runs `after_create` even when the stack failed, so the status is looked at, and the cause found.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Failure;
use crate::hook::Session;
use crate::host::{CallError, Host};

/// How many pages of events are read to find the beginning of an operation.
const MOST_PAGES: usize = 100;

/// What the event of a stack says when an operation begins.
const BEGINNINGS: &[&str] = &["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"];

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let name = session.external_name.clone();
    let stack = match session.host.call("cloudformation", "describe_stacks", json!({"StackName": name})) {
        Ok(answer) => answer["Stacks"][0].clone(),
        Err(CallError::Aws { code, message }) if code == "ValidationError" && message.contains("does not exist") => {
            return Err(Failure::Other(format!("stack `{name}` does not exist in CloudFormation")));
        }
        Err(error) => return Err(error.into()),
    };
    let status = stack["StackStatus"].as_str().unwrap_or("of unknown status").to_owned();
    let unchanged = session.started.as_deref().and_then(time).is_some_and(|started| last_change(&stack) < started);
    if unchanged && (is_good(&status) || is_as_before(&status)) {
        return Ok(Some(format!("{status}, nothing changed")));
    }
    if is_good(&status) {
        let left = if status == "UPDATE_COMPLETE" { left_behind(session.host, &name)? } else { Vec::new() };
        return Ok(Some(match left.as_slice() {
            [] => status,
            left => format!("{status}, but could not be deleted and is left: {}", left.join("; ")),
        }));
    }
    if status == "REVIEW_IN_PROGRESS" {
        return Err(Failure::Other(format!(
            "stack `{name}` has only a change set, which was not executed; execute it, or launch the stack"
        )));
    }
    if status.ends_with("_IN_PROGRESS") {
        return Err(Failure::Other(format!("stack `{name}` is still {status}; launch again when it is done")));
    }
    let cause = match first_failure(session.host, &name)? {
        Some(cause) => cause,
        None => stack["StackStatusReason"].as_str().unwrap_or("CloudFormation gives no reason").to_owned(),
    };
    let next = if status == "UPDATE_ROLLBACK_FAILED" {
        format!("; when the cause is gone, run `aws cloudformation continue-update-rollback --stack-name {name}`")
    } else {
        String::new()
    };
    Err(Failure::Other(format!("stack `{name}` is {status}: {cause}{next}")))
}

/// The end states of a successful operation. `UPDATE_COMPLETE_CLEANUP_IN_PROGRESS` only deletes what is replaced.
fn is_good(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" | "IMPORT_COMPLETE")
}

/// A stack as it was before a change that failed. If that change is of an earlier run, nothing is wrong with this one.
fn is_as_before(status: &str) -> bool {
    matches!(
        status,
        "UPDATE_ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS" | "IMPORT_ROLLBACK_COMPLETE"
    )
}

/// When the stack last changed. An unknown time counts as a change: "nothing changed" must be certain.
fn last_change(stack: &Value) -> Timestamp {
    let text = stack["LastUpdatedTime"].as_str().or_else(|| stack["CreationTime"].as_str());
    text.and_then(time).unwrap_or(Timestamp::MAX)
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// The first resource that failed in the stack's last operation, with CloudFormation's reason. What failed after it was
/// mostly cancelled because of it.
fn first_failure(host: &mut dyn Host, name: &str) -> Result<Option<String>, CallError> {
    let events = last_operation(host, name)?;
    let mut failed = events.iter().filter(|event| text(event, "ResourceStatus").ends_with("_FAILED"));
    Ok(failed.rfind(|event| !text(event, "ResourceStatusReason").ends_with("cancelled")).map(shown))
}

/// What an update that succeeded wanted to delete and could not: CloudFormation goes on without it.
fn left_behind(host: &mut dyn Host, name: &str) -> Result<Vec<String>, CallError> {
    let events = last_operation(host, name)?;
    let mut seen = HashSet::new();
    let last = events.iter().filter(|event| seen.insert(text(event, "PhysicalResourceId")));
    Ok(last.filter(|event| text(event, "ResourceStatus") == "DELETE_FAILED").map(shown).collect())
}

/// The events of the resources in the stack's last operation, the newest first.
fn last_operation(host: &mut dyn Host, name: &str) -> Result<Vec<Value>, CallError> {
    let mut events = Vec::new();
    let mut request = json!({"StackName": name});
    for _ in 0..MOST_PAGES {
        let page = host.call("cloudformation", "describe_stack_events", request.clone())?;
        for event in page["StackEvents"].as_array().into_iter().flatten() {
            let (id, stack) = (text(event, "PhysicalResourceId"), text(event, "StackId"));
            if id != stack || stack.is_empty() {
                events.push(event.clone());
            } else if BEGINNINGS.contains(&text(event, "ResourceStatus")) {
                return Ok(events);
            }
        }
        match page["NextToken"].as_str() {
            Some(token) => request["NextToken"] = json!(token),
            None => break,
        }
    }
    Ok(events)
}

fn text<'a>(event: &'a Value, key: &str) -> &'a str {
    event[key].as_str().unwrap_or_default()
}

/// A resource, and what happened to it.
fn shown(event: &Value) -> String {
    let [id, kind, reason] = ["LogicalResourceId", "ResourceType", "ResourceStatusReason"].map(|key| text(event, key));
    format!("{id} ({kind}): {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::recorded::RecordedHost;

    fn event(id: &str, status: &str, reason: &str) -> Value {
        json!({"StackId": "arn", "LogicalResourceId": id, "ResourceType": "AWS::S3::Bucket",
               "PhysicalResourceId": if id == "stack" { "arn" } else { id },
               "ResourceStatus": status, "ResourceStatusReason": reason})
    }

    #[test]
    fn finds_the_first_failure_of_the_last_operation_over_pages() {
        let mut host = RecordedHost::new([
            (
                "cloudformation.describe_stack_events",
                Ok(json!({"NextToken": "2", "StackEvents": [
                    event("stack", "ROLLBACK_COMPLETE", ""),
                    event("Later", "CREATE_FAILED", "Resource creation cancelled"),
                    event("Second", "CREATE_FAILED", "also bad"),
                ]})),
            ),
            (
                "cloudformation.describe_stack_events",
                Ok(json!({"StackEvents": [
                    event("Bucket", "CREATE_FAILED", "name is taken"),
                    event("stack", "CREATE_IN_PROGRESS", "User Initiated"),
                    event("Old", "CREATE_FAILED", "of an earlier operation"),
                ]})),
            ),
        ]);
        let cause = first_failure(&mut host, "ses-prod-base").unwrap();
        assert_eq!(cause.as_deref(), Some("Bucket (AWS::S3::Bucket): name is taken"));
        assert_eq!(host.parameters[1], json!({"StackName": "ses-prod-base", "NextToken": "2"}));
    }

    #[test]
    fn what_could_not_be_deleted_is_left_behind_unless_a_later_try_did() {
        let mut host = RecordedHost::new([(
            "cloudformation.describe_stack_events",
            Ok(json!({"StackEvents": [
                event("stack", "UPDATE_COMPLETE", ""),
                event("Full", "DELETE_FAILED", "the bucket is not empty"),
                event("Slow", "DELETE_COMPLETE", ""),
                event("Full", "DELETE_FAILED", "an earlier try"),
                event("Slow", "DELETE_FAILED", "in use"),
                event("stack", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ""),
                event("New", "CREATE_COMPLETE", ""),
                event("stack", "UPDATE_IN_PROGRESS", "User Initiated"),
                event("Older", "DELETE_FAILED", "of an earlier operation"),
            ]})),
        )]);
        let left = left_behind(&mut host, "ses-prod-base").unwrap();
        assert_eq!(left, ["Full (AWS::S3::Bucket): the bucket is not empty"]);
    }

    #[test]
    fn an_unknown_time_is_a_change() {
        assert_eq!(last_change(&json!({})), Timestamp::MAX);
        let change = last_change(&json!({"CreationTime": "2026-11-22T09:00:00+09:00"}));
        assert_eq!(Some(change), time("2026-11-22T00:00:00Z"));
    }
}
