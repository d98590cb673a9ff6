//! The `sesame` binary: see the library for everything it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sesame::cli::run(std::env::args_os()))
}
