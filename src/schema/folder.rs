//! The folder of schema files: each is read and looked through once, and none outside of it.

use super::{SchemaError, well_formed};
use crate::files::Files;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A folder of schema files, with what was read of it so far.
#[derive(Debug)]
pub(super) struct Folder {
    files: Arc<dyn Files>,
    path: PathBuf,
    read: Mutex<BTreeMap<String, Option<Arc<Value>>>>,
}

impl Folder {
    pub fn new(files: &Arc<dyn Files>, path: &Path) -> Folder {
        Folder { files: Arc::clone(files), path: path.to_owned(), read: Mutex::default() }
    }

    /// The path of a file, for messages.
    pub fn path_of(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// The schema in a file of the folder, named by its path below it. None if there is no such file.
    ///
    /// # Errors
    ///
    /// The file is outside of the folder, not readable, not JSON, or not a schema that [`well_formed`] passes.
    pub fn read(&self, file: &str) -> Result<Option<Arc<Value>>, SchemaError> {
        // Values are only inserted whole, so a thread that died while it held the lock has broken nothing.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(file) {
            return Ok(known.clone());
        }
        let schema = self.load(file)?.map(Arc::new);
        read.insert(file.to_owned(), schema.clone());
        Ok(schema)
    }

    fn load(&self, file: &str) -> Result<Option<Value>, SchemaError> {
        let path = self.path_of(file);
        let error = |reason: String| SchemaError::new(path.clone(), "", reason);
        let stays_inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        if file.is_empty() || !stays_inside {
            return Err(error(format!("`{file}` is no path below the schema folder")));
        }
        let real = match self.files.real_path(&path) {
            Ok(real) => real,
            Err(failure) if matches!(failure.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(failure) => return Err(error(format!("cannot be read: {failure}"))),
        };
        let folder = self.files.real_path(&self.path).map_err(|failure| error(format!("cannot be read: {failure}")))?;
        if !real.starts_with(&folder) {
            return Err(error("is a link to outside of the schema folder".to_owned()));
        }
        if !self.files.is_file(&real) {
            return Err(error("is not a regular file".to_owned()));
        }
        let text = self.files.read_text(&real).map_err(|failure| error(format!("cannot be read: {failure}")))?;
        let mut schema: Value =
            serde_json::from_str(&text).map_err(|failure| error(format!("is not JSON: {failure}")))?;
        well_formed::check(&path, &schema)?;
        // The `$id` of a file is a label for other tools. References go by the files' places in the folder.
        if let Value::Object(mapping) = &mut schema {
            mapping.retain(|keyword, _| keyword != "$id");
        }
        Ok(Some(schema))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::on_disk;
    use crate::schema::testing::folder_with;
    use std::fs;

    #[test]
    fn reads_each_file_once() {
        let dir = folder_with(&[("a.json", r#"{"$id": "https://example.com/a.json", "type": "string"}"#)]);
        let folder = Folder::new(&on_disk(), dir.path());
        let first = folder.read("a.json").unwrap().unwrap();
        assert_eq!(*first, serde_json::json!({"type": "string"}));
        fs::remove_file(dir.path().join("a.json")).unwrap();
        assert!(Arc::ptr_eq(&first, &folder.read("a.json").unwrap().unwrap()));
    }

    #[test]
    fn has_no_such_file() {
        let dir = folder_with(&[("a.json", "{}")]);
        let folder = Folder::new(&on_disk(), dir.path());
        assert_eq!(folder.read("b.json"), Ok(None));
        assert_eq!(folder.read("a.json/b.json"), Ok(None));
        assert_eq!(Folder::new(&on_disk(), &dir.path().join("missing")).read("a.json"), Ok(None));
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let dir = folder_with(&[("cut.json", "{\n  \"type\": "), ("list.json", "[]"), ("empty.json", "")]);
        fs::write(dir.path().join("latin.json"), b"{\"title\": \"\xe9\"}").unwrap();
        fs::create_dir(dir.path().join("dir.json")).unwrap();
        let folder = Folder::new(&on_disk(), dir.path());
        let reason = |file: &str| {
            let error = folder.read(file).unwrap_err();
            assert_eq!(error.file, dir.path().join(file));
            error.reason
        };
        assert_eq!(reason("cut.json"), "is not JSON: EOF while parsing a value at line 2 column 10");
        assert_eq!(reason("empty.json"), "is not JSON: EOF while parsing a value at line 1 column 0");
        assert_eq!(reason("list.json"), "a schema must be an object, true or false, not a list");
        assert_eq!(reason("latin.json"), "cannot be read: it is not text in UTF-8");
        assert_eq!(reason("dir.json"), "is not a regular file");
    }

    #[test]
    fn refuses_names_that_lead_out() {
        let dir = folder_with(&[("in/a.json", "{}"), ("secret.json", "{}")]);
        let folder = Folder::new(&on_disk(), &dir.path().join("in"));
        for name in ["../secret.json", "/etc/passwd", "x/../../secret.json", "..", "", "./a.json"] {
            let reason = folder.read(name).unwrap_err().reason;
            assert_eq!(reason, format!("`{name}` is no path below the schema folder"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn refuses_links_that_lead_out() {
        let dir = folder_with(&[("in/a.json", "{}"), ("secret.json", "{}")]);
        std::os::unix::fs::symlink("../secret.json", dir.path().join("in/link.json")).unwrap();
        std::os::unix::fs::symlink("a.json", dir.path().join("in/alias.json")).unwrap();
        let folder = Folder::new(&on_disk(), &dir.path().join("in"));
        assert_eq!(folder.read("link.json").unwrap_err().reason, "is a link to outside of the schema folder");
        assert!(folder.read("alias.json").unwrap().is_some());
    }
}
