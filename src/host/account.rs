//! The account that the host's credentials belong to.

use serde_json::{Value, json};

use super::Host;

/// The account that the credentials of the stack belong to.
///
/// # Errors
/// A sentence, if AWS does not answer with one.
pub fn account_id(host: &mut dyn Host) -> Result<String, String> {
    let identity = host.call("sts", "get_caller_identity", json!({})).map_err(|error| error.to_string())?;
    let account = identity.get("Account").and_then(Value::as_str).unwrap_or_default();
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("the answer of `sts.get_caller_identity` has no account id".to_owned());
    }
    Ok(account.to_owned())
}
