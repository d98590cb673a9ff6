//! Stage 4, validate: every value of the project against JSON Schemas and against the template that will receive it,
//! before anything reaches AWS.
//!
//! A check is a file of this folder with one function; [`project`] calls them all.

mod catalog;
mod config_keys;
mod environment;
mod parameter_schema;
mod parameters;
mod python_yaml;
mod refused;
mod secrets;
mod subject;
mod survey;
mod templates;
mod violation;

pub use environment::check_environment;
pub use parameter_schema::schema_of;
pub use secrets::Secrets;
pub use subject::{Given, Subject, given_offline};
pub use survey::over_templates;
pub(crate) use templates::TEMPLATE_MISSING;
pub use templates::{TemplateFile, too_large};
pub use violation::schema_problem;

use std::collections::HashSet;
use std::sync::Arc;

use refused::Refused;

use crate::finding::{Finding, Rule, sorted};
use crate::project::{Folders, Project, ProjectError, Selection, Stack};
use crate::render::Renderer;
use crate::schema::Schemas;
use crate::template::Template;

/// The rules of this stage, by the files that find them.
pub(crate) const RULES: &[&[&Rule]] = &[
    config_keys::RULES,
    environment::RULES,
    parameter_schema::RULES,
    parameters::RULES,
    python_yaml::RULES,
    subject::RULES,
    templates::RULES,
    violation::RULES,
];

/// The outcome of validating part of a project.
#[derive(Debug)]
pub struct Report {
    /// How many stacks were looked at.
    pub stacks: usize,
    /// What is wrong, sorted by place.
    pub findings: Vec<Finding>,
    /// The lines that no finding may show, for those who find more.
    pub secrets: Secrets,
}

/// Validates a selection of stacks; the whole project includes its catalogue.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(project: &Project, selection: &Selection) -> Result<Report, ProjectError> {
    let (mut report, ..) = project_and(project, selection, |_, _, _, _| ())?;
    if selection.is_everything() {
        let (sources, problems) = sources_of(project);
        let of_catalog = sources.map(|sources| check_catalog(project, &sources)).unwrap_or_default();
        report.findings = sorted([report.findings, problems, of_catalog].concat());
    }
    Ok(report)
}

/// What [`project_and`] made of each stack whose template can be read, by the stack's position.
pub type Made<T> = Vec<(usize, T)>;

/// The Jinja sources of a project, if it has some that can be read, and what is wrong with those that cannot.
#[must_use]
pub fn sources_of(project: &Project) -> (Option<Renderer>, Vec<Finding>) {
    Renderer::open(&project.folders).map_or_else(|problems| (None, problems), |renderer| (renderer, Vec::new()))
}

/// What the catalogue of the sources breaks of its schema.
#[must_use]
pub fn check_catalog(project: &Project, sources: &Renderer) -> Vec<Finding> {
    catalog::check(sources, schemas(&project.folders).as_ref())
}

/// Validates, and makes something of each stack while its template is at hand: each template is read once. What the stack
/// gives comes without the values that are refused.
///
/// # Errors
/// If the project cannot be listed.
pub fn project_and<T: Send>(
    project: &Project,
    selection: &Selection,
    make: impl Fn(&Stack, &TemplateFile, &Template<'_>, &[Given]) -> T + Sync,
) -> Result<(Report, Vec<Stack>, Made<T>), ProjectError> {
    let reading = project.read(selection)?;
    let schemas = schemas(&project.folders);
    let schemas = schemas.as_ref();
    let mut findings = reading.findings;
    let refused = Refused::of(&reading.stacks, schemas);
    let checked = over_templates(&reading.stacks, &project.folders, &mut findings, |stack, file, template| {
        let (given, mut problems) = given_offline(stack);
        let place = |path: &_| stack.config.place_of(path);
        let subject = Subject { stack: &stack.path, template_name: &file.name, template, given, place: &place };
        problems.extend(parameters_of(&subject, schemas));
        let made = make(stack, file, template, &refused.left_out(stack, &subject.given, &problems));
        let mut secrets = Secrets::of(&subject);
        secrets
            .extend(Secrets::behind(stack, |name| subject.template.parameter(name).is_some_and(|known| known.no_echo)));
        (problems, secrets, made)
    });
    let (mut secrets, mut results) = (Secrets::default(), Vec::with_capacity(checked.len()));
    for (index, (problems, found, made)) in checked {
        findings.extend(problems);
        secrets.extend(found);
        results.push((index, made));
    }
    findings.extend(configs(&reading.stacks, schemas, &secrets));
    secrets.hide_in(&mut findings);
    let report = Report { stacks: selection.stacks().len(), findings: sorted(findings), secrets };
    Ok((report, reading.stacks, results))
}

/// The checks of config files. Stacks share group configs; each is looked at once.
fn configs(stacks: &[Stack], schemas: Option<&Schemas>, secrets: &Secrets) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut seen_groups, mut seen_layers) = (HashSet::new(), HashSet::new());
    for stack in stacks {
        if seen_groups.insert(Arc::as_ptr(&stack.group)) {
            let place = |path: &_| stack.group.place_of(path);
            findings.extend(check_environment(stack.environment(), schemas, secrets, &place));
        }
        for layer in stack.config.layers.iter().filter(|layer| seen_layers.insert(Arc::as_ptr(layer))) {
            findings.extend(python_yaml::check(layer, secrets));
            findings.extend(config_keys::of_layer(layer, &|key| is_read(stacks, key)));
        }
        findings.extend(config_keys::check(stack));
        findings.extend(stack.problems());
    }
    findings
}

/// Whether some config file names a key in its Jinja, or in a resolver.
fn is_read(stacks: &[Stack], key: &str) -> bool {
    let is_code = |line: &str| line.contains("{{") || line.contains("{%") || line.contains("!stack_attr");
    let names = |line: &str| line.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == key);
    let layers = stacks.iter().flat_map(|stack| &stack.config.layers);
    layers.into_iter().any(|layer| layer.source.text.lines().any(|line| is_code(line) && names(line)))
}

/// The project's schemas, if it has any.
#[must_use]
pub fn schemas(folders: &Folders) -> Option<Schemas> {
    folders.schemas.as_deref().map(Schemas::open)
}

/// Both checks of a stack's parameters; the hook runs them on the values that Sceptre resolved.
#[must_use]
pub fn parameters_of(subject: &Subject<'_>, schemas: Option<&Schemas>) -> Vec<Finding> {
    let mut findings = parameters::check(subject);
    // What the template itself refuses needs no second reason.
    let refused: Vec<_> = findings.iter().map(|finding| finding.path.clone()).collect();
    findings
        .extend(parameter_schema::check(subject, schemas).into_iter().filter(|other| !refused.contains(&other.path)));
    findings
}
