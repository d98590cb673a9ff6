//! `template-is-current`: the template on disk is what its source renders to, so nothing is deployed that nobody reviewed
//! in its source.

use super::Failure;
use crate::hook::Session;
use crate::render::{Renderer, Stale};
use crate::template;

/// See the module. A project without sources has nothing to compare, and a template without one was written by hand.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let Some(template) = &session.template else { return Ok(None) };
    let renderer = match Renderer::open(&session.folders) {
        Ok(Some(renderer)) => renderer,
        Ok(None) => return Ok(None),
        Err(findings) => return Err(Failure::Findings(findings)),
    };
    let (Some(name), Some(body)) = (&template.name, &template.body) else {
        return Ok(Some(format!("{} not compared with a source", template.description)));
    };
    let Some(source) = renderer.source_of(name) else { return Ok(None) };
    let wanted = template::render(&renderer, source).map_err(Failure::Findings)?;
    let is_sent = body.strip_prefix("---\n").unwrap_or(body) == wanted;
    match Stale::find(renderer.files(), source, wanted) {
        None if !is_sent => Err(Failure::Other(format!(
            "Sceptre would send another template than `{name}` in its folder: it changed while Sceptre was running"
        ))),
        None => Ok(Some("template is current".to_owned())),
        Some(stale) => Err(Failure::Findings(vec![stale.finding()])),
    }
}
