//! `validate-parameters`: the values that are about to reach CloudFormation, and the environment that they come from.
//!
//! The whole environment is checked before the first stack, so that a value which only the last one uses stops a launch
//! at its beginning.
//!
//! A template that is no file of the project has no schema there. What was not looked at is said.

use super::Failure;
use crate::deployment::Deployment;
use crate::finding::{Finding, Place};
use crate::hook::Session;
use crate::hook::session::SentTemplate;
use crate::logical_path::LogicalPath;
use crate::schema::Schemas;
use crate::template::Template;
use crate::validate::{Secrets, check_environment, parameters_of, schemas};
use crate::words;

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let schemas = schemas(&session.folders);
    let place = |path: &_| session.place_of(path);
    let (mut findings, mut secrets) = (session.problems.clone(), Secrets::default());
    let count = words::count(session.given.len(), "parameter");
    let mut said = format!("{count} valid");
    if let Some(sent) = &session.template {
        if let Some(body) = &sent.body {
            let (found, hidden) = against_template(session, sent, body, schemas.as_ref());
            findings.extend(found);
            secrets = hidden;
        }
        said = match (&sent.name, &sent.body) {
            (Some(_), Some(_)) => said,
            (None, Some(_)) => format!("{count} fit the {} (no schema looked at)", sent.description),
            (_, None) => format!("{count} not compared with the {}, which only Sceptre can read", sent.description),
        };
    }
    findings.extend(check_environment(session.environment.as_ref(), schemas.as_ref(), &secrets, &place));
    secrets.hide_in(&mut findings);
    if findings.is_empty() { Ok(Some(said)) } else { Err(Failure::Findings(findings)) }
}

/// What the template, and its schema if it has one, refuse.
fn against_template(
    session: &Session<'_>,
    sent: &SentTemplate,
    body: &str,
    schemas: Option<&Schemas>,
) -> (Vec<Finding>, Secrets) {
    let place = |path: &_| session.place_of(path);
    match Template::parse(body) {
        Ok(template) => {
            let (stack, given) = (session.stack_path(), session.given.clone());
            let template_name = sent.name.as_deref().unwrap_or("the template");
            let deployment = Deployment { stack: &stack, template_name, template: &template, given, place: &place };
            (parameters_of(&deployment, schemas), Secrets::of(&deployment))
        }
        Err(problems) => {
            let whole = match &sent.name {
                Some(name) => Place::file(session.folders.templates.join(name)),
                None => session.place_of(&LogicalPath::from(["template"])),
            };
            (problems.into_iter().map(|problem| problem.finding(whole.clone())).collect(), Secrets::default())
        }
    }
}
