//! Findings for people: the sentence, the place, the line itself with a caret, and advice.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};

use crate::files::{Disk, Files};
use crate::finding::{Finding, Severity};
use crate::words::printable;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// A longer line is not shown: no person wrote it, and it would bury the sentence.
const LONGEST_LINE: usize = 240;

const QUIET: Style = AnsiColor::Blue.on_default();

/// Writes all findings, a blank line behind each. The writer decides whether colours are kept.
///
/// # Errors
/// If the writer fails.
pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let mut lines = Lines::default();
    for finding in findings {
        write_one(out, finding, &mut lines)?;
    }
    Ok(())
}

fn write_one(out: &mut impl Write, finding: &Finding, lines: &mut Lines) -> io::Result<()> {
    let style = match finding.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => QUIET,
    };
    let word = finding.severity.word();
    writeln!(out, "{style}{word}[{}]{style:#}: {}", finding.rule.id, printable(&finding.message))?;
    let path = if finding.path.0.is_empty() { String::new() } else { format!("  {}", finding.path) };
    writeln!(out, " {QUIET}-->{QUIET:#} {}", printable(&format!("{}{path}", finding.place)))?;
    if let (true, Some(line)) = (finding.shows_line(), finding.place.line)
        && let Some(text) = lines.line(&finding.place.file, line)
        && text.chars().count() <= LONGEST_LINE
    {
        let gutter = line.to_string();
        let margin = " ".repeat(gutter.len());
        writeln!(out, " {QUIET}{gutter} |{QUIET:#} {}", printable(text))?;
        if let Some(column) = finding.place.column {
            let before = " ".repeat(column.saturating_sub(1));
            writeln!(out, " {QUIET}{margin} |{QUIET:#} {before}{style}^{style:#}")?;
        }
    }
    if let Some(help) = &finding.help {
        writeln!(out, " {QUIET}={QUIET:#} {}", printable(help))?;
    }
    writeln!(out)
}

/// The lines of the files that findings point into, each file read once.
#[derive(Default)]
struct Lines(HashMap<PathBuf, Vec<String>>);

impl Lines {
    fn line(&mut self, file: &Path, line: usize) -> Option<&str> {
        let lines = self.0.entry(file.to_path_buf()).or_insert_with(|| {
            Disk.read_text(file).map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
        });
        lines.get(line.checked_sub(1)?).map(String::as_str)
    }
}
