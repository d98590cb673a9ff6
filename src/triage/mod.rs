//! Stage 7, triage: which findings a project lets pass, and how severe the others are.

mod baseline;
mod comment;
mod ignores;
mod settings;

pub use baseline::{Baseline, BaselineError, Compared};
pub use ignores::{Scope, apply as without_ignored};
pub use settings::{Settings, SettingsError};

use crate::finding::Rule;

/// The rules of this stage, by the files that find them.
pub(crate) const RULES: &[&[&Rule]] = &[ignores::RULES];
