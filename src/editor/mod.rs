//! What editors need to check config files while they are typed: JSON Schemas (draft 2020-12) of this project's stack files
//! and group configs, and the YAML tags that may stand in them.
//!
//! An editor sees one file, with Jinja unfilled and tags unresolved. So the schemas refuse only what is wrong whatever
//! the rest of the project says, and take every value that may be a resolver's: [`values`] says how they tell.

mod keys;
mod parameters;
mod settings;
mod survey;
mod tags;
mod values;

pub use settings::{FOLDER, GROUP_FILE, STACK_FILE, settings};
pub use survey::Survey;
pub use tags::{TagUse, setting as custom_tags};

use serde_json::{Map, Value, json};

use crate::project::environment;
use crate::project::keys::HOOK_POINTS;
use crate::schema::DIALECT;

/// The schema of stack files.
#[must_use]
pub fn stack_schema(survey: &Survey) -> Value {
    let mut properties = keys::properties(survey);
    properties.extend(keys::ignored());
    let mut definitions = values::definitions(survey);
    definitions.extend(survey.rules.clone());
    let mut all_of = parameters::rules(survey);
    definitions.extend(parameters::definitions(survey));
    if !survey.inherited.contains("template") && !survey.inherited.contains("template_path") {
        all_of.push(json!({"anyOf": [{"required": ["template"]}, {"required": ["template_path"]}]}));
    }
    json!({
        "$schema": DIALECT,
        "title": "a stack of this Sceptre project",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
        "allOf": all_of,
        "$defs": definitions,
    })
}

/// The schema of group configs. Unlike stack files they may have any other key: Jinja in the files below can read it.
#[must_use]
pub fn group_schema(survey: &Survey) -> Value {
    let mut properties = keys::properties(survey);
    let mut definitions = values::definitions(survey);
    let parameters = json!({"properties": {"parameters": {"$ref": "#/$defs/values"}}});
    if let Some(schema) = &survey.environment {
        properties.insert(environment::KEY.to_owned(), schema.reference());
        definitions.extend(schema.files.clone());
    }
    json!({
        "$schema": DIALECT,
        "title": "a group config of this Sceptre project",
        "type": ["object", "null"],
        "properties": properties,
        "allOf": [parameters],
        "$defs": definitions,
    })
}

/// The hooks of a stack.
fn hooks() -> Value {
    let points: Map<String, Value> =
        HOOK_POINTS.iter().map(|point| ((*point).to_owned(), json!({"$ref": "#/$defs/hooks"}))).collect();
    json!({"type": ["object", "null"], "properties": points, "additionalProperties": false})
}
