//! CloudFormation's intrinsic functions.

use std::collections::HashMap;

use super::{
    ACCOUNT_ID, Fault, FaultKind, Import, Inputs, InternedText, ResourceType, StackOutput, Value, plain, resource_type,
};
use crate::logical_path::Trail;
use crate::template::function;
use crate::yaml::Tree;

/// How deep functions may refer to resources that refer to others.
const DEEPEST: usize = 32;

/// Evaluates the values of one template.
pub struct Evaluator<'a> {
    pub(super) template: &'a Tree<'a>,
    resources: HashMap<&'a str, &'a Tree<'a>>,
    inputs: &'a Inputs,
    /// `None` if it cannot be known, and while it is worked out.
    pub(super) conditions: HashMap<&'a str, Option<bool>>,
    /// The imports that were met.
    pub imports: Vec<Import>,
    /// The outputs of other stacks that were met.
    pub stack_outputs: Vec<StackOutput>,
    /// What certainly stops the stack.
    pub faults: Vec<Fault>,
    /// Whether what is looked at certainly is part of the stack. What it takes from other stacks is unknown otherwise, and
    /// nothing is a fault.
    pub is_certain: bool,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub fn new(template: &'a Tree<'a>, inputs: &'a Inputs) -> Evaluator<'a> {
        Evaluator {
            template,
            resources: template.get("Resources").into_iter().flat_map(Tree::entries).collect(),
            inputs,
            conditions: HashMap::new(),
            imports: Vec::new(),
            stack_outputs: Vec::new(),
            faults: Vec::new(),
            is_certain: !inputs.macros.is_custom,
            depth: 0,
        }
    }

    /// Remembers what certainly stops the stack. What is only looked at to know a name is reported where it stands.
    fn fault(&mut self, trail: &Trail<'_>, kind: impl FnOnce() -> FaultKind) {
        if self.is_certain && self.depth == 0 {
            self.faults.push(Fault { path: trail.path(), kind: kind() });
        }
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
        match (name, argument) {
            ("Ref", Tree::Text(name)) => self.reference(name, trail),
            ("GetAtt", Tree::Text(text)) => match text.split_once('.') {
                Some((resource, attribute)) => self.attribute(resource, attribute, trail),
                None => Value::Unknown,
            },
            ("GetAtt", Tree::List(items)) => match items.as_slice() {
                [Tree::Text(resource), Tree::Text(attribute)] => self.attribute(resource, attribute, trail),
                _ => Value::Unknown,
            },
            ("Sub", _) => self.sub(argument, trail),
            ("If", Tree::List(items)) => match items.as_slice() {
                [Tree::Text(condition), yes, no] => self.choice(condition, yes, no, trail),
                _ => Value::Unknown,
            },
            ("ImportValue", _) => {
                let name = self.value(argument, trail);
                if self.depth == 0 {
                    let name = if self.is_certain { name } else { Value::Unknown };
                    self.imports.push(Import { name, path: trail.path() });
                }
                Value::Unknown
            }
            ("GetStackOutput", _) => {
                let arguments = self.value(argument, trail);
                self.stack_output(&arguments, trail);
                Value::Unknown
            }
            _ => {
                let arguments = self.value(argument, trail);
                self.plain(name, &arguments, trail)
            }
        }
    }

    /// Both values if nobody knows which: what they have in common is known.
    fn choice(&mut self, condition: &str, yes: &Tree<'_>, no: &Tree<'_>, trail: &Trail<'_>) -> Value {
        let (yes_trail, no_trail) = (Trail::Index(trail, 1), Trail::Index(trail, 2));
        match self.condition(condition) {
            Some(true) => self.value(yes, &yes_trail),
            Some(false) => self.value(no, &no_trail),
            None => {
                let before = std::mem::replace(&mut self.is_certain, false);
                let (yes, no) = (self.value(yes, &yes_trail), self.value(no, &no_trail));
                self.is_certain = before;
                if yes == no { yes } else { Value::Unknown }
            }
        }
    }

    fn stack_output(&mut self, arguments: &Value, trail: &Trail<'_>) {
        if self.depth > 0 {
            return;
        }
        let argument = |name: &str| arguments.get(name).cloned().filter(|_| self.is_certain);
        self.stack_outputs.push(StackOutput {
            stack_name: argument("StackName").unwrap_or(Value::Unknown),
            output: argument("OutputName").unwrap_or(Value::Unknown),
            region: argument("Region"),
            has_role: argument("RoleArn").is_some(),
            path: trail.path(),
        });
    }

    /// Functions of values alone.
    fn plain(&mut self, name: &str, arguments: &Value, trail: &Trail<'_>) -> Value {
        if let ("Base64", Value::Text(text)) = (name, arguments) {
            return plain::base64(text);
        }
        let Value::List(arguments) = arguments else { return Value::Unknown };
        match (name, arguments.as_slice()) {
            ("Join", [Value::Text(delimiter), Value::List(items)]) => plain::join(delimiter, items),
            ("Split", [Value::Text(delimiter), Value::Text(text)]) => plain::split(delimiter, text),
            ("Select", [Value::Text(index), Value::List(items)]) => self.select(index, items, trail),
            ("FindInMap", [Value::Text(map), Value::Text(first), Value::Text(second), options @ ..]) => {
                let default = options.first().map(|options| options.get("DefaultValue").unwrap_or(&Value::Unknown));
                self.find_in_map(map, [first, second], default, trail)
            }
            ("Length", items) => plain::length(items),
            ("Cidr", arguments) => plain::cidr(arguments),
            _ => Value::Unknown,
        }
    }

    fn select(&mut self, index: &str, items: &[Value], trail: &Trail<'_>) -> Value {
        let Ok(index) = index.trim().parse::<usize>() else { return Value::Unknown };
        // An item that is not known may be no item at all.
        let is_known = items.iter().take(index.saturating_add(1)).all(|item| *item != Value::Unknown);
        match items.get(index) {
            Some(item) if is_known => item.clone(),
            // An empty list parameter is a list of one empty text.
            None if is_known && !items.is_empty() => {
                self.fault(trail, || FaultKind::NoItem { index, length: items.len() });
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    fn find_in_map(&mut self, name: &str, keys: [&str; 2], default: Option<&Value>, trail: &Trail<'_>) -> Value {
        let Some(mapping) = self.template.get("Mappings").and_then(|mappings| mappings.get(name)) else {
            return Value::Unknown;
        };
        let includes = |values: &Tree<'_>| values.get("Fn::Transform").is_some();
        if keys.iter().any(|key| key.contains(ACCOUNT_ID)) || includes(mapping) {
            return Value::Unknown;
        }
        let values = mapping.get(keys[0]);
        if values.is_some_and(includes) {
            return Value::Unknown;
        }
        match values.and_then(|values| values.get(keys[1])) {
            Some(Tree::List(items)) => {
                Value::List(items.iter().filter_map(Tree::scalar_text).map(Value::text).collect())
            }
            Some(found) => found.scalar_text().map_or(Value::Unknown, Value::text),
            None => {
                if let Some(default) = default {
                    return default.clone();
                }
                let asked = &keys[..if values.is_some() { 2 } else { 1 }];
                self.fault(trail, || FaultKind::NoKey {
                    mapping: name.to_owned(),
                    keys: asked.iter().map(|key| (*key).to_owned()).collect(),
                });
                Value::Unknown
            }
        }
    }

    fn reference(&mut self, name: &str, trail: &Trail<'_>) -> Value {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return self.pseudo(pseudo);
        }
        if let Some(value) = self.inputs.parameters.get(name) {
            return value.clone();
        }
        let Some(resource) = self.resources.get(name).copied() else { return Value::Unknown };
        self.must_exist(name, resource, trail);
        let Some((kind, physical)) = self.physical_name(resource) else { return Value::Unknown };
        if kind.ref_is_arn { self.arn(resource, kind, physical) } else { physical }
    }

    /// A pseudo parameter, without `AWS::` (CloudFormation Template Reference, "Pseudo parameters reference").
    fn pseudo(&self, name: &str) -> Value {
        let region = &*self.inputs.region;
        // Without a region nobody knows the partition either.
        let by_region = |china: &str, government: &str, others: &str| match region {
            "" => Value::Unknown,
            region if region.starts_with("cn-") => Value::text(china),
            region if region.starts_with("us-gov-") => Value::text(government),
            region if region.contains("iso") => Value::Unknown,
            _ => Value::text(others),
        };
        match name {
            "AccountId" => Value::text(ACCOUNT_ID),
            "NoValue" => Value::Null,
            "Partition" => by_region("aws-cn", "aws-us-gov", "aws"),
            "Region" if !region.is_empty() => Value::text(region),
            "StackName" => Value::text(&self.inputs.stack_name),
            "URLSuffix" => by_region("amazonaws.com.cn", "amazonaws.com", "amazonaws.com"),
            _ => Value::Unknown,
        }
    }

    /// A resource that is referred to and whose condition is false stops the stack.
    fn must_exist(&mut self, id: &str, resource: &Tree<'_>, trail: &Trail<'_>) {
        if let Some(Tree::Text(condition)) = resource.get("Condition")
            && self.condition(condition) == Some(false)
        {
            let absent = || FaultKind::Absent { resource: id.to_owned(), condition: condition.to_string() };
            self.fault(trail, absent);
        }
    }

    /// The type and physical name of a resource, if its template names it.
    fn physical_name(&mut self, resource: &Tree<'_>) -> Option<(&'static ResourceType, Value)> {
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

    fn attribute(&mut self, id: &str, attribute: &str, trail: &Trail<'_>) -> Value {
        let Some(resource) = self.resources.get(id).copied() else { return Value::Unknown };
        self.must_exist(id, resource, trail);
        let Some(kind) = resource.get("Type").and_then(Tree::as_str).and_then(resource_type) else {
            return Value::Unknown;
        };
        let is_name = attribute == kind.name_property;
        if !is_name && !matches!(attribute, "Arn" | "TopicArn") {
            return Value::Unknown;
        }
        match self.physical_name(resource) {
            Some((_, name)) if is_name => name,
            Some((_, name)) => self.arn(resource, kind, name),
            None => Value::Unknown,
        }
    }

    /// The ARN of a resource, if that can be built.
    fn arn(&mut self, resource: &Tree<'_>, kind: &ResourceType, name: Value) -> Value {
        let Value::Text(name) = name else { return Value::Unknown };
        self.depth += 1;
        let path = resource.get("Properties").and_then(|properties| properties.get("Path"));
        let path = path.map_or(Value::text("/"), |path| self.value(path, &Trail::Root));
        self.depth -= 1;
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
                (None, Some((resource, attribute))) => self.attribute(resource, attribute, trail),
                (None, None) => self.reference(name, trail),
            };
            let Value::Text(value) = value else { return Value::Unknown };
            result.push_str(&value);
        }
        result.push_str(rest);
        Value::text(result)
    }
}
