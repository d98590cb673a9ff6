//! What an explanation holds.

use serde_json::Value as Json;

use super::layers::{Kind, Part};
use super::variables::Variable;
use crate::finding::Place;
use crate::logical_path::LogicalPath;
use crate::project::keys::Merge;

/// Where one value of a stack comes from, and what it comes to.
#[derive(Debug)]
pub struct Explanation {
    /// The stack file, below `config/`.
    pub stack: String,
    /// What was asked for.
    pub path: LogicalPath,
    /// What it comes to.
    pub outcome: Outcome,
    /// The files that had a say.
    pub origin: Option<Origin>,
    /// The resolvers in it, in the order in which they are followed.
    pub steps: Vec<Step>,
    /// Of a parameter: what the template declares.
    pub parameter: Option<Declared>,
    /// Of a path of the template: what stands there.
    pub template: Option<InTemplate>,
    /// The schema that judges it.
    pub schema: Option<Place>,
}

/// What a value comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// This; a part that only AWS can know is `null`.
    Known(Json),
    /// Only AWS, or a plugin, can know it.
    Unknown,
    /// It must not be shown.
    Hidden,
    /// Nothing: Sceptre or CloudFormation leaves it out.
    Nothing,
    /// A parameter with neither value nor default.
    Missing,
    /// A resolver that would fail, and why.
    Broken(String),
}

/// The files that had a say, and how they met.
#[derive(Debug)]
pub struct Origin {
    /// From the outermost to the innermost.
    pub layers: Vec<Shown>,
    /// How files meet that both set the key.
    pub rule: Merge,
    /// The key that the rule is about.
    pub key: String,
    /// What `<key>_inheritance` says.
    pub inheritance: Option<String>,
}

/// The value of one file.
#[derive(Debug)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// Which kind of file.
    pub kind: Kind,
    /// What became of it.
    pub part: Part,
    /// The value; resolvers are objects with their tag.
    pub value: Json,
    /// The variables of the line.
    pub variables: Vec<Variable>,
}

/// A resolver, followed.
#[derive(Debug)]
pub struct Step {
    /// As written, such as `!sesame domain`.
    pub resolver: String,
    /// What it names.
    pub names: String,
    /// If that is a value of the config: where it is set.
    pub origin: Option<Origin>,
    /// If that is in a template or a file: where.
    pub place: Option<Place>,
    /// What it comes to.
    pub outcome: Outcome,
}

/// What a template says of a parameter.
#[derive(Debug)]
pub struct Declared {
    /// Where.
    pub place: Place,
    /// Such as `CommaDelimitedList`.
    pub kind: String,
    /// The default, as it may be shown.
    pub default: Option<Json>,
    /// Whether the value is the default's.
    pub is_default: bool,
    /// Whether it is `NoEcho`.
    pub no_echo: bool,
    /// Its other attributes, such as `AllowedPattern`, in the order of the file.
    pub constraints: Vec<(String, Json)>,
}

/// What stands at a path of a template.
#[derive(Debug)]
pub struct InTemplate {
    /// In the Jinja source if the line there can be known, else in the template.
    pub place: Place,
    /// Whether that is a Jinja source.
    pub is_source: bool,
    /// Of a resource: its type.
    pub kind: Option<String>,
    /// The condition that it stands under, and whether it holds.
    pub condition: Option<(String, Option<bool>)>,
    /// The parameters that it takes.
    pub uses: Vec<Use>,
}

/// A parameter that a piece of the template takes.
#[derive(Debug)]
pub struct Use {
    /// Its name.
    pub name: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// Where the value is set.
    pub place: Place,
}
