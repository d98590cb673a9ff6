//! What the stacks of a project create, by type and name.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::{ACCOUNT_ID, Reach, Resource, Value, resource_type};
use crate::link::{LinkedProject, LinkedStack};
use crate::words;

/// An account, and the region of what lives in one.
type Home = (String, String);

/// A type, and where its resources live.
type Kind = (String, Home);

/// A resource with its stack.
type Owner<'a> = (&'a LinkedStack, &'a Resource);

/// Who creates what.
pub struct Names<'a> {
    owners: BTreeMap<Kind, BTreeMap<&'a str, Owner<'a>>>,
    /// Where a name, or a whole stack, cannot be known.
    uncertain: BTreeSet<Kind>,
    is_whole: bool,
}

impl<'a> Names<'a> {
    pub fn of(project: &'a LinkedProject<'_>) -> Names<'a> {
        let mut names = Names {
            owners: BTreeMap::new(),
            uncertain: BTreeSet::new(),
            // A stack whose template cannot be read, or comes from elsewhere, may create anything.
            is_whole: project.is_whole() && project.stacks.iter().all(|stack| stack.template.is_some()),
        };
        for stack in &project.stacks {
            for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
                let key = (resource.kind.clone(), home(&resource.kind, stack));
                match &resource.name {
                    Some(Value::Text(name)) => {
                        names.owners.entry(key).or_default().insert(name, (stack, resource));
                    }
                    // A name that CloudFormation makes up is none that a text could give.
                    None | Some(Value::Null) => {}
                    Some(_) => {
                        names.uncertain.insert(key);
                    }
                }
                // Nested stacks and custom resources may create anything too.
                names.is_whole &= !makes_others(&resource.kind);
            }
        }
        names
    }

    /// Whether a resource of this type and name may be there, in the account and region of a stack.
    pub fn may_exist(&self, kind: &str, stack: &LinkedStack, name: &str) -> bool {
        !self.is_whole
            || self.uncertain.contains(&(kind.to_owned(), home(kind, stack)))
            || self.is_owned_by_somebody(kind, stack, name)
    }

    /// Whether some stack owns the name in this region. One that goes through another role or profile may all the same
    /// end up in the same account.
    fn is_owned_by_somebody(&self, kind: &str, stack: &LinkedStack, name: &str) -> bool {
        let (_, region) = home(kind, stack);
        let is_here = |(of, (_, home)): &Kind| of == kind && *home == region;
        self.owners.iter().any(|(key, names)| is_here(key) && names.contains_key(name))
    }

    pub fn owner(&self, kind: &str, stack: &LinkedStack, name: &str) -> Option<Owner<'a>> {
        self.owners.get(&(kind.to_owned(), home(kind, stack)))?.get(name).copied()
    }

    /// "did you mean …?".
    pub fn nearest(&self, kind: &str, stack: &LinkedStack, name: &str) -> Option<String> {
        let known = self.owners.get(&(kind.to_owned(), home(kind, stack)))?;
        words::did_you_mean(name, known.keys().copied())
    }
}

fn home(kind: &str, stack: &LinkedStack) -> Home {
    let is_regional = resource_type(kind).is_none_or(|kind| kind.reach == Reach::Region);
    (stack.account.clone(), if is_regional { stack.region.clone() } else { String::new() })
}

fn makes_others(kind: &str) -> bool {
    kind == "AWS::CloudFormation::Stack"
        || kind == "AWS::CloudFormation::CustomResource"
        || kind.starts_with("Custom::")
}

/// The name in an ARN of the account and region of a stack, such as `r` of `arn:aws:iam::…:role/path/r`.
pub fn own_name(arn: &str, stack: &LinkedStack) -> Option<String> {
    let parts: Vec<String> = arn.replace(ACCOUNT_ID, "{account}").splitn(6, ':').map(str::to_owned).collect();
    let [_, _, _, region, account, rest] = parts.as_slice() else { return None };
    let is_own = account == "{account}" && (region.is_empty() || *region == stack.region);
    let name = rest.rsplit('/').next()?.replace("{account}", ACCOUNT_ID);
    is_own.then_some(name)
}
