//! The actions that hooks run. Each is a file with a `run`; this is their list.

mod backup_current_config;
mod owner_of_template_bucket;
mod preflight;
mod prepare_delete;
mod template_is_current;
mod validate_parameters;
mod verify_stack;

use super::Session;
use crate::finding::Finding;
use crate::host::CallError;

/// Something that a hook can do.
pub struct Action {
    /// Its name on the command line and in stack files.
    pub name: &'static str,
    /// One line for `sesame hook --help`.
    pub about: &'static str,
    /// Does it: a short phrase for the summary (`None` if there was nothing to do), or why not.
    pub run: fn(&mut Session<'_>) -> Result<Option<String>, Failure>,
}

/// Why an action failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Problems in the project's files.
    Findings(Vec<Finding>),
    /// Anything else, in one line.
    Other(String),
    /// The host did not do its part, in one line.
    Host(String),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Failure {
        match error {
            CallError::Aws { .. } => Failure::Other(error.to_string()),
            CallError::Broken(reason) => Failure::Host(reason),
        }
    }
}

const ACTIONS: &[Action] = &[
    Action {
        name: "validate-parameters",
        about: "check the resolved parameters against the template and the JSON Schemas",
        run: validate_parameters::run,
    },
    Action {
        name: "template-is-current",
        about: "check that the template is what its Jinja source renders to",
        run: template_is_current::run,
    },
    Action {
        name: "owner-of-template-bucket",
        about: "check that `template_bucket_name` is a bucket of the stack's own account",
        run: owner_of_template_bucket::run,
    },
    Action {
        name: "verify-stack",
        about: "ask CloudFormation for the stack's status, or what failed first",
        run: verify_stack::run,
    },
    Action {
        name: "preflight",
        about: "ask the account what would stop a launch of the stack's group",
        run: preflight::run,
    },
    Action {
        name: "backup-current-config",
        about: "save the deployed template and parameters below `backups/`",
        run: backup_current_config::run,
    },
    Action {
        name: "prepare-delete",
        about: "remove what people added to users, groups and roles before they go",
        run: prepare_delete::run,
    },
];

/// An action by its name; underscores, as in the names of hook scripts, stand for hyphens.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Action> {
    let name = name.replace('_', "-");
    ACTIONS.iter().find(|action| action.name == name)
}

/// The names of all actions.
pub fn names() -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().map(|action| action.name)
}

/// All actions.
#[must_use]
pub fn all() -> &'static [Action] {
    ACTIONS
}
