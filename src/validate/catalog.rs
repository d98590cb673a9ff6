//! The catalogue against `schemas/catalog.schema.json`.

use super::violation::{is_secret, schema_problem, text};
use crate::finding::{Finding, Place};
use crate::logical_path::LogicalPath;
use crate::render::Renderer;
use crate::schema::Schemas;

/// Every rule that the catalogue breaks.
pub fn check(renderer: &Renderer, schemas: Option<&Schemas>) -> Vec<Finding> {
    let (Some((file, document)), Some(schemas)) = (&renderer.catalog, schemas) else { return Vec::new() };
    let schema = match schemas.compile("catalog.schema.json") {
        Ok(Some(schema)) => schema,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![schema_problem(&error)],
    };
    let Ok(instance) = serde_json::to_value(&document.value) else {
        return vec![Finding::error("catalog", Place::file(file), "keys must be text, and values plain YAML")];
    };
    schema
        .check(&instance)
        .into_iter()
        .map(|violation| {
            let path = LogicalPath::from(violation.path.clone());
            let (at, _) = document.index.root.walk(&path.0);
            Finding::error("catalog", Place::line(file, at.line, at.column), text(&violation))
                .secret(is_secret(&violation))
                .at(path)
                .help(violation.help)
        })
        .collect()
}
