//! The checks. Each is a file with a `CHECK`; this is their list, in the order of the table.

mod credentials;
mod mail;
mod names;
mod singletons;
mod stacks;
mod subscription_filters;
mod subscriptions;
mod template_bucket;
mod trail;

use super::View;
use super::row::Row;
use crate::account::{Deployed, Holder};
use crate::evaluate::{Reads, Resource, Value};
use crate::host::CallError;
use crate::link::LinkedStack;

/// Something that is asked of the account.
pub struct Check {
    /// What the table calls it.
    pub name: &'static str,
    /// Asks; no rows if the stacks have nothing to do with it.
    pub run: fn(&mut View<'_, '_>) -> Result<Vec<Row>, CallError>,
}

const CHECKS: &[&Check] = &[
    &credentials::CHECK,
    &template_bucket::CHECK,
    &stacks::CHECK,
    &names::CHECK,
    &mail::identity::CHECK,
    &mail::access::CHECK,
    &mail::quota::CHECK,
    &trail::CHECK,
    &singletons::CHECK,
    &subscription_filters::CHECK,
    &subscriptions::CHECK,
];

/// All checks.
pub fn all() -> &'static [&'static Check] {
    CHECKS
}

/// The resources of a type that the stacks certainly have, with their stacks.
fn certain<'a>(view: &View<'a, '_>, kind: &str) -> Vec<(&'a LinkedStack, &'a Resource)> {
    let resources = view.stacks.iter().flat_map(|stack| stack.resources().iter().map(move |one| (*stack, one)));
    resources.filter(|(_, resource)| resource.certain && resource.kind == kind).collect()
}

/// The text of a property, with the account's number, if it can be known.
fn property(view: &View<'_, '_>, resource: &Resource, key: &str) -> Option<String> {
    let text = resource.properties(Reads::EVERYTHING).get(key).and_then(Value::as_text);
    text.map(|text| view.account.real(text))
}

/// Whether the account has, in the stack of this resource, this very resource.
fn is_own(deployed: &[Deployed], resource: &Resource) -> bool {
    deployed.iter().any(|one| one.id == resource.id && one.kind == resource.kind && !one.status.starts_with("DELETE_"))
}

/// Why the resource of a stack cannot be made, and what to do: something of its name is there that is not the stack's own.
fn obstacle(stack: &LinkedStack, holder: &Holder) -> Option<(String, String)> {
    let (path, own) = (&stack.stack.path, stack.stack.external_name());
    let (why, todo) = match holder {
        Holder::Nobody => return None,
        Holder::Stack(name, _) if *name == own => return None,
        Holder::Stack(name, _) => {
            (format!("owned by the stack `{name}`"), "give it another name in one of the two stacks".to_owned())
        }
        Holder::NoStack(_) => {
            ("in the account already, in no stack".to_owned(), format!("take over what exists: `sesame adopt {path}`"))
        }
        Holder::Leaving(_) => (
            "scheduled for deletion, and not free until then".to_owned(),
            format!("cancel the deletion and `sesame adopt {path}`, or wait"),
        ),
        Holder::Elsewhere => (
            "owned by another account, or not for these credentials to look at".to_owned(),
            "choose another name, or look with other credentials".to_owned(),
        ),
    };
    Some((why, todo))
}
