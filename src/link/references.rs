//! What a stack's configuration takes from other stacks.

use crate::logical_path::LogicalPath;
use crate::project::keys::{meant_tag, with_slashes};
use crate::project::{Stack, each_tagged};

/// One `!stack_output` or `!stack_output_external` of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it names.
    pub target: Target,
    /// The output.
    pub output: String,
    /// Where in the config it stands.
    pub path: LogicalPath,
}

/// The stack that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By its file below `config/`.
    Stack(String),
    /// By its name in CloudFormation, in the account of this stack unless a profile or region is given.
    External {
        /// Its name.
        name: String,
        /// Whether a profile or a region is given.
        elsewhere: bool,
    },
    /// By a resolver that is misspelt or lacks something, which is reported by itself.
    Unreadable,
}

/// All references of a stack.
#[must_use]
pub fn of(stack: &Stack) -> Vec<Reference> {
    let mut found = Vec::new();
    each_tagged(stack, &mut |path, tagged| {
        let (tag, text) = (tagged.tag.to_string(), tagged.value.as_str().unwrap_or_default());
        let meant = meant_tag(&tag);
        let reference = match meant.unwrap_or(&tag) {
            "!stack_output" => inner(text, path),
            "!stack_output_external" => external(text, path),
            _ => return true,
        };
        found.push(reference.filter(|_| meant.is_none()).unwrap_or_else(|| unreadable(path)));
        false
    });
    found
}

fn unreadable(path: &LogicalPath) -> Reference {
    Reference { target: Target::Unreadable, output: String::new(), path: path.clone() }
}

/// `prod/base.yaml::BucketName`
fn inner(text: &str, path: &LogicalPath) -> Option<Reference> {
    let (stack, output) = text.split_once("::").filter(|(_, output)| !output.contains("::"))?;
    Some(Reference {
        target: Target::Stack(with_slashes(stack).into_owned()),
        output: output.to_owned(),
        path: path.clone(),
    })
}

/// `ses-prod-base::BucketName`, perhaps followed by a profile, region and role.
fn external(text: &str, path: &LogicalPath) -> Option<Reference> {
    let (name, rest) = text.split_once("::")?;
    let mut words = rest.split_whitespace();
    let output = words.next()?.to_owned();
    let target = Target::External { name: name.to_owned(), elsewhere: words.next().is_some() };
    Some(Reference { target, output, path: path.clone() })
}
