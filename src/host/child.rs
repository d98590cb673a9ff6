//! The host of a command that is run by hand: the Python module of this program's own installation.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::{CallError, Host, Wire};

/// Starts `python -m sceptre_sesame` at the first call, and ends it when dropped.
pub struct ChildHost {
    project: PathBuf,
    stack: String,
    variables: Vec<OsString>,
    running: Option<(Child, Wire<BufReader<ChildStdout>, ChildStdin>)>,
}

impl ChildHost {
    /// A host with the session of a stack (`prod/ses.yaml`) of a Sceptre project. `variables` are the options that the
    /// project's configs need, as Sceptre takes them: `--var`, `--var-file`, `--merge-vars`.
    #[must_use]
    pub fn new(project: &Path, stack: &str, variables: Vec<OsString>) -> ChildHost {
        ChildHost { project: project.to_path_buf(), stack: stack.to_owned(), variables, running: None }
    }

    fn start(&self) -> Result<(Child, Wire<BufReader<ChildStdout>, ChildStdin>), String> {
        let python =
            python().ok_or("AWS calls need the Python package `sceptre-sesame`: run the `sesame` that it installs")?;
        let mut child = Command::new(&python)
            .args(["-m", "sceptre_sesame", "--dir"])
            .arg(&self.project)
            .args(["--stack", &self.stack])
            .args(&self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start `{}`: {error}", python.display()))?;
        match (child.stdout.take(), child.stdin.take()) {
            (Some(output), Some(input)) => Ok((child, Wire::new(BufReader::new(output), input))),
            _ => Err(format!("`{}` has no standard input and output", python.display())),
        }
    }
}

/// The Python beside this program, where `pip` put both.
#[expect(clippy::disallowed_methods, reason = "where this program is installed")]
fn python() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.canonicalize().ok()?.parent()?.to_path_buf();
    ["python", "python3", "python.exe"].iter().map(|name| folder.join(name)).find(|python| python.is_file())
}

impl Host for ChildHost {
    fn call(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
        if self.running.is_none() {
            self.running = Some(self.start().map_err(CallError::Broken)?);
        }
        match &mut self.running {
            Some((_, wire)) => wire.call(service, operation, parameters),
            None => Err(CallError::Broken("the host did not start".to_owned())),
        }
    }
}

impl Drop for ChildHost {
    fn drop(&mut self) {
        if let Some((mut child, wire)) = self.running.take() {
            // Closing its input tells the host to end.
            drop(wire);
            let _ = child.wait();
        }
    }
}
