//! The bucket that Sceptre puts the templates of a stack into, by a name that may hold the number of the account.

use serde_yaml::Value;

use crate::project::Stack;
use crate::project::environment::ACCOUNT_ID;
use crate::project::resolvers::{Resolution, resolve};

/// Its name; `None` if only Sceptre knows it.
#[must_use]
pub fn template_bucket(stack: &Stack, account: &str) -> Option<String> {
    let value = with_account(stack.config.get("template_bucket_name")?, account);
    match resolve(&value, stack) {
        Ok(Resolution::Known(Value::String(name))) => Some(name),
        _ => None,
    }
}

/// A value with the number in the place of `!sesame aws.account_id`.
fn with_account(value: &Value, account: &str) -> Value {
    match value {
        Value::Tagged(tagged) if tagged.tag == "!sesame" && tagged.value == ACCOUNT_ID => account.into(),
        Value::Tagged(tagged) => {
            let mut tagged = tagged.clone();
            tagged.value = with_account(&tagged.value, account);
            Value::Tagged(tagged)
        }
        Value::Sequence(items) => items.iter().map(|item| with_account(item, account)).collect::<Vec<_>>().into(),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, item)| (key.clone(), with_account(item, account)));
            Value::Mapping(entries.collect())
        }
        other => other.clone(),
    }
}
