//! A piece of a template as it is in one stack: parameters, conditions and names are put in their places. What is left are
//! references to resources that are imported together with it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::evaluate::{ACCOUNT_ID, Inputs, Value, condition, value_of};
use crate::template::function;
use crate::yaml::Tree;

/// What a piece cannot be told without, such as the ARN of a key that does not exist yet, or a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKnown;

/// A template in one stack of one account.
pub struct Resolver<'a> {
    /// The template.
    pub template: &'a Tree<'a>,
    /// The values of the stack.
    pub inputs: &'a Inputs,
    /// The resources that may be referred to.
    pub imported: &'a BTreeSet<String>,
    /// The number of the account.
    pub account: &'a str,
}

impl Resolver<'_> {
    /// The piece as JSON; `None` if it is left out, as with `AWS::NoValue`.
    pub fn json(&self, piece: &Tree<'_>) -> Result<Option<Json>, NotKnown> {
        if let Some((name, argument)) = function(piece) {
            return match value_of(self.template, self.inputs, piece) {
                Value::Null => Ok(None),
                value if value.is_uncertain() => self.reference(name, argument),
                value => Ok(Some(self.literal(&value))),
            };
        }
        Ok(match piece {
            Tree::Map(entries) => {
                let mut map = serde_json::Map::new();
                for (key, item) in entries {
                    if let Some(item) = self.json(item)? {
                        map.insert(key.to_string(), item);
                    }
                }
                Some(map.into())
            }
            Tree::List(items) => {
                let items: Result<Vec<Option<Json>>, NotKnown> = items.iter().map(|item| self.json(item)).collect();
                Some(items?.into_iter().flatten().collect())
            }
            Tree::Tagged(_) => return Err(NotKnown),
            scalar => Some(self::scalar(scalar)),
        })
    }

    /// A function whose value is not known here: a reference to what is imported stays one.
    fn reference(&self, name: &str, argument: &Tree<'_>) -> Result<Option<Json>, NotKnown> {
        let imported = |id: &str| self.imported.contains(id).then(|| id.to_owned()).ok_or(NotKnown);
        match (name, argument.as_list()) {
            ("Ref", _) => Ok(Some(json!({"Ref": imported(argument.as_str().ok_or(NotKnown)?)?}))),
            ("GetAtt", Some([id, attribute])) => {
                let (id, attribute) = (id.as_str().ok_or(NotKnown)?, attribute.as_str().ok_or(NotKnown)?);
                Ok(Some(json!({"Fn::GetAtt": [imported(id)?, attribute]})))
            }
            ("GetAtt", None) => {
                let (id, attribute) = argument.as_str().and_then(|text| text.split_once('.')).ok_or(NotKnown)?;
                Ok(Some(json!({"Fn::GetAtt": [imported(id)?, attribute]})))
            }
            ("If", Some([name, yes, no])) => {
                let holds = name.as_str().and_then(|name| condition(self.template, self.inputs, name));
                self.json(if holds.ok_or(NotKnown)? { yes } else { no })
            }
            ("Sub", None) => self.sub(argument.as_str().ok_or(NotKnown)?),
            ("Join", Some(_)) => Ok(self.json_items(argument)?.map(|items| json!({"Fn::Join": items}))),
            _ => Err(NotKnown),
        }
    }

    fn json_items(&self, argument: &Tree<'_>) -> Result<Option<Json>, NotKnown> {
        let items: Result<Vec<Option<Json>>, NotKnown> =
            argument.as_list().unwrap_or_default().iter().map(|item| self.json(item)).collect();
        Ok(Some(items?.into_iter().flatten().collect()))
    }

    /// A text in which the known names are values, and those of imported resources stay.
    fn sub(&self, text: &str) -> Result<Option<Json>, NotKnown> {
        let (mut result, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or(NotKnown)?;
            result.push_str(before);
            rest = after;
            if name.starts_with('!') {
                result.push_str(&format!("${{{name}}}"));
                continue;
            }
            let name = name.trim();
            let kind = if name.contains('.') && !name.starts_with("AWS::") { "GetAtt" } else { "Ref" };
            let reference = Tree::Tagged(Box::new((kind.into(), Tree::Text(name.into()))));
            match value_of(self.template, self.inputs, &reference) {
                Value::Text(value) => result.push_str(&self.real(&value)),
                _ if self.imported.contains(name.split('.').next().unwrap_or(name)) => {
                    result.push_str(&format!("${{{name}}}"));
                }
                _ => return Err(NotKnown),
            }
        }
        result.push_str(rest);
        Ok(Some(json!({"Fn::Sub": result})))
    }

    fn literal(&self, value: &Value) -> Json {
        match value {
            Value::Text(text) => self.real(text).into(),
            Value::List(items) => items.iter().map(|item| self.literal(item)).collect(),
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, item)| (key.to_string(), self.literal(item)));
                entries.collect::<serde_json::Map<_, _>>().into()
            }
            Value::Null | Value::Unknown => Json::Null,
        }
    }

    fn real(&self, text: &str) -> String {
        text.replace(ACCOUNT_ID, self.account)
    }
}

