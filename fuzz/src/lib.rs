//! A small project in which one file is what the fuzzer makes of it, and everything that `sesame check` does with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sesame::check;
use sesame::files::Memory;
use sesame::project::{Folders, Project, Selection, Undefined};
use sesame::report;

/// Where the project would lie.
const ROOT: &str = "/project";

/// As in the program: parsers of nested text recurse.
const STACK_BYTES: usize = 1 << 30;

/// A project of which one file changes.
pub struct Fuzzed {
    files: Memory,
    file: PathBuf,
}

impl Fuzzed {
    /// The project, with the file that changes, relative to it.
    ///
    /// # Panics
    /// If the files cannot be read.
    #[must_use]
    pub fn new(file: &str) -> Fuzzed {
        let mut files = Memory::default();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/small");
        // To compile the schemas takes most of the time, and they are not what changes.
        for part in ["sceptre", "templates"] {
            add_all(&mut files, &fixture.join(part), &Path::new(ROOT).join(part));
        }
        Fuzzed { files, file: Path::new(ROOT).join(file) }
    }

    /// Checks the project with this content of the file, and writes what is found: nothing may panic, hang, or take more
    /// than its share of memory.
    ///
    /// # Panics
    /// If something is wrong with sesame.
    pub fn check(&self, content: &[u8]) {
        let mut files = self.files.clone();
        files.insert(&self.file, content);
        let check = || {
            let folders = Folders::find_in(Arc::new(files), Some(Path::new(ROOT))).expect("a project");
            let project = Project::new(folders, serde_yaml::Mapping::new(), Undefined::Strict);
            let everything = Selection::of(&project.folders, None).expect("the stacks");
            let report = check::project(&project, &everything, |_| true).expect("a report");
            report::write(&mut std::io::sink(), &report.findings).expect("text");
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, check);
            thread.expect("a thread").join().expect("no panic");
        });
    }
}

fn add_all(files: &mut Memory, from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if from.is_dir() {
            add_all(files, &from, &to);
        } else {
            files.insert(to, std::fs::read(&from).expect("a file"));
        }
    }
}
