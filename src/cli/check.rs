//! `sesame check`.

use anyhow::Result;

use super::args::Check;
use super::show::show;
use crate::check;
use crate::finding::{Finding, Place};
use crate::project::{Project, Selection};
use crate::rules;
use crate::triage::{Baseline, Compared, Scope, Settings, without_ignored};
use crate::words;

pub fn run(project: &Project, options: &Check) -> Result<u8> {
    let selection = Selection::of(&project.folders, options.path.as_deref())?;
    let settings = Settings::read(&project.folders, rules::all())?;
    let known = options.baseline.as_deref().map(Baseline::read).transpose()?;
    let mut result = check::project(project, &selection, |rule| settings.wants(rule))?;
    let scope = if selection.is_everything() { Scope::Everything } else { Scope::Findings };
    let mut findings = settings.apply(without_ignored(&project.folders, result.findings, scope, rules::all()));
    let mut notes = Vec::new();
    if let Some(file) = &options.write_baseline {
        let baseline = Baseline::of(&project.folders, &findings);
        baseline.write(file)?;
        notes.push(format!("{} written to `{}`", words::count(baseline.len(), "finding"), Place::file(file)));
        findings = baseline.compare(&project.folders, findings).new;
    }
    if let Some(baseline) = known {
        findings = compare(project, &baseline, findings, selection.is_everything(), &mut notes);
    }
    result.findings = findings;
    show(&result, options.format, &notes)
}

/// The new findings. What became of the known ones is a note; of part of a project nobody can say what is gone.
fn compare(
    project: &Project,
    baseline: &Baseline,
    findings: Vec<Finding>,
    is_everything: bool,
    notes: &mut Vec<String>,
) -> Vec<Finding> {
    let Compared { new, known, gone } = baseline.compare(&project.folders, findings);
    if known > 0 {
        notes.push(format!("{} of the baseline left out", words::count(known, "finding")));
    }
    match gone {
        0 => {}
        _ if !is_everything => {}
        1 => notes.push("1 entry of the baseline is no longer found".to_owned()),
        _ => notes.push(format!("{gone} entries of the baseline are no longer found")),
    }
    new
}
