//! The keys of stack files and group configs (Sceptre 4.7, "Stack Config" and "Stack Group Config").

use serde_json::{Map, Value, json};

use super::{Survey, hooks};
use crate::project::keys::IGNORED_KEYS;

/// What a key holds.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Flag,
    Whole,
    Inheritance,
    Values,
    Mapping,
    Texts,
    Stacks,
    Hooks,
    OnFailure,
    Template,
    TemplatePath,
}

const KEYS: &[(&str, Holds, &str)] = &[
    ("cloudformation_service_role", Holds::Text, "The ARN of the role that CloudFormation works with."),
    ("dependencies", Holds::Stacks, "Stacks that are launched before this one, by their files below `config/`."),
    (
        "dependencies_inheritance",
        Holds::Inheritance,
        "How the list meets the inherited one; `merge` if nothing is said.",
    ),
    ("disable_rollback", Holds::Flag, "Whether a failed creation stays as it is."),
    (
        "hooks",
        Holds::Hooks,
        "What runs before and after a command. In a group config it would run with the wrong stack.",
    ),
    ("hooks_inheritance", Holds::Inheritance, "How the hooks meet the inherited ones. Sceptre 4.7 fails on `merge`."),
    ("iam_role", Holds::Text, "The older name of `sceptre_role`."),
    ("iam_role_session_duration", Holds::Whole, "The older name of `sceptre_role_session_duration`."),
    ("ignore", Holds::Flag, "Whether launches leave the stack out."),
    ("j2_environment", Holds::Mapping, "Settings of Jinja for templates that Sceptre itself renders."),
    ("notifications", Holds::Texts, "The ARNs of SNS topics that CloudFormation sends its events to."),
    ("notifications_inheritance", Holds::Inheritance, "How the list meets the inherited one."),
    ("obsolete", Holds::Flag, "Whether `sceptre prune` deletes the stack."),
    ("on_failure", Holds::OnFailure, "What happens when the creation fails."),
    ("parameters", Holds::Mapping, "The values of the template's parameters."),
    ("parameters_inheritance", Holds::Inheritance, "How the parameters meet the inherited ones."),
    ("profile", Holds::Text, "The profile of the AWS credentials."),
    ("project_code", Holds::Text, "The first part of the stack's name in CloudFormation."),
    ("protect", Holds::Flag, "Whether Sceptre refuses to delete or change the stack."),
    ("region", Holds::Text, "The AWS region, such as ap-northeast-1."),
    ("required_version", Holds::Text, "The versions of Sceptre that may be used, such as `>=4.7,<5`."),
    ("role_arn", Holds::Text, "The older name of `cloudformation_service_role`."),
    ("sceptre_role", Holds::Text, "The ARN of a role that Sceptre takes on."),
    ("sceptre_role_session_duration", Holds::Whole, "For how many seconds Sceptre takes on the role."),
    ("sceptre_user_data", Holds::Mapping, "Values for templates that Sceptre itself renders."),
    ("sceptre_user_data_inheritance", Holds::Inheritance, "How the values meet the inherited ones."),
    ("stack_name", Holds::Text, "The name in CloudFormation, if it is not made of project code and path."),
    ("stack_tags", Holds::Values, "The tags of the stack and its resources."),
    ("stack_tags_inheritance", Holds::Inheritance, "How the tags meet the inherited ones."),
    ("stack_timeout", Holds::Whole, "After how many minutes a creation has failed."),
    ("template", Holds::Template, "Where the template comes from."),
    ("template_bucket_name", Holds::Text, "The bucket that templates go through; without one they are sent inline."),
    ("template_key_prefix", Holds::Text, "What the keys of templates in the bucket begin with."),
    ("template_path", Holds::TemplatePath, "The older form of `template: {path: …}`."),
];

/// All keys that Sceptre knows.
pub fn properties(survey: &Survey) -> Map<String, Value> {
    let mut properties = Map::new();
    for (key, holds, about) in KEYS {
        properties.insert((*key).to_owned(), json!({"description": about, "allOf": [schema(*holds, survey)]}));
    }
    properties
}

/// Keys that people write and Sceptre ignores.
pub fn ignored() -> impl Iterator<Item = (String, Value)> {
    IGNORED_KEYS.iter().map(|(key, advice)| {
        let message = format!("Sceptre ignores this key: {advice}");
        let schema = json!({"not": {}, "description": message, "deprecationMessage": message, "doNotSuggest": true});
        ((*key).to_owned(), schema)
    })
}

fn schema(holds: Holds, survey: &Survey) -> Value {
    let named = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    match holds {
        Holds::Text => named("text"),
        Holds::Flag => named("flag"),
        Holds::Inheritance => named("inheritance"),
        Holds::Values => named("values"),
        Holds::Whole => super::values::any_of([json!({"type": "integer", "minimum": 0})]),
        Holds::OnFailure => super::values::any_of([json!({"enum": ["DO_NOTHING", "ROLLBACK", "DELETE"]})]),
        Holds::Mapping => json!({"type": ["object", "null"]}),
        Holds::Texts => json!({"type": ["array", "null"], "items": named("text")}),
        Holds::Stacks => json!({"type": ["array", "null"], "items": stack(survey)}),
        Holds::Hooks => hooks(),
        Holds::TemplatePath => template_path(survey),
        Holds::Template => template(survey),
    }
}

fn stack(survey: &Survey) -> Value {
    json!({"anyOf": [
        {"enum": survey.stacks, "errorMessage": "expected a stack of this project, by its file below `config/`"},
        {"$ref": "#/$defs/jinja"},
    ]})
}

fn template(survey: &Survey) -> Value {
    json!({
        "type": "object",
        "errorMessage": "expected a mapping: `template: {path: …}`",
        "properties": {
            "type": {
                "description": "The template handler: `file` if nothing is said; `s3`, `http`, or one of a plugin.",
                "default": "file",
                "type": "string",
            },
            "path": {"description": "The file below `templates/`, or the key in S3."},
            "url": {"description": "Where the handler `http` finds the template.", "type": "string"},
        },
        "if": {"properties": {"type": {"const": "file"}}},
        "then": {"required": ["path"], "properties": {"path": template_path(survey)}},
    })
}

fn template_path(survey: &Survey) -> Value {
    let names: Vec<&str> = survey.templates.iter().map(|template| template.name.as_str()).collect();
    json!({"anyOf": [
        {"enum": names, "errorMessage": "expected a template of this project, by its file below `templates/`"},
        // Another way to write the same file, or one of another folder.
        {"type": "string", "pattern": r"^/|^\.\.?/|/\.\.?/"},
        {"$ref": "#/$defs/resolver"},
    ]})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::keys::STACK_KEYS;

    #[test]
    fn the_keys_are_sceptres() {
        assert_eq!(KEYS.iter().map(|(key, ..)| *key).collect::<Vec<_>>(), STACK_KEYS);
    }
}
