//! The findings that an old project has not got rid of yet: a file that lists them, so that only new ones are reported.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::files::{Disk, Files};
use crate::finding::{Finding, Place};
use crate::project::Folders;
use crate::render::write_atomically;
use crate::words::printable;

/// What a baseline knows a finding by. Not the line, which changes with every edit above it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Relative to the repository, so that it does not matter where sesame runs.
    file: String,
    rule: String,
    path: String,
}

/// A set of known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    findings: BTreeSet<Entry>,
}

/// Why a baseline cannot be used.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// The system's reason.
    #[error("cannot read baseline `{0}`: {1}")]
    Unreadable(Place, std::io::Error),
    /// It is something else.
    #[error("`{0}` is no baseline of sesame: {1}")]
    NoBaseline(Place, serde_json::Error),
    /// The system's reason.
    #[error("cannot write baseline `{0}`, which stays as it was: {1}")]
    Unwritable(Place, std::io::Error),
}

/// What a baseline did to the findings of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Those that it does not know.
    pub new: Vec<Finding>,
    /// How many it knows.
    pub known: usize,
    /// How many of its entries found nothing.
    pub gone: usize,
}

impl Baseline {
    /// The baseline that knows all these findings, but those that nobody may wave away.
    #[must_use]
    pub fn of(folders: &Folders, findings: &[Finding]) -> Baseline {
        let findings = findings.iter().filter(|finding| may_be_known(finding));
        Baseline { findings: findings.map(|finding| entry(folders, finding)).collect() }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// If the file cannot be read, or is no baseline.
    pub fn read(file: &Path) -> Result<Baseline, BaselineError> {
        let text = Disk.read_text(file).map_err(|error| BaselineError::Unreadable(Place::file(file), error))?;
        serde_json::from_str(&text).map_err(|error| BaselineError::NoBaseline(Place::file(file), error))
    }

    /// Writes the baseline, sorted, so that the same findings give the same bytes.
    ///
    /// # Errors
    /// If it cannot be written; the file stays as it was.
    pub fn write(&self, file: &Path) -> Result<(), BaselineError> {
        let unwritable = |error| BaselineError::Unwritable(Place::file(file), error);
        let text = serde_json::to_string_pretty(self).map_err(|error| unwritable(error.into()))?;
        write_atomically(file, format!("{text}\n").as_bytes()).map_err(unwritable)
    }

    /// How many findings it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Parts the findings into known and new ones.
    #[must_use]
    pub fn compare(&self, folders: &Folders, findings: Vec<Finding>) -> Compared {
        let (mut found, mut new, mut known) = (BTreeSet::new(), Vec::new(), 0);
        for finding in findings {
            let entry = entry(folders, &finding);
            if may_be_known(&finding) && self.findings.contains(&entry) {
                found.insert(entry);
                known += 1;
            } else {
                new.push(finding);
            }
        }
        Compared { new, known, gone: self.findings.len() - found.len() }
    }
}

fn entry(folders: &Folders, finding: &Finding) -> Entry {
    let file = &finding.place.file;
    let below = file.strip_prefix(&folders.root).unwrap_or(file);
    Entry {
        file: below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"),
        rule: finding.rule.id.to_owned(),
        path: printable(&finding.path.to_string()),
    }
}

/// Neither secrets nor failures of the tool can be put aside.
fn may_be_known(finding: &Finding) -> bool {
    !finding.secret && !finding.rule.firm
}
