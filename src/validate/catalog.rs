//! The catalogue against `schemas/catalog.schema.json`.

use super::violation::{is_secret, schema_problem, text};
use crate::finding::{Finding, Place};
use crate::render::{CATALOG, Renderer};
use crate::schema::Schemas;
use crate::yaml::Index;

/// Every rule that the catalogue breaks.
pub fn check(renderer: &Renderer, schemas: Option<&Schemas>) -> Vec<Finding> {
    let (Some(catalog), Some(schemas)) = (&renderer.catalog, schemas) else { return Vec::new() };
    let schema = match schemas.compile("catalog.schema.json") {
        Ok(Some(schema)) => schema,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![schema_problem(&error)],
    };
    let Ok(instance) = serde_json::to_value(&catalog.value) else {
        return vec![CATALOG.finding(Place::file(&catalog.file), "keys must be text, and values plain YAML")];
    };
    let violations = schema.check(&instance);
    if violations.is_empty() {
        return Vec::new();
    }
    let index = Index::of(&catalog.text).unwrap_or_else(|_| Index::unknown());
    violations
        .into_iter()
        .map(|violation| {
            let path = violation.path.clone();
            let (at, _) = index.root.walk(&path.0);
            CATALOG
                .finding(Place::line(&catalog.file, at.line, at.column), text(&violation))
                .secret(is_secret(&violation))
                .at(path)
                .help(violation.help)
        })
        .collect()
}
