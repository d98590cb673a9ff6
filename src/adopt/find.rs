//! What exists of the resources of a stack, and belongs to no stack.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::live;
use crate::account::{Account, Found, Holder, probe};
use crate::deployment::Given;
use crate::evaluate::{Inputs, Resource};
use crate::host::CallError;
use crate::link::{LinkedStack, inputs};
use crate::logical_path::LogicalPath;
use crate::template::{ParameterValue, Template};
use crate::words;

/// How many deleted stacks of one name are looked at.
const MOST_DELETED: usize = 20;

/// What exists of a stack.
pub struct Findings {
    /// What could be imported.
    pub candidates: Vec<Candidate>,
    /// What cannot.
    pub left: Vec<Left>,
}

/// A resource that exists and is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// A resource that exists and belongs to no stack.
pub struct Candidate {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub kind: String,
    physical_id: String,
    found: Option<Found>,
    /// The template that says what its properties are, with the values of its parameters.
    pub source: Rc<Source>,
    /// When its stack was deleted, if one had it.
    deleted: Option<String>,
}

/// A template with the values that its stack gives or gave.
pub struct Source {
    /// Its text.
    pub text: String,
    /// See [`inputs`].
    pub inputs: Inputs,
}

/// See the module.
pub fn find(account: &mut Account<'_>, stack: &LinkedStack) -> Result<Findings, CallError> {
    let own = account.resources(&stack.stack.external_name())?;
    let retained = retained(account, stack)?;
    let project = stack.template.as_ref().and_then(|template| {
        let text = stack.stack.folders.files.read_text(&template.file).ok()?;
        let parsed = Template::parse(&text).ok()?;
        let inputs = inputs(&stack.stack, &parsed, &crate::deployment::given(&stack.stack).0);
        Some(Rc::new(Source { text, inputs }))
    });
    let mut findings = Findings { candidates: Vec::new(), left: Vec::new() };
    let Some(project) = project else { return Ok(findings) };
    for resource in stack.resources().iter().filter(|one| one.certain) {
        if own.iter().any(|one| one.id == resource.id && !one.status.starts_with("DELETE_")) {
            continue;
        }
        let from = retained.get(&(resource.id.clone(), resource.kind.clone()));
        let holder = holder(account, resource, from)?;
        let left =
            |reason: &str| Left { id: resource.id.clone(), kind: resource.kind.clone(), reason: reason.to_owned() };
        match holder {
            None | Some(Holder::Nobody) => {}
            Some(Holder::NoStack(found)) => {
                let same = from.filter(|from| from.physical_id == found.physical_id);
                findings.candidates.push(Candidate {
                    id: resource.id.clone(),
                    kind: resource.kind.clone(),
                    physical_id: found.physical_id.clone(),
                    found: Some(found).filter(|found| !found.answer.is_null()),
                    source: same.map_or(&project, |from| &from.source).clone(),
                    deleted: same.map(|from| from.deleted.clone()),
                });
            }
            Some(Holder::Stack(name, _)) => findings.left.push(left(&format!("belongs to the stack `{name}`"))),
            Some(Holder::Leaving(_)) => {
                findings.left.push(left("is scheduled for deletion: cancel that first, then adopt again"));
            }
            Some(Holder::Elsewhere) => {
                findings.left.push(left("belongs to another account, or these credentials may not look at it"));
            }
        }
    }
    Ok(findings)
}

/// A resource that a stack has left behind when it was deleted.
struct Retained {
    physical_id: String,
    source: Rc<Source>,
    deleted: String,
}

/// What there is of a resource: by its name, else by what a deleted stack called it.
fn holder(
    account: &mut Account<'_>,
    resource: &Resource,
    retained: Option<&Retained>,
) -> Result<Option<Holder>, CallError> {
    let by_name = account.holder_of(resource)?;
    let (None, Some(retained)) = (&by_name, retained) else { return Ok(by_name) };
    let id = &retained.physical_id;
    if probe(&resource.kind).is_some() {
        return account.holder(&resource.kind, id, id);
    }
    // Nobody here knows how to ask for it. CloudFormation looks whether it exists.
    let found = Found { physical_id: id.clone(), answer: Value::Null };
    Ok(Some(match account.owner(&resource.kind, id)? {
        Some(name) => Holder::Stack(name, found),
        None => Holder::NoStack(found),
    }))
}

