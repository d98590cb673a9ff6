//! Fills one source.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::catalog::{self, CatalogFile};
use super::function_source::function_source;
use super::mini;
use crate::files::{Entry, Files, Kind};
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::jinja::{
    Arguments, Environment, Extensions, Failure, Given, JinjaError, Lines, Outcome, Rendered, Run, Syntax, Text, Tool,
    Value, read_confined, value_of,
};
use crate::project::Folders;

rules! {
    static SOURCE_UNREADABLE: Rule = Rule::error("source-unreadable", Chapter::Templates)
        .about("a source folder that cannot be read")
        .firm();
    pub(crate) static TEMPLATE_JINJA: Rule = Rule::error("template-jinja", Chapter::Templates)
        .about("a Jinja source or template that does not render");
}

/// The ending of a source; without the last three characters it is the name of the rendered file.
const ENDING: &str = ".yaml.j2";

/// Folders of the source tree that hold pieces of templates, not templates.
const PIECES: &[&str] = &["partials", "functions"];

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
    environment: minijinja::Environment<'static>,
    /// The same sources for our own Jinja, which knows where every line was written, and names what is wrong.
    traced: Environment,
    functions: Functions,
    sources: Vec<Source>,
    files: Arc<dyn Files>,
    folder: PathBuf,
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
        list(&*folders.files, folder, "", &folders.templates, &mut sources).map_err(|error| {
            vec![SOURCE_UNREADABLE.finding(Place::file(folder), format!("cannot be listed: {error}"))]
        })?;
        if sources.is_empty() {
            return Ok(None);
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let catalog = catalog::read(&*folders.files, folder)?;
        let folder_shown = folder.strip_prefix(&folders.root).unwrap_or(folder).display().to_string();
        let functions = Functions::default();
        Ok(Some(Renderer {
            environment: mini_environment(&folders.files, folder, &catalog, &functions),
            traced: Environment::new(&folders.files, folder, syntax(), |_| false),
            functions,
            sources,
            files: Arc::clone(&folders.files),
            folder: folder.clone(),
            folder_shown,
            catalog,
        }))
    }

    /// Where the sources are read.
    #[must_use]
    pub fn files(&self) -> &dyn Files {
        &*self.files
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

    /// The text that a source renders to, whether or not it is CloudFormation. The first line says where it comes from.
    ///
    /// # Errors
    /// Findings at the line of the source: Jinja that fails.
    pub fn fill(&self, source: &Source) -> Result<String, Vec<Finding>> {
        let rendered = self.environment.get_template(&source.name).and_then(|template| template.render(()));
        match rendered {
            Ok(body) => Ok(format!("{}\n{body}", self.header(source))),
            Err(error) => {
                // Our own Jinja says it better, if it stops too.
                let error = match self.traced(source, false) {
                    Err(own) => own,
                    Ok(_) => mini::failure(&source.file, &self.folder, &error),
                };
                Err(vec![TEMPLATE_JINJA.finding(error.place, error.message).help(error.help)])
            }
        }
    }

    /// Where the lines of a text that [`Renderer::fill`] gave were written: only if our own Jinja makes the same text, so
    /// that its lines are those. The first line, which says where the text comes from, is that of no file.
    #[must_use]
    pub fn lines(&self, source: &Source, text: &str) -> Option<SourceLines> {
        let rendered = self.traced(source, true).ok()?;
        let (_, body) = text.split_once('\n')?;
        // Git may have changed the ends of lines.
        let is_same = *body == *rendered.text || body.lines().eq(rendered.text.lines());
        is_same.then(|| SourceLines { lines: rendered.lines.unwrap_or_default(), folder: self.folder.clone() })
    }

    fn traced(&self, source: &Source, traces: bool) -> Result<Rendered, JinjaError> {
        let globals = |name: &str| self.value(name);
        let given = Given { globals: &globals, context: &|_| None };
        self.traced.render_named(&source.name, given, traces)
    }

    /// What sources see under a name: the catalogue, and the functions of this program.
    fn value(&self, name: &str) -> Option<Value> {
        if let Some(file) = self.catalog.iter().find(|file| file.name == name) {
            return Some(value_of(&file.value));
        }
        let (files, folder, known) = (Arc::clone(&self.files), self.folder.clone(), self.functions.clone());
        match name {
            "source" => Some(Tool::host("source", move |run, given| source_text(run, &*files, &folder, given))),
            "function_source" => Some(Tool::host("function_source", move |_, given| {
                let name = one_name("function_source", given)?;
                known.text(&*files, &folder, &name).map(Value::from).map_err(Failure::new)
            })),
            _ => None,
        }
    }

    fn header(&self, source: &Source) -> String {
        format!(
            "# Rendered by sesame from {}/{}: edit that file, then run `sesame render`.",
            self.folder_shown, source.name
        )
    }
}

