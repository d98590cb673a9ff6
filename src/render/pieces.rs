//! The files that sources include.

use std::path::{Path, PathBuf};

use crate::project::Folders;

/// The folder of the files that sources include, below the source folder.
pub const PARTIALS: &str = "partials";

/// Every Jinja file that sources can include, with its text, by name. What cannot be read is left out: rendering says so.
#[must_use]
pub fn pieces(folders: &Folders) -> Vec<(PathBuf, String)> {
    let mut pieces = Vec::new();
    if let Some(folder) = &folders.sources {
        add(&folder.join(PARTIALS), &mut pieces);
    }
    pieces.sort();
    pieces
}

fn add(folder: &Path, pieces: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Links to folders are not followed: they may lead out, or round in a circle.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            add(&path, pieces);
        } else if path.extension().is_some_and(|ending| ending == "j2") {
            pieces.extend(std::fs::read_to_string(&path).ok().map(|text| (path, text)));
        }
    }
}
