//! Reading the files of a project, whatever lies there.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// The largest file that is read, in bytes: a thousand times what a config file has.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// The text of a regular file, links followed. Pipes and devices, which may never end, are refused.
///
/// # Errors
/// As the system says, or if it is no regular file, too large, or not UTF-8.
pub fn read_regular(file: &Path) -> Result<String, Error> {
    text(read_regular_bytes(file)?)
}

/// The content of a regular file, links followed, text or not.
///
/// # Errors
/// As the system says, or if it is no regular file, or too large.
pub fn read_regular_bytes(file: &Path) -> Result<Vec<u8>, Error> {
    if !file.metadata()?.is_file() {
        return Err(Error::other("it is not a regular file"));
    }
    bytes(file)
}

/// The text of a file of any kind, up to [`LARGEST`].
///
/// # Errors
/// As the system says, or if it is too large or not UTF-8.
pub fn read_limited(file: &Path) -> Result<String, Error> {
    text(bytes(file)?)
}

fn bytes(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it is larger than {LARGEST} bytes")));
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_texts_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let reason = || read_regular(&file).unwrap_err().to_string();
        assert!(reason().contains("No such file"));
        std::fs::write(&file, "text").unwrap();
        assert_eq!(read_regular(&file).unwrap(), "text");
        std::fs::write(&file, [0xff]).unwrap();
        assert_eq!(reason(), "it is not text in UTF-8");
        std::fs::write(&file, vec![b'a'; 10 * 1024 * 1024 + 1]).unwrap();
        assert_eq!(reason(), "it is larger than 10485760 bytes");
        for other in [folder.path(), Path::new("/dev/zero")] {
            assert_eq!(read_regular(other).unwrap_err().to_string(), "it is not a regular file");
        }
        assert_eq!(read_limited(Path::new("/dev/zero")).unwrap_err().to_string(), "it is larger than 10485760 bytes");
    }
}
