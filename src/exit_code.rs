//! The exit codes, the same as cfn-lint's: 0 clean, 1 the tool could not work, and for findings the bits
//! 2 (errors), 4 (warnings) and 8 (infos).

use crate::finding::{Finding, Severity};

/// No findings, or the work is done.
pub const CLEAN: u8 = 0;
/// Wrong usage, or something that the tool needs does not work; nothing was decided about the project.
pub const CANNOT_WORK: u8 = 1;
/// At least one error was found.
pub const ERRORS: u8 = 2;
/// At least one warning was found.
pub const WARNINGS: u8 = 4;
/// At least one thing worth knowing was found.
pub const INFOS: u8 = 8;

/// The code for a list of findings: the bits of all severities that occur.
#[must_use]
pub fn of(findings: &[Finding]) -> u8 {
    findings.iter().fold(CLEAN, |code, finding| {
        code | match finding.severity {
            Severity::Error => ERRORS,
            Severity::Warning => WARNINGS,
            Severity::Info => INFOS,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Chapter, Place, Rule};

    #[test]
    fn each_severity_has_its_bit() {
        static ERROR: Rule = Rule::error("a", Chapter::Values);
        static WARNING: Rule = Rule::warning("b", Chapter::Values);
        static INFO: Rule = Rule::info("c", Chapter::Values);
        let findings = [&ERROR, &WARNING, &INFO].map(|rule: &'static Rule| rule.finding(Place::file("a.yaml"), "x"));
        assert_eq!(of(&[]), CLEAN);
        assert_eq!(findings.each_ref().map(|finding| of(std::slice::from_ref(finding))), [2, 4, 8]);
        assert_eq!(of(&findings), 14);
    }
}
