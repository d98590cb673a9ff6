//! `hook`: a `!sesame` in `hooks:` that would fail at its point, or do nothing there.

use serde_yaml::Value;

use super::{actions_of, points};
use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::keys::HOOK_POINTS;
use crate::yaml::kind;

rules! {
    static HOOK: Rule = Rule::error("hook", Chapter::Project)
        .about("a hook that never runs, or a `!sesame` that does nothing where it stands")
        .page(
            "hooks that are no list, or have no tag, which Sceptre passes over without a word; a `!sesame` in `hooks:` that \
             names neither a hook point nor an action, a point without actions, or an `after_` point before the work or a \
             `before_` point after it",
        );
}

/// Each `!sesame` in the hooks of a stack that would fail because it names nothing.
#[must_use]
pub fn misnamed(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (point, hooks) in stack.config.get("hooks").and_then(Value::as_mapping).into_iter().flatten() {
        let Some(point) = point.as_str() else { continue };
        let path = LogicalPath::from(["hooks", point]);
        let mut report = |path: LogicalPath, reason: String| {
            findings.push(HOOK.finding(stack.config.place_of(&path), reason).at(path));
        };
        match hooks {
            Value::Sequence(hooks) => {
                for (index, hook) in hooks.iter().enumerate() {
                    if let Some(reason) = never_runs(point, hook) {
                        report(path.join(index), reason);
                    }
                }
            }
            Value::Null => {}
            other => report(path, format!("`{point}` is {}, not a list: Sceptre runs none of it", kind(other))),
        }
    }
    findings
}

/// Why Sceptre passes over a hook, or why one of ours does nothing at its point (`execute_hooks` in
/// `sceptre/hooks/__init__.py`, 4.7.0).
fn never_runs(point: &str, hook: &Value) -> Option<String> {
    match hook {
        Value::Tagged(tagged) if tagged.tag == "!sesame" => idle(point, tagged.value.as_str()?),
        Value::Tagged(_) => None,
        other => Some(format!(
            "a hook is {}, and has no tag such as `!sesame` or `!cmd`: Sceptre passes over it",
            kind(other)
        )),
    }
}

/// Why a hook at a point does nothing there: what it names is nothing, has no actions, or comes too early or too late.
fn idle(point: &str, argument: &str) -> Option<String> {
    if !HOOK_POINTS.contains(&argument) {
        return actions_of(argument).err();
    }
    let moment = |point: &str| point.split('_').next().map(str::to_owned);
    // A point that Sceptre does not have is reported by itself.
    if HOOK_POINTS.contains(&point) && moment(argument) != moment(point) {
        return Some(format!("the actions of `{argument}` have no meaning at `{point}`; write `!sesame {point}`"));
    }
    let has_actions = points::actions_at(argument).is_some_and(|actions| !actions.is_empty());
    (!has_actions).then(|| format!("`!sesame {argument}` does nothing: this point has no actions"))
}
