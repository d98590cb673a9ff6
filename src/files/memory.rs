//! Files that lie only in memory: what a project would be, without writing it anywhere.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::{Entry, Files, Kind, Metadata, too_large};

/// Files by their absolute paths. Their folders are there too; links there are none.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// Adds a file, or replaces the one of this path.
    pub fn insert(&mut self, file: impl Into<PathBuf>, content: impl Into<Vec<u8>>) {
        self.0.insert(file.into(), content.into());
    }

    /// The paths that begin with a folder, those of the folder's own entries and of all below.
    fn below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = (&'a Path, &'a PathBuf)> {
        // Paths are ordered by their parts, so what lies in a folder stands together.
        let from = self.0.range::<Path, _>((std::ops::Bound::Excluded(folder), std::ops::Bound::Unbounded));
        from.map_while(move |(file, _)| Some((file.strip_prefix(folder).ok()?, file)))
    }
}

impl Files for Memory {
    fn read_any(&self, file: &Path, most: u64) -> Result<Vec<u8>, Error> {
        let content = self.0.get(&plain(file)).ok_or_else(missing)?;
        if content.len() as u64 > most { Err(too_large(most)) } else { Ok(content.clone()) }
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, Error> {
        let path = plain(path);
        if let Some(content) = self.0.get(&path) {
            return Ok(Metadata { kind: Kind::File, size: content.len() as u64 });
        }
        self.below(&path).next().map(|_| Metadata { kind: Kind::Folder, size: 0 }).ok_or_else(missing)
    }

    fn is_link(&self, _path: &Path) -> bool {
        false
    }

    fn list(&self, folder: &Path) -> Result<Vec<Entry>, Error> {
        let plain = plain(folder);
        if self.metadata(&plain)?.kind != Kind::Folder {
            return Err(Error::from(ErrorKind::NotADirectory));
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (below, _) in self.below(&plain) {
            let mut parts = below.components();
            let name = parts.next().map(|name| name.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
            if entries.last().is_none_or(|last| last.name != name) {
                let kind = if parts.next().is_some() { Kind::Folder } else { Kind::File };
                entries.push(Entry { path: folder.join(&name), name, kind });
            }
        }
        Ok(entries)
    }

    fn real_path(&self, path: &Path) -> Result<PathBuf, Error> {
        let path = plain(path);
        self.metadata(&path).map(|_| path)
    }
}

fn missing() -> Error {
    Error::from(ErrorKind::NotFound)
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_where_files_are() {
        let mut files = Memory::default();
        for file in ["/p/a.yaml", "/p/b/c.yaml", "/p/b/d/e.yaml", "/p.txt"] {
            files.insert(file, "text");
        }
        let listed = |folder: &str| -> Vec<_> {
            let entries = files.list(Path::new(folder)).unwrap();
            entries.into_iter().map(|entry| (entry.path.display().to_string(), entry.kind)).collect()
        };
        assert_eq!(listed("/"), [("/p".to_owned(), Kind::Folder), ("/p.txt".to_owned(), Kind::File)]);
        assert_eq!(listed("/p"), [("/p/a.yaml".to_owned(), Kind::File), ("/p/b".to_owned(), Kind::Folder)]);
        assert!(files.is_folder(Path::new("/p/b/d")) && files.is_file(Path::new("/p/b/../a.yaml")));
        assert_eq!(files.real_path(Path::new("/p/./b/../b")).unwrap(), Path::new("/p/b"));
        for nothing in ["/q", "/p/a", "/p/a.yaml/x"] {
            assert_eq!(files.metadata(Path::new(nothing)).unwrap_err().kind(), ErrorKind::NotFound, "{nothing}");
        }
        assert_eq!(files.list(Path::new("/p/a.yaml")).unwrap_err().kind(), ErrorKind::NotADirectory);
        assert_eq!(files.read_text(Path::new("/p/a.yaml")).unwrap(), "text");
        assert_eq!(files.read(Path::new("/p")).unwrap_err().to_string(), "it is not a regular file");
    }
}
