//! Findings as JUnit's XML, which build servers show as tests: a suite for each file, a test case for each finding.

use std::io::{self, Write};

use super::relative;
use super::xml::escaped;
use crate::finding::{Finding, Severity};

/// Writes all findings. If there are none, one test case has passed, for servers take an empty report for a failed run.
pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    // Of `testsuites` the schema of Jenkins (`junit-10.xsd`) knows no `skipped`.
    writeln!(out, "<testsuites name=\"sesame\" {}>", counts(findings))?;
    for of_file in findings.chunk_by(|a, b| a.place.file == b.place.file) {
        suite(out, of_file)?;
    }
    if findings.is_empty() {
        writeln!(out, "  <testsuite name=\"sesame\" {} skipped=\"0\">", counts(findings))?;
        writeln!(out, "    <testcase classname=\"sesame\" name=\"no problems\"/>")?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let file = findings.first().map(|finding| relative(&finding.place.file)).unwrap_or_default();
    let shown = escaped(&file);
    writeln!(out, "  <testsuite name=\"{shown}\" {} skipped=\"0\">", counts(findings))?;
    for finding in findings {
        let (rule, place) = (escaped(finding.rule.id), escaped(&place(finding)));
        writeln!(out, "    <testcase classname=\"{shown}\" name=\"{rule}{place}\">")?;
        let (message, text) = (escaped(&finding.message), escaped(&one_line(&file, finding)));
        if is_failure(finding) {
            writeln!(out, "      <failure type=\"{rule}\" message=\"{message}\">{text}</failure>")?;
        } else {
            writeln!(out, "      <system-out>{text}</system-out>")?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn counts(findings: &[Finding]) -> String {
    let failures = findings.iter().filter(|finding| is_failure(finding)).count();
    format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", findings.len().max(1))
}

/// What is only worth knowing fails no build.
fn is_failure(finding: &Finding) -> bool {
    finding.severity != Severity::Info
}

/// Where in the file, so that two findings of one rule have two names: `:7:9 environment.domain`.
fn place(finding: &Finding) -> String {
    let number = |number: Option<usize>| number.map(|number| format!(":{number}")).unwrap_or_default();
    let path = if finding.path.0.is_empty() { String::new() } else { format!(" {}", finding.path) };
    format!("{}{}{path}", number(finding.place.line), number(finding.place.column))
}

fn one_line(file: &str, finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}: {file}{}: {}{help}", finding.severity.word(), place(finding), finding.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Chapter, Place, Rule};

    #[test]
    fn any_text_is_well_formed() {
        let text = "<a href=\"x\">&amp;]]>\u{0}\u{1b}\u{fffe}\n日本";
        let file = "a&<\"b>.yaml";
        static RULE: Rule = Rule::error("rule", Chapter::Values);
        let finding = RULE.finding(Place::line(file, 1, 2), text).help(Some(text.to_owned()));
        let mut xml = Vec::new();
        write(&mut xml, &[finding.clone(), Finding { severity: Severity::Info, ..finding }]).unwrap();
        let xml = String::from_utf8(xml).unwrap();
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        let shown = "<a href=\"x\">&amp;]]>\\u{0}\\u{1b}\\u{fffe} 日本";
        assert_eq!(failure.attribute("message"), Some(shown));
        assert_eq!(document.root_element().attribute("failures"), Some("1"));
    }
}
