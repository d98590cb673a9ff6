//! The stack as it is deployed: its resources, and what its template says of them.

use serde_json::json;
use serde_yaml::Value;

use crate::hook::actions::Failure;
use crate::host::{CallError, Host};
use crate::yaml::parse_value;

/// The types whose deletion people can be in the way of.
const KINDS: &[&str] =
    &["AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::S3::Bucket"];

/// See the module.
pub struct Deployed {
    /// The names that it exports.
    pub exports: Vec<String>,
    resources: Vec<Resource>,
    template: Value,
}

/// A resource of the stack.
pub struct Resource {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Its physical id: a name, or an ARN.
    pub name: String,
}

impl Deployed {
    /// Asks CloudFormation. `None` if there is no stack that can be deleted, or nothing in it that people can have added to.
    pub fn ask(host: &mut dyn Host, stack: &str) -> Result<Option<Deployed>, Failure> {
        let name = json!({"StackName": stack});
        let described = match host.call("cloudformation", "describe_stacks", name) {
            Ok(answer) => answer["Stacks"][0].clone(),
            Err(CallError::Aws { code, message })
                if code == "ValidationError" && message.contains("does not exist") =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if described["StackStatus"] == "REVIEW_IN_PROGRESS" || described["EnableTerminationProtection"] == true {
            return Ok(None);
        }
        let resources = resources(host, stack)?;
        if !resources.iter().any(|resource| KINDS.contains(&resource.kind.as_str())) {
            return Ok(None);
        }
        let outputs = described["Outputs"].as_array().into_iter().flatten();
        let exports = outputs.filter_map(|output| Some(output["ExportName"].as_str()?.to_owned())).collect();
        Ok(Some(Deployed { exports, resources, template: template(host, stack)? }))
    }

    /// The resources that go with the stack.
    pub fn leaving(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(|resource| {
            let policy = self.template["Resources"][resource.id.as_str()].get("DeletionPolicy").and_then(Value::as_str);
            !matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
        })
    }

    /// Whether the stack has a resource of this type and physical id.
    pub fn has(&self, kind: &str, name: &str) -> bool {
        self.resources.iter().any(|resource| resource.kind == kind && resource.name == name)
    }

    /// Whether a user of this name goes with the stack.
    pub fn takes_user(&self, name: &str) -> bool {
        self.leaving().any(|resource| resource.kind == "AWS::IAM::User" && resource.name == name)
    }

    /// Whether the template itself connects a resource with something else, such as a group or a policy: CloudFormation
    /// undoes that.
    pub fn connects(&self, resource: &Resource, other: &str) -> bool {
        let own = self.names(&resource.name);
        let others = self.names(other);
        let resources = self.template.get("Resources").and_then(Value::as_mapping);
        resources.into_iter().flatten().any(|(id, body)| {
            let is_about = |names: &[&str]| {
                names.iter().any(|name| id.as_str() == Some(name) || mentions(body, &|text| has_word(text, name)))
            };
            is_about(&own) && is_about(&others)
        })
    }

    /// Whether the template has an inline policy that may have this name.
    pub fn may_name_policy(&self, name: &str) -> bool {
        policy_names(&self.template).iter().any(|written| fits(written, name))
    }

    /// What a template calls the thing of a physical id: its last part, and its logical id.
    fn names<'a>(&'a self, physical: &'a str) -> Vec<&'a str> {
        let own =
            self.resources.iter().filter(|resource| resource.name == physical).map(|resource| resource.id.as_str());
        own.chain(physical.rsplit('/').next()).collect()
    }
}

fn resources(host: &mut dyn Host, stack: &str) -> Result<Vec<Resource>, Failure> {
    let mut found = Vec::new();
    let mut request = json!({"StackName": stack});
    loop {
        let page = host.call("cloudformation", "list_stack_resources", request.clone())?;
        for summary in page["StackResourceSummaries"].as_array().into_iter().flatten() {
            let text = |key: &str| summary[key].as_str().unwrap_or_default().to_owned();
            let is_gone = matches!(text("ResourceStatus").as_str(), "DELETE_COMPLETE" | "DELETE_SKIPPED");
            let [id, kind, name] = ["LogicalResourceId", "ResourceType", "PhysicalResourceId"].map(text);
            // One whose creation failed early has no physical id.
            if !is_gone && !name.is_empty() {
                found.push(Resource { id, kind, name });
            }
        }
        match page["NextToken"].as_str() {
            Some(token) => request["NextToken"] = json!(token),
            None => return Ok(found),
        }
    }
}

/// As CloudFormation works with it: after macros. What cannot be read must stop here, as nobody knows what is to be kept.
fn template(host: &mut dyn Host, stack: &str) -> Result<Value, Failure> {
    let request = json!({"StackName": stack, "TemplateStage": "Processed"});
    let answer = host.call("cloudformation", "get_template", request)?;
    let read = match &answer["TemplateBody"] {
        serde_json::Value::String(text) => parse_value(text).map_err(|error| error.message),
        parsed => serde_yaml::to_value(parsed).map_err(|error| error.to_string()),
    };
    let template = read.map_err(|reason| Failure::Other(format!("the deployed template cannot be read: {reason}")))?;
    if template.get("Resources").is_some_and(Value::is_mapping) {
        Ok(template)
    } else {
        Err(Failure::Other("the deployed template cannot be read: it has no resources".to_owned()))
    }
}

/// Whether some text in a value is what is looked for.
fn mentions(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_it(text),
        Value::Sequence(items) => items.iter().any(|item| mentions(item, is_it)),
        Value::Mapping(entries) => entries.values().any(|value| mentions(value, is_it)),
        Value::Tagged(tagged) => mentions(&tagged.value, is_it),
        _ => false,
    }
}

