//! Fills one source.

use std::path::{Path, PathBuf};

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::catalog::{self, CatalogFile};
use super::function_source::{Files, function_source};
use super::pieces::PARTIALS;
use crate::finding::{Finding, Place};
use crate::jinja::{FUEL, JinjaError, confined_loader, jinja_value, list_confined, read_confined, source_line};
use crate::project::Folders;
use crate::template::{Problem, Template};

/// The ending of a source; without the last three characters it is the name of the rendered file.
const ENDING: &str = ".yaml.j2";

/// Folders of the source tree that hold pieces of templates, not templates.
const PIECES: &[&str] = &[PARTIALS, "functions"];

/// A Jinja source and the file that it renders to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the source folder, with slashes: `base.yaml.j2`.
    pub name: String,
    /// Absolute.
    pub file: PathBuf,
    /// Relative to `sceptre/templates/`: `base.yaml`.
    pub template: String,
    /// Absolute.
    pub output: PathBuf,
}

/// Renders the sources of one project.
pub struct Renderer {
    environment: Environment<'static>,
    sources: Vec<Source>,
    folder_shown: String,
    /// The files of the catalogue, for those who check them.
    pub catalog: Vec<CatalogFile>,
}

impl Renderer {
    /// A renderer for the project's sources. `Ok(None)` if the project has none.
    ///
    /// # Errors
    /// If a file of the catalogue is not valid YAML, or the sources cannot be listed.
    pub fn open(folders: &Folders) -> Result<Option<Renderer>, Vec<Finding>> {
        let Some(folder) = &folders.sources else { return Ok(None) };
        let mut sources = Vec::new();
        list(folder, "", &folders.templates, &mut sources).map_err(|error| {
            vec![Finding::error("source-unreadable", Place::file(folder), format!("cannot be listed: {error}"))]
        })?;
        if sources.is_empty() {
            return Ok(None);
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let catalog = catalog::read(folder)?;
        let folder_shown = folder.strip_prefix(&folders.root).unwrap_or(folder).display().to_string();
        let environment = environment(folder, &catalog);
        Ok(Some(Renderer { environment, sources, folder_shown, catalog }))
    }

    /// All sources, by name.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The source of a rendered template, given by its path relative to `sceptre/templates/`.
    #[must_use]
    pub fn source_of(&self, template: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.template == template)
    }

    /// The text that a source renders to: CloudFormation, or an error. The first line says where it comes from.
    ///
    /// # Errors
    /// Findings at the line of the source: Jinja that fails, or a result that is not a CloudFormation template.
    pub fn render(&self, source: &Source) -> Result<String, Vec<Finding>> {
        let text = self.fill(source)?;
        let problems = Self::problems(source, &text);
        if problems.is_empty() { Ok(text) } else { Err(problems) }
    }

    /// The same, whether or not it is CloudFormation.
    ///
    /// # Errors
    /// Findings at the line of the source: Jinja that fails.
    pub fn fill(&self, source: &Source) -> Result<String, Vec<Finding>> {
        let jinja = |error: &Error| {
            let error = JinjaError::new(&source.file, error);
            vec![Finding::error("template-jinja", error.place, error.message)]
        };
        let template = self.environment.get_template(&source.name).map_err(|error| jinja(&error))?;
        let body = template.render(()).map_err(|error| jinja(&error))?;
        Ok(format!("{}\n{body}", self.header(source)))
    }

    /// Why the text that a source renders to is not a CloudFormation template, at the lines of the source.
    #[must_use]
    pub fn problems(source: &Source, text: &str) -> Vec<Finding> {
        let Err(problems) = Template::parse(text) else { return Vec::new() };
        let original = std::fs::read_to_string(&source.file).unwrap_or_default();
        let body = text.split_once('\n').map_or("", |(_, body)| body);
        problems.into_iter().map(|problem| finding(source, &original, body, problem)).collect()
    }

    fn header(&self, source: &Source) -> String {
        format!(
            "# Rendered by sesame from {}/{}: edit that file, then run `sesame render`.",
            self.folder_shown, source.name
        )
    }
}

/// A problem of a rendered text, shown at the line of its source that it most likely comes from.
fn finding(source: &Source, original: &str, body: &str, problem: Problem) -> Finding {
    // The header is one line more than the body has.
    let line = problem.position.map(|at| at.line.saturating_sub(1).max(1));
    let place = Place { line: line.map(|line| source_line(original, body, line)), ..Place::file(&source.file) };
    let text_at = |text: &str, line: Option<usize>| {
        line.and_then(|line| text.lines().nth(line - 1)).map(|text| text.trim().to_owned())
    };
    let rendered = text_at(body, line).filter(|text| text_at(original, place.line).as_ref() != Some(text));
    let help = problem.help.or(rendered.map(|text| format!("it renders to `{text}`")));
    Finding::error("not-cloudformation", place, problem.message).at(problem.path).help(help)
}

/// Whether a text was written by `sesame render`.
#[must_use]
pub fn is_rendered(text: &str) -> bool {
    text.starts_with("# Rendered by sesame from ")
}

fn environment(folder: &Path, catalog: &[CatalogFile]) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_loader(confined_loader(folder));
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    if let Ok(syntax) = minijinja::syntax::SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
    {
        environment.set_syntax(syntax);
    }
    for file in catalog {
        environment.add_global(file.name.clone(), jinja_value(&file.value));
    }
    let invalid = |reason: String| Error::new(ErrorKind::InvalidOperation, reason);
    let files = TemplateFolder(folder.to_path_buf());
    environment.add_function("source", move |name: String| {
        let missing = || Err("there is no such file in the template folder".to_owned());
        files.read(&name).and_then(|text| text.map_or_else(missing, Ok)).map_err(invalid)
    });
    let files = TemplateFolder(folder.to_path_buf());
    environment.add_function("function_source", move |name: String| function_source(&name, &files).map_err(invalid));
    environment
}

/// The folder of the sources: nothing outside of it is read.
struct TemplateFolder(PathBuf);

impl Files for TemplateFolder {
    fn read(&self, path: &str) -> Result<Option<String>, String> {
        read_confined(&self.0, path)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        list_confined(&self.0, folder)
    }
}

fn list(folder: &Path, prefix: &str, output: &Path, sources: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        // Links to folders are not followed: they may lead out, or round in a circle.
        if entry.file_type()?.is_dir() {
            if !PIECES.contains(&name.as_str()) {
                list(&entry.path(), &path, output, sources)?;
            }
        } else if path.ends_with(ENDING) {
            let template = path.trim_end_matches(".j2").to_owned();
            sources.push(Source { file: entry.path(), output: output.join(&template), name: path, template });
        }
    }
    Ok(())
}
