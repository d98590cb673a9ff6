//! Stage 8, report: the findings of a run, for people and for programs. The same findings give the same bytes.
//!
//! A format is a file of this folder with one function. Only the one for people shows lines of files, and only those
//! that hold no secret.

mod human;
mod json;
mod junit;
mod sarif;
mod xml;

pub use human::write;
pub use xml::escaped as xml_escaped;

use std::io::{self, Write};
use std::path::{Component, Path};

use clap::ValueEnum;

use crate::finding::{Finding, Severity};
use crate::words;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, with the line and a caret
    Human,
    /// For scripts: one object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for test reports
    Junit,
}

/// Writes the findings about a number of stacks.
///
/// # Errors
/// If the writer fails.
pub fn write_as(format: Format, out: &mut impl Write, stacks: usize, findings: &[Finding]) -> io::Result<()> {
    match format {
        Format::Human => human::write(out, findings),
        Format::Json => json::write(out, stacks, findings),
        Format::Sarif => sarif::write(out, findings),
        Format::Junit => junit::write(out, findings),
    }
}

/// "no problems", or "2 errors, 1 warning, 1 info".
#[must_use]
pub fn totals(findings: &[Finding]) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|severity| number(*severity) > 0)
        .map(|severity| words::count(number(severity), severity.word()))
        .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}

/// A file relative to the current folder, with forward slashes on every system.
#[must_use]
pub fn relative(file: &Path) -> String {
    std::env::current_dir().map_or_else(|_| slashed(file), |here| between(&here, file))
}

/// The way from a folder to a file; up and down again, if the file lies elsewhere.
fn between(folder: &Path, file: &Path) -> String {
    if file.is_relative() {
        return slashed(file.strip_prefix(".").unwrap_or(file));
    }
    let same = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    slashed(&up.chain(file.components().skip(same)).collect::<std::path::PathBuf>())
}

fn slashed(file: &Path) -> String {
    file.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Chapter, Place, Rule};

    #[test]
    fn totals_name_what_there_is() {
        let place = || Place::file("a.yaml");
        static ERROR: Rule = Rule::error("a", Chapter::Values);
        static WARNING: Rule = Rule::warning("b", Chapter::Values);
        static INFO: Rule = Rule::info("c", Chapter::Values);
        let error = || ERROR.finding(place(), "x");
        assert_eq!(totals(&[]), "no problems");
        assert_eq!(totals(&[error(), INFO.finding(place(), "x"), error()]), "2 errors, 1 info");
        assert_eq!(totals(&[WARNING.finding(place(), "x")]), "1 warning");
    }

    #[test]
    fn files_are_relative_to_the_current_folder() {
        let from = |file: &str| between(Path::new("/work/here"), Path::new(file));
        assert_eq!(from("/work/here/config/a.yaml"), "config/a.yaml");
        assert_eq!(from("/work/there/a.yaml"), "../there/a.yaml");
        assert_eq!(from("/a.yaml"), "../../a.yaml");
        assert_eq!(from("./a.yaml"), "a.yaml");
    }
}
