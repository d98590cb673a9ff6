//! Stage 3, parse: a CloudFormation template, as far as the other stages need to understand it.

mod intrinsic;
mod parameter;
mod structure;

pub use parameter::{Parameter, ParameterValue, Refusal};

use serde_yaml::Value;

use crate::logical_path::LogicalPath;
use crate::yaml::{Document, Position};

/// The largest template body, in bytes, that CloudFormation takes inline; a larger one must be in S3
/// (CloudFormation API reference, `CreateStack`, `TemplateBody`).
pub const INLINE_LIMIT: usize = 51_200;

/// A parsed template.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text as values and positions.
    pub document: Document,
    /// Its `Parameters`, in the order of the file.
    pub parameters: Vec<Parameter>,
}

/// Something that CloudFormation would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where in the document.
    pub path: LogicalPath,
    /// Where in the text.
    pub position: Option<Position>,
    /// What to do.
    pub help: Option<String>,
}

impl Template {
    /// Reads a template, YAML or JSON.
    ///
    /// # Errors
    /// If the text is not YAML, or is not built like a CloudFormation template: every problem that is found.
    pub fn parse(text: &str) -> Result<Template, Vec<Problem>> {
        let document = Document::parse(text).map_err(|error| {
            vec![Problem {
                message: format!("not valid YAML: {}", error.message),
                path: LogicalPath::default(),
                position: error.position,
                help: None,
            }]
        })?;
        let problems = structure::check(&document);
        if !problems.is_empty() {
            return Err(problems);
        }
        let parameters = match document.value.get("Parameters") {
            Some(Value::Mapping(parameters)) => parameters
                .iter()
                .filter_map(|(name, definition)| Some(Parameter::read(name.as_str()?, definition)))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Template { document, parameters })
    }

    /// A parameter by name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}
