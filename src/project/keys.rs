//! The keys that Sceptre 4.7.0 takes in its config files (`sceptre/config/reader.py`, `sceptre/stack.py`).

use std::borrow::Cow;

use crate::words;

/// Keys of a stack file.
pub const STACK_KEYS: &[&str] = &[
    "cloudformation_service_role",
    "dependencies",
    "dependencies_inheritance",
    "disable_rollback",
    "hooks",
    "hooks_inheritance",
    "iam_role",
    "iam_role_session_duration",
    "ignore",
    "j2_environment",
    "notifications",
    "notifications_inheritance",
    "obsolete",
    "on_failure",
    "parameters",
    "parameters_inheritance",
    "profile",
    "project_code",
    "protect",
    "region",
    "required_version",
    "role_arn",
    "sceptre_role",
    "sceptre_role_session_duration",
    "sceptre_user_data",
    "sceptre_user_data_inheritance",
    "stack_name",
    "stack_tags",
    "stack_tags_inheritance",
    "stack_timeout",
    "template",
    "template_bucket_name",
    "template_key_prefix",
    "template_path",
];

/// Keys of a stack file in which Sceptre resolves resolvers (`sceptre/stack.py`, the `Resolvable…Property`s), and `hooks`.
pub const RESOLVABLE: &[&str] = &[
    "parameters",
    "sceptre_user_data",
    "stack_tags",
    "notifications",
    "template",
    "template_bucket_name",
    "sceptre_role",
    "iam_role",
    "cloudformation_service_role",
    "role_arn",
    "hooks",
];

/// The tags of resolvers and hooks that come with Sceptre 4.7.0 (its entry points, and those of `sceptre-cmd-resolver` and
/// `sceptre-file-resolver`, which it installs), and ours.
pub const TAGS: &[&str] = &[
    "!asg_scaling_processes",
    "!asg_scheduled_actions",
    "!cmd",
    "!environment_variable",
    "!file",
    "!file_contents",
    "!join",
    "!no_value",
    "!rcmd",
    "!select",
    "!sesame",
    "!split",
    "!stack_attr",
    "!stack_output",
    "!stack_output_external",
    "!sub",
];

/// The tag that a misspelt one is meant to be; `None` if it is right, or may be that of a plugin.
#[must_use]
pub fn meant_tag(tag: &str) -> Option<&'static str> {
    if TAGS.contains(&tag) { None } else { words::nearest(tag, TAGS.iter().copied()) }
}

/// Keys that people write and Sceptre ignores, with the one that works.
pub const IGNORED_KEYS: &[(&str, &str)] = &[
    ("protected", "write `protect`"),
    ("tags", "write `stack_tags`"),
    ("template_handler", "write `template: {path: …, type: …}`"),
    ("template_bucket", "write `template_bucket_name`"),
];

/// Old names of keys, which Sceptre 4.7.0 takes with a warning (`sceptre/stack.py`, "deprecated"), each with the new one.
pub const DEPRECATED_KEYS: &[(&str, &str)] = &[
    ("iam_role", "sceptre_role"),
    ("iam_role_session_duration", "sceptre_role_session_duration"),
    ("role_arn", "cloudformation_service_role"),
    ("template_path", "template"),
];

/// Keys of `hooks:`: when they run (`sceptre/plan/actions.py`). Sceptre looks at no other.
pub const HOOK_POINTS: &[&str] = &[
    "after_create",
    "after_create_change_set",
    "after_delete",
    "after_diff",
    "after_drift_detect",
    "after_drift_show",
    "after_dump_config",
    "after_dump_template",
    "after_execute_change_set",
    "after_generate",
    "after_launch",
    "after_update",
    "after_validate",
    "before_create",
    "before_create_change_set",
    "before_delete",
    "before_diff",
    "before_drift_detect",
    "before_drift_show",
    "before_dump_config",
    "before_dump_template",
    "before_execute_change_set",
    "before_generate",
    "before_launch",
    "before_update",
    "before_validate",
];

/// The endings of templates that Sceptre reads from disk (`sceptre/template_handlers/file.py`).
pub const TEMPLATE_SUFFIXES: &[&str] = &["json", "yaml", "template", "j2", "py"];

/// A path as Sceptre takes it: backslashes count as slashes (`sceptre/helpers.py`, `normalise_path` and `sceptreise_path`).
#[must_use]
pub fn with_slashes(path: &str) -> Cow<'_, str> {
    if path.contains('\\') { path.replace('\\', "/").into() } else { path.into() }
}

/// Keys that every stack needs, from its own file or its groups.
pub const REQUIRED_KEYS: &[&str] = &["project_code", "region"];

/// How a key of a child file meets the same key of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The child's value replaces the parent's.
    ChildWins,
    /// The child's list follows the parent's.
    JoinLists,
    /// The child's entries replace the parent's of the same name.
    MergeMappings,
}

/// Sceptre's rule for a key, given what `<key>_inheritance` says (`merge`, `override` or nothing).
#[must_use]
pub fn merge_rule(key: &str, inheritance: Option<&str>) -> Merge {
    match (key, inheritance) {
        ("dependencies", None | Some("merge")) | ("hooks" | "notifications", Some("merge")) => Merge::JoinLists,
        ("parameters" | "sceptre_user_data" | "stack_tags", Some("merge")) => Merge::MergeMappings,
        _ => Merge::ChildWins,
    }
}
