//! Stage 2, render: fills the Jinja sources in `templates/` and writes plain CloudFormation to `sceptre/templates/`.

mod catalog;
mod function_source;
mod pieces;
mod python;
mod renderer;
mod sceptre_jinja;
mod stale;
mod write;

pub use catalog::CatalogFile;
pub use pieces::pieces;
pub use renderer::{Renderer, Source, is_rendered};
pub use sceptre_jinja::render_sceptre_jinja;
pub use stale::{Stale, short_diff};
pub use write::write_atomically;
