//! The actions that run at Sceptre's hook points.

use crate::project::keys::HOOK_POINTS;

/// Before CloudFormation hears of the stack.
const BEFORE_CHANGES: &[&str] = &["validate-parameters", "template-is-current", "owner-of-template-bucket"];

/// After CloudFormation has worked on it.
const AFTER_CHANGES: &[&str] = &["verify-stack"];

/// Each hook point that has actions.
const WITH_ACTIONS: &[(&str, &[&str])] = &[
    ("before_create", BEFORE_CHANGES),
    ("after_create", AFTER_CHANGES),
    ("before_update", BEFORE_CHANGES),
    ("after_update", AFTER_CHANGES),
    ("before_create_change_set", BEFORE_CHANGES),
    ("after_execute_change_set", AFTER_CHANGES),
    ("before_delete", &["backup-current-config", "prepare-delete"]),
];

/// The names of the actions at a hook point; `None` if there is no such point.
#[must_use]
pub fn actions_at(point: &str) -> Option<&'static [&'static str]> {
    match WITH_ACTIONS.iter().find(|(name, _)| *name == point) {
        Some((_, actions)) => Some(actions),
        // It may be named, and nothing happens.
        None => HOOK_POINTS.contains(&point).then_some(&[]),
    }
}

/// The hook points that have actions, with them.
#[must_use]
pub fn with_actions() -> &'static [(&'static str, &'static [&'static str])] {
    WITH_ACTIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_and_its_actions_exist() {
        for (point, actions) in WITH_ACTIONS {
            assert!(HOOK_POINTS.contains(point), "{point}");
            for action in *actions {
                assert!(crate::hook::actions::by_name(action).is_some(), "{point}: {action}");
            }
        }
    }
}
