//! The `sesame` binary: see the library for everything it does.

use std::process::ExitCode;

use sesame::parallel;

/// What the process may take beside the stacks of its threads. Five thousand templates need a tenth of it; a Jinja text that
/// doubles itself in a loop would take the machine.
const MEMORY_BYTES: usize = 2 << 30;

fn main() -> ExitCode {
    limit_memory();
    let run = || sesame::cli::run(std::env::args_os());
    let code = match std::thread::Builder::new().stack_size(parallel::STACK_BYTES).spawn(run) {
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
        let most = (MEMORY_BYTES + parallel::threads() * parallel::STACK_BYTES) as u64;
        let limit = getrlimit(Resource::As);
        if limit.current.is_none_or(|current| current > most) {
            let _ = setrlimit(Resource::As, Rlimit { current: Some(most), maximum: limit.maximum });
        }
    }
}
