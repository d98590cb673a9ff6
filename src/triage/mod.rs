//! Stage 7, triage: which findings a project lets pass, and how severe the others are.

mod baseline;
mod comment;
mod ignores;
mod settings;

pub use baseline::{Baseline, BaselineError, Compared};
pub use ignores::{Scope, apply as without_ignored};
pub use settings::{Settings, SettingsError};
