//! Stage 5, evaluate: what a template comes to with the parameters of one stack.
//!
//! Conditions become true or false, names become texts, and what only AWS can know stays unknown, so that no later stage
//! judges a guess.

mod conditions;
mod fault;
mod functions;
mod interned;
mod plain;
mod reads;
mod resource_types;
mod value;

pub use fault::{Fault, FaultKind};
pub use interned::InternedText;
pub use reads::Reads;
pub use resource_types::{Reach, ResourceType, resource_type, resource_types};
pub use value::Value;

use std::collections::BTreeMap;

use crate::logical_path::{LogicalPath, Trail};
use crate::template::Macros;
use crate::yaml::Tree;
use functions::Evaluator;

/// The identity that stands for the account's number, which nobody knows offline: the same text in every stack of an
/// account.
pub const ACCOUNT_ID: &str = "${AWS::AccountId}";

/// What a template is evaluated with.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values of parameters, given or by default; a parameter that is not here is unknown.
    pub parameters: BTreeMap<String, Value>,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack_name: String,
    /// What macros may make of the template.
    pub macros: Macros,
}

/// A resource that the stack has, or may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its logical id.
    pub id: String,
    /// Such as `AWS::S3::Bucket`.
    pub kind: String,
    /// Its physical name, if the template gives one: unknown if it cannot be known.
    pub name: Option<Value>,
    /// Its properties, evaluated.
    properties: Value,
    /// Whether it certainly exists: false if its condition cannot be known.
    pub certain: bool,
}

impl Resource {
    /// Its properties, for somebody who reads those of its kind; else nothing.
    #[must_use]
    pub fn properties(&self, reads: Reads) -> &Value {
        if reads.cover(self) { &self.properties } else { &Value::Null }
    }

    /// Its ARN in a region, if that can be built from its name.
    #[must_use]
    pub fn arn(&self, region: &str) -> Option<String> {
        let name = self.name.as_ref()?.as_text()?;
        let path = self.properties.get("Path").and_then(Value::as_text).unwrap_or("/");
        resource_type(&self.kind)?.arn(name, region, path)
    }
}

/// An output that the stack has, or may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The name of its export.
    pub export: Option<Value>,
    /// Whether it has a description, for people.
    pub described: bool,
    /// Whether it certainly exists.
    pub certain: bool,
}

/// A value that a template takes from another stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The name of the export.
    pub name: Value,
    /// Where the template takes it.
    pub path: LogicalPath,
}

/// An output that a template reads from another stack with `Fn::GetStackOutput`, wherever that stack is.
#[derive(Clone, Debug, PartialEq)]
pub struct StackOutput {
    /// The name of the stack in CloudFormation.
    pub stack_name: Value,
    /// The name of the output.
    pub output: Value,
    /// The region, if one is named; else that of the template's own stack.
    pub region: Option<Value>,
    /// Whether a role is assumed, which may lead into any account.
    pub has_role: bool,
    /// Where the template takes it.
    pub path: LogicalPath,
}

/// An evaluated template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluated {
    /// Without those whose condition is false.
    pub resources: Vec<Resource>,
    /// Without those whose condition is false.
    pub outputs: Vec<Output>,
    /// Outputs whose condition is false, with the condition.
    pub absent_outputs: Vec<(String, String)>,
    /// Every `Fn::ImportValue` of what exists.
    pub imports: Vec<Import>,
    /// Every `Fn::GetStackOutput` of what exists.
    pub stack_outputs: Vec<StackOutput>,
    /// What certainly stops the stack, in the order in which it was found.
    pub faults: Vec<Fault>,
    /// What macros may add to all this.
    pub macros: Macros,
}

impl Evaluated {
    /// Forgets the properties of the resources that nobody will ask for: they are most of what a template comes to.
    pub fn keep_properties(&mut self, of: impl Fn(&Resource) -> bool) {
        for resource in &mut self.resources {
            if !of(resource) {
                resource.properties = Value::Null;
            }
        }
    }
}

