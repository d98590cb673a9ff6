//! Sceptre's hook points, and the actions that run at each.

/// Each hook point of Sceptre 4.7.0 (`sceptre/plan/actions.py`) that has actions.
const WITH_ACTIONS: &[(&str, &[&str])] = &[
    ("before_create", &["validate-parameters", "template-is-current"]),
    ("after_create", &["verify-stack"]),
    ("before_update", &["validate-parameters", "template-is-current"]),
    ("after_update", &["verify-stack"]),
    ("before_delete", &["backup-current-config"]),
];

/// The other hook points: they may be named, and nothing happens.
const WITHOUT_ACTIONS: &[&str] = &[
    "after_create_change_set",
    "after_delete",
    "after_diff",
    "after_drift_detect",
    "after_drift_show",
    "after_dump_config",
    "after_execute_change_set",
    "after_generate",
    "after_launch",
    "after_validate",
    "before_create_change_set",
    "before_diff",
    "before_drift_detect",
    "before_drift_show",
    "before_dump_config",
    "before_execute_change_set",
    "before_generate",
    "before_launch",
    "before_validate",
];

/// The names of the actions at a hook point; `None` if there is no such point.
#[must_use]
pub fn actions_at(point: &str) -> Option<&'static [&'static str]> {
    match WITH_ACTIONS.iter().find(|(name, _)| *name == point) {
        Some((_, actions)) => Some(actions),
        None => WITHOUT_ACTIONS.contains(&point).then_some(&[]),
    }
}

/// The hook points that have actions, with them.
#[must_use]
pub fn with_actions() -> &'static [(&'static str, &'static [&'static str])] {
    WITH_ACTIONS
}

/// All hook points.
pub fn names() -> impl Iterator<Item = &'static str> {
    WITH_ACTIONS.iter().map(|(name, _)| *name).chain(WITHOUT_ACTIONS.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_at_a_point_exists() {
        for (point, actions) in WITH_ACTIONS {
            for action in *actions {
                assert!(crate::hook::actions::by_name(action).is_some(), "{point}: {action}");
            }
        }
    }
}
