//! `validate-parameters`: the values that are about to reach CloudFormation, and the environment that they come from.
//!
//! The whole environment is checked before the first stack, so that a value which only the last one uses stops a launch
//! at its beginning.

use super::Failure;
use crate::finding::{Finding, Place, words};
use crate::hook::Session;
use crate::template::Template;
use crate::validate::{Subject, check_environment, parameters_of, schemas};

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let schemas = schemas(&session.folders);
    let place = |path: &_| session.place_of(path);
    let mut findings = check_environment(session.environment.as_ref(), schemas.as_ref(), &place);
    if let Some((name, body)) = &session.template {
        let file = session.folders.templates.join(name);
        match Template::parse(body) {
            Ok(template) => findings.extend(parameters_of(
                &Subject {
                    stack: &session.stack_path(),
                    template_name: name,
                    template: &template,
                    given: session.given.clone(),
                    place: &place,
                },
                schemas.as_ref(),
            )),
            Err(problems) => findings.extend(problems.into_iter().map(|problem| {
                Finding::error("not-cloudformation", Place::file(&file), problem.message)
                    .at(problem.path)
                    .help(problem.help)
            })),
        }
    }
    if findings.is_empty() {
        Ok(Some(format!("{} valid", words::count(session.given.len(), "parameter"))))
    } else {
        Err(Failure::Findings(findings))
    }
}
