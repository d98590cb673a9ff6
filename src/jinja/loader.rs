//! Reading files for templates, from inside one folder only.

use std::path::{Component, Path, PathBuf};

use super::JinjaError;
use crate::files::{Entry, Files, Kind, text};

/// The largest text with Jinja, in bytes: far more than anyone writes, and few enough for parsers that call themselves for
/// every word.
const LARGEST: u64 = 1024 * 1024;

/// Refuses a text that would take too long to be read as Jinja.
///
/// # Errors
/// If it is too large.
pub fn refuse_huge(file: &Path, text: &str) -> Result<(), JinjaError> {
    if text.len() as u64 <= LARGEST {
        return Ok(());
    }
    Err(JinjaError::message(file, format!("is larger than {LARGEST} bytes, too large for Jinja")))
}

/// Reads a text file that lies inside a folder, links followed. `Ok(None)` if there is none.
///
/// # Errors
/// A sentence that says why not: outside the folder, too large, or not text.
pub fn read_confined(files: &dyn Files, folder: &Path, name: &str) -> Result<Option<String>, String> {
    let Some(path) = confined(files, folder, name)? else { return Ok(None) };
    let found = files.metadata(&path).map_err(unreadable)?;
    if found.kind != Kind::File {
        return Err("this is not a file".to_owned());
    }
    if found.size > LARGEST {
        return Err(format!("this file is larger than {LARGEST} bytes"));
    }
    files.read_any(&path, LARGEST).and_then(text).map(|text| Some(with_newlines(text))).map_err(unreadable)
}

/// Line ends as Jinja2 reads them (`Lexer._normalize_newlines`).
fn with_newlines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// What a folder inside a folder holds, links to it followed. Nothing if there is no such folder.
///
/// # Errors
/// A sentence that says why not: outside the folder, or it cannot be listed.
pub fn list_confined(files: &dyn Files, folder: &Path, name: &str) -> Result<Vec<Entry>, String> {
    match confined(files, folder, name)?.filter(|path| files.is_folder(path)) {
        Some(path) => files.list(&path).map_err(|error| format!("this folder cannot be listed: {error}")),
        None => Ok(Vec::new()),
    }
}

/// Reads a text file that [`list_confined`] has found: `name` in `folder`. If it is no link, it lies inside.
///
/// # Errors
/// As [`read_confined`].
pub fn read_listed(files: &dyn Files, folder: &Path, name: &str, entry: &Entry) -> Result<Option<String>, String> {
    match entry.kind {
        Kind::File => files
            .read_any(&entry.path, LARGEST)
            .and_then(text)
            .map(|text| Some(with_newlines(text)))
            .map_err(unreadable),
        _ => read_confined(files, folder, name),
    }
}

/// Where a path inside a folder leads to. `Ok(None)` if there is nothing.
fn confined(files: &dyn Files, folder: &Path, name: &str) -> Result<Option<PathBuf>, String> {
    let relative = Path::new(name);
    // The name may come from a variable, so no sentence repeats it.
    let outside = || "this file is outside the template folder".to_owned();
    if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside());
    }
    let named = folder.join(relative);
    let Ok(path) = files.real_path(&named) else {
        return if files.is_link(&named) { Err("this link leads nowhere".to_owned()) } else { Ok(None) };
    };
    let is_inside = files.real_path(folder).is_ok_and(|folder| path.starts_with(folder));
    if is_inside { Ok(Some(path)) } else { Err(outside()) }
}

fn unreadable(error: std::io::Error) -> String {
    format!("this file cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Disk;

    #[test]
    fn stays_inside_its_folder() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("templates");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(outer.path().join("secret"), "s").unwrap();
        std::fs::write(folder.join("part"), "p").unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("link")).unwrap();

        assert_eq!(read_confined(&Disk, &folder, "part").unwrap().as_deref(), Some("p"));
        assert_eq!(read_confined(&Disk, &folder, "./part").unwrap().as_deref(), Some("p"));
        for name in ["../secret", "link", "/etc/passwd", "a/../../secret"] {
            assert_eq!(read_confined(&Disk, &folder, name).unwrap_err(), "this file is outside the template folder");
        }
        assert_eq!(read_confined(&Disk, &folder, "none").unwrap(), None);

        std::fs::create_dir(folder.join("inner")).unwrap();
        std::os::unix::fs::symlink(outer.path(), folder.join("inner/out")).unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("inner/link")).unwrap();
        let entries = list_confined(&Disk, &folder, "inner").unwrap();
        assert_eq!(entries.len(), 2);
        let link = entries.iter().find(|entry| entry.name == "link").unwrap();
        read_listed(&Disk, &folder, "inner/link", link).unwrap_err();
        assert!(list_confined(&Disk, &folder, "none").unwrap().is_empty());
        for name in ["..", "inner/out", "/etc"] {
            let refused = list_confined(&Disk, &folder, name).unwrap_err();
            assert_eq!(refused, "this file is outside the template folder");
        }
    }

    #[test]
    fn refuses_huge_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("big"), vec![b'a'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_confined(&Disk, folder.path(), "big").unwrap_err(), "this file is larger than 1048576 bytes");
    }
}
