//! Each file of the catalogue against the schema of its name, as `catalog.yaml` against `schemas/catalog.schema.json`.

use super::violation::{is_secret, schema_problem, text};
use crate::finding::{Finding, Place};
use crate::render::{CATALOG, CatalogFile, Renderer};
use crate::schema::Schemas;
use crate::yaml::Index;

/// Every rule that the catalogue breaks.
pub fn check(renderer: &Renderer, schemas: Option<&Schemas>) -> Vec<Finding> {
    let Some(schemas) = schemas else { return Vec::new() };
    renderer.catalog.iter().flat_map(|file| check_file(file, schemas)).collect()
}

fn check_file(catalog: &CatalogFile, schemas: &Schemas) -> Vec<Finding> {
    let schema = match schemas.compile(&format!("{}.schema.json", catalog.name)) {
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
