//! What runs when Sceptre resolves `!sesame <key>`: one value of the group's `environment:`.

use serde_json::Value as Json;
use serde_yaml::Value;

use crate::project::environment::lookup;
use crate::template::ParameterValue;

/// The value of a key, as CloudFormation takes it: a text or a list of texts.
///
/// # Errors
/// A sentence, if the key does not exist or holds a mapping.
pub fn resolve(environment: Option<&Value>, key: &str) -> Result<ParameterValue, String> {
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

    #[test]
    fn values_come_as_text_or_lists_of_text() {
        let environment = serde_yaml::from_str("{flag: true, days: 90, people: [a, b], nested: {x: 1}}").unwrap();
        let resolved = |key: &str| resolve(Some(&environment), key);
        assert_eq!(resolved("flag").unwrap(), ParameterValue::Text("true".into()));
        assert_eq!(resolved("days").unwrap(), ParameterValue::Text("90".into()));
        assert_eq!(resolved("people").unwrap(), ParameterValue::List(vec!["a".into(), "b".into()]));
        assert_eq!(resolved("nested").unwrap_err(), "`nested` is a mapping; name one value below it");
        assert_eq!(resolved("flg").unwrap_err(), "`environment` has no key `flg`; did you mean `flag`?");
    }
}
