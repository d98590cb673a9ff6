//! What SES says.

pub mod access;
pub mod identity;
pub mod quota;

use serde_json::{Value, json};

use super::View;
use crate::host::CallError;

/// The type of identities.
pub const IDENTITY: &str = "AWS::SES::EmailIdentity";

/// Whether the stacks have anything to do with SES.
fn has_mail(view: &View<'_, '_>) -> bool {
    let mut resources = view.stacks.iter().flat_map(|stack| stack.resources());
    resources.any(|resource| resource.kind.starts_with("AWS::SES::"))
}

/// The state of the account in SES.
fn account(view: &mut View<'_, '_>) -> Result<Value, CallError> {
    view.account.ask("sesv2", "get_account", json!({}))
}
