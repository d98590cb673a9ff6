//! The `sesame` binary: see the library for everything it does.

use std::process::ExitCode;

/// Parsers of nested text recurse: the deepest text that the size limits let pass needs less than this. The memory is
/// only used when the depth is.
const STACK_BYTES: usize = 1 << 30;

fn main() -> ExitCode {
    let run = || sesame::cli::run(std::env::args_os());
    let code = match std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run) {
        Ok(thread) => thread.join().unwrap_or(sesame::exit_code::CANNOT_WORK),
        // No room for such a stack: an ordinary one does for ordinary files.
        Err(_) => sesame::cli::run(std::env::args_os()),
    };
    ExitCode::from(code)
}
