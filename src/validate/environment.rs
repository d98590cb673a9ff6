//! An environment's values against `schemas/environment.schema.json`.

use serde_yaml::Value;

use super::Secrets;
use super::violation::{is_secret, schema_problem, text};
use crate::finding::{Chapter, Finding, Judgement, Place, Rule, rules};
use crate::logical_path::{LogicalPath, Segment};
use crate::project::environment::KEY;
use crate::schema::Schemas;

rules! {
    static ENVIRONMENT: Rule = Rule::error("environment", Chapter::Values)
        .about("a value of `environment:` that breaks the environment's schema")
        .page("a value of `environment:` that breaks `schemas/environment.schema.json`")
        .judges(Judgement::Refused);
}

/// Every rule that the `environment:` mapping breaks. `place` gives the file and line of a path in the group config.
#[must_use]
pub fn check_environment(
    environment: Option<&Value>,
    schemas: Option<&Schemas>,
    secrets: &Secrets,
    place: &dyn Fn(&LogicalPath) -> Place,
) -> Vec<Finding> {
    let (Some(environment), Some(schemas)) = (environment, schemas) else { return Vec::new() };
    let schema = match schemas.compile("environment.schema.json") {
        Ok(Some(schema)) => schema,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![schema_problem(&error)],
    };
    let Ok(instance) = serde_json::to_value(environment) else {
        let path = LogicalPath::from([KEY]);
        return vec![ENVIRONMENT.finding(place(&path), "keys must be text, and values plain YAML").at(path)];
    };
    schema
        .check_hiding(&instance, |path| secrets.hold(&place(&in_environment(path))))
        .into_iter()
        .map(|violation| {
            let path = in_environment(&violation.path.0);
            let secret = is_secret(&violation);
            ENVIRONMENT.finding(place(&path), text(&violation)).at(path).help(violation.help).secret(secret)
        })
        .collect()
}

/// The paths of the values that break a rule, in the group config.
pub fn violated_paths(environment: Option<&Value>, schemas: Option<&Schemas>) -> Vec<LogicalPath> {
    let schema = schemas.and_then(|schemas| schemas.compile("environment.schema.json").ok().flatten());
    let instance = environment.and_then(|environment| serde_json::to_value(environment).ok());
    let violations = schema.zip(instance).map(|(schema, instance)| schema.check(&instance)).unwrap_or_default();
    violations.into_iter().map(|violation| in_environment(&violation.path.0)).collect()
}

fn in_environment(path: &[Segment]) -> LogicalPath {
    LogicalPath(std::iter::once(KEY.into()).chain(path.iter().cloned()).collect())
}
