//! What a stack's configuration takes from other stacks.

use serde_yaml::Value;

use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::keys::{RESOLVABLE, meant_tag, with_slashes};

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
    for key in RESOLVABLE {
        if let Some(value) = stack.config.get(key) {
            walk(value, &LogicalPath::from([*key]), &mut found);
        }
    }
    found
}

fn walk(value: &Value, path: &LogicalPath, found: &mut Vec<Reference>) {
    match value {
        Value::Tagged(tagged) => {
            let text = tagged.value.as_str().unwrap_or_default();
            let tag = tagged.tag.to_string();
            let reference = match meant_tag(&tag).unwrap_or(&tag) {
                "!stack_output" | "!stack_output_external" if meant_tag(&tag).is_some() => Some(unreadable(path)),
                "!stack_output" => inner(text, path).or_else(|| Some(unreadable(path))),
                "!stack_output_external" => external(text, path).or_else(|| Some(unreadable(path))),
                _ => None,
            };
            match reference {
                Some(reference) => found.push(reference),
                None => walk(&tagged.value, path, found),
            }
        }
        Value::Mapping(entries) => {
            for (key, item) in entries {
                walk(item, &path.join(crate::yaml::scalar_text(key).unwrap_or_default()), found);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &path.join(index), found);
            }
        }
        _ => {}
    }
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
