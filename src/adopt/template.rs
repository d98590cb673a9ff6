//! The template of the change set.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Error;
use super::find::Candidate;
use super::resolved::{Resolver, scalar};
use crate::account::Account;
use crate::template::{Template, function};
use crate::yaml::Tree;

/// What the change set begins with.
pub struct Base {
    /// The template.
    pub document: Value,
    /// The parameters that it declares.
    pub parameters: Vec<String>,
}

/// A template with the resources to import.
pub struct Built {
    /// The template.
    pub document: Value,
    /// Properties that could not be told, by logical id.
    pub without: BTreeMap<String, Vec<String>>,
}

/// The template of a stack that is there, as it is deployed; else one without resources.
pub fn base(account: &mut Account<'_>, stack: &str, is_there: bool) -> Result<Base, Error> {
    if !is_there {
        let document = json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}});
        return Ok(Base { document, parameters: Vec::new() });
    }
    let answer = account
        .ask("cloudformation", "get_template", json!({"StackName": stack}))
        .map_err(|error| Error::of(account, error))?;
    let document = match &answer["TemplateBody"] {
        Value::String(text) => {
            let parsed = Template::parse(text)
                .map_err(|_| Error::Stopped(format!("the template that `{stack}` is deployed with cannot be read")))?;
            as_json(&parsed.body)
        }
        // boto3 parses a template that is JSON.
        parsed => parsed.clone(),
    };
    let declared = document["Parameters"].as_object().map(|declared| declared.keys().cloned().collect());
    Ok(Base { parameters: declared.unwrap_or_default(), document })
}

/// A template with these resources added, each as it is now.
pub fn with(base: &Value, candidates: &[&Candidate], account: &Account<'_>) -> Built {
    let imported: BTreeSet<String> = candidates.iter().map(|candidate| candidate.id.clone()).collect();
    let mut built = Built { document: base.clone(), without: BTreeMap::new() };
    for candidate in candidates {
        let (resource, without) = resource(candidate, &imported, &account.number);
        built.document["Resources"][&candidate.id] = resource;
        built.without.insert(candidate.id.clone(), without);
    }
    built
}

/// `Retain`, whatever the project says: an import that fails or is taken back must not delete what was there before it.
fn resource(candidate: &Candidate, imported: &BTreeSet<String>, account: &str) -> (Value, Vec<String>) {
    let (mut properties, without) = declared(candidate, imported, account);
    if let Some(live) = candidate.live() {
        let name = crate::evaluate::resource_type(&candidate.kind).map(|kind| kind.name_property);
        properties.retain(|key, _| Some(key.as_str()) == name);
        properties.extend(live.as_object().cloned().unwrap_or_default());
    }
    let resource = json!({
        "Type": candidate.kind, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": properties,
    });
    (resource, without)
}

/// The properties by the template, and the names of those that cannot be told.
fn declared(candidate: &Candidate, imported: &BTreeSet<String>, account: &str) -> (Map<String, Value>, Vec<String>) {
    let (mut properties, mut without) = (Map::new(), Vec::new());
    let Ok(template) = Template::parse(&candidate.source.text) else { return (properties, without) };
    let resolver = Resolver { template: &template.body, inputs: &candidate.source.inputs, imported, account };
    let declared = template.body.get("Resources").and_then(|all| all.get(&candidate.id)?.get("Properties"));
    for (name, value) in declared.into_iter().flat_map(Tree::entries) {
        match resolver.json(value) {
            Ok(Some(value)) => {
                properties.insert(name.to_owned(), value);
            }
            Ok(None) => {}
            Err(_) => without.push(name.to_owned()),
        }
    }
    (properties, without)
}

/// A whole template as JSON, with the long forms of the functions: what it says stays the same.
fn as_json(tree: &Tree<'_>) -> Value {
    if let (Tree::Tagged(_), Some((name, argument))) = (tree, function(tree)) {
        let argument = match (name, argument) {
            ("GetAtt", Tree::Text(text)) => text.split_once('.').map_or(json!(text), |(id, rest)| json!([id, rest])),
            _ => as_json(argument),
        };
        let long = if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
        return json!({long: argument});
    }
    match tree {
        Tree::Map(entries) => {
            entries.iter().map(|(key, item)| (key.to_string(), as_json(item))).collect::<Map<_, _>>().into()
        }
        Tree::List(items) => items.iter().map(as_json).collect(),
        Tree::Tagged(tagged) => as_json(&tagged.1),
        other => scalar(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployed_template_says_the_same_in_json() {
        let text = "
Conditions: {C: !Not [!Condition D]}
Resources:
  A: {Type: T, Properties: {B: !GetAtt A.Arn, C: !Sub '${X}', D: !Ref X, E: 90, F: true, G: '90', H: !If [C, 1, 2]}}
";
        assert_eq!(
            as_json(&crate::yaml::parse_tree(text).unwrap()),
            json!({
                "Conditions": {"C": {"Fn::Not": [{"Condition": "D"}]}},
                "Resources": {"A": {"Type": "T", "Properties": {
                    "B": {"Fn::GetAtt": ["A", "Arn"]}, "C": {"Fn::Sub": "${X}"}, "D": {"Ref": "X"}, "E": 90, "F": true,
                    "G": "90", "H": {"Fn::If": ["C", 1, 2]}}}},
            })
        );
    }
}
