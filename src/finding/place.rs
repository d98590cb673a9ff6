//! The spot in a file that a finding points at.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file, and where known the line and column, both from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// As the program opened it; shown relative to the current folder.
    pub file: PathBuf,
    /// From 1.
    pub line: Option<usize>,
    /// In characters, from 1.
    pub column: Option<usize>,
}

impl Place {
    /// A file as a whole.
    #[must_use]
    pub fn file(file: impl Into<PathBuf>) -> Place {
        Place { file: file.into(), line: None, column: None }
    }

    /// A line and column of a file.
    #[must_use]
    pub fn line(file: impl Into<PathBuf>, line: usize, column: usize) -> Place {
        Place { file: file.into(), line: Some(line), column: Some(column) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", shown(&self.file).display())?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(out, ":{column}")?;
        }
        Ok(())
    }
}

/// A path as people read it: relative to the current folder where it lies below it.
#[must_use]
pub fn shown(path: &Path) -> &Path {
    static HERE: std::sync::OnceLock<Option<PathBuf>> = std::sync::OnceLock::new();
    let here = HERE.get_or_init(|| std::env::current_dir().ok());
    match here.as_deref().and_then(|here| path.strip_prefix(here).ok()) {
        Some(relative) if !relative.as_os_str().is_empty() => relative,
        _ => path.strip_prefix("./").unwrap_or(path),
    }
}
