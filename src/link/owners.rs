//! What the stacks of a project create, by type and name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Included, Unbounded};

use super::{LinkedProject, LinkedStack};
use crate::evaluate::{ACCOUNT_ID, Reach, Value, resource_type};
use crate::words;

fn shows_all(stack: &LinkedStack) -> bool {
    stack.evaluated().is_some_and(|evaluated| evaluated.macros.shows_all_names())
}

/// An account, and the region of what lives in one.
type Home = (String, String);

/// A type, and where its resources live.
type Kind = (String, Home);

/// Who creates what. Stacks and resources are known by their positions.
#[derive(Debug)]
pub struct Owners {
    by_name: BTreeMap<Kind, BTreeMap<String, (usize, usize)>>,
    /// Where a name, or a whole stack, cannot be known.
    uncertain: BTreeSet<Kind>,
    is_whole: bool,
}

impl Owners {
    /// The owners in a project.
    #[must_use]
    pub fn of(project: &LinkedProject<'_>) -> Owners {
        let mut owners = Owners {
            by_name: BTreeMap::new(),
            uncertain: BTreeSet::new(),
            // A stack whose template cannot be read, comes from elsewhere, or goes through a macro may create anything.
            is_whole: project.is_whole() && project.stacks.iter().all(shows_all),
        };
        for (position, stack) in project.stacks.iter().enumerate() {
            for (index, resource) in stack.resources().iter().enumerate() {
                let key = (resource.kind.clone(), home(&resource.kind, stack));
                match &resource.name {
                    Some(Value::Text(name)) => {
                        owners.by_name.entry(key).or_default().insert(name.as_str().to_owned(), (position, index));
                    }
                    // A name that CloudFormation makes up is none that a text could give.
                    None | Some(Value::Null) => {}
                    Some(_) => {
                        owners.uncertain.insert(key);
                    }
                }
                // Nested stacks and custom resources may create anything too.
                owners.is_whole &= !makes_others(&resource.kind);
            }
        }
        owners
    }

    /// Whether a resource of this type and name may be there, in the account and region of a stack.
    #[must_use]
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
        self.by_name.iter().any(|(key, names)| is_here(key) && names.contains_key(name))
    }

    /// The positions of the stack and the resource of a type and name, in the account and region of a stack.
    #[must_use]
    pub fn owner(&self, kind: &str, stack: &LinkedStack, name: &str) -> Option<(usize, usize)> {
        self.by_name.get(&(kind.to_owned(), home(kind, stack)))?.get(name).copied()
    }

    /// The names of a type, in the account and region of a stack.
    pub fn names(&self, kind: &str, stack: &LinkedStack) -> impl Iterator<Item = &str> {
        let names = self.by_name.get(&(kind.to_owned(), home(kind, stack)));
        names.into_iter().flat_map(|names| names.keys().map(String::as_str))
    }

    /// Those of these names that begin with a text.
    pub fn names_from<'a>(&'a self, kind: &str, stack: &LinkedStack, start: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.by_name.get(&(kind.to_owned(), home(kind, stack)));
        let names = names.into_iter().flat_map(move |names| names.range::<str, _>((Included(start), Unbounded)));
        names.map(|(name, _)| name.as_str()).take_while(move |name| name.starts_with(start))
    }

    /// "did you mean …?".
    #[must_use]
    pub fn nearest(&self, kind: &str, stack: &LinkedStack, name: &str) -> Option<String> {
        let known = self.by_name.get(&(kind.to_owned(), home(kind, stack)))?;
        words::did_you_mean(name, known.keys().map(String::as_str))
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
#[must_use]
pub fn own_name(arn: &str, stack: &LinkedStack) -> Option<String> {
    let parts: Vec<String> = arn.replace(ACCOUNT_ID, "{account}").splitn(6, ':').map(str::to_owned).collect();
    let [_, _, _, region, account, rest] = parts.as_slice() else { return None };
    let is_own = account == "{account}" && (region.is_empty() || *region == stack.region);
    let name = rest.rsplit('/').next()?.replace("{account}", ACCOUNT_ID);
    is_own.then_some(name)
}
