//! Is a rendered file what its source renders to?

use std::path::Path;

use similar::TextDiff;

use super::{Source, is_rendered};
use crate::files::Files;
use crate::finding::{Chapter, Finding, Place, Rule, rules};

rules! {
    static NOT_RENDERED: Rule = Rule::error("not-rendered", Chapter::Templates)
        .about("a file written by hand where `sesame render` would write");
    static STALE_TEMPLATE: Rule = Rule::error("stale-template", Chapter::Templates)
        .about("a rendered template that is not what its source renders to")
        .page("a rendered template that is not what its source renders to, or whose source is gone");
}

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
        let is_current = present.as_deref().is_some_and(|present| is_same(present, &wanted));
        (!is_current).then(|| Stale {
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
            None => STALE_TEMPLATE.finding(place, format!("is missing: `{}` was never rendered", self.source.name)),
            Some(present) => {
                let same = present.lines().zip(self.wanted.lines()).take_while(|(a, b)| a == b).count();
                let place = Place { line: Some(same + 1), ..place };
                STALE_TEMPLATE.finding(place, format!("differs from what `{}` renders to", self.source.name))
            }
        }
        .help(command)
    }
}

/// A finding, if the file of a source is there and no rendering wrote it: it would be lost.
#[must_use]
pub fn written_by_hand(files: &dyn Files, source: &Source) -> Option<Finding> {
    let present = files.read(&source.output).ok()?;
    (!is_rendered(&String::from_utf8_lossy(&present))).then(|| {
        NOT_RENDERED
            .finding(Place::file(&source.output), "was not written by `sesame render`")
            .help(format!("move it away, or into `{}`, and render again", source.name))
    })
}

/// A finding, if a file was rendered; to be asked of those that have no source.
#[must_use]
pub fn orphan(files: &dyn Files, file: &Path) -> Option<Finding> {
    let present = files.read(file).ok()?;
    is_rendered(&String::from_utf8_lossy(&present)).then(|| {
        STALE_TEMPLATE
            .finding(Place::file(file), "was rendered, but its source is gone")
            .help("delete it, or restore its source".to_owned())
    })
}

/// Whether a file holds a text, whichever line ends git gave it.
fn is_same(present: &[u8], wanted: &str) -> bool {
    present == wanted.as_bytes()
        || memchr::memchr(b'\r', present).is_some()
            && std::str::from_utf8(present).is_ok_and(|present| present.replace("\r\n", "\n") == wanted)
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
