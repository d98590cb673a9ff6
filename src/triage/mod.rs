//! Stage 5, triage: which findings a project lets pass, and how severe the others are.

mod settings;

pub use settings::{Settings, SettingsError};
