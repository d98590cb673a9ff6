//! The keys that Sceptre 4.7.0 takes in its config files (`sceptre/config/reader.py`, `sceptre/stack.py`).

use std::borrow::Cow;

/// What a key of a stack file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// A whole number, not below nothing.
    Whole,
    /// `merge` or `override`.
    Inheritance,
    /// Texts by name.
    Values,
    /// Anything by name.
    Mapping,
    /// A list of texts.
    Texts,
    /// A list of stacks.
    Stacks,
    /// Hooks by the point at which they run.
    Hooks,
    /// One of [`ON_FAILURE`].
    OnFailure,
    /// A template handler.
    Template,
    /// A path of a template.
    TemplatePath,
}

/// What CloudFormation can do when a creation fails (API Reference, `CreateStack`).
pub const ON_FAILURE: &[&str] = &["DELETE", "DO_NOTHING", "ROLLBACK"];

/// A key of a stack file.
#[derive(Clone, Copy, Debug)]
pub struct StackKey {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it is for, in one sentence.
    pub about: &'static str,
}

/// Keys of a stack file, by name.
#[rustfmt::skip]
pub const STACK_KEYS: &[StackKey] = &[
    StackKey { name: "cloudformation_service_role", holds: Holds::Text, about: "The ARN of the role that CloudFormation works with." },
    StackKey { name: "dependencies", holds: Holds::Stacks, about: "Stacks that are launched before this one, by their files below `config/`." },
    StackKey { name: "dependencies_inheritance", holds: Holds::Inheritance, about: "How the list meets the inherited one; `merge` if nothing is said." },
    StackKey { name: "disable_rollback", holds: Holds::Flag, about: "Whether a failed creation stays as it is." },
    StackKey { name: "hooks", holds: Holds::Hooks, about: "What runs before and after a command. In a group config it would run with the wrong stack." },
    StackKey { name: "hooks_inheritance", holds: Holds::Inheritance, about: "How the hooks meet the inherited ones. Sceptre 4.7 fails on `merge`." },
    StackKey { name: "iam_role", holds: Holds::Text, about: "The older name of `sceptre_role`." },
    StackKey { name: "iam_role_session_duration", holds: Holds::Whole, about: "The older name of `sceptre_role_session_duration`." },
    StackKey { name: "ignore", holds: Holds::Flag, about: "Whether launches leave the stack out." },
    StackKey { name: "j2_environment", holds: Holds::Mapping, about: "Settings of Jinja for templates that Sceptre itself renders." },
    StackKey { name: "notifications", holds: Holds::Texts, about: "The ARNs of SNS topics that CloudFormation sends its events to." },
    StackKey { name: "notifications_inheritance", holds: Holds::Inheritance, about: "How the list meets the inherited one." },
    StackKey { name: "obsolete", holds: Holds::Flag, about: "Whether `sceptre prune` deletes the stack." },
    StackKey { name: "on_failure", holds: Holds::OnFailure, about: "What happens when the creation fails." },
    StackKey { name: "parameters", holds: Holds::Mapping, about: "The values of the template's parameters." },
    StackKey { name: "parameters_inheritance", holds: Holds::Inheritance, about: "How the parameters meet the inherited ones." },
    StackKey { name: "profile", holds: Holds::Text, about: "The profile of the AWS credentials." },
    StackKey { name: "project_code", holds: Holds::Text, about: "The first part of the stack's name in CloudFormation." },
    StackKey { name: "protect", holds: Holds::Flag, about: "Whether Sceptre refuses to delete or change the stack." },
    StackKey { name: "region", holds: Holds::Text, about: "The AWS region, such as ap-northeast-1." },
    StackKey { name: "required_version", holds: Holds::Text, about: "The versions of Sceptre that may be used, such as `>=4.7,<5`." },
    StackKey { name: "role_arn", holds: Holds::Text, about: "The older name of `cloudformation_service_role`." },
    StackKey { name: "sceptre_role", holds: Holds::Text, about: "The ARN of a role that Sceptre takes on." },
    StackKey { name: "sceptre_role_session_duration", holds: Holds::Whole, about: "For how many seconds Sceptre takes on the role." },
    StackKey { name: "sceptre_user_data", holds: Holds::Mapping, about: "Values for templates that Sceptre itself renders." },
    StackKey { name: "sceptre_user_data_inheritance", holds: Holds::Inheritance, about: "How the values meet the inherited ones." },
    StackKey { name: "stack_name", holds: Holds::Text, about: "The name in CloudFormation, if it is not made of project code and path." },
    StackKey { name: "stack_tags", holds: Holds::Values, about: "The tags of the stack and its resources." },
    StackKey { name: "stack_tags_inheritance", holds: Holds::Inheritance, about: "How the tags meet the inherited ones." },
    StackKey { name: "stack_timeout", holds: Holds::Whole, about: "After how many minutes a creation has failed." },
    StackKey { name: "template", holds: Holds::Template, about: "Where the template comes from." },
    StackKey { name: "template_bucket_name", holds: Holds::Text, about: "The bucket that templates go through; without one they are sent inline." },
    StackKey { name: "template_key_prefix", holds: Holds::Text, about: "What the keys of templates in the bucket begin with." },
    StackKey { name: "template_path", holds: Holds::TemplatePath, about: "The older form of `template: {path: …}`." },
];

