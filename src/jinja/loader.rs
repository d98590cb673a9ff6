//! Reading files for templates, from inside one folder only.

use std::path::{Component, Path, PathBuf};

use minijinja::{Error, ErrorKind};

use super::JinjaError;

/// The largest text with Jinja, in bytes: far more than anyone writes, and few enough for parsers that call themselves for
/// every word.
const LARGEST: u64 = 1024 * 1024;

/// How often a text may say `not`: MiniJinja's time for one behind another grows with the square of their number.
const MOST_NEGATIONS: usize = 10_000;

/// Refuses a text that would take too long to be read as Jinja.
///
/// # Errors
/// If it is too large, or too negative.
pub fn refuse_huge(file: &Path, text: &str) -> Result<(), JinjaError> {
    let refusal = if text.len() as u64 > LARGEST {
        format!("is larger than {LARGEST} bytes, too large for Jinja")
    } else if text.matches("not").count() > MOST_NEGATIONS {
        format!("says `not` more than {MOST_NEGATIONS} times, too often for Jinja")
    } else {
        return Ok(());
    };
    Err(JinjaError::message(file, refusal))
}

/// A loader for `include`, `import` and `extends` that cannot leave a folder.
pub fn confined_loader(
    folder: &Path,
) -> impl Fn(&str) -> Result<Option<String>, Error> + Send + Sync + 'static + use<> {
    let folder = folder.to_path_buf();
    move |name| read_confined(&folder, name).map_err(|reason| Error::new(ErrorKind::InvalidOperation, reason))
}

/// Reads a text file that lies inside a folder, links followed. `Ok(None)` if there is none.
///
/// # Errors
/// A sentence that says why not: outside the folder, too large, or not text.
pub fn read_confined(folder: &Path, name: &str) -> Result<Option<String>, String> {
    let Some(path) = confined(folder, name)? else { return Ok(None) };
    let file = path.metadata().map_err(|error| format!("this file cannot be read: {error}"))?;
    if !file.is_file() {
        return Err("this is not a file".to_owned());
    }
    if file.len() > LARGEST {
        return Err(format!("this file is larger than {LARGEST} bytes"));
    }
    std::fs::read_to_string(&path).map(Some).map_err(|error| format!("this file cannot be read: {error}"))
}

/// The names of what a folder inside a folder holds, links followed. None if there is no such folder.
///
/// # Errors
/// A sentence that says why not: outside the folder, or it cannot be listed.
pub fn list_confined(folder: &Path, name: &str) -> Result<Vec<String>, String> {
    let Some(path) = confined(folder, name)?.filter(|path| path.is_dir()) else { return Ok(Vec::new()) };
    let names = std::fs::read_dir(path).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect()
    });
    let mut names: Vec<String> = names.map_err(|error| format!("this folder cannot be listed: {error}"))?;
    names.sort();
    Ok(names)
}

/// Where a path inside a folder leads to. `Ok(None)` if there is nothing.
fn confined(folder: &Path, name: &str) -> Result<Option<PathBuf>, String> {
    let relative = Path::new(name);
    // The name may come from a variable, so no sentence repeats it.
    let outside = || "this file is outside the template folder".to_owned();
    if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside());
    }
    let Some(path) = canonical(&folder.join(relative)) else {
        return if folder.join(relative).is_symlink() { Err("this link leads nowhere".to_owned()) } else { Ok(None) };
    };
    if canonical(folder).is_some_and(|folder| path.starts_with(folder)) { Ok(Some(path)) } else { Err(outside()) }
}

fn canonical(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_its_folder() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("templates");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(outer.path().join("secret"), "s").unwrap();
        std::fs::write(folder.join("part"), "p").unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("link")).unwrap();

        assert_eq!(read_confined(&folder, "part").unwrap().as_deref(), Some("p"));
        assert_eq!(read_confined(&folder, "./part").unwrap().as_deref(), Some("p"));
        for name in ["../secret", "link", "/etc/passwd", "a/../../secret"] {
            assert_eq!(read_confined(&folder, name).unwrap_err(), "this file is outside the template folder");
        }
        assert_eq!(read_confined(&folder, "none").unwrap(), None);

        std::fs::create_dir(folder.join("inner")).unwrap();
        std::os::unix::fs::symlink(outer.path(), folder.join("inner/out")).unwrap();
        assert_eq!(list_confined(&folder, "inner").unwrap(), ["out"]);
        assert!(list_confined(&folder, "none").unwrap().is_empty());
        for name in ["..", "inner/out", "/etc"] {
            assert_eq!(list_confined(&folder, name).unwrap_err(), "this file is outside the template folder");
        }
    }

    #[test]
    fn refuses_huge_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("big"), vec![b'a'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_confined(folder.path(), "big").unwrap_err(), "this file is larger than 1048576 bytes");
    }
}
