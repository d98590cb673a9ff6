//! The files that one schema consists of: its own and all that it refers to, however far.

use super::SchemaError;
use super::folder::Folder;
use super::reference::{self, Reference};
use super::subschemas::{self, descend};
use jsonschema::{Retrieve, Uri};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

/// A schema and the files that it refers to.
#[derive(Clone, Debug)]
pub(super) struct Documents {
    root: String,
    files: BTreeMap<String, Arc<Value>>,
}

/// A schema inside the documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subschema<'a> {
    /// The file that it stands in, from which its references are read.
    pub file: &'a str,
    pub value: &'a Value,
}

impl Documents {
    /// Reads a schema and what it refers to. None if there is no such file.
    ///
    /// # Errors
    ///
    /// A file that cannot be used, or a reference to a file that does not exist or is outside of the folder.
    pub fn load(folder: &Folder, root: &str) -> Result<Option<Documents>, SchemaError> {
        let Some(schema) = folder.read(root)? else { return Ok(None) };
        let mut documents = Documents { root: root.to_owned(), files: BTreeMap::new() };
        documents.files.insert(root.to_owned(), schema);
        let mut waiting = vec![root.to_owned()];
        while let Some(file) = waiting.pop() {
            let schema = Arc::clone(&documents.files[&file]);
            subschemas::visit(&schema, &mut |place, mapping| {
                let Some(text) = mapping.get("$ref").and_then(Value::as_str) else { return Ok(()) };
                let error = |reason| SchemaError::new(folder.path_of(&file), format!("{place}/$ref"), reason);
                let target = Reference::read(&file, text).map_err(error)?.file;
                if !documents.files.contains_key(&target) {
                    let schema = folder.read(&target)?.ok_or_else(|| {
                        error(format!(
                            "`$ref` `{text}` names a file that does not exist: {}",
                            folder.path_of(&target).display()
                        ))
                    })?;
                    documents.files.insert(target.clone(), schema);
                    waiting.push(target);
                }
                Ok(())
            })?;
        }
        Ok(Some(documents))
    }

    /// The schema itself.
    pub fn root(&self) -> Subschema<'_> {
        Subschema { file: &self.root, value: &self.files[&self.root] }
    }

    /// All files with their schemas, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.files.iter().map(|(file, schema)| (file.as_str(), &**schema))
    }

    /// The schema in a file.
    pub fn file(&self, name: &str) -> Option<Subschema<'_>> {
        self.files.get_key_value(name).map(|(file, value)| Subschema { file, value })
    }

    /// The schema that a `$ref` in the file `from` leads to.
    ///
    /// # Errors
    ///
    /// Why it leads nowhere.
    pub fn resolve(&self, from: &str, text: &str) -> Result<Subschema<'_>, String> {
        let target = Reference::read(from, text)?;
        let nowhere = || format!("`$ref` `{text}` leads to no schema: {} has none there", target.file);
        let Subschema { file, mut value } = self.file(&target.file).ok_or_else(nowhere)?;
        let mut tokens = target.tokens.as_slice();
        while !tokens.is_empty() {
            let (taken, below) = descend(value, tokens).ok_or_else(nowhere)?;
            value = below;
            tokens = &tokens[taken..];
        }
        Ok(Subschema { file, value })
    }

    /// Whether any schema of the files has this keyword.
    pub fn mention(&self, keyword: &str) -> bool {
        let found = self.files.values().map(|schema| {
            subschemas::visit(schema, &mut |_, mapping| if mapping.contains_key(keyword) { Err(()) } else { Ok(()) })
        });
        found.into_iter().any(|result| result.is_err())
    }

    /// The first regular expression in the files that cannot be used: its file, its place and itself.
    pub fn bad_pattern(&self) -> Option<(&str, String, String)> {
        self.files.iter().find_map(|(file, schema)| {
            let found = subschemas::visit(schema, &mut |place, mapping| {
                let own = mapping.get("pattern").and_then(Value::as_str).map(|pattern| ("pattern", pattern));
                let names = mapping.get("patternProperties").and_then(Value::as_object);
                let of_names = names.into_iter().flat_map(Map::keys).map(|name| ("patternProperties", name.as_str()));
                for (keyword, pattern) in own.into_iter().chain(of_names) {
                    if jsonschema::draft202012::new(&serde_json::json!({"pattern": pattern})).is_err() {
                        return Err((file.as_str(), format!("{place}/{keyword}"), pattern.to_owned()));
                    }
                }
                Ok(())
            });
            found.err()
        })
    }

    /// The URI that the root goes by, so that its relative references are read against its place in the folder.
    pub fn root_uri(&self) -> String {
        reference::uri(&self.root)
    }
}

/// Gives the validator the files of the schema, and nothing else: no other file, and never the network.
impl Retrieve for Documents {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let file = reference::file_of(uri.as_str());
        match file.and_then(|file| self.files.get(&file)) {
            Some(schema) => Ok(Value::clone(schema)),
            None => Err(format!("`{uri}` is outside of the schema folder").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::testing::folder_with;
    use serde_json::json;

    #[test]
    fn only_the_files_that_take_part_are_given_out() {
        let dir = folder_with(&[("p/a.json", r#"{"$ref": "../b.json"}"#), ("b.json", "{}"), ("other.json", "{}")]);
        let documents =
            Documents::load(&Folder::new(&crate::files::on_disk(), dir.path()), "p/a.json").unwrap().unwrap();
        let retrieve = |uri: &str| documents.retrieve(&jsonschema::uri::from_str(uri).unwrap());
        assert_eq!(documents.root_uri(), "schemas:///p/a.json");
        assert_eq!(retrieve("schemas:///b.json").unwrap(), json!({}));
        for uri in ["schemas:///other.json", "schemas:///etc/passwd", "http://127.0.0.1/b.json", "file:///b.json"] {
            assert_eq!(retrieve(uri).unwrap_err().to_string(), format!("`{uri}` is outside of the schema folder"));
        }
    }
}