/// The names of all keys of a stack file.
pub fn stack_keys() -> impl Iterator<Item = &'static str> + Clone {
    STACK_KEYS.iter().map(|key| key.name)
}

/// Whether a stack file has a key of this name.
#[must_use]
pub fn is_stack_key(name: &str) -> bool {
    STACK_KEYS.iter().any(|key| key.name == name)
}

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

/// The tags of the resolvers and hooks that come with Sceptre 4.7.0 (its entry points, and those of `sceptre-cmd-resolver` and
/// `sceptre-file-resolver`, which it installs), each with the nodes that it takes.
pub const SCEPTRE_TAGS: &[(&str, &[&str])] = &[
    ("!asg_scaling_processes", &["scalar"]),
    ("!asg_scheduled_actions", &["scalar"]),
    ("!cmd", &["scalar", "mapping"]),
    ("!environment_variable", &["scalar"]),
    ("!file", &["scalar"]),
    ("!file_contents", &["scalar"]),
    ("!join", &["sequence"]),
    ("!no_value", &["scalar"]),
    ("!rcmd", &["scalar", "mapping"]),
    ("!select", &["sequence"]),
    ("!split", &["sequence"]),
    ("!stack_attr", &["scalar"]),
    ("!stack_output", &["scalar"]),
    ("!stack_output_external", &["scalar"]),
    ("!sub", &["sequence"]),
];

/// Our own, for both.
pub const SESAME_TAG: &str = "!sesame";

/// Known tags that are shorter have too many neighbours: a plugin's `!cm` is no slip of `!cmd`.
const SHORTEST_TAG: usize = 6;

/// The tag that a misspelt one is meant to be: one letter too many, too few, another, two exchanged, or capitals. `None` if
/// it is right, or may be that of a plugin.
#[must_use]
pub fn meant_tag(tag: &str) -> Option<&'static str> {
    let known = || SCEPTRE_TAGS.iter().map(|(tag, _)| *tag).chain([SESAME_TAG]);
    if known().any(|known| known == tag) {
        return None;
    }
    let lower = tag.to_lowercase();
    known().find(|known| {
        let is_slip = known.len() >= SHORTEST_TAG && strsim::damerau_levenshtein(&lower, known) == 1;
        lower == **known || is_slip
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn slips_of_known_tags_are_told_from_tags_of_plugins() {
        for (tag, meant) in [
            ("!stack_outptu", "!stack_output"),
            ("!stack_output_externl", "!stack_output_external"),
            ("!sesamee", "!sesame"),
            ("!Join", "!join"),
            ("!Sub", "!sub"),
            ("!enviroment_variable", "!environment_variable"),
        ] {
            assert_eq!(meant_tag(tag), Some(meant), "{tag}");
        }
        // Entry points of plugins that are published, and names like them.
        for tag in [
            "!acm_certificate", "!account_verifier", "!aws", "!aws_secrets_manager", "!bash", "!certificate_arn",
            "!clean_ecr_repo", "!deploy_lambda_hook", "!ec2_notify", "!ecs_cluster", "!empty_bucket", "!env", "!from_json",
            "!kms", "!package_version", "!print_outputs", "!project_variables", "!replace_values", "!request",
            "!s3_notify", "!s3_package", "!s3_version", "!S3Version", "!secret", "!secretsmanager", "!sops", "!ssm",
            "!stack_deploy_time", "!stack_output_list", "!sum", "!synapse_bucket_notify", "!template", "!to_json", "!Ref",
        ] {
            assert_eq!(meant_tag(tag), None, "{tag}");
        }
        for (tag, _) in SCEPTRE_TAGS {
            assert_eq!(meant_tag(tag), None, "{tag}");
        }
    }
}
