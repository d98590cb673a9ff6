//! `hooks-incomplete`: a stack that can be changed in a way which its hooks do not look at.
//!
//! Sceptre runs other hooks for a change set than for a create or an update (`sceptre/plan/actions.py`), so a stack that
//! has these alone takes any change set unseen. And a stack without a hook that most others have was forgotten.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::{actions_of, misnamed, points};
use crate::finding::{Chapter, Finding, Rule, rules};
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::keys::{HOOK_POINTS, meant_tag};
use crate::words;

rules! {
    static HOOKS_INCOMPLETE: Rule = Rule::warning("hooks-incomplete", Chapter::Project)
        .about("a stack whose `!sesame` hooks do less than those of the other stacks, or leave out change sets")
        .page(
            "a stack whose hooks lack an action that more than half of the other stacks run at the same point; or that \
             runs actions before and after a create or an update, and not before and after a change set",
        );
}

/// The points of a change set, each with those that Sceptre runs instead when there is none.
const CHANGE_SETS: &[(&str, &[&str])] = &[
    ("before_create_change_set", &["before_create", "before_update", "before_launch"]),
    ("after_execute_change_set", &["after_create", "after_update", "after_launch"]),
];

/// What a stack's hooks do: the actions at each point.
type Deeds = BTreeSet<(&'static str, &'static str)>;

/// The stacks whose hooks do too little. Those of a misspelt hook are left out: that is the cause.
#[must_use]
pub fn incomplete(project: &LinkedProject<'_>) -> Vec<Finding> {
    let stacks: Vec<_> = project.stacks.iter().filter(|stack| !is_misspelt(&stack.stack)).collect();
    let all: Vec<Deeds> = stacks.iter().map(|stack| deeds(&stack.stack)).collect();
    let mut doers: BTreeMap<_, usize> = BTreeMap::new();
    for deed in all.iter().flatten() {
        *doers.entry(*deed).or_default() += 1;
    }
    // More than half of the stacks beside the one that lacks it.
    let usual: Deeds = doers.into_iter().filter(|(_, count)| count * 2 >= stacks.len()).map(|(deed, _)| deed).collect();
    let mut findings = Vec::new();
    for (stack, has) in stacks.iter().zip(&all) {
        let beside: Deeds = usual.difference(has).copied().collect();
        let missing: Deeds = for_change_sets(has).difference(has).chain(&beside).copied().collect();
        if !missing.is_empty() {
            let example = stacks.iter().zip(&all).find(|(_, has)| !beside.is_disjoint(has));
            findings.push(finding(stack, &missing, example.map(|(example, _)| example.stack.path.as_str())));
        }
    }
    findings
}

fn finding(stack: &LinkedStack, missing: &Deeds, example: Option<&str>) -> Finding {
    let mut hooks: Vec<(&str, &str)> =
        missing.iter().map(|(point, action)| (*point, hook(point, action, missing))).collect();
    hooks.sort_by_key(|(point, _)| points::with_actions().iter().position(|(known, _)| known == point));
    hooks.dedup();
    let named = |(point, hook): &(&str, &str)| {
        if point == hook { format!("`{point}`") } else { format!("`{hook}` at `{point}`") }
    };
    let names = words::enumerate(&hooks.iter().map(named).collect::<Vec<_>>());
    let message = match example {
        Some(example) => format!("the hooks lack {names}, which `{example}` has"),
        None => format!("a change set of this stack is not checked: the hooks lack {names}"),
    };
    let lines: Vec<String> = hooks.iter().map(|(point, hook)| format!("{point}: [!sesame {hook}]")).collect();
    let path = LogicalPath::from(["hooks"]);
    let place = stack.stack.config.place_of(&path);
    HOOKS_INCOMPLETE.finding(place, message).at(path).help(format!("add {}", words::list(&lines)))
}

/// What to write at a point: its own name if all of its actions are missing, else the action.
fn hook(point: &'static str, action: &'static str, missing: &Deeds) -> &'static str {
    let all = points::actions_at(point).unwrap_or_default();
    let is_all = all.contains(&action) && all.iter().all(|action| missing.contains(&(point, action)));
    if is_all { point } else { action }
}

/// What should be done for a change set, by what is done without one.
fn for_change_sets(deeds: &Deeds) -> Deeds {
    let mut wanted = Deeds::new();
    for (point, instead) in CHANGE_SETS {
        let possible = points::actions_at(point).unwrap_or_default();
        let done = deeds.iter().filter(|(at, action)| instead.contains(at) && possible.contains(action));
        wanted.extend(done.map(|(_, action)| (*point, *action)));
    }
    wanted
}

fn deeds(stack: &Stack) -> Deeds {
    let mut deeds = Deeds::new();
    for (point, hooks) in stack.config.get("hooks").and_then(Value::as_mapping).into_iter().flatten() {
        let point = HOOK_POINTS.iter().find(|known| point.as_str() == Some(known));
        let (Some(point), Some(hooks)) = (point, hooks.as_sequence()) else { continue };
        for hook in hooks {
            if let Value::Tagged(tagged) = hook
                && let (true, Some(argument)) = (tagged.tag == "!sesame", tagged.value.as_str())
            {
                deeds.extend(actions_of(argument).unwrap_or_default().iter().map(|action| (*point, action.name)));
            }
        }
    }
    deeds
}

fn is_misspelt(stack: &Stack) -> bool {
    let hooks = stack.config.get("hooks").and_then(Value::as_mapping);
    let mut points = hooks.into_iter().flat_map(|hooks| hooks.keys());
    points.any(|point| point.as_str().is_none_or(|point| !HOOK_POINTS.contains(&point)))
        || hooks.is_some_and(has_misspelt_tag)
        || !misnamed(stack).is_empty()
}

/// Reported by itself.
fn has_misspelt_tag(hooks: &serde_yaml::Mapping) -> bool {
    let mut hooks = hooks.values().filter_map(Value::as_sequence).flatten();
    hooks.any(|hook| matches!(hook, Value::Tagged(tagged) if meant_tag(&tagged.tag.to_string()).is_some()))
}
