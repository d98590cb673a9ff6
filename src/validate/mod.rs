//! Stage 4, validate: every value of the project against JSON Schemas and against the template that will receive it,
//! before anything reaches AWS.
//!
//! A check is a file of this folder with one function; [`stack`] and [`project`] are the lists of them.

mod catalog;
mod config_keys;
mod environment;
mod parameter_schema;
mod parameters;
mod python_yaml;
mod subject;
mod templates;
mod violation;

pub use environment::check_environment;
pub use subject::{Given, Subject, given_offline};
pub use templates::{Templates, too_large};

use std::collections::HashSet;
use std::rc::Rc;

use crate::finding::{Finding, sorted};
use crate::project::{Folders, Project, ProjectError, Selection, Stack};
use crate::render::Renderer;
use crate::schema::Schemas;

/// The outcome of validating part of a project.
#[derive(Debug)]
pub struct Report {
    /// How many stacks were looked at.
    pub stacks: usize,
    /// What is wrong, sorted by place.
    pub findings: Vec<Finding>,
}

/// Validates a selection of stacks; the whole project includes its catalogue.
///
/// # Errors
/// If the project cannot be listed.
pub fn project(project: &Project, selection: &Selection) -> Result<Report, ProjectError> {
    let reading = project.read(selection)?;
    let schemas = schemas(&project.folders);
    let mut templates = Templates::new(&project.folders);
    let mut findings = reading.findings;
    // Stacks share group configs; each is looked at once.
    let (mut seen_groups, mut seen_layers) = (HashSet::new(), HashSet::new());
    for stack in &reading.stacks {
        if seen_groups.insert(Rc::as_ptr(&stack.group)) {
            let place = |path: &_| stack.group.place_of(path);
            findings.extend(check_environment(stack.environment(), schemas.as_ref(), &place));
        }
        for layer in stack.config.layers.iter().filter(|layer| seen_layers.insert(Rc::as_ptr(layer))) {
            findings.extend(python_yaml::check(layer));
        }
        findings.extend(self::stack(stack, schemas.as_ref(), &mut templates));
    }
    if selection.is_everything() {
        match Renderer::open(&project.folders) {
            Ok(Some(renderer)) => findings.extend(catalog::check(&renderer, schemas.as_ref())),
            Ok(None) => {}
            Err(problems) => findings.extend(problems),
        }
    }
    Ok(Report { stacks: selection.stacks().len(), findings: sorted(findings) })
}

/// The project's schemas, if it has any.
#[must_use]
pub fn schemas(folders: &Folders) -> Option<Schemas> {
    folders.schemas.as_deref().map(Schemas::open)
}

/// All checks of one stack.
fn stack(stack: &Stack, schemas: Option<&Schemas>, templates: &mut Templates<'_>) -> Vec<Finding> {
    let mut findings = config_keys::check(stack);
    match templates.of(stack) {
        Ok(Some((name, template))) => {
            let (given, problems) = subject::given_offline(stack);
            findings.extend(problems);
            let place = |path: &_| stack.config.place_of(path);
            findings.extend(parameters_of(
                &Subject { stack: &stack.path, template_name: &name, template: &template, given, place: &place },
                schemas,
            ));
        }
        Ok(None) => {}
        Err(problems) => findings.extend(problems),
    }
    findings
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
