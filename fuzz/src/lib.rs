//! A small project in which one file is what the fuzzer makes of it, and everything that `sesame check` does with it.

use std::path::{Path, PathBuf};

use sesame::check;
use sesame::project::{Folders, Project, Selection, Undefined};
use sesame::report;
use tempfile::TempDir;

/// As in the program: parsers of nested text recurse.
const STACK_BYTES: usize = 1 << 30;

/// A project of which one file changes.
pub struct Fuzzed {
    folder: TempDir,
    file: PathBuf,
}

impl Fuzzed {
    /// The project, with the file that changes, relative to it.
    ///
    /// # Panics
    /// If the files cannot be copied.
    #[must_use]
    pub fn new(file: &str) -> Fuzzed {
        let folder = TempDir::new().expect("a temporary folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/small"), folder.path());
        // To compile them takes most of the time, and they are not what changes.
        std::fs::remove_dir_all(folder.path().join("schemas")).expect("the schemas");
        Fuzzed { file: folder.path().join(file), folder }
    }

    /// Checks the project with this content of the file, and writes what is found: nothing may panic, hang, or take more
    /// than its share of memory.
    ///
    /// # Panics
    /// If something is wrong with sesame.
    pub fn check(&self, content: &[u8]) {
        std::fs::write(&self.file, content).expect("the file");
        let check = || {
            let folders = Folders::find(Some(self.folder.path())).expect("a project");
            let project = Project::new(folders, serde_yaml::Mapping::new(), Undefined::Strict);
            let everything = Selection::of(&project.folders, None).expect("the stacks");
            let report = check::project(&project, &everything).expect("a report");
            report::write(&mut std::io::sink(), &report.findings).expect("text");
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, check);
            thread.expect("a thread").join().expect("no panic");
        });
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if from.is_dir() {
            std::fs::create_dir_all(&to).expect("a folder");
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).expect("a copy");
        }
    }
}
