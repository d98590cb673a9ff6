//! Is a rendered file what its source renders to?

use similar::TextDiff;

use super::Source;
use crate::files::Files;
use crate::finding::{Finding, Place};

/// How many lines of a difference are shown.
const SHOWN_LINES: usize = 20;

/// A rendered file that differs from its source.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The source.
    pub source: Source,
    /// What stands there now; `None` if there is no file.
    pub present: Option<String>,
    /// What should stand there.
    pub wanted: String,
}

impl Stale {
    /// Compares a rendered text with the file; `None` if they are the same.
    #[must_use]
    pub fn find(files: &dyn Files, source: &Source, wanted: String) -> Option<Stale> {
        let present = files.read(&source.output).ok();
        (present.as_deref() != Some(wanted.as_bytes())).then(|| Stale {
            source: source.clone(),
            present: present.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            wanted,
        })
    }

    /// As a finding at the first line that differs.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let command = format!("run `sesame render {}`", self.source.template);
        let place = Place::file(&self.source.output);
        match &self.present {
            None => Finding::error(
                "stale-template",
                place,
                format!("is missing: `{}` was never rendered", self.source.name),
            ),
            Some(present) => {
                let same = present.lines().zip(self.wanted.lines()).take_while(|(a, b)| a == b).count();
                let place = Place { line: Some(same + 1), ..place };
                Finding::error("stale-template", place, format!("differs from what `{}` renders to", self.source.name))
            }
        }
        .help(command)
    }
}

/// The first lines of the difference between two texts, as a unified diff without its header.
#[must_use]
pub fn short_diff(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let unified = diff.unified_diff().context_radius(1).to_string();
    let lines: Vec<&str> = unified.lines().collect();
    let mut shown = lines.iter().take(SHOWN_LINES).map(|line| format!("{line}\n")).collect::<String>();
    if lines.len() > SHOWN_LINES {
        shown.push_str(&format!("… and {} more lines\n", lines.len() - SHOWN_LINES));
    }
    shown
}
