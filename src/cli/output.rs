//! Standard output. When its reader goes away, as with `sesame validate | head`, the rest is dropped in silence and the exit
//! code stays what it is.

use std::io::{self, ErrorKind, StdoutLock, Write};

use anstream::AutoStream;

/// Standard output, with colours only where they can be seen.
pub fn output() -> Output {
    Output(anstream::stdout().lock())
}

/// See [`output`].
pub struct Output(AutoStream<StdoutLock<'static>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
