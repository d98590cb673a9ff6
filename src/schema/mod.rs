//! Checks values against JSON Schemas (draft 2020-12) and says what is wrong in the words of whoever wrote the values.
//!
//! [`Schemas`] is a folder of schema files. [`Schemas::compile`] reads one of them, with all that it refers to, into a
//! [`Schema`]; [`Schema::check`] compares a value with it and gives a [`Violation`] for every broken rule. A mistake in
//! a schema file is a [`SchemaError`] and comes first.
//!
//! The schemas may use formats (`cidr`, `public-cidr`, `domain-name`, …) and keywords (`increasing`, `cidrsInside`, `otherDomain`)
//! that JSON Schema does not have: one file each in `formats/` and `keywords/`, one line each in their lists. `format`
//! is always checked. An unknown format or keyword is an error; keywords of other tools start with `x-`.
//!
//! What a schema marks with `writeOnly` is secret: neither the value nor anything derived from it is in a violation.
//!
//! ```text
//! folder ─ well_formed ─ documents ─ consistent ──> Schema ──> validator's errors ─ located ─ explain ─ secrets ─ merge ──> Violation
//! ```

mod branches;
mod bundle;
mod check;
mod consistent;
mod describe;
mod documents;
mod error;
mod explain;
mod failure;
mod folder;
mod formats;
mod keywords;
mod located;
mod merge;
mod places;
mod reference;
mod subschemas;
mod values;
mod violation;
mod well_formed;
mod wording;

pub use bundle::{Bundle, pointer};
pub use check::Schema;
pub use error::SchemaError;
pub use formats::{never_public, region_problem};
pub use violation::Violation;
pub use well_formed::DIALECT;

use crate::files::Files;
use documents::Documents;
use folder::Folder;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A folder of schema files. Files are read and compiled when they are first needed, each once.
#[derive(Debug)]
pub struct Schemas {
    folder: Folder,
    compiled: Mutex<BTreeMap<String, Compiled>>,
}

/// A schema of the folder; None if there is no such file.
type Compiled = Result<Option<Arc<Schema>>, SchemaError>;

impl Schemas {
    /// Names the folder among these files. Nothing is read yet, and the folder need not exist: then it has no schemas.
    #[must_use]
    pub fn open(files: &Arc<dyn Files>, dir: &Path) -> Schemas {
        Schemas { folder: Folder::new(files, dir), compiled: Mutex::default() }
    }

    /// Reads the schema in a file of the folder, such as `environment.schema.json` or `parameters/base.schema.json`.
    /// None if there is no such file.
    ///
    /// References between files are relative to the file that they stand in and never leave the folder. The `$id` of
    /// a file is ignored.
    ///
    /// # Errors
    ///
    /// The name leads out of the folder, or a file that takes part cannot be used: see [`SchemaError`].
    pub fn compile(&self, name: &str) -> Compiled {
        // Schemas are only inserted whole, so a thread that died while it held the lock has broken nothing.
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(name) {
            return known.clone();
        }
        let schema = self.load(name);
        compiled.insert(name.to_owned(), schema.clone());
        schema
    }

    fn load(&self, name: &str) -> Compiled {
        let Some(documents) = Documents::load(&self.folder, name)? else { return Ok(None) };
        consistent::check(&documents, &self.folder)?;
        let schema = Schema::new(documents).map(Arc::new);
        schema.map(Some).map_err(|(file, place, reason)| SchemaError::new(self.folder.path_of(&file), place, reason))
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
