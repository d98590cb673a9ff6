//! Stage 3, parse: a CloudFormation template, as far as the other stages need to understand it.

mod intrinsic;
mod macros;
mod misfit;
mod parameter;
mod rendered;
mod structure;

pub(crate) use intrinsic::sub_names;
pub use intrinsic::{FUNCTIONS, Reference, function, walk as walk_references};
pub use macros::Macros;
pub use misfit::{Misfit, MisfitKind};
pub use parameter::{Parameter, ParameterValue, Refusal};
pub use rendered::{problems_of_rendered, render};

use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::yaml::{Document, Index, Position, Tree};

rules! {
    static NOT_CLOUDFORMATION: Rule = Rule::error("not-cloudformation", Chapter::Templates)
        .about("a template that is not built like one")
        .page(
            "a template that is not built like one: sections, attributes, references to nothing, an export or import \
             whose name depends on a resource",
        );
    static TEMPLATE_FUNCTION: Rule = Rule::error("template-function", Chapter::Templates)
        .about("a function that CloudFormation does not have, or that does not take this")
        .page(
            "a function or short tag that CloudFormation does not have (`!Reff`, `Fn::Subb`), one that needs the transform \
             `AWS::LanguageExtensions` and does not get it, and one with an argument of another shape than it takes \
             (`!Select` without a position, `!Sub [text]`, `${Name.}`); not in templates that a macro reads first",
        );
    static PSEUDO_PARAMETER: Rule = Rule::error("pseudo-parameter", Chapter::Templates)
        .about("a pseudo parameter that does not exist")
        .page("a pseudo parameter that does not exist, such as `AWS::AccountID` or `${AWS::StackName.Arn}`");
    static TEMPLATE_CONDITION: Rule = Rule::error("template-condition", Chapter::Templates)
        .about("a condition or rule that reads what is not known before there are resources")
        .page("a condition or rule that reads a resource or an export: both are decided before there are resources");
    static TEMPLATE_CIRCLE: Rule = Rule::error("template-circle", Chapter::Templates)
        .about("resources or conditions that need one another in a circle")
        .page(
            "resources that need one another in a circle, by `Ref`, `Fn::GetAtt`, `Fn::Sub` or `DependsOn`, and conditions \
             that do; what stands in an `Fn::If` does not count",
        );
    static TEMPLATE_LIMIT: Rule = Rule::error("template-limit", Chapter::Templates)
        .about("more resources, parameters, outputs or mappings than CloudFormation takes")
        .page(
            "more than 500 resources, 200 parameters, 200 outputs, 200 mappings, or 200 keys of one mapping (CloudFormation \
             User Guide, \"Understand CloudFormation quotas\")",
        );
    static PARAMETER_TYPE_UNKNOWN: Rule = Rule::error("parameter-type-unknown", Chapter::Templates)
        .about("a parameter of a type that CloudFormation does not have");
}

/// The largest template body, in bytes, that CloudFormation takes inline; a larger one must be in S3
/// (CloudFormation API reference, `CreateStack`, `TemplateBody`).
pub const INLINE_LIMIT: usize = 51_200;

/// The largest template body, in bytes, that CloudFormation takes from S3 (the same page, `TemplateURL`: 1 MB).
pub const BUCKET_LIMIT: usize = 1_000_000;

/// The size of a template, in bytes, as Sceptre sends it: with a `---` line in front, if it has none.
#[must_use]
pub fn sent_size(text: &str) -> usize {
    text.len() + if text.starts_with("---") { 0 } else { "---\n".len() }
}

/// What the other stages need to know of a template.
#[derive(Clone, Debug)]
pub struct Template<'t> {
    /// Its `Parameters`, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Its values.
    pub body: Tree<'t>,
    /// What macros may make of it.
    pub macros: Macros,
    /// What it says of AWS's resource types that they do not have.
    pub misfits: Vec<Misfit>,
}

/// Something that CloudFormation would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub rule: &'static Rule,
    /// What is wrong.
    pub message: String,
    /// Where in the document.
    pub path: LogicalPath,
    /// Where in the text, if that is known.
    pub position: Option<Position>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a path, with no position and no advice.
    fn new(rule: &'static Rule, path: LogicalPath, message: String) -> Problem {
        Problem { rule, message, path, position: None, help: None }
    }

    /// Adds advice, if there is any.
    fn help(self, help: Option<String>) -> Problem {
        Problem { help, ..self }
    }

    /// As a finding at a place.
    #[must_use]
    pub fn finding(self, place: Place) -> Finding {
        self.rule.finding(place, self.message).at(self.path).help(self.help)
    }
}

impl<'t> Template<'t> {
    /// Reads a template, YAML or JSON.
    ///
    /// # Errors
    /// If the text is not YAML, or is not built like a CloudFormation template: every problem that is found.
    pub fn parse(text: &'t str) -> Result<Template<'t>, Vec<Problem>> {
        let Some(body) = read(text) else {
            return Err(vec![not_yaml(text)]);
        };
        let macros = Macros::of(&body, text);
        let mut problems = structure::check(&body, macros);
        if !problems.is_empty() {
            // Positions cost a second reading of the text, which only a bad template has to pay for.
            if let Ok(index) = Index::of(text) {
                for problem in &mut problems {
                    problem.position = Some(index.root.walk(&problem.path.0).0);
                }
            }
            return Err(problems);
        }
        let definitions = body.get("Parameters").into_iter().flat_map(Tree::entries);
        let parameters = definitions.map(|(name, definition)| Parameter::read(name, definition)).collect();
        let misfits = misfit::misfits(&body, macros);
        Ok(Template { parameters, body, macros, misfits })
    }

    /// A parameter by name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// The values of a text. JSON has its own reader: it writes characters above U+FFFF as two escapes, which YAML does not
/// know.
fn read(text: &str) -> Option<Tree<'_>> {
    if text.trim_start().starts_with('{')
        && let Ok(json) = serde_json::from_str::<serde_json::Value>(text)
    {
        return serde_yaml::to_value(json).ok().map(Tree::from);
    }
    crate::yaml::parse_tree(text).ok()
}

/// Why a text that `serde_yaml` refuses is not YAML, with the position.
fn not_yaml(text: &str) -> Problem {
    let (message, position) = match Document::parse_1_2(text) {
        Err(error) => (error.message, error.position),
        Ok(_) => ("it cannot be read as one document".to_owned(), None),
    };
    let message = format!("not valid YAML: {message}");
    Problem { position, ..Problem::new(&NOT_CLOUDFORMATION, LogicalPath::default(), message) }
}