/// What deleted stacks of this name have left behind, by logical id and type: the last of them wins. CloudFormation knows
/// deleted stacks for 90 days (CloudFormation API Reference, `ListStacks`).
fn retained(account: &mut Account<'_>, stack: &LinkedStack) -> Result<BTreeMap<(String, String), Retained>, CallError> {
    let name = stack.stack.external_name();
    let filter = json!({"StackStatusFilter": ["DELETE_COMPLETE"]});
    let mut deleted = account.list("cloudformation", "list_stacks", filter, "StackSummaries")?;
    deleted.retain(|one| one["StackName"] == name.as_str());
    let time = |one: &Value| one["DeletionTime"].as_str().unwrap_or_default().to_owned();
    deleted.sort_by_key(time);
    let mut retained = BTreeMap::new();
    for one in deleted.iter().rev().take(MOST_DELETED) {
        let id = one["StackId"].as_str().unwrap_or_default();
        let mut left = account.resources(id)?;
        left.retain(|one| one.status == "DELETE_SKIPPED" && !one.physical_id.is_empty());
        if left.is_empty() {
            continue;
        }
        let Some(source) = deleted_source(account, stack, id)?.map(Rc::new) else { continue };
        for resource in left {
            retained.entry((resource.id, resource.kind)).or_insert(Retained {
                physical_id: resource.physical_id,
                source: Rc::clone(&source),
                deleted: time(one),
            });
        }
    }
    Ok(retained)
}

/// The template and the values of a deleted stack: they say what its resources are, whatever the project says today.
fn deleted_source(account: &mut Account<'_>, stack: &LinkedStack, id: &str) -> Result<Option<Source>, CallError> {
    let template = account.ask("cloudformation", "get_template", json!({"StackName": id}))?;
    let text = match &template["TemplateBody"] {
        Value::String(text) => text.clone(),
        // boto3 parses a template that is JSON.
        parsed => parsed.to_string(),
    };
    let described = account.ask("cloudformation", "describe_stacks", json!({"StackName": id}))?;
    let given = described["Stacks"][0]["Parameters"].as_array().into_iter().flatten().filter_map(|one| {
        let (name, value) = (one["ParameterKey"].as_str()?, one["ParameterValue"].as_str()?);
        let value = Some(ParameterValue::Text(value.to_owned()));
        Some(Given { name: name.to_owned(), value, origin: LogicalPath::default() })
    });
    let given: Vec<Given> = given.collect();
    let inputs = Template::parse(&text).ok().map(|parsed| inputs(&stack.stack, &parsed, &given));
    Ok(inputs.map(|inputs| Source { text, inputs }))
}

impl Candidate {
    /// Where it comes from, in words.
    pub fn origin(&self) -> String {
        match &self.deleted {
            Some(time) => format!("left behind on {}", words::printable(time.get(..10).unwrap_or(time))),
            None if live::is_known(&self.kind) => "made by others, described as it is".to_owned(),
            None => "made by others, taken for what the template says".to_owned(),
        }
    }

    /// Its properties, if its service was asked for them.
    pub fn live(&self) -> Option<Value> {
        live::properties(&self.kind, &self.found.as_ref()?.answer)
    }

    /// The same, as one that is not imported.
    pub fn left(&self, reason: String) -> Left {
        Left { id: self.id.clone(), kind: self.kind.clone(), reason }
    }

    /// What identifies it, by the properties that CloudFormation names; or why it cannot be imported.
    pub fn identifier(&self, keys: Option<&Vec<String>>, properties: &Value) -> Result<Value, String> {
        let Some(keys) = keys.filter(|keys| !keys.is_empty()) else {
            return Err("CloudFormation cannot import this type".to_owned());
        };
        let mut identifier = Map::new();
        for key in keys {
            let value = self.identifier_value(key, keys.len(), properties);
            let value = value.ok_or_else(|| format!("its `{key}` is not known"))?;
            identifier.insert(key.clone(), value.into());
        }
        Ok(identifier.into())
    }

    fn identifier_value(&self, key: &str, keys: usize, properties: &Value) -> Option<String> {
        let in_answer = || {
            let place = probe(&self.kind)?.identifiers.get(key)?;
            self.found.as_ref()?.answer.pointer(place)?.as_str()
        };
        let only = || (keys == 1).then_some(self.physical_id.as_str());
        properties[key].as_str().or_else(in_answer).or_else(only).map(str::to_owned)
    }
}
