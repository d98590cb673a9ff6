//! Fills one source.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use minijinja::{Environment, Error, ErrorKind};

use super::catalog::{self, CatalogFile};
use super::function_source::function_source;
use super::pieces::PARTIALS;
use crate::files::{Entry, Files, Kind};
use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::jinja::{JinjaError, base_environment, jinja_value, read_confined};
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
        let environment = environment(&folders.files, folder, &catalog);
        Ok(Some(Renderer {
            environment,
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
        let jinja = |error: &Error| {
            let error = JinjaError::new(&source.file, &self.folder, error);
            vec![TEMPLATE_JINJA.finding(error.place, error.message)]
        };
        let template = self.environment.get_template(&source.name).map_err(|error| jinja(&error))?;
        let body = template.render(()).map_err(|error| jinja(&error))?;
        Ok(format!("{}\n{body}", self.header(source)))
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

fn environment(files: &Arc<dyn Files>, folder: &Path, catalog: &[CatalogFile]) -> Environment<'static> {
    let mut environment = base_environment(files, folder);
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
    let (here, of) = (Arc::clone(files), folder.to_path_buf());
    environment.add_function("source", move |name: String| {
        let missing = || Err("there is no such file in the template folder".to_owned());
        read_confined(&*here, &of, &name).and_then(|text| text.map_or_else(missing, Ok)).map_err(invalid)
    });
    let (here, of) = (Arc::clone(files), folder.to_path_buf());
    // Several templates may have the same function: the first that asks makes its text.
    let known: Mutex<HashMap<String, Arc<OnceLock<Bundled>>>> = Mutex::default();
    environment.add_function("function_source", move |name: String| {
        let own = Arc::clone(known.lock().unwrap_or_else(PoisonError::into_inner).entry(name.clone()).or_default());
        own.get_or_init(|| function_source(&*here, &of, &name)).clone().map_err(invalid)
    });
    environment
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
