//! What runs when Sceptre resolves `!sesame <key>`: one value of the group's `environment:`, or one that AWS knows.

use serde_json::Value as Json;
use serde_yaml::Value;

use crate::host::{Host, account_id};
use crate::project::environment::{ACCOUNT_ID, lookup};
use crate::template::ParameterValue;

/// The value of a key, as CloudFormation takes it: a text or a list of texts. The host is asked for what only AWS knows.
///
/// # Errors
/// A sentence, if the key does not exist or holds a mapping, or if AWS does not answer.
pub fn resolve(environment: Option<&Value>, key: &str, host: &mut dyn Host) -> Result<ParameterValue, String> {
    if key == ACCOUNT_ID {
        return account_id(host).map(ParameterValue::Text);
    }
    let value = lookup(environment, key).map_err(|problem| match problem.help {
        Some(help) => format!("{}; {help}", problem.message),
        None => problem.message,
    })?;
    ParameterValue::from_config(value)
        .ok_or_else(|| format!("`{key}` is {}; name one value below it", crate::yaml::kind(value)))
}

/// The value as JSON, for the plugin.
#[must_use]
pub fn to_json(value: &ParameterValue) -> Json {
    match value {
        ParameterValue::Text(text) => Json::from(text.as_str()),
        ParameterValue::List(items) => Json::from(items.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::CallError;
    use crate::host::recorded::RecordedHost;
    use serde_json::json;

    #[test]
    fn values_come_as_text_or_lists_of_text() {
        let environment = serde_yaml::from_str("{flag: true, days: 90, people: [a, b], nested: {x: 1}}").unwrap();
        let resolved = |key: &str| resolve(Some(&environment), key, &mut RecordedHost::default());
        assert_eq!(resolved("flag").unwrap(), ParameterValue::Text("true".into()));
        assert_eq!(resolved("days").unwrap(), ParameterValue::Text("90".into()));
        assert_eq!(resolved("people").unwrap(), ParameterValue::List(vec!["a".into(), "b".into()]));
        assert_eq!(resolved("nested").unwrap_err(), "`nested` is a mapping; name one value below it");
        assert_eq!(resolved("flg").unwrap_err(), "`environment` has no key `flg`; did you mean `flag`?");
    }

    #[test]
    fn the_account_is_that_of_the_credentials() {
        let asked =
            |answer| resolve(None, "aws.account_id", &mut RecordedHost::new([("sts.get_caller_identity", answer)]));
        assert_eq!(asked(Ok(json!({"Account": "123456789012"}))).unwrap(), ParameterValue::Text("123456789012".into()));
        for answer in [json!({}), json!({"Account": "12"}), json!({"Account": "12345678901x"})] {
            assert_eq!(asked(Ok(answer)).unwrap_err(), "the answer of `sts.get_caller_identity` has no account id");
        }
        let expired = CallError::Aws { code: "ExpiredToken".to_owned(), message: "expired".to_owned() };
        assert_eq!(asked(Err(expired)).unwrap_err(), "ExpiredToken: expired");
    }
}