/// Whether a text was written by `sesame render`.
#[must_use]
pub fn is_rendered(text: &str) -> bool {
    text.starts_with("# Rendered by sesame from ")
}

/// The text of a function, or why there is none.
type Bundled = Result<String, String>;

/// The texts of functions, by name.
#[derive(Clone, Default)]
struct Functions(Arc<Mutex<HashMap<String, Arc<OnceLock<Bundled>>>>>);

impl Functions {
    /// Several templates may have the same function: the first that asks makes its text.
    fn text(&self, files: &dyn Files, folder: &Path, name: &str) -> Bundled {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = Arc::clone(known.entry(name.to_owned()).or_default());
        drop(known);
        own.get_or_init(|| function_source(files, folder, name)).clone()
    }
}

fn mini_environment(
    files: &Arc<dyn Files>,
    folder: &Path,
    catalog: &[CatalogFile],
    functions: &Functions,
) -> minijinja::Environment<'static> {
    let mut environment = mini::environment(files, folder);
    let syntax = minijinja::syntax::SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    for file in catalog {
        environment.add_global(file.name.clone(), mini::value(&file.value));
    }
    let (here, of) = (Arc::clone(files), folder.to_path_buf());
    environment.add_function("source", move |name: String| read_source(&*here, &of, &name).map_err(mini::invalid));
    let (here, of, functions) = (Arc::clone(files), folder.to_path_buf(), functions.clone());
    environment
        .add_function("function_source", move |name: String| functions.text(&*here, &of, &name).map_err(mini::invalid));
    environment
}

/// The text of a file of the source folder, or why there is none.
fn read_source(files: &dyn Files, folder: &Path, name: &str) -> Result<String, String> {
    match read_confined(files, folder, name) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(format!("there is no file `{name}` in the template folder")),
        Err(reason) => Err(format!("`{name}`: {reason}")),
    }
}

/// Where the lines of a rendered source were written.
#[derive(Clone, Debug)]
pub struct SourceLines {
    lines: Lines,
    folder: PathBuf,
}

impl SourceLines {
    /// The file and line that wrote a line (from 1) of a rendered text. `None` if that is not known.
    #[must_use]
    pub fn place(&self, line: usize) -> Option<Place> {
        let (name, line) = self.lines.origin(line.checked_sub(1)?)?;
        Some(Place { line: Some(line), ..Place::file(self.folder.join(name)) })
    }
}

/// Jinja2's marks; a block takes the white space around it along.
fn syntax() -> Syntax {
    Syntax {
        trim_blocks: true,
        lstrip_blocks: true,
        keep_trailing_newline: true,
        extensions: Extensions { has_do: true, has_loop_controls: true, ..Extensions::default() },
        ..Syntax::default()
    }
}

/// `source("…")`: the text of a file of the source folder.
fn source_text(run: &Run<'_>, files: &dyn Files, folder: &Path, given: Arguments) -> Outcome<Value> {
    let name = one_name("source", given)?;
    let text = read_source(files, folder, &name).map_err(Failure::new)?;
    Ok(if run.traces() { Value::Text(Text::of_file(text, run.file(&name))) } else { text.into() })
}

fn one_name(function: &str, given: Arguments) -> Outcome<String> {
    let [name] = given.take(function, ["name"])?;
    match name {
        Some(Value::Text(name)) => Ok(name.to_string()),
        Some(Value::Undefined(undefined)) => Err(undefined.failure()),
        _ => Err(Failure::new(format!("`{function}` takes the name of a file"))),
    }
}

fn list(
    files: &dyn Files,
    folder: &Path,
    prefix: &str,
    output: &Path,
    sources: &mut Vec<Source>,
) -> std::io::Result<()> {
    for Entry { name, path: file, kind } in files.list(folder)? {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        // Links to folders are not followed: they may lead out, or round in a circle.
        if kind == Kind::Folder {
            if !PIECES.contains(&name.as_str()) {
                list(files, &file, &path, output, sources)?;
            }
        } else if path.ends_with(ENDING) {
            let template = path.trim_end_matches(".j2").to_owned();
            sources.push(Source { file, output: output.join(&template), name: path, template });
        }
    }
    Ok(())
}
