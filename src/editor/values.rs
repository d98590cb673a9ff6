//! How the schemas tell a resolver from a value.
//!
//! JSON Schema knows no tags. yaml-language-server (1.24 and later) lets the setting `yaml.customTags` give the type that
//! a tagged value counts as, and our setting gives each a type that the value itself never has: a resolver is a `null`
//! that is not null, what follows `!sesame` an object that is a text.
//!
//! Other readers see the argument of the tag in place of the value. For them the commonest arguments pass too: a key of
//! `environment:`, `stack::Output`, an attribute of the stack. Jinja passes for all of them.

use serde_json::{Map, Value, json};

use super::Survey;
use crate::project::keys::stack_keys;

/// The type that the setting gives to the value of `!sesame`.
pub const SESAME_TYPE: &str = "object";
/// The type that the setting gives to the value of every other tag.
pub const RESOLVER_TYPE: &str = "null";

/// A pattern that no text matches. It keeps a text that counts as an object apart from an object, which has no text.
const NO_TEXT: &str = "(?!)";

/// What the other schemas refer to.
pub fn definitions(survey: &Survey) -> Map<String, Value> {
    let Value::Object(definitions) = json!({
        "jinja": {
            "anyOf": [
                {"type": "string", "pattern": r"\{\{|\{%"},
                // `{{ name }}` without quotes is a mapping of a mapping.
                {
                    "type": "object",
                    "pattern": NO_TEXT,
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": {"type": "null", "errorMessage": "expected a value, not a mapping"},
                },
            ],
        },
        "resolver": {
            "anyOf": [
                {"$ref": "#/$defs/sesame"},
                {"type": RESOLVER_TYPE, "not": {"enum": [null]}},
                {"$ref": "#/$defs/jinja"},
                {"type": "string", "pattern": argument()},
                // What `!join`, `!select` and `!sub` take, or a list with a resolver in it.
                {"type": "array", "contains": {"type": ["array", "object"]}},
            ],
        },
        "resolved": {"anyOf": [{"$ref": "#/$defs/key"}, {"$ref": "#/$defs/resolver"}]},
        "sesame": {"type": SESAME_TYPE, "not": {"pattern": NO_TEXT}},
        "key": {
            "type": [SESAME_TYPE, "string"],
            "enum": survey.keys,
            "errorMessage": "expected a key of `environment:`, such as `!sesame domain`",
        },
        "value": any_of([
            json!({"type": ["string", "number", "boolean", "null"], "errorMessage": "expected a text, a number, a boolean or a resolver"}),
        ]),
        "text": any_of([json!({"type": "string", "errorMessage": "expected a text or a resolver"})]),
        "flag": any_of([json!({"type": "boolean", "errorMessage": "expected true or false"})]),
        "inheritance": any_of([json!({"enum": ["merge", "override"]})]),
        "values": {
            "type": ["object", "null"],
            "additionalProperties": any_of([
                json!({"$ref": "#/$defs/value"}),
                json!({"type": "array", "items": {"$ref": "#/$defs/value"}}),
            ]),
        },
        "hooks": {
            "type": ["array", "null"],
            "items": {
                "anyOf": [
                    hook(),
                    {"type": RESOLVER_TYPE, "not": {"enum": [null]}},
                    {"type": "string"},
                    {"type": "object", "pattern": NO_TEXT},
                ],
            },
        },
    }) else {
        return Map::new();
    };
    definitions
}

/// Any of these, or a resolver.
pub fn any_of<const N: usize>(schemas: [Value; N]) -> Value {
    let mut alternatives = schemas.to_vec();
    alternatives.push(json!({"$ref": "#/$defs/resolved"}));
    json!({
        "anyOf": alternatives,
        "if": {"$ref": "#/$defs/sesame"},
        "then": {"$ref": "#/$defs/key"},
    })
}

/// What `!sesame` takes as a hook.
fn hook() -> Value {
    let names: Vec<&str> =
        crate::project::keys::HOOK_POINTS.iter().copied().chain(crate::hook::actions::names()).collect();
    json!({
        "type": [SESAME_TYPE, "string"],
        "enum": names,
        "errorMessage": "expected a hook point or an action: `sesame hook --help` lists them",
    })
}

/// The arguments of `!stack_output`, `!stack_output_external` and `!stack_attr`.
fn argument() -> String {
    format!(r"::|^(?:{})(?:\.|$)", stack_keys().collect::<Vec<_>>().join("|"))
}
