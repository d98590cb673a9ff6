//! What the sources of templates render to: is it CloudFormation?

use super::{Problem, Template};
use crate::files::Files;
use crate::finding::{Finding, Place};
use crate::jinja::source_line;
use crate::render::{Renderer, Source};

/// The text that a source renders to: CloudFormation, or an error.
///
/// # Errors
/// Findings at the line of the source: Jinja that fails, or a result that is not a CloudFormation template.
pub fn render(renderer: &Renderer, source: &Source) -> Result<String, Vec<Finding>> {
    let text = renderer.fill(source)?;
    let problems = problems_of_rendered(renderer.files(), source, &text);
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// Why the text that a source renders to is not a CloudFormation template, at the lines of the source.
#[must_use]
pub fn problems_of_rendered(files: &dyn Files, source: &Source, text: &str) -> Vec<Finding> {
    let Err(problems) = Template::parse(text) else { return Vec::new() };
    let original = files.read_text(&source.file).unwrap_or_default();
    // The header is one line more than the source's own text has.
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    problems.into_iter().map(|problem| finding(source, &original, body, problem)).collect()
}

/// A problem of a rendered text, shown at the line of its source that it most likely comes from.
fn finding(source: &Source, original: &str, body: &str, problem: Problem) -> Finding {
    let line = problem.position.map(|at| at.line.saturating_sub(1).max(1));
    let place = Place { line: line.map(|line| source_line(original, body, line)), ..Place::file(&source.file) };
    let text_at = |text: &str, line: Option<usize>| {
        line.and_then(|line| text.lines().nth(line - 1)).map(|text| text.trim().to_owned())
    };
    let rendered = text_at(body, line).filter(|text| text_at(original, place.line).as_ref() != Some(text));
    let help = problem.help.clone().or(rendered.map(|text| format!("it renders to `{text}`")));
    Problem { help, ..problem }.finding(place)
}
