//! Parameters against `schemas/parameters/<template>.schema.json`.

use serde_json::{Map, Number, Value};

use super::violation::{is_secret, schema_problem, text};
use crate::deployment::Deployment;
use crate::finding::{Chapter, Finding, Judgement, Rule, rules};
use crate::logical_path::{LogicalPath, Segment};
use crate::schema::Schemas;
use crate::template::{Parameter, ParameterValue};

rules! {
    static PARAMETER_SCHEMA: Rule = Rule::error("parameter-schema", Chapter::Values)
        .about("a parameter that breaks the schema of its template")
        .page("a parameter that breaks `schemas/parameters/<template>.schema.json`")
        .judges(Judgement::RefusedWhereTaken);
}

/// Every rule of the schema that the parameters break.
pub fn check(deployment: &Deployment<'_>, schemas: Option<&Schemas>) -> Vec<Finding> {
    let Some(schemas) = schemas else { return Vec::new() };
    let Some(name) = schema_of(deployment.template_name) else { return Vec::new() };
    let schema = match schemas.compile(&name) {
        Ok(Some(schema)) => schema,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![schema_problem(&error)],
    };
    schema
        .check_hiding(&instance(deployment), |path| is_no_echo(deployment, path))
        .into_iter()
        // What is missing is the template's to say: a value that only AWS knows is not in the instance.
        .filter(|violation| violation.keyword != "required")
        .map(|violation| {
            let origin = origin(deployment, &violation.path);
            PARAMETER_SCHEMA
                .finding((deployment.place)(&origin), text(&violation))
                .secret(is_secret(&violation))
                .at(origin)
                .help(violation.help)
        })
        .collect()
}

/// The schema of a template's parameters, relative to `schemas/`. A template from outside the folder has none.
#[must_use]
pub fn schema_of(template: &str) -> Option<String> {
    if template.split('/').any(|part| part == "..") || template.starts_with('/') {
        return None;
    }
    let stem = template.trim_end_matches(".j2").trim_end_matches(".yaml").trim_end_matches(".json");
    Some(format!("parameters/{stem}.schema.json"))
}

fn is_no_echo(deployment: &Deployment<'_>, path: &[Segment]) -> bool {
    match path.first() {
        Some(Segment::Key(name)) => deployment.template.parameter(name).is_some_and(|parameter| parameter.no_echo),
        _ => false,
    }
}

/// The parameters as JSON, typed by the template: the given values, and the defaults of the others.
fn instance(deployment: &Deployment<'_>) -> Value {
    let mut values = Map::new();
    for parameter in &deployment.template.parameters {
        let value = match deployment.given(&parameter.name) {
            Some(given) => given.value.clone(),
            None => parameter.default.clone().map(ParameterValue::Text),
        };
        if let Some(value) = value {
            values.insert(parameter.name.clone(), typed(parameter, &value));
        }
    }
    Value::Object(values)
}

fn typed(parameter: &Parameter, value: &ParameterValue) -> Value {
    let scalar = |text: &str| -> Value {
        let number =
            || text.trim().parse::<i64>().map(Number::from).ok().or_else(|| Number::from_f64(text.parse().ok()?));
        match parameter.is_number().then(number).flatten() {
            Some(number) => Value::Number(number),
            None => Value::String(text.to_owned()),
        }
    };
    if parameter.is_list() {
        Value::Array(value.items().into_iter().map(scalar).collect())
    } else {
        scalar(&value.joined())
    }
}

/// The config path of a path in the instance: the parameter's origin and the rest.
fn origin(deployment: &Deployment<'_>, path: &LogicalPath) -> LogicalPath {
    let Some((Segment::Key(name), rest)) = path.0.split_first() else { return LogicalPath::from(["parameters"]) };
    match deployment.given(name) {
        Some(given) => given.origin.extend(&LogicalPath(rest.to_vec())),
        None => LogicalPath::from(["parameters", name]),
    }
}
