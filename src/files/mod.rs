//! The files of a project, wherever they are. Whoever reads, renders or checks a project goes through [`Files`], so that
//! the same code works on the disk and on what lies only in memory.

mod disk;
mod memory;

pub use disk::Disk;
pub use memory::Memory;

use std::fmt::Debug;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read, in bytes: a thousand times what a config file has.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// What stands behind a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, whatever it leads to.
    Link,
    /// A pipe, a device, a socket: reading one may never end.
    Other,
}

/// What is known of a path without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// See [`Kind`].
    pub kind: Kind,
    /// The size of a file, in bytes.
    pub size: u64,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; what is not UTF-8 in it is replaced.
    pub name: String,
    /// The folder's path and the name.
    pub path: PathBuf,
    /// Links are not followed.
    pub kind: Kind,
}

/// A place that holds files. All paths are absolute, or relative to the current folder.
pub trait Files: Debug + Send + Sync {
    /// The content of a file, links followed, and of whatever else can be read.
    ///
    /// # Errors
    /// As the system says, or if it is larger than `most` bytes.
    fn read_any(&self, file: &Path, most: u64) -> Result<Vec<u8>, Error>;

    /// What stands behind a path, links followed.
    ///
    /// # Errors
    /// As the system says.
    fn metadata(&self, path: &Path) -> Result<Metadata, Error>;

    /// Whether there is a link at a path, also one that leads nowhere.
    fn is_link(&self, path: &Path) -> bool;

    /// The entries of a folder, in no certain order.
    ///
    /// # Errors
    /// As the system says.
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, Error>;

    /// The path without links and detours.
    ///
    /// # Errors
    /// As the system says, as when there is nothing.
    fn real_path(&self, path: &Path) -> Result<PathBuf, Error>;

    /// Whether there is a regular file, links followed.
    fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.kind == Kind::File)
    }

    /// Whether there is a folder, links followed.
    fn is_folder(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.kind == Kind::Folder)
    }

    /// The content of a regular file, links followed. Pipes and devices, which may never end, are refused.
    ///
    /// # Errors
    /// As the system says, or if it is no regular file, or larger than [`LARGEST`].
    fn read(&self, file: &Path) -> Result<Vec<u8>, Error> {
        if self.metadata(file)?.kind != Kind::File {
            return Err(Error::other("it is not a regular file"));
        }
        self.read_any(file, LARGEST)
    }

    /// The text of a regular file, links followed.
    ///
    /// # Errors
    /// As [`Files::read`], or if it is not UTF-8.
    fn read_text(&self, file: &Path) -> Result<String, Error> {
        text(self.read(file)?)
    }
}

/// The disk, for whoever is not told of another place.
#[must_use]
pub fn on_disk() -> Arc<dyn Files> {
    Arc::new(Disk)
}

/// Bytes as a text.
///
/// # Errors
/// If they are not UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not text in UTF-8"))
}

fn too_large(most: u64) -> Error {
    Error::new(ErrorKind::FileTooLarge, format!("it is larger than {most} bytes"))
}
