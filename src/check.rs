//! Everything that can be known of a project offline, in one report: are the templates current, are the values valid, and
//! do the stacks fit together?

use std::collections::HashSet;
use std::path::PathBuf;

use crate::finding::{Finding, Place, sorted};
use crate::hook;
use crate::link::{LinkedProject, LinkedStack, LinkedTemplate, link, rules};
use crate::parallel;
use crate::project::{Project, ProjectError, Selection, Stack};
use crate::render::{Source, Stale};
use crate::template::Template;
use crate::validate::{Given, Report, TemplateFile, check_catalog, project_and, sources_of};

/// Checks the whole project, and reports what concerns a selection of its stacks.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(project: &Project, selection: &Selection) -> Result<Report, ProjectError> {
    let everything = Selection::of(&project.folders, None)?;
    let (validated, mut findings) =
        parallel::both(|| project_and(project, &everything, link_for_rules), || of_sources(project));
    let (report, stacks, templates) = validated?;
    findings.extend(report.findings);
    findings.extend(stacks.iter().flat_map(hook::misnamed));
    let mut linked: Vec<LinkedStack> = stacks.into_iter().map(LinkedStack::new).collect();
    for (index, template) in templates {
        linked[index].template = Some(template);
    }
    let selected = (!selection.is_everything()).then(|| files_of(project, &linked, selection));
    let linked = LinkedProject::new(&project.folders, linked);
    let refused: HashSet<Place> =
        findings.iter().filter(|finding| finding.refuses_value()).map(|finding| finding.place.clone()).collect();
    findings.extend(rules::check(&linked).into_iter().filter(|finding| !is_said_already(finding, &refused)));
    report.secrets.hide_in(&mut findings);
    // The process ends soon; giving the memory of thousands of stacks back piece by piece would take a tenth of the time.
    std::mem::forget(linked);
    if let Some(selected) = selected {
        findings.retain(|finding| selected.contains(&finding.place.file));
    }
    Ok(Report { stacks: selection.stacks().len(), findings: sorted(findings), secrets: report.secrets })
}

/// Links a template, and keeps of it what rules look at.
fn link_for_rules(stack: &Stack, file: &TemplateFile, template: &Template<'_>, given: &[Given]) -> LinkedTemplate {
    let mut linked = link(stack, file, template, given);
    linked.evaluated.keep_properties(rules::read_properties);
    linked
}

/// Whether a finding says of a value that is refused anyway what it is not good for.
fn is_said_already(finding: &Finding, refused: &HashSet<Place>) -> bool {
    match finding.rule {
        "environment-unused" | "source-ip" => refused.contains(&finding.place),
        // Names are made of values.
        "identity" | "configuration-set" => !refused.is_empty(),
        _ => false,
    }
}

/// A catalogue that is wrong, else rendered files that are not what their sources render to, and sources that do not render:
/// with a wrong catalogue, that says nothing.
fn of_sources(project: &Project) -> Vec<Finding> {
    let (sources, mut findings) = sources_of(project);
    let Some(sources) = sources else { return findings };
    findings.extend(check_catalog(project, &sources));
    if findings.is_empty() {
        let compare = |source: &Source| match sources.render(source) {
            Ok(text) => Stale::find(source, text).map(|stale| stale.finding()).into_iter().collect(),
            Err(problems) => problems,
        };
        findings.extend(parallel::map_heavy(sources.sources(), compare).into_iter().flatten());
    }
    findings
}

/// The files that make up the selected stacks.
fn files_of(project: &Project, stacks: &[LinkedStack], selection: &Selection) -> HashSet<PathBuf> {
    let paths: HashSet<&String> = selection.stacks().iter().collect();
    let mut files: HashSet<PathBuf> = paths.iter().map(|path| project.folders.config.join(path)).collect();
    for stack in stacks.iter().filter(|stack| paths.contains(&stack.stack.path)) {
        files.extend(stack.stack.config.layers.iter().map(|layer| layer.file.clone()));
        if let Some(template) = &stack.template {
            files.insert(template.file.clone());
            files.extend(project.folders.sources.as_ref().map(|sources| sources.join(format!("{}.j2", template.name))));
        }
    }
    files
}
