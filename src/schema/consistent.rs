//! Looks all files of a schema through together: references lead to schemas, and our keywords name known properties.

use super::documents::Documents;
use super::folder::Folder;
use super::subschemas::{self, push_token};
use super::{SchemaError, keywords, places};
use serde_json::{Map, Value};

/// Checks what takes all files.
///
/// # Errors
///
/// The first reference that leads nowhere or back to where it stands, or keyword of ours that names a property which its
/// schema does not have.
pub(super) fn check(documents: &Documents, folder: &Folder) -> Result<(), SchemaError> {
    for (file, schema) in documents.files() {
        subschemas::visit(schema, &mut |place, mapping| {
            let error = |keyword: &str, reason: String| {
                let mut place = place.to_owned();
                push_token(&mut place, keyword);
                SchemaError::new(folder.path_of(file), place, reason)
            };
            check_reference(documents, file, mapping).map_err(|reason| error("$ref", reason))?;
            check_names(documents, file, mapping).map_err(|(keyword, reason)| error(keyword, reason))
        })?;
    }
    Ok(())
}

fn check_reference(documents: &Documents, file: &str, schema: &Map<String, Value>) -> Result<(), String> {
    let Some(text) = schema.get("$ref").and_then(Value::as_str) else { return Ok(()) };
    let target = documents.resolve(file, text)?;
    let is_here = |other: &Value| other.as_object().is_some_and(|other| std::ptr::eq(other, schema));
    match places::apply_with(documents, target).any(is_here) {
        true => Err(format!("`$ref` `{text}` leads back to where it stands")),
        false => Ok(()),
    }
}

fn check_names(documents: &Documents, file: &str, schema: &Map<String, Value>) -> Result<(), (&'static str, String)> {
    for keyword in &keywords::KEYWORDS {
        let Some(argument) = schema.get(keyword.name) else { continue };
        let rule = (keyword.read)(argument).map_err(|reason| (keyword.name, reason))?;
        for path in rule.names() {
            if let Err(name) = places::declares(documents, file, schema, &path) {
                let path = path.join(".");
                let reason = match path == name {
                    true => format!("`{}` names `{path}`, which is not among the `properties`", keyword.name),
                    false => format!("`{}` names `{path}`: `{name}` is not among the `properties`", keyword.name),
                };
                return Err((keyword.name, reason));
            }
        }
    }
    Ok(())
}