/// Evaluates a template that is known to be well formed.
#[must_use]
pub fn evaluate(template: &Tree<'_>, inputs: &Inputs) -> Evaluated {
    let mut evaluator = Evaluator::new(template, inputs);
    let mut evaluated = Evaluated { macros: inputs.macros, ..Evaluated::default() };
    for (name, _) in entries(template, "Conditions") {
        evaluator.condition(name);
    }
    if evaluator.is_certain {
        evaluator.assertions();
    }
    resources(&mut evaluator, &mut evaluated, template);
    outputs(&mut evaluator, &mut evaluated, template);
    evaluated.imports = evaluator.imports;
    evaluated.stack_outputs = evaluator.stack_outputs;
    evaluated.faults = evaluator.faults;
    evaluated
}

fn resources(evaluator: &mut Evaluator<'_>, evaluated: &mut Evaluated, template: &Tree<'_>) {
    let section = Trail::Key(&Trail::Root, "Resources");
    for (id, resource) in entries(template, "Resources") {
        let trail = Trail::Key(&section, id);
        if id.starts_with("Fn::") {
            perhaps(evaluator, resource, &trail);
            continue;
        }
        let condition = resource.get("Condition").and_then(Tree::as_str);
        let exists = condition.map_or(Some(true), |name| evaluator.condition(name));
        if exists == Some(false) {
            continue;
        }
        let kind = resource.get("Type").and_then(Tree::as_str).unwrap_or_default().to_owned();
        let properties = if_certain(evaluator, exists, |evaluator| {
            let properties = resource.get("Properties");
            properties.map_or(Value::Map(Vec::new()), |value| evaluator.value(value, &Trail::Key(&trail, "Properties")))
        });
        let name = resource_type(&kind).and_then(|kind| properties.get(kind.name_property).cloned());
        evaluated.resources.push(Resource { id: id.to_owned(), kind, name, properties, certain: exists.is_some() });
    }
}

fn outputs(evaluator: &mut Evaluator<'_>, evaluated: &mut Evaluated, template: &Tree<'_>) {
    let section = Trail::Key(&Trail::Root, "Outputs");
    for (name, output) in entries(template, "Outputs") {
        let trail = Trail::Key(&section, name);
        if name.starts_with("Fn::") {
            perhaps(evaluator, output, &trail);
            continue;
        }
        let condition = output.get("Condition").and_then(Tree::as_str);
        let exists = condition.map_or(Some(true), |name| evaluator.condition(name));
        if exists == Some(false) {
            evaluated.absent_outputs.push((name.to_owned(), condition.unwrap_or_default().to_owned()));
            continue;
        }
        let (value, export) = if_certain(evaluator, exists, |evaluator| {
            let value = output
                .get("Value")
                .map_or(Value::Unknown, |value| evaluator.value(value, &Trail::Key(&trail, "Value")));
            let export = output
                .get("Export")
                .and_then(|export| export.get("Name"))
                .map(|name| evaluator.value(name, &Trail::Key(&Trail::Key(&trail, "Export"), "Name")));
            (value, export)
        });
        let described = output.get("Description").and_then(Tree::as_str).is_some_and(|text| !text.trim().is_empty());
        evaluated.outputs.push(Output { name: name.to_owned(), value, export, described, certain: exists.is_some() });
    }
}

/// Looks at what exists, or may exist.
fn if_certain<T>(evaluator: &mut Evaluator<'_>, exists: Option<bool>, look: impl FnOnce(&mut Evaluator<'_>) -> T) -> T {
    let before = evaluator.is_certain;
    evaluator.is_certain &= exists.is_some();
    let seen = look(evaluator);
    evaluator.is_certain = before;
    seen
}

/// What a macro, or an `Fn::ForEach`, makes something of: only that it may take something from other stacks is known.
fn perhaps(evaluator: &mut Evaluator<'_>, body: &Tree<'_>, trail: &Trail<'_>) {
    if_certain(evaluator, None, |evaluator| evaluator.value(body, trail));
}

/// What one piece of a template comes to.
#[must_use]
pub fn value_of(template: &Tree<'_>, inputs: &Inputs, piece: &Tree<'_>) -> Value {
    Evaluator::new(template, inputs).value(piece, &Trail::Root)
}

/// Whether a condition of a template holds; `None` if that cannot be known.
#[must_use]
pub fn condition(template: &Tree<'_>, inputs: &Inputs, name: &str) -> Option<bool> {
    Evaluator::new(template, inputs).condition(name)
}

