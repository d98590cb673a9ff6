//! Physical names that are taken already, and by whom. Identities of SES have a check of their own, which tells more.

use std::collections::BTreeMap;

use super::mail::IDENTITY;
use super::{Check, Row, View, is_own, obstacle};
use crate::account::Holder;
use crate::evaluate::{Resource, resource_type};
use crate::host::CallError;
use crate::words;

pub static CHECK: Check = Check { name: "names", run };

/// How many names stand in one row.
const MOST_SHOWN: usize = 5;

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let (mut all, mut own, mut free) = (0_usize, 0_usize, 0_usize);
    let mut taken: Vec<Taken> = Vec::new();
    let mut refused: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for stack in view.stacks.clone() {
        let deployed = view.account.resources(&stack.stack.external_name())?;
        for resource in stack.resources().iter().filter(|one| one.certain && one.kind != IDENTITY) {
            let Some(name) = shown(view, resource) else { continue };
            if is_own(&deployed, resource) {
                (all, own) = (all + 1, own + 1);
                continue;
            }
            let holder = match view.account.holder_of(resource) {
                Ok(holder) => holder,
                Err(error @ CallError::Aws { .. }) => {
                    let call = view.account.last_call().to_owned();
                    refused.entry(call).or_insert_with(|| (error.to_string(), Vec::new())).1.push(name);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(holder) = holder else { continue };
            all += 1;
            free += usize::from(holder == Holder::Nobody);
            if let Some((why, todo)) = obstacle(stack, &holder) {
                let why = format!("`{}`: {why}", stack.stack.path);
                match taken.iter_mut().find(|one| one.why == why) {
                    Some(one) => one.names.push(name),
                    None => taken.push(Taken { why, todo, names: vec![name] }),
                }
            }
        }
    }
    let counted = words::count(all, "name");
    let rest = match (own, free) {
        (0, free) if free == all => "all free".to_owned(),
        (own, 0) if own == all => "all of their own stacks".to_owned(),
        (0, free) => format!("{free} free"),
        (own, free) => format!("{own} of their own stacks, {free} free"),
    };
    let first = Row::ok(format!("{counted}: {rest}"));
    let refused = refused.into_iter().map(|(call, (error, names))| {
        let what = format!("{} not looked at: `{call}` was refused: {error}", few(&names));
        Row::look(what).todo("ask somebody who may, or look by hand")
    });
    Ok([first].into_iter().chain(taken.into_iter().map(Taken::row)).chain(refused).collect())
}

/// The first of some names, and how many more there are.
fn few(names: &[String]) -> String {
    let shown = names.len().min(MOST_SHOWN);
    let more = match names.len() - shown {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names[..shown].join(", "))
}

/// Names that are taken for one reason.
struct Taken {
    why: String,
    todo: String,
    names: Vec<String>,
}

impl Taken {
    fn row(self) -> Row {
        Row::stop(format!("{}: {}", self.why, few(&self.names))).todo(self.todo)
    }
}

/// "role `ses-prod-x`"; `None` if its name is made by CloudFormation, or only known to AWS.
fn shown(view: &View<'_, '_>, resource: &Resource) -> Option<String> {
    let name = resource.name.as_ref()?.as_text()?;
    Some(format!("{} `{}`", resource_type(&resource.kind)?.word, view.account.real(name)))
}
