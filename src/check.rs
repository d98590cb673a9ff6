//! Everything that can be known of a project offline, in one report: are the templates current, are the values valid, and
//! do the stacks fit together?

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, sorted};
use crate::hook;
use crate::link::{LinkedProject, LinkedStack, LinkedTemplate, link, rules};
use crate::parallel;
use crate::project::{Project, ProjectError, Selection, Stack, read_regular};
use crate::render::{Renderer, Source, Stale};
use crate::template::Template;
use crate::validate::{Given, Report, TemplateFile, check_catalog, project_and, sources_of};

/// Checks the whole project, and reports what concerns a selection of its stacks.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(project: &Project, selection: &Selection) -> Result<Report, ProjectError> {
    let everything = Selection::of(&project.folders, None)?;
    let (validated, compared) =
        parallel::both(|| project_and(project, &everything, link_for_rules), || compare_sources(project));
    let (report, stacks, templates) = validated?;
    let read = templates.iter().map(|(_, template)| template.file.as_path()).collect();
    let mut findings = compared.findings(&read);
    findings.extend(report.findings);
    findings.extend(stacks.iter().flat_map(hook::misnamed));
    let mut linked: Vec<LinkedStack> = stacks.into_iter().map(LinkedStack::new).collect();
    for (index, template) in templates {
        linked[index].template = Some(template);
    }
    let selected = (!selection.is_everything()).then(|| files_of(project, &linked, selection));
    let linked = LinkedProject::new(&project.folders, linked);
    findings.extend(rules::check(&linked));
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

/// What the sources of a project come to.
#[derive(Default)]
struct Compared {
    findings: Vec<Finding>,
    /// Those that render to what stands in their files. Whoever reads a file sees whether it is CloudFormation.
    current: Vec<Source>,
}

impl Compared {
    /// What is wrong, also with the current files that nobody else has read.
    fn findings(self, read: &HashSet<&Path>) -> Vec<Finding> {
        let unread = self.current.iter().filter(|source| !read.contains(source.output.as_path()));
        let problems = unread.flat_map(|source| {
            read_regular(&source.output).map(|text| Renderer::problems(source, &text)).unwrap_or_default()
        });
        self.findings.into_iter().chain(problems).collect()
    }
}

/// A catalogue that is wrong, else rendered files that are not what their sources render to, and sources that do not render:
/// with a wrong catalogue, that says nothing.
fn compare_sources(project: &Project) -> Compared {
    let (sources, findings) = sources_of(project);
    let mut compared = Compared { findings, ..Compared::default() };
    let Some(sources) = sources else { return compared };
    compared.findings.extend(check_catalog(project, &sources));
    if compared.findings.is_empty() {
        let results = parallel::map_heavy(sources.sources(), |source| compare(&sources, source));
        for (source, result) in sources.sources().iter().zip(results) {
            match result {
                Ok(()) => compared.current.push(source.clone()),
                Err(findings) => compared.findings.extend(findings),
            }
        }
    }
    compared
}

/// Why the file of a source is not what it renders to.
fn compare(sources: &Renderer, source: &Source) -> Result<(), Vec<Finding>> {
    let Some(stale) = Stale::find(source, sources.fill(source)?) else { return Ok(()) };
    let problems = Renderer::problems(source, &stale.wanted);
    Err(if problems.is_empty() { vec![stale.finding()] } else { problems })
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
