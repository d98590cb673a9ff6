//! `validate-parameters`: the values that are about to reach CloudFormation, and the environment that they come from.
//!
//! The whole environment is checked before the first stack, so that a value which only the last one uses stops a launch
//! at its beginning.

use super::Failure;
use crate::deployment::Deployment;
use crate::finding::Place;
use crate::hook::Session;
use crate::template::Template;
use crate::validate::{Secrets, check_environment, parameters_of, schemas};
use crate::words;

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let schemas = schemas(&session.folders);
    let place = |path: &_| session.place_of(path);
    let (mut findings, mut secrets) = (session.problems.clone(), Secrets::default());
    if let Some((name, body)) = &session.template {
        let file = session.folders.templates.join(name);
        match Template::parse(body) {
            Ok(template) => {
                let stack = session.stack_path();
                let given = session.given.clone();
                let deployment =
                    Deployment { stack: &stack, template_name: name, template: &template, given, place: &place };
                findings.extend(parameters_of(&deployment, schemas.as_ref()));
                secrets = Secrets::of(&deployment);
            }
            Err(problems) => {
                findings.extend(problems.into_iter().map(|problem| problem.finding(Place::file(&file))));
            }
        }
    }
    findings.extend(check_environment(session.environment.as_ref(), schemas.as_ref(), &secrets, &place));
    secrets.hide_in(&mut findings);
    if findings.is_empty() {
        Ok(Some(format!("{} valid", words::count(session.given.len(), "parameter"))))
    } else {
        Err(Failure::Findings(findings))
    }
}
