//! What the tests of this module share.

use super::{Schema, Schemas};
use serde_json::Value;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// A temporary folder with these files: path and text of each.
pub fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a sub-folder");
        fs::write(path, text).expect("a file");
    }
    dir
}

/// The schema of one file.
#[track_caller]
pub fn schema(schema: &Value) -> Arc<Schema> {
    schema_of(&[("a.json", schema)])
}

/// The schema of the first of some files.
#[track_caller]
pub fn schema_of(files: &[(&str, &Value)]) -> Arc<Schema> {
    let texts: Vec<(&str, String)> = files.iter().map(|(name, schema)| (*name, schema.to_string())).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let dir = folder_with(&texts);
    Schemas::open(&crate::files::on_disk(), dir.path())
        .compile(files[0].0)
        .unwrap_or_else(|error| panic!("{error}"))
        .expect("the file")
}

/// A schema finds exactly these violations in a value, each in print.
#[track_caller]
pub fn finds(schema_value: &Value, instance: &Value, expected: &[&str]) {
    let found: Vec<String> = schema(schema_value).check(instance).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{instance}");
}
