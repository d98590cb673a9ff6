//! Everything that can be known of a project offline, stage after stage: are the templates current, are the values valid,
//! and do the stacks fit together?

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::deployment::{has_bucket, over_templates, too_large};
use crate::evaluate::Resource;
use crate::finding::{Finding, Rule, sorted};
use crate::hook;
use crate::link::{LinkedProject, LinkedStack, link, rules};
use crate::parallel;
use crate::project::{Folders, Project, ProjectError, Reading, Selection};
use crate::render::{Renderer, Source, Stale};
use crate::template::{INLINE_LIMIT, problems_of_rendered, sent_size};
use crate::validate::{Checked, Validator, check_catalog, sources_of};

/// Checks the whole project, and reports what concerns a selection of its stacks. Rules about the stacks together run if they
/// are wanted.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(
    project: &Project,
    selection: &Selection,
    wanted: impl Fn(&Rule) -> bool,
) -> Result<Checked, ProjectError> {
    let everything = Selection::of(&project.folders, None)?;
    let (checked, compared) =
        parallel::both(|| stacks(project, &everything, rules::read_properties), || compare_sources(project));
    let (checked, stacks) = checked?;
    let mut findings = compared.findings(&project.folders, &stacks);
    findings.extend(checked.findings);
    findings.extend(stacks.iter().flat_map(|stack| hook::misnamed(&stack.stack)));
    let selected = (!selection.is_everything()).then(|| files_of(project, &stacks, selection));
    let linked = LinkedProject::new(&project.folders, stacks);
    findings.extend(rules::check(&linked, wanted));
    findings.extend(hook::incomplete(&linked));
    checked.secrets.hide_in(&mut findings);
    // The process ends soon; giving the memory of thousands of stacks back piece by piece would take a tenth of the time.
    std::mem::forget(linked);
    if let Some(selected) = selected {
        findings.retain(|finding| selected.contains(&finding.place.file));
    }
    Ok(Checked { stacks: selection.stacks().len(), findings: sorted(findings), secrets: checked.secrets })
}

/// Reads, validates and evaluates a selection of stacks. Of the resources that `keeps` says the properties are kept: those of
/// thousands of templates are most of what they come to.
///
/// # Errors
/// If the project cannot be listed.
pub fn stacks(
    project: &Project,
    selection: &Selection,
    keeps: impl Fn(&Resource) -> bool + Sync,
) -> Result<(Checked, Vec<LinkedStack>), ProjectError> {
    let Reading { stacks, mut findings } = project.read(selection)?;
    let validator = Validator::new(&project.folders, &stacks);
    // Each template is read once, and let go when all of this is done with it.
    let visited = over_templates(&stacks, &project.folders, &mut findings, |stack, file, template| {
        let validated = validator.stack(stack, file, template);
        let mut linked = link(stack, file, template, &validated.given);
        linked.evaluated.keep_properties(&keeps);
        (validated, linked)
    });
    let (mut validated, mut templates) = (Vec::with_capacity(visited.len()), Vec::with_capacity(visited.len()));
    for (index, (of_stack, template)) in visited {
        validated.push(of_stack);
        templates.push((index, template));
    }
    let checked = validator.configs(findings, validated.into_iter());
    let mut linked: Vec<LinkedStack> = stacks.into_iter().map(LinkedStack::new).collect();
    for (index, template) in templates {
        linked[index].template = Some(template);
    }
    Ok((checked, linked))
}

/// What the sources of a project come to.
#[derive(Default)]
struct Compared {
    findings: Vec<Finding>,
    /// Those that render to what stands in their files. Whoever reads a file sees whether it is CloudFormation.
    current: Vec<Source>,
    /// What renders them.
    renderer: Option<Renderer>,
}

impl Compared {
    /// What is wrong, also with the current files that no stack uses.
    fn findings(self, folders: &Folders, stacks: &[LinkedStack]) -> Vec<Finding> {
        let used: HashSet<&Path> =
            stacks.iter().filter_map(|stack| Some(stack.template.as_ref()?.file.as_path())).collect();
        let unused = self.current.iter().filter(|source| !used.contains(source.output.as_path()));
        let problems = unused.flat_map(|source| {
            let (text, renderer) = (folders.files.read_text(&source.output).ok(), self.renderer.as_ref());
            text.zip(renderer).map(|(text, renderer)| problems_of_rendered(renderer, source, &text)).unwrap_or_default()
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
        let results = parallel::map_heavy(sources.sources(), |source| compare(project, &sources, source));
        for (source, result) in sources.sources().iter().zip(results) {
            match result {
                Ok(()) => compared.current.push(source.clone()),
                Err(findings) => compared.findings.extend(findings),
            }
        }
    }
    compared.renderer = Some(sources);
    compared
}

/// Why the file of a source is not what it renders to.
fn compare(project: &Project, sources: &Renderer, source: &Source) -> Result<(), Vec<Finding>> {
    let Some(stale) = Stale::find(sources.files(), source, sources.fill(source)?) else { return Ok(()) };
    let problems = problems_of_rendered(sources, source, &stale.wanted);
    if !problems.is_empty() {
        return Err(problems);
    }
    // To render what is too large again would be refused.
    let size = sent_size(&stale.wanted);
    let is_large = size > INLINE_LIMIT;
    let refused = is_large.then(|| too_large(&source.file, size, has_bucket(project, &source.template))).flatten();
    Err(vec![refused.unwrap_or_else(|| stale.finding())])
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
