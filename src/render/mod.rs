//! Stage 2, render: fills the Jinja sources in `templates/` and writes plain CloudFormation to `sceptre/templates/`.

mod catalog;
mod function_source;
mod mini;
mod python;
mod renderer;
mod sceptre_jinja;
mod stale;
mod write;

pub(crate) use catalog::CATALOG;
pub use catalog::CatalogFile;
pub(crate) use renderer::TEMPLATE_JINJA;
pub use renderer::{Renderer, Source, SourceLines, is_rendered};
pub use sceptre_jinja::{SceptreJinja, render_sceptre_jinja};
pub use stale::{Stale, orphan, short_diff, written_by_hand};
pub use write::write_atomically;

use crate::finding::Rule;

/// The rules of this stage, by the files that find them.
pub(crate) const RULES: &[&[&Rule]] = &[catalog::RULES, renderer::RULES, stale::RULES];
