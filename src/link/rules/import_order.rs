//! `import-order`: what is imported, or taken by the stack's name in CloudFormation, is of a stack that is launched before.
//! Sceptre follows neither.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::view::View;
use super::{Check, Reads};
use crate::evaluate::Value;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::{Exports, LinkedProject, Target, exports, is_broken};
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("import-order", Chapter::Project)
        .about("an import or output that is taken from a stack that nothing launches first")
        .page(
            "an import, `!stack_output_external` or `Fn::GetStackOutput` from a stack of this project that nothing \
             launches first",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let taken = taken(project);
    let pairs: BTreeSet<_> = taken.iter().map(Taken::pair).collect();
    // Two stacks that take from each other are one mistake, and no order mends it.
    let is_told = |taken: &&Taken<'_>| taken.user > taken.owner && pairs.contains(&(taken.user, taken.owner));
    taken.iter().filter(|taken| !is_told(taken)).map(|taken| finding(project, taken, &pairs)).collect()
}

/// Something that a stack takes from one that nothing launches first.
struct Taken<'a> {
    owner: usize,
    user: usize,
    verb: &'static str,
    what: &'a str,
}

impl Taken<'_> {
    fn pair(&self) -> (usize, usize) {
        (self.owner, self.user)
    }
}

/// Owner and user of everything that is taken from a stack that nothing launches first.
pub fn out_of_order(project: &LinkedProject<'_>) -> BTreeSet<(usize, usize)> {
    taken(project).iter().map(Taken::pair).collect()
}

fn taken<'a>(project: &'a LinkedProject<'_>) -> Vec<Taken<'a>> {
    // Few projects have imports, or such outputs.
    let exports = LazyCell::new(|| exports(project));
    let mut taken = of_imports(project, &exports);
    taken.extend(of_outputs(project, &exports));
    taken.retain(|taken| !is_broken(project, &project.stacks[taken.user]));
    taken
}

/// What to do about a stack that takes something of one that nothing launches first.
pub fn advice(project: &LinkedProject<'_>, owner: usize, user: usize) -> String {
    let path = |index: usize| &project.stacks[index].stack.path;
    if project.graph().comes_before(user, owner) {
        let (owner, user) = (path(owner), path(user));
        format!("`{owner}` waits for `{user}`: let a stack that both depend on create it")
    } else {
        format!("add `{}` to `dependencies:`", path(owner))
    }
}

/// Imports from a stack that may be launched later.
fn of_imports<'a>(
    project: &'a LinkedProject<'_>,
    exports: &LazyCell<Exports<'a>, impl FnOnce() -> Exports<'a>>,
) -> Vec<Taken<'a>> {
    let mut found = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        for import in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports) {
            let Value::Text(name) = &import.name else { continue };
            let owners = exports.get(&(stack.account.as_str(), stack.region.as_str(), name.as_str()));
            let Some((owner, _)) = owners.and_then(|owners| owners.first()) else { continue };
            if *owner != index && !project.graph().comes_before(*owner, index) {
                found.push(Taken { owner: *owner, user: index, verb: "imports", what: name });
            }
        }
    }
    found
}

/// Outputs taken by the stack's name in CloudFormation, which Sceptre does not follow, of a stack that may be launched later.
/// An output that is not there, and a stack that something is imported from, are reported by themselves.
fn of_outputs<'a>(
    project: &'a LinkedProject<'_>,
    exports: &LazyCell<Exports<'a>, impl FnOnce() -> Exports<'a>>,
) -> Vec<Taken<'a>> {
    let mut found = Vec::new();
    for (index, stack) in project.stacks.iter().enumerate() {
        let in_config = stack.references.iter().filter_map(|reference| match &reference.target {
            Target::External { name, elsewhere: false } => {
                Some((project.beside(stack, name)?, reference.output.as_str()))
            }
            _ => None,
        });
        let reads = stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.stack_outputs);
        let in_template = reads.filter_map(|read| {
            let is_here = !read.has_role && read.region.is_none();
            Some((project.beside(stack, read.stack_name.as_text().filter(|_| is_here)?)?, read.output.as_text()?))
        });
        let taken: BTreeMap<usize, &str> = in_config.chain(in_template).collect();
        let imported = |owner: usize| {
            let imports = stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.imports);
            let mut names = imports.filter_map(|import| import.name.as_text());
            names.any(|name| {
                let owners = exports.get(&(stack.account.as_str(), stack.region.as_str(), name));
                owners.is_some_and(|owners| owners.first().is_some_and(|(first, _)| *first == owner))
            })
        };
        for (owner, output) in taken {
            let outputs = project.stacks[owner].evaluated().map(|evaluated| &evaluated.outputs);
            let is_there = outputs.is_none_or(|outputs| outputs.iter().any(|known| known.name == output));
            if owner != index && is_there && !imported(owner) && !project.graph().comes_before(owner, index) {
                found.push(Taken { owner, user: index, verb: "takes the output", what: output });
            }
        }
    }
    found
}

fn finding(project: &LinkedProject<'_>, taken: &Taken<'_>, pairs: &BTreeSet<(usize, usize)>) -> Finding {
    let Taken { owner, user, verb, what } = *taken;
    let stack = &project.stacks[user].stack;
    let path = &project.stacks[owner].stack.path;
    let place = stack.config.place_of(&LogicalPath::from(["dependencies"]));
    if pairs.contains(&(user, owner)) {
        let message = format!("`{}` {verb} `{what}` of `{path}`, which takes something of it too", stack.path);
        let help = "no order fits: let a stack that both depend on create it".to_owned();
        return CHECK.rule.finding(place, message).help(help);
    }
    let message = format!("`{}` {verb} `{what}` of `{path}`, and nothing launches that first", stack.path);
    CHECK.rule.finding(place, message).help(advice(project, owner, user))
}
