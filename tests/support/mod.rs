//! A project in a temporary folder, and what `sesame` says about it.

pub mod golden;
pub mod host;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use tempfile::TempDir;

/// The time in every test, as the variable of the program's clock takes it: half past midnight in Tokyo, where it is the
/// day after that of UTC already.
pub const NOW: (&str, &str) = ("SESAME_NOW", "2027-11-24T15:30:00Z");

/// A Sceptre project that is thrown away after the test.
pub struct Project {
    folder: TempDir,
}

/// What one run of the program did.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Project {
        Project { folder: TempDir::new().expect("a temporary folder") }
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Project {
        let project = Project::empty();
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    /// The smallest project in which every feature has something to do: a group with an environment, one stack, its
    /// template with a source, and schemas.
    pub fn small() -> Project {
        Project::fixture("small")
    }

    /// A copy of the mail tree of this repository: config, templates with their sources, schemas.
    pub fn committed() -> Project {
        let project = Project::empty();
        for folder in ["sceptre/config", "sceptre/templates", "templates", "schemas"] {
            std::fs::create_dir_all(project.file(folder)).expect("folders");
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &project.file(folder));
        }
        project
    }

    /// A copy of a folder of `tests/fixtures/`.
    pub fn fixture(name: &str) -> Project {
        let project = Project::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name), project.path());
        project
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let file = self.file(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        std::fs::write(file, text).expect("a file");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Replaces a text in a file; it must be there.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// The program, in the project's folder, with a bare environment and at the time of the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("sesame").expect("the binary");
        command.args(arguments).current_dir(self.path()).env_clear().envs([NOW]).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Runs with a text on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let output = assert_cmd::Command::from_std(self.command(arguments))
            .write_stdin(input)
            .output()
            .expect("the program runs");
        Run::from_output(&output)
    }
}

impl Run {
    pub fn of(mut command: Command) -> Run {
        Run::from_output(&command.output().expect("the program runs"))
    }

    pub fn from_output(output: &std::process::Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Everything that was seen, as golden files hold it.
    pub fn transcript(&self) -> String {
        let mut text = String::new();
        if !self.stdout.is_empty() {
            text.push_str(&self.stdout);
        }
        if !self.stderr.is_empty() {
            text.push_str("--- standard error\n");
            text.push_str(&self.stderr);
        }
        text.push_str(&format!("--- exit {}\n", self.code));
        text
    }

    #[track_caller]
    pub fn expect_code(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}", self.transcript());
        self
    }
}

/// Copies what is in a folder into another one.
pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}