/// A scalar with its own type: CloudFormation compares the next template with it.
pub fn scalar(tree: &Tree<'_>) -> Json {
    match tree {
        Tree::Bool(flag) => json!(flag),
        Tree::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Tree::Text(text) => json!(text),
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const TEMPLATE: &str = "
Parameters: {Env: {Type: String}, Secret: {Type: String, NoEcho: true}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Key: {Type: 'AWS::KMS::Key'}
  Other: {Type: 'AWS::KMS::Key'}
  Set: {Type: 'AWS::SES::ConfigurationSet', Properties: {Name: !Sub '${Env}-config'}}
";

    fn resolved(piece: &str) -> Result<Option<Json>, NotKnown> {
        let template = crate::yaml::parse_tree(TEMPLATE).unwrap();
        let inputs = Inputs {
            parameters: BTreeMap::from([("Env".to_owned(), Value::text("prod"))]),
            region: "ap-northeast-1".to_owned(),
            stack_name: "demo".to_owned(),
            ..Inputs::default()
        };
        let imported = BTreeSet::from(["Key".to_owned()]);
        let resolver = Resolver { template: &template, inputs: &inputs, imported: &imported, account: "123456789012" };
        resolver.json(&crate::yaml::parse_tree(piece).unwrap())
    }

    #[test]
    fn what_is_known_is_a_literal_of_its_own_type() {
        for (piece, expected) in [
            ("{a: 1, b: true, c: '1', d: x}", json!({"a": 1, "b": true, "c": "1", "d": "x"})),
            ("!Sub '${Env}-${AWS::AccountId}'", json!("prod-123456789012")),
            ("!Ref Set", json!("prod-config")),
            ("[!If [IsProd, a, b], !Ref 'AWS::NoValue']", json!(["a"])),
            ("!If [IsProd, {Arn: !GetAtt Key.Arn}, x]", json!({"Arn": {"Fn::GetAtt": ["Key", "Arn"]}})),
        ] {
            assert_eq!(resolved(piece), Ok(Some(expected)), "{piece}");
        }
        assert_eq!(resolved("!Ref 'AWS::NoValue'"), Ok(None));
    }

    #[test]
    fn references_to_what_is_imported_stay() {
        for (piece, expected) in [
            ("!Ref Key", json!({"Ref": "Key"})),
            ("!GetAtt Key.Arn", json!({"Fn::GetAtt": ["Key", "Arn"]})),
            ("!Sub '${Env}/${Key.Arn}/${!x}'", json!({"Fn::Sub": "prod/${Key.Arn}/${!x}"})),
            ("!Join ['-', [!Ref Env, !Ref Key]]", json!({"Fn::Join": ["-", ["prod", {"Ref": "Key"}]]})),
        ] {
            assert_eq!(resolved(piece), Ok(Some(expected)), "{piece}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for piece in ["!GetAtt Other.Arn", "!Ref Other", "!Sub '${Other}'", "!Ref Secret", "a: [{b: !Ref Secret}]"] {
            assert_eq!(resolved(piece), Err(NotKnown), "{piece}");
        }
    }
}
