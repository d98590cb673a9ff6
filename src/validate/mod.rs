//! Stage 5, validate: every value of the project against JSON Schemas and against the template that will receive it,
//! before anything reaches AWS.
//!
//! A check is a file of this folder with one function; [`Validator`] calls them all.

mod catalog;
mod config_keys;
mod environment;
mod parameter_schema;
mod parameters;
mod python_yaml;
mod refused;
mod resolver_form;
mod secrets;
mod stack_config;
mod stack_values;
mod violation;

pub use environment::check_environment;
pub use parameter_schema::schema_of;
pub use secrets::Secrets;
pub use violation::schema_problem;

use std::collections::HashSet;
use std::sync::Arc;

use refused::Refused;

use crate::deployment::{Deployment, Given, TemplateFile, given, over_templates};
use crate::finding::{Finding, Rule, sorted};
use crate::project::{Folders, Project, ProjectError, Reading, Selection, Stack};
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
    resolver_form::RULES,
    stack_config::RULES,
    stack_values::RULES,
    violation::RULES,
];

/// What the checks of a project found.
#[derive(Debug)]
pub struct Checked {
    /// How many stacks were looked at.
    pub stacks: usize,
    /// What is wrong, sorted by place.
    pub findings: Vec<Finding>,
    /// The lines that no finding may show, for those who find more.
    pub secrets: Secrets,
}

/// What the checks of one stack's parameters found.
#[derive(Debug)]
pub struct Validated {
    /// What the stack gives to its template, without the values that are refused.
    pub given: Vec<Given>,
    findings: Vec<Finding>,
    secrets: Secrets,
}

/// The checks of the stacks of one project.
pub struct Validator<'a> {
    stacks: &'a [Stack],
    schemas: Option<Schemas>,
    refused: Refused,
}

/// Validates a selection of stacks; the whole project includes its catalogue.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(project: &Project, selection: &Selection) -> Result<Checked, ProjectError> {
    let Reading { stacks, mut findings } = project.read(selection)?;
    let validator = Validator::new(&project.folders, &stacks);
    let validated = over_templates(&stacks, &project.folders, &mut findings, |stack, file, template| {
        validator.stack(stack, file, template)
    });
    let mut checked = validator.configs(findings, validated.into_iter().map(|(_, validated)| validated));
    if selection.is_everything() {
        let (sources, problems) = sources_of(project);
        let of_catalog = sources.map(|sources| check_catalog(project, &sources)).unwrap_or_default();
        checked.findings = sorted([checked.findings, problems, of_catalog].concat());
    }
    Ok(Checked { stacks: selection.stacks().len(), ..checked })
}

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

impl<'a> Validator<'a> {
    /// The checks of these stacks.
    #[must_use]
    pub fn new(folders: &Folders, stacks: &'a [Stack]) -> Validator<'a> {
        let schemas = schemas(folders);
        let refused = Refused::of(stacks, schemas.as_ref());
        Validator { stacks, schemas, refused }
    }

    /// Checks the parameters of one stack, with its template at hand.
    #[must_use]
    pub fn stack(&self, stack: &Stack, file: &TemplateFile, template: &Template<'_>) -> Validated {
        let (given, mut findings) = given(stack);
        let place = |path: &_| stack.config.place_of(path);
        let deployment = Deployment { stack: &stack.path, template_name: &file.name, template, given, place: &place };
        findings.extend(parameters_of(&deployment, self.schemas.as_ref()));
        let mut secrets = Secrets::of(&deployment);
        secrets.extend(Secrets::behind(stack, |name| template.parameter(name).is_some_and(|known| known.no_echo)));
        Validated { given: self.refused.left_out(stack, deployment.given, &findings), findings, secrets }
    }

    /// Checks the config files too, and puts together what was found: by the reader, and of each stack.
    #[must_use]
    pub fn configs(&self, mut findings: Vec<Finding>, validated: impl Iterator<Item = Validated>) -> Checked {
        let mut secrets = Secrets::default();
        for of_stack in validated {
            findings.extend(of_stack.findings);
            secrets.extend(of_stack.secrets);
        }
        findings.extend(configs(self.stacks, self.schemas.as_ref(), &secrets));
        secrets.hide_in(&mut findings);
        Checked { stacks: self.stacks.len(), findings: sorted(findings), secrets }
    }
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
        findings.extend(stack_config::check(stack));
        findings.extend(stack_values::check(stack));
        findings.extend(resolver_form::check(stack));
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
    folders.schemas.as_deref().map(|folder| Schemas::open(&folders.files, folder))
}

/// Both checks of a stack's parameters; the hook runs them on the values that Sceptre resolved.
#[must_use]
pub fn parameters_of(deployment: &Deployment<'_>, schemas: Option<&Schemas>) -> Vec<Finding> {
    let mut findings = parameters::check(deployment);
    // What the template itself refuses needs no second reason.
    let refused: Vec<_> = findings.iter().map(|finding| finding.path.clone()).collect();
    findings.extend(
        parameter_schema::check(deployment, schemas).into_iter().filter(|other| !refused.contains(&other.path)),
    );
    findings
}
