//! The binary, seen from outside: every test runs `sesame` on a project of its own.
//!
//! Expected output stands in `tests/golden/`. `SESAME_ACCEPT=1 cargo test` writes what the program prints now; read the
//! difference before you commit it.

#![allow(clippy::disallowed_methods, reason = "tests lay their files on the disk")]

mod cli;
mod in_memory;
mod jinja;
mod jinja_lines;
mod layers;
mod properties;
mod support;
