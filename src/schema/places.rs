//! Which schemas speak about a place of an instance: the way down from the root, through references and branches.

use super::documents::{Documents, Subschema};
use crate::logical_path::Segment;
use serde_json::{Map, Value};

/// Whether the schema says that the value at `path`, or one around it, is secret (`writeOnly`).
///
/// Careful on purpose: every branch of `anyOf`, `if` and the like counts, taken or not, and so does every
/// `patternProperties`, matching or not.
pub(super) fn is_secret(documents: &Documents, path: &[Segment]) -> bool {
    let mut here = in_place(documents, vec![documents.root()]);
    let mut rest = path.iter();
    loop {
        if here.iter().any(|schema| schema.value.get("writeOnly") == Some(&Value::Bool(true))) {
            return true;
        }
        let Some(segment) = rest.next() else { return false };
        here = in_place(documents, here.iter().flat_map(|schema| below(*schema, segment)).collect());
    }
}

/// The values of all schemas that apply to the same value as this one, itself included.
pub(super) fn apply_with<'a>(documents: &'a Documents, schema: Subschema<'a>) -> impl Iterator<Item = &'a Value> {
    in_place(documents, vec![schema]).into_iter().map(|schema| schema.value)
}

/// The names that the `properties` of these schemas, and of all that apply with them, list.
pub(super) fn property_names<'a>(documents: &'a Documents, schema: Subschema<'a>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for schema in in_place(documents, vec![schema]) {
        let listed = schema.value.get("properties").and_then(Value::as_object);
        for name in listed.into_iter().flat_map(Map::keys) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names
}

/// Whether a schema lists the property at a dotted path; the error is the name that it does not list. A schema that
/// lists no properties at all may have any.
pub(super) fn declares<'n>(
    documents: &Documents,
    file: &str,
    schema: &Map<String, Value>,
    path: &[&'n str],
) -> Result<(), &'n str> {
    let whole = Value::Object(schema.clone());
    let mut here = in_place(documents, vec![Subschema { file, value: &whole }]);
    for name in path {
        if !here.iter().any(|schema| schema.value.get("properties").is_some()) {
            return Ok(());
        }
        let segment = Segment::from(*name);
        let listed =
            here.iter().filter(|schema| schema.value.pointer("/properties").is_some_and(|p| p.get(name).is_some()));
        let next: Vec<Subschema> = listed.flat_map(|schema| below(*schema, &segment)).collect();
        if next.is_empty() {
            return Err(name);
        }
        here = in_place(documents, next);
    }
    Ok(())
}

/// The schemas and all that apply to the same value with them: references, branches, conditions.
fn in_place<'a>(documents: &'a Documents, schemas: Vec<Subschema<'a>>) -> Vec<Subschema<'a>> {
    let mut found: Vec<Subschema<'a>> = Vec::new();
    let mut waiting = schemas;
    while let Some(schema) = waiting.pop() {
        if found.iter().any(|known| std::ptr::eq(known.value, schema.value)) {
            continue;
        }
        found.push(schema);
        let Value::Object(mapping) = schema.value else { continue };
        for (keyword, value) in mapping {
            let inside = |value: &'a Value| Subschema { file: schema.file, value };
            match (keyword.as_str(), value) {
                ("$ref", Value::String(text)) => waiting.extend(documents.resolve(schema.file, text)),
                ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => waiting.extend(branches.iter().map(inside)),
                ("dependentSchemas", Value::Object(branches)) => waiting.extend(branches.values().map(inside)),
                ("if" | "then" | "else" | "not", branch) => waiting.push(inside(branch)),
                _ => {}
            }
        }
    }
    found
}

/// The schemas for one part of a value, as one schema of the value itself gives them.
fn below<'a>(schema: Subschema<'a>, segment: &Segment) -> Vec<Subschema<'a>> {
    let get = |keyword: &str| schema.value.get(keyword);
    let values: Vec<Option<&Value>> = match segment {
        Segment::Key(name) => {
            let own = get("properties").and_then(|properties| properties.get(name));
            let patterns = get("patternProperties").and_then(Value::as_object);
            let mut values: Vec<Option<&Value>> = patterns.into_iter().flat_map(Map::values).map(Some).collect();
            values.push(own);
            if own.is_none() {
                values.push(get("additionalProperties"));
            }
            values.push(get("unevaluatedProperties"));
            values
        }
        Segment::Index(index) => {
            let own = get("prefixItems").and_then(|items| items.get(index));
            let others = if own.is_none() { get("items") } else { None };
            vec![own, others, get("contains"), get("unevaluatedItems")]
        }
    };
    values.into_iter().flatten().map(|value| Subschema { file: schema.file, value }).collect()
}
