//! Where the parts of templates stand: in the source that wrote them, if that can be known.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{LinkedStack, LinkedTemplate};
use crate::deployment::{TemplateFile, TemplateText};
use crate::finding::Place;
use crate::logical_path::LogicalPath;
use crate::project::Folders;
use crate::render::{Renderer, SourceLines, is_rendered};
use crate::yaml::{Index, Position};

/// The places of a project's templates, each worked out when the first finding needs it.
#[derive(Default)]
pub struct TemplatePlaces {
    renderer: OnceLock<Option<Renderer>>,
    /// By the name of the template; of one that Sceptre renders for each stack with the stack before it.
    known: Mutex<HashMap<String, Arc<Located>>>,
}

/// One template.
enum Located {
    /// What was written by `sesame render`, and is what its source renders to.
    Source(Index, SourceLines),
    /// What Sceptre reads.
    Own(Index, TemplateText),
    /// What cannot be read.
    Nowhere,
}

impl fmt::Debug for TemplatePlaces {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TemplatePlaces")
    }
}

impl TemplatePlaces {
    /// The place of a path of a stack's template.
    pub fn of(&self, folders: &Folders, stack: &LinkedStack, template: &LinkedTemplate, path: &LogicalPath) -> Place {
        let is_own = template.name.ends_with(".j2");
        let key = if is_own { format!("{} {}", stack.stack.path, template.name) } else { template.name.clone() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let located = known.entry(key).or_insert_with(|| Arc::new(self.locate(folders, stack, template)));
        let located = Arc::clone(located);
        drop(known);
        located.place(&template.file, path)
    }

    fn locate(&self, folders: &Folders, stack: &LinkedStack, template: &LinkedTemplate) -> Located {
        let file = TemplateFile { name: template.name.clone(), file: template.file.clone() };
        let Ok(text) = file.read(&stack.stack) else { return Located::Nowhere };
        let Ok(index) = Index::of(text.sent()) else { return Located::Nowhere };
        match self.source_lines(folders, &template.name, text.sent()) {
            Some(lines) => Located::Source(index, lines),
            None => Located::Own(index, text),
        }
    }

    /// The lines of a template that `sesame render` wrote, unless its source has changed since.
    fn source_lines(&self, folders: &Folders, name: &str, text: &str) -> Option<SourceLines> {
        if !is_rendered(text) {
            return None;
        }
        let renderer = self.renderer.get_or_init(|| Renderer::open(folders).ok().flatten()).as_ref()?;
        renderer.lines(renderer.source_of(name)?, text)
    }
}

impl Located {
    fn place(&self, file: &Path, path: &LogicalPath) -> Place {
        let at = |index: &Index| -> Position { index.root.walk(&path.0).0 };
        match self {
            Located::Source(index, lines) => {
                let at = at(index);
                lines.place(at.line).unwrap_or_else(|| Place::line(file, at.line, at.column))
            }
            Located::Own(index, text) => text.place(file, at(index)),
            Located::Nowhere => Place::file(file),
        }
    }
}
