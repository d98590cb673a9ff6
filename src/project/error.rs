//! Why a project cannot be worked on at all. Problems inside single files are findings instead.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// See the variants.
#[derive(Debug, Error)]
pub enum ProjectError {
    /// There is no `config/` folder.
    #[error("no Sceptre project in `{}`: it has no `config/` folder, nor has `sceptre/` below it; name one with `--dir`", start.display())]
    NoProject {
        /// Where the search began.
        start: PathBuf,
    },
    /// The path on the command line names nothing.
    #[error("no stack or stack group `{path}` in `{}`{}", config.display(), help.as_deref().map(|help| format!("; {help}")).unwrap_or_default())]
    NoSuchPath {
        /// As typed.
        path: String,
        /// The config folder.
        config: PathBuf,
        /// "did you mean …?".
        help: Option<String>,
    },
    /// `--var` without an equals sign.
    #[error("`--var {text}` has no `=`; write `--var name=value`")]
    BadVariable {
        /// As typed.
        text: String,
    },
    /// A `--var-file` that is not a YAML mapping.
    #[error("cannot use variable file `{}`: {reason}", file.display())]
    BadVariableFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that cannot be read.
    #[error("cannot read `{}`: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