/// Whether a name stands in a text, and is not a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(word)
        .any(|(start, _)| !text[..start].ends_with(is_part) && !text[start + word.len()..].starts_with(is_part))
}

/// Every `PolicyName` of a template.
fn policy_names(value: &Value) -> Vec<&Value> {
    match value {
        Value::Sequence(items) => items.iter().flat_map(policy_names).collect(),
        Value::Mapping(entries) => {
            let own = entries.get("PolicyName").into_iter();
            own.chain(entries.values().flat_map(policy_names)).collect()
        }
        Value::Tagged(tagged) => policy_names(&tagged.value),
        _ => Vec::new(),
    }
}

/// Whether a name can come of what a template writes: a text, or one with `${…}` in it. Other functions may give anything.
fn fits(written: &Value, name: &str) -> bool {
    let text = match written {
        Value::String(text) => text,
        Value::Tagged(tagged) if tagged.tag == "!Sub" => match tagged.value.as_str() {
            Some(text) => text,
            None => return true,
        },
        Value::Mapping(entries) => match entries.get("Fn::Sub").and_then(Value::as_str) {
            Some(text) => text,
            None => return true,
        },
        _ => return true,
    };
    let Some((first, variables)) = text.split_once("${") else { return text == name };
    let mut literals: Vec<&str> =
        variables.split("${").map(|piece| piece.split_once('}').map_or("", |(_, literal)| literal)).collect();
    let last = literals.pop().unwrap_or_default();
    let between = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last));
    literals.iter().try_fold(between.unwrap_or_default(), |rest, literal| Some(rest.split_once(literal)?.1)).is_some()
        && between.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(has_word("arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess"));
        assert!(has_word("${Group}", "Group") && has_word("Group.Arn", "Group"));
        assert!(!has_word("Group2", "Group") && !has_word("ses-prod-admin", "admin") && !has_word("", "Group"));
    }

    #[test]
    fn names_fit_what_is_written() {
        let value = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        for (written, name, expected) in [
            ("read", "read", true),
            ("read", "reader", false),
            ("!Sub '${Project}-${Env}-read'", "ses-prod-read", true),
            ("!Sub '${Project}-${Env}-read'", "ses-prod-write", false),
            ("!Sub 'x-${Env}'", "x-prod", true),
            ("!Sub 'x-${Env}-y'", "x-a-y-b-y", true),
            ("!Sub 'x-${Env}-y'", "x-a-y-b", false),
            ("!Sub '${A}/${B}'", "a/b", true),
            ("!Sub '${A}/${B}'", "ab", false),
            ("!Sub 'x-${Env}'", "y-prod", false),
            ("{'Fn::Sub': 'x-${Env}'}", "y-prod", false),
            ("{'Fn::Join': ['-', [a, b]]}", "anything", true),
            ("!Ref Name", "anything", true),
        ] {
            assert_eq!(fits(&value(written), name), expected, "{written} {name}");
        }
    }
}
