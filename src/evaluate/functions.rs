//! CloudFormation's intrinsic functions.

use std::collections::{BTreeMap, HashMap};

use super::{ACCOUNT_ID, Import, Inputs, InternedText, StackOutput, Value, resource_type};
use crate::logical_path::Trail;
use crate::template::function;
use crate::yaml::Tree;

/// How deep functions may refer to resources that refer to others.
const DEEPEST: usize = 32;

/// Evaluates the values of one template.
pub struct Evaluator<'a> {
    template: &'a Tree<'a>,
    resources: HashMap<&'a str, &'a Tree<'a>>,
    inputs: &'a Inputs,
    /// `None` while a condition is being worked out, so that one which refers to itself ends.
    conditions: BTreeMap<String, Option<bool>>,
    /// The imports that were met.
    pub imports: Vec<Import>,
    /// The outputs of other stacks that were met.
    pub stack_outputs: Vec<StackOutput>,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub fn new(template: &'a Tree<'a>, inputs: &'a Inputs) -> Evaluator<'a> {
        Evaluator {
            template,
            resources: template.get("Resources").into_iter().flat_map(Tree::entries).collect(),
            inputs,
            conditions: BTreeMap::new(),
            imports: Vec::new(),
            stack_outputs: Vec::new(),
            depth: 0,
        }
    }

    /// Whether a condition holds; `None` if that cannot be known.
    pub fn condition(&mut self, name: &str) -> Option<bool> {
        if let Some(known) = self.conditions.get(name) {
            return *known;
        }
        self.conditions.insert(name.to_owned(), None);
        let definition = self.template.get("Conditions")?.get(name)?;
        let holds = self.holds(definition);
        self.conditions.insert(name.to_owned(), holds);
        holds
    }

    fn holds(&mut self, definition: &Tree<'_>) -> Option<bool> {
        if let Some(name) = definition.get("Condition").and_then(Tree::as_str) {
            return self.condition(name);
        }
        let (name, argument) = function(definition)?;
        let arguments = argument.as_list().unwrap_or_default();
        match (name, arguments) {
            ("Equals", [left, right]) => {
                let (left, right) = (self.value(left, &Trail::Root), self.value(right, &Trail::Root));
                (!left.is_uncertain() && !right.is_uncertain()).then_some(left == right)
            }
            ("Not", [one]) => self.holds(one).map(|holds| !holds),
            ("And", all) => self.all(all, false),
            ("Or", any) => self.all(any, true),
            ("Condition", _) => self.condition(argument.as_str()?),
            _ => None,
        }
    }

    /// `decisive` is the value of one operand that decides the whole: false for `And`, true for `Or`.
    fn all(&mut self, operands: &[Tree<'_>], decisive: bool) -> Option<bool> {
        let values: Vec<Option<bool>> = operands.iter().map(|operand| self.holds(operand)).collect();
        if values.contains(&Some(decisive)) {
            return Some(decisive);
        }
        values.iter().all(Option::is_some).then_some(!decisive)
    }

    /// The value of a piece of the template.
    pub fn value(&mut self, value: &Tree<'_>, trail: &Trail<'_>) -> Value {
        if let Some((name, argument)) = function(value) {
            return self.call(name, argument, trail);
        }
        match value {
            Tree::Map(entries) => {
                let mut evaluated = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    match self.value(value, &Trail::Key(trail, key)) {
                        Value::Null => {}
                        value => evaluated.push((InternedText::of(key), value)),
                    }
                }
                Value::Map(evaluated)
            }
            Tree::List(items) => {
                let values =
                    items.iter().enumerate().map(|(index, item)| self.value(item, &Trail::Index(trail, index)));
                Value::List(values.filter(|value| *value != Value::Null).collect())
            }
            Tree::Null => Value::Null,
            Tree::Tagged(_) => Value::Unknown,
            scalar => scalar.scalar_text().map_or(Value::Unknown, |text| Value::Text(InternedText::of(text))),
        }
    }

    fn call(&mut self, name: &str, argument: &Tree<'_>, trail: &Trail<'_>) -> Value {
        match name {
            "Ref" => argument.as_str().map_or(Value::Unknown, |name| self.reference(name)),
            "GetAtt" => match argument {
                Tree::Text(text) => match text.split_once('.') {
                    Some((resource, attribute)) => self.attribute(resource, attribute),
                    None => Value::Unknown,
                },
                Tree::List(items) => match items.as_slice() {
                    [Tree::Text(resource), Tree::Text(attribute)] => self.attribute(resource, attribute),
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            "Sub" => self.sub(argument, trail),
            "If" => match argument.as_list() {
                Some([condition, yes, no]) => match condition.as_str().and_then(|name| self.condition(name)) {
                    Some(true) => self.value(yes, trail),
                    Some(false) => self.value(no, trail),
                    None => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            "ImportValue" => {
                let name = self.value(argument, trail);
                self.imports.push(Import { name, path: trail.path() });
                Value::Unknown
            }
            "GetStackOutput" => {
                let arguments = self.value(argument, trail);
                let argument = |name: &str| arguments.get(name).cloned();
                self.stack_outputs.push(StackOutput {
                    stack_name: argument("StackName").unwrap_or(Value::Unknown),
                    output: argument("OutputName").unwrap_or(Value::Unknown),
                    region: argument("Region"),
                    has_role: argument("RoleArn").is_some(),
                    path: trail.path(),
                });
                Value::Unknown
            }
            _ => {
                let arguments = self.value(argument, trail);
                plain(name, &arguments, self.template)
            }
        }
    }

    fn reference(&mut self, name: &str) -> Value {
        match name {
            "AWS::AccountId" => return Value::text(ACCOUNT_ID),
            "AWS::NoValue" => return Value::Null,
            "AWS::Partition" => return Value::text("aws"),
            "AWS::Region" => return Value::text(&self.inputs.region),
            "AWS::StackName" => return Value::text(&self.inputs.stack_name),
            "AWS::URLSuffix" => return Value::text("amazonaws.com"),
            _ => {}
        }
        if let Some(value) = self.inputs.parameters.get(name) {
            return value.clone();
        }
        let Some((kind, physical)) = self.physical_name(name) else { return Value::Unknown };
        match (kind.ref_is_arn, physical) {
            (true, _) => self.attribute(name, "Arn"),
            (false, physical) => physical,
        }
    }

    /// The type and physical name of a resource, if its template names it.
    fn physical_name(&mut self, id: &str) -> Option<(&'static super::ResourceType, Value)> {
        let resource = *self.resources.get(id)?;
        let kind = resource_type(resource.get("Type")?.as_str()?)?;
        let name = resource.get("Properties")?.get(kind.name_property)?;
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let name = self.value(name, &Trail::Root);
        self.depth -= 1;
        Some((kind, name))
    }

    fn attribute(&mut self, id: &str, attribute: &str) -> Value {
        let Some((kind, Value::Text(name))) = self.physical_name(id) else { return Value::Unknown };
        if !matches!(attribute, "Arn" | "TopicArn") {
            return Value::Unknown;
        }
        let path = self.resources.get(id).and_then(|resource| resource.get("Properties")?.get("Path"));
        let path = path.map_or(Value::text("/"), |path| self.value(path, &Trail::Root));
        let arn = path.as_text().and_then(|path| kind.arn(&name, &self.inputs.region, path));
        arn.map_or(Value::Unknown, Value::text)
    }

    fn sub(&mut self, argument: &Tree<'_>, trail: &Trail<'_>) -> Value {
        let (text, local) = match argument {
            Tree::Text(text) => (&**text, None),
            Tree::List(items) => match items.as_slice() {
                [Tree::Text(text), local] => (&**text, Some(self.value(local, &Trail::Index(trail, 1)))),
                _ => return Value::Unknown,
            },
            _ => return Value::Unknown,
        };
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                result.push_str("${");
                rest = after;
                break;
            };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            let value = match (local.as_ref().and_then(|local| local.get(name)), name.split_once('.')) {
                (Some(value), _) => value.clone(),
                (None, Some((resource, attribute))) => self.attribute(resource, attribute),
                (None, None) => self.reference(name),
            };
            let Value::Text(value) = value else { return Value::Unknown };
            result.push_str(&value);
        }
        result.push_str(rest);
        Value::text(result)
    }
}

/// Functions of values alone.
fn plain(name: &str, arguments: &Value, template: &Tree<'_>) -> Value {
    let Value::List(arguments) = arguments else { return Value::Unknown };
    match (name, arguments.as_slice()) {
        ("Join", [Value::Text(delimiter), Value::List(items)]) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_text).collect();
            texts.map_or(Value::Unknown, |texts| Value::text(texts.join(delimiter)))
        }
        ("Split", [Value::Text(delimiter), Value::Text(text)]) if !delimiter.is_empty() => {
            Value::List(text.split(delimiter.as_str()).map(Value::text).collect())
        }
        ("Select", [Value::Text(index), Value::List(items)]) => {
            index.parse::<usize>().ok().and_then(|index| items.get(index)).cloned().unwrap_or(Value::Unknown)
        }
        ("FindInMap", [Value::Text(map), Value::Text(first), Value::Text(second)]) => {
            let found = template.get("Mappings").and_then(|maps| maps.get(map)?.get(first)?.get(second));
            match found {
                Some(Tree::List(items)) => {
                    Value::List(items.iter().filter_map(Tree::scalar_text).map(Value::text).collect())
                }
                found => found.and_then(Tree::scalar_text).map_or(Value::Unknown, Value::text),
            }
        }
        _ => Value::Unknown,
    }
}
