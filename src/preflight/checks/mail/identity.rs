//! Identities that the stacks make, or send with: a domain that is verified already cannot be made again, and one that another
//! environment makes must be there and verified.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::{Check, Row, View, certain, obstacle};
use super::IDENTITY;
use crate::account::{Found, Holder};
use crate::evaluate::Reads;
use crate::host::CallError;
use crate::link::{LinkedStack, own_name, policy};
use crate::words::printable;

pub static CHECK: Check = Check { name: "identity", run };

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    let mut made = BTreeSet::new();
    for (stack, identity) in certain(view, IDENTITY) {
        let Some(name) = identity.name.as_ref().and_then(|name| name.as_text()) else { continue };
        made.insert(name.to_owned());
        let Some(holder) = view.account.holder_of(identity)? else { continue };
        rows.push(made_here(stack, name, &holder));
    }
    for name in used(view).difference(&made) {
        let Some(holder) = view.account.holder(IDENTITY, name, "")? else { continue };
        rows.push(used_only(name, &holder));
    }
    Ok(rows)
}

/// An identity that one of the stacks makes.
fn made_here(stack: &LinkedStack, name: &str, holder: &Holder) -> Row {
    let name = printable(name);
    let Some(found) = found(holder) else { return Row::ok(format!("`{name}` is not there; the launch makes it")) };
    let is = format!("`{name}` ({})", described(&found.answer));
    match obstacle(stack, holder) {
        Some((why, todo)) => Row::stop(format!("{is}: {why}")).todo(todo),
        None if is_verified(found) => Row::ok(is),
        None => Row::look(is).todo(PUBLISH),
    }
}

/// An identity that the stacks send with and somebody else makes.
fn used_only(name: &str, holder: &Holder) -> Row {
    let name = printable(name);
    match found(holder) {
        None => Row::look(format!("`{name}` is not there: nobody can send with it"))
            .todo("launch the stack that makes it, or verify it, first"),
        Some(found) if is_verified(found) => Row::ok(format!("`{name}` ({}), of others", described(&found.answer))),
        Some(found) => Row::look(format!("`{name}` ({}), of others", described(&found.answer))).todo(PUBLISH),
    }
}

const PUBLISH: &str = "publish its DKIM record and wait until SES has seen it";

fn found(holder: &Holder) -> Option<&Found> {
    match holder {
        Holder::NoStack(found) | Holder::Stack(_, found) | Holder::Leaving(found) => Some(found),
        Holder::Nobody | Holder::Elsewhere => None,
    }
}

fn is_verified(found: &Found) -> bool {
    found.answer["VerifiedForSendingStatus"].as_bool() == Some(true)
}

/// "Easy DKIM, verified, configuration set `x`" (SES API v2 Reference, `GetEmailIdentity`).
fn described(identity: &Json) -> String {
    let dkim = match identity["DkimAttributes"]["SigningAttributesOrigin"].as_str() {
        Some("EXTERNAL") => "a DKIM key of one's own",
        Some(_) => "Easy DKIM",
        None => "no DKIM",
    };
    let verified = if identity["VerifiedForSendingStatus"] == true { "verified" } else { "not verified" };
    let set = match identity["ConfigurationSetName"].as_str() {
        Some(set) => format!("configuration set `{}`", printable(set)),
        None => "no configuration set".to_owned(),
    };
    format!("{dkim}, {verified}, {set}")
}

/// The identities that policies of the stacks allow to send with.
fn used(view: &View<'_, '_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for stack in &view.stacks {
        for resource in stack.resources().iter().filter(|one| one.certain) {
            for statement in policy::statements(resource, Reads::POLICIES) {
                let arns = statement.items("Resource").iter().filter_map(|arn| arn.as_text());
                let arns = arns.filter(|arn| arn.contains(":identity/") && !arn.contains(['*', '?']));
                names.extend(arns.filter_map(|arn| own_name(arn, stack)));
            }
        }
    }
    names
}
