//! How AWS is asked whether a resource of a type is there. The table is data (`probes.json`), so that tests of another
//! language can hold it against AWS's own models.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// One type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Such as `AWS::S3::Bucket`.
    pub kind: String,
    /// The service, as boto3 calls it.
    pub service: String,
    /// The operation, as boto3 calls it.
    pub operation: String,
    /// The property that names a resource of a type that has no name of its own.
    #[serde(default)]
    pub named_by: Option<String>,
    /// Its parameters, with `{name}` and `{arn}`.
    parameters: Value,
    /// The error codes that say that there is none.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The error codes that say that it belongs to another account, or that nobody here may look at it.
    #[serde(default)]
    pub foreign: Vec<String>,
    /// For an operation that lists: the lists of its answer, and the key of a name in each.
    #[serde(default)]
    lists: BTreeMap<String, String>,
    /// The identifiers of an import that are no property with the name, by their places in the answer.
    #[serde(default)]
    pub identifiers: BTreeMap<String, String>,
    /// The place in the answer of what CloudFormation calls the physical id, if that is not the name.
    #[serde(default)]
    physical: Option<String>,
    /// The place in the answer of the date on which it will be gone.
    #[serde(default)]
    leaving: Option<String>,
}

static PROBES: LazyLock<Vec<Probe>> =
    LazyLock::new(|| serde_json::from_str(include_str!("probes.json")).expect("probes.json is a list of probes"));

/// How to ask for resources of a type; `None` if that is not known.
#[must_use]
pub fn probe(kind: &str) -> Option<&'static Probe> {
    PROBES.iter().find(|probe| probe.kind == kind)
}

impl Probe {
    /// The parameters of the call.
    #[must_use]
    pub fn parameters(&self, name: &str, arn: &str) -> Value {
        filled(&self.parameters, name, arn)
    }

    /// The resource of this name in an answer; `None` if the answer lists others only.
    #[must_use]
    pub fn found<'a>(&self, answer: &'a Value, name: &str) -> Option<&'a Value> {
        if self.lists.is_empty() {
            return Some(answer);
        }
        let items = self.lists.iter().flat_map(|(list, key)| {
            answer[list].as_array().into_iter().flatten().map(move |item| (item, key.as_str()))
        });
        items.into_iter().find(|(item, key)| item[*key] == name).map(|(item, _)| item)
    }

    /// What CloudFormation calls the resource.
    #[must_use]
    pub fn physical_id(&self, resource: &Value, name: &str) -> String {
        let place = self.physical.as_deref().and_then(|place| resource.pointer(place));
        place.and_then(Value::as_str).unwrap_or(name).to_owned()
    }

    /// Whether it is scheduled to be deleted.
    #[must_use]
    pub fn is_leaving(&self, resource: &Value) -> bool {
        self.leaving.as_deref().and_then(|place| resource.pointer(place)).is_some_and(|date| !date.is_null())
    }
}

fn filled(value: &Value, name: &str, arn: &str) -> Value {
    match value {
        Value::String(text) => match text.as_str() {
            "{name}" => name.into(),
            "{arn}" => arn.into(),
            other => other.into(),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, name, arn)).collect(),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, item)| (key.clone(), filled(item, name, arn)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::resource_types;
    use serde_json::json;

    #[test]
    fn every_type_with_a_name_can_be_asked_for() {
        for known in resource_types() {
            assert!(probe(known.kind).is_some(), "{}", known.kind);
        }
        assert!(PROBES.is_sorted_by(|a, b| a.kind < b.kind));
    }

    #[test]
    fn a_list_by_prefix_may_hold_others_only() {
        let probe = probe("AWS::Logs::LogGroup").unwrap();
        assert_eq!(probe.parameters("/a", ""), json!({"logGroupNamePrefix": "/a"}));
        let answer = json!({"logGroups": [{"logGroupName": "/a/b"}]});
        assert_eq!(probe.found(&answer, "/a"), None);
        assert!(probe.found(&answer, "/a/b").is_some());
    }

    #[test]
    fn a_secret_may_be_there_and_leaving() {
        let probe = probe("AWS::SecretsManager::Secret").unwrap();
        let secret = json!({"ARN": "arn:x", "DeletedDate": "2027-01-01T00:00:00Z"});
        assert!(probe.is_leaving(&secret));
        assert!(!probe.is_leaving(&json!({"ARN": "arn:x", "DeletedDate": null})));
        assert_eq!(probe.physical_id(&secret, "x"), "arn:x");
    }
}
