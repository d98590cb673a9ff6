//! The `sesame` binary: see the library for everything it does.

use std::process::ExitCode;

/// Parsers of nested text recurse: the deepest text that the size limits let pass needs less than this. The memory is
/// only used when the depth is.
const STACK_BYTES: usize = 1 << 30;

/// What the whole process may take, the stack included. Five thousand stacks need a tenth of it; a Jinja text that doubles
/// itself in a loop would take the machine.
const MEMORY_BYTES: u64 = 3 << 30;

fn main() -> ExitCode {
    limit_memory();
    let run = || sesame::cli::run(std::env::args_os());
    let code = match std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run) {
        Ok(thread) => thread.join().unwrap_or(sesame::exit_code::CANNOT_WORK),
        // No room for such a stack: an ordinary one does for ordinary files.
        Err(_) => sesame::cli::run(std::env::args_os()),
    };
    ExitCode::from(code)
}

/// Lowers the process's limit, unless it is lower already. A system that knows no such limit goes without.
fn limit_memory() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::As);
        if limit.current.is_none_or(|current| current > MEMORY_BYTES) {
            let _ = setrlimit(Resource::As, Rlimit { current: Some(MEMORY_BYTES), maximum: limit.maximum });
        }
    }
}
