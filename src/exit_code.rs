//! The exit codes, the same as cfn-lint's: 0 clean, 1 the tool could not work, and for findings the bits
//! 2 (errors) and 4 (warnings).

use crate::finding::{Finding, Severity};

/// No findings, or the work is done.
pub const CLEAN: u8 = 0;
/// Wrong usage, or something that the tool needs does not work; nothing was decided about the project.
pub const CANNOT_WORK: u8 = 1;
/// At least one error was found.
pub const ERRORS: u8 = 2;
/// At least one warning was found.
pub const WARNINGS: u8 = 4;

/// The code for a list of findings: the bits of all severities that occur.
#[must_use]
pub fn of(findings: &[Finding]) -> u8 {
    findings.iter().fold(CLEAN, |code, finding| {
        code | match finding.severity {
            Severity::Error => ERRORS,
            Severity::Warning => WARNINGS,
        }
    })
}
