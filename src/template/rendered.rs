//! What the sources of templates render to: is it CloudFormation?

use super::{Problem, Template};
use crate::files::Files;
use crate::finding::{Finding, Place};
use crate::render::{Renderer, Source, SourceLines};

/// The text that a source renders to: CloudFormation, or an error.
///
/// # Errors
/// Findings at the line of the source: Jinja that fails, or a result that is not a CloudFormation template.
pub fn render(renderer: &Renderer, source: &Source) -> Result<String, Vec<Finding>> {
    let text = renderer.fill(source)?;
    let problems = problems_of_rendered(renderer, source, &text);
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// Why the text that a source renders to is not a CloudFormation template, at the lines that wrote it.
#[must_use]
pub fn problems_of_rendered(renderer: &Renderer, source: &Source, text: &str) -> Vec<Finding> {
    let Err(problems) = Template::parse(text) else { return Vec::new() };
    let lines = renderer.lines(source, text);
    problems.into_iter().map(|problem| finding(renderer.files(), source, text, lines.as_ref(), problem)).collect()
}

/// A problem of a rendered text, shown at the line that wrote it.
fn finding(
    files: &dyn Files,
    source: &Source,
    rendered: &str,
    lines: Option<&SourceLines>,
    problem: Problem,
) -> Finding {
    let at = problem.position;
    let place = at.and_then(|at| lines?.place(at.line)).unwrap_or_else(|| Place::file(&source.file));
    let line = |text: &str, line: usize| text.lines().nth(line.saturating_sub(1)).map(|text| text.trim().to_owned());
    let written = place.line.and_then(|at| line(&files.read_text(&place.file).ok()?, at));
    let shown = at
        .and_then(|at| line(rendered, at.line))
        .filter(|shown| written.as_ref().is_some_and(|written| written != shown));
    let help = problem.help.clone().or(shown.map(|text| format!("it renders to `{text}`")));
    Problem { help, ..problem }.finding(place)
}
