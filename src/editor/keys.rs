//! The keys of stack files and group configs (Sceptre 4.7, "Stack Config" and "Stack Group Config").

use serde_json::{Map, Value, json};

use super::{Survey, hooks};
use crate::project::keys::{Holds, IGNORED_KEYS, ON_FAILURE, STACK_KEYS, StackKey};

/// All keys that Sceptre knows.
pub fn properties(survey: &Survey) -> Map<String, Value> {
    let mut properties = Map::new();
    for StackKey { name, holds, about } in STACK_KEYS {
        properties.insert((*name).to_owned(), json!({"description": about, "allOf": [schema(*holds, survey)]}));
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
        Holds::OnFailure => super::values::any_of([json!({"enum": ON_FAILURE})]),
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