/// The entries of a section of a template.
fn entries<'a>(template: &'a Tree<'_>, section: &str) -> impl Iterator<Item = (&'a str, &'a Tree<'a>)> {
    template.get(section).into_iter().flat_map(Tree::entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Parameters:
  Env: {Type: String}
  Domains: {Type: CommaDelimitedList}
Mappings:
  Sizes: {prod: {days: 90}, dev: {days: 7}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  NotProd: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Equals [!Ref Missing, x]]
  Either: !Or [!Condition IsProd, !Equals [!Ref Missing, x]]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub '${Env}-logs-${AWS::AccountId}'
      Tags: [{Key: E, Value: !If [IsProd, yes, !Ref 'AWS::NoValue']}]
  Absent: {Type: T, Condition: NotProd}
  Perhaps: {Type: T, Condition: Both}
  Group:
    Type: AWS::Logs::LogGroup
    Condition: Either
    Properties:
      LogGroupName: !Join ['/', ['', aws, !Select [0, !Ref Domains]]]
      RetentionInDays: !FindInMap [Sizes, !Ref Env, days]
  Policy:
    Type: T
    Properties:
      Arn: !GetAtt Bucket.Arn
      Split: !Select [1, !Split ['-', !Ref Bucket]]
      Import: !ImportValue {'Fn::Sub': '${Env}-topic'}
      Never: !If [NotProd, !ImportValue absent, none]
      Asked: !GetAtt Group.SomethingElse
Outputs:
  Name: {Value: !Ref Bucket, Export: {Name: !Sub '${AWS::StackName}-bucket'}}
  Gone: {Value: x, Condition: NotProd}
";

    fn evaluated() -> Evaluated {
        let inputs = Inputs {
            parameters: BTreeMap::from([
                ("Env".to_owned(), Value::text("prod")),
                ("Domains".to_owned(), Value::List(vec![Value::text("a"), Value::text("b")])),
            ]),
            region: "ap-northeast-1".to_owned(),
            stack_name: "ses-prod-base".to_owned(),
            macros: Macros::default(),
        };
        evaluate(&crate::yaml::parse_tree(TEMPLATE).unwrap(), &inputs)
    }

    fn property(id: &str, name: &str) -> Value {
        let evaluated = evaluated();
        let resource = evaluated.resources.iter().find(|resource| resource.id == id).unwrap();
        resource.properties.get(name).cloned().unwrap_or(Value::Null)
    }

    #[test]
    fn conditions_decide_what_exists() {
        let ids: Vec<_> = evaluated().resources.into_iter().map(|resource| (resource.id, resource.certain)).collect();
        let expected = [("Bucket", true), ("Perhaps", false), ("Group", true), ("Policy", true)];
        assert_eq!(ids, expected.map(|(id, certain)| (id.to_owned(), certain)));
        assert_eq!(evaluated().absent_outputs, [("Gone".to_owned(), "NotProd".to_owned())]);
    }

    #[test]
    fn names_become_texts() {
        assert_eq!(property("Bucket", "BucketName"), Value::text("prod-logs-${AWS::AccountId}"));
        assert_eq!(property("Group", "LogGroupName"), Value::text("/aws/a"));
        assert_eq!(property("Group", "RetentionInDays"), Value::text("90"));
        assert_eq!(property("Policy", "Arn"), Value::text("arn:aws:s3:::prod-logs-${AWS::AccountId}"));
        assert_eq!(property("Policy", "Split"), Value::text("logs"));
        assert_eq!(property("Policy", "Asked"), Value::Unknown);
        assert_eq!(evaluated().outputs[0].export, Some(Value::text("ses-prod-base-bucket")));
    }

    #[test]
    fn only_imports_of_what_exists_count() {
        let imports: Vec<_> =
            evaluated().imports.into_iter().map(|import| (import.name, import.path.to_string())).collect();
        assert_eq!(imports, [(Value::text("prod-topic"), "Resources.Policy.Properties.Import".to_owned())]);
    }

    #[test]
    fn a_condition_that_refers_to_itself_is_unknown() {
        let template = "Conditions: {A: !Condition B, B: !Condition A}\nResources: {R: {Type: T, Condition: A}}\n";
        let evaluated = evaluate(&crate::yaml::parse_tree(template).unwrap(), &Inputs::default());
        assert!(!evaluated.resources[0].certain);
    }
}
