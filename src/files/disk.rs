//! The files on disk.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the disk for the stages")]

use std::fs::{self, File, FileType};
use std::io::{Error, Read};
use std::path::{Path, PathBuf};

use super::{Entry, Files, Kind, Metadata, too_large};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read_any(&self, file: &Path, most: u64) -> Result<Vec<u8>, Error> {
        let file = File::open(file)?;
        // A file that fits takes two reads; what lies about its size, as devices do, some more.
        let size = file.metadata().map_or(0, |found| found.len()).min(most);
        let mut bytes = Vec::with_capacity(usize::try_from(size).map_or(0, |size| size + 1));
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, Error> {
        path.metadata().map(|found| Metadata { kind: kind(found.file_type()), size: found.len() })
    }

    fn is_link(&self, path: &Path) -> bool {
        path.is_symlink()
    }

    fn list(&self, folder: &Path) -> Result<Vec<Entry>, Error> {
        let entry = |entry: Result<fs::DirEntry, Error>| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            Ok(Entry { name, path: entry.path(), kind: kind(entry.file_type()?) })
        };
        fs::read_dir(folder)?.map(entry).collect()
    }

    fn real_path(&self, path: &Path) -> Result<PathBuf, Error> {
        path.canonicalize()
    }
}

fn kind(kind: FileType) -> Kind {
    match kind {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        kind if kind.is_symlink() => Kind::Link,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::LARGEST;

    #[test]
    fn reads_texts_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let reason = || Disk.read_text(&file).unwrap_err().to_string();
        assert!(reason().contains("No such file"));
        std::fs::write(&file, "text").unwrap();
        assert_eq!(Disk.read_text(&file).unwrap(), "text");
        std::fs::write(&file, [0xff]).unwrap();
        assert_eq!(reason(), "it is not text in UTF-8");
        std::fs::write(&file, vec![b'a'; 10 * 1024 * 1024 + 1]).unwrap();
        assert_eq!(reason(), "it is larger than 10485760 bytes");
        for other in [folder.path(), Path::new("/dev/zero")] {
            assert_eq!(Disk.read_text(other).unwrap_err().to_string(), "it is not a regular file");
        }
        let endless = Disk.read_any(Path::new("/dev/zero"), LARGEST).unwrap_err();
        assert_eq!(endless.to_string(), "it is larger than 10485760 bytes");
    }

    #[test]
    fn folders_say_what_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("file"), "four").unwrap();
        std::os::unix::fs::symlink("nothing", folder.path().join("link")).unwrap();
        let mut entries = Disk.list(folder.path()).unwrap();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let kinds: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
        assert_eq!(kinds, [("below", Kind::Folder), ("file", Kind::File), ("link", Kind::Link)]);
        assert_eq!(Disk.metadata(&entries[1].path).unwrap(), Metadata { kind: Kind::File, size: 4 });
        assert!(Disk.is_link(&entries[2].path) && Disk.metadata(&entries[2].path).is_err());
        assert!(Disk.list(&entries[1].path).is_err());
    }
}
