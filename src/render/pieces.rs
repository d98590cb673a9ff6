//! The files that sources include.

use std::path::{Path, PathBuf};

use crate::files::{Entry, Files, Kind};
use crate::project::Folders;

/// The folder of the files that sources include, below the source folder.
pub const PARTIALS: &str = "partials";

/// Every Jinja file that sources can include, with its text, by name. What cannot be read is left out: rendering says so.
#[must_use]
pub fn pieces(folders: &Folders) -> Vec<(PathBuf, String)> {
    let mut pieces = Vec::new();
    if let Some(folder) = &folders.sources {
        add(&*folders.files, &folder.join(PARTIALS), &mut pieces);
    }
    pieces.sort();
    pieces
}

fn add(files: &dyn Files, folder: &Path, pieces: &mut Vec<(PathBuf, String)>) {
    for Entry { path, kind, .. } in files.list(folder).into_iter().flatten() {
        // Links to folders are not followed: they may lead out, or round in a circle.
        if kind == Kind::Folder {
            add(files, &path, pieces);
        } else if path.extension().is_some_and(|ending| ending == "j2") {
            pieces.extend(files.read_text(&path).ok().map(|text| (path, text)));
        }
    }
}
