//! The stacks themselves: which there are, and which are in a state that no launch leaves by itself.

use super::{Check, Row, View};
use crate::host::CallError;
use crate::words;

pub static CHECK: Check = Check { name: "stacks", run };

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let (mut there, mut rows) = (0_usize, Vec::new());
    for stack in view.stacks.clone() {
        let path = &stack.stack.path;
        if stack.template.is_none() {
            rows.push(
                Row::look(format!("`{path}` has no template that can be read"))
                    .todo(format!("see `sesame validate {path}`")),
            );
        }
        let name = stack.stack.external_name();
        let Some(found) = view.account.stack(&name)? else { continue };
        there += 1;
        let status = found["StackStatus"].as_str().unwrap_or_default();
        rows.extend(problem(path, &name, status));
    }
    let all = view.stacks.len();
    let counted = words::count(all, "stack");
    rows.insert(
        0,
        Row::ok(match there {
            0 => format!("{counted}, none there yet"),
            _ if there == all => format!("{counted}, all there"),
            _ => format!("{counted}, {there} there"),
        }),
    );
    Ok(rows)
}

/// What stands in the way in a state (Sceptre 4.7.0, `stack_actions.py`, `launch`; CloudFormation User Guide, "Stack status
/// codes").
fn problem(path: &str, name: &str, status: &str) -> Option<Row> {
    let stop = |todo: String| Some(Row::stop(format!("`{name}` is {status}")).todo(todo));
    match status {
        "REVIEW_IN_PROGRESS" => Some(
            Row::look(format!("`{name}` is {status}: it has a change set that was never executed, and nothing else"))
                .todo("a launch deletes it: execute it before, if it is wanted"),
        ),
        // Sceptre deletes it and creates it again.
        "CREATE_FAILED" | "ROLLBACK_COMPLETE" => None,
        "UPDATE_ROLLBACK_FAILED" => stop(format!(
            "read its events, correct the cause, then `aws cloudformation continue-update-rollback --stack-name {name}`"
        )),
        "DELETE_FAILED" | "ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            stop(format!("read its events, correct the cause, then `sceptre --ignore-dependencies delete {path}`"))
        }
        _ if status.ends_with("_IN_PROGRESS") => stop("wait until it has ended".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Verdict;

    #[test]
    fn each_state_says_what_to_do() {
        let verdict = |status| problem("prod/ses.yaml", "ses-prod-ses", status).map(|row| row.verdict);
        for fine in ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "ROLLBACK_COMPLETE"] {
            assert_eq!(verdict(fine), None, "{fine}");
        }
        for bad in ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "DELETE_IN_PROGRESS"] {
            assert_eq!(verdict(bad), Some(Verdict::Stop), "{bad}");
        }
        assert_eq!(verdict("REVIEW_IN_PROGRESS"), Some(Verdict::Look));
    }
}
