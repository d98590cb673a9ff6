//! Sceptre's resolvers, as far as they can be known without AWS.
//!
//! Adding one means adding a function and its line in [`RESOLVERS`]. A tag that is not in the list (a stack output, a
//! plugin's resolver) gives [`Resolution::Unknown`]: later stages leave such a value alone.

mod attributes;
mod lookups;
mod texts;

use std::cell::Cell;

use serde_yaml::Value;

use super::environment::{self, NoSuchKey};
use super::stack::Stack;
use crate::logical_path::LogicalPath;
use crate::yaml;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// Exactly this value; free of tags.
    Known(Value),
    /// Sceptre leaves the key out, as with `!no_value`.
    Nothing,
    /// Only AWS, or a plugin, knows.
    Unknown,
}

/// Why a resolver would fail: the same form as a key that does not exist.
pub type ResolverError = NoSuchKey;

/// The most values that one value may look up, one through the other: keys that each name two others twice are many.
const MOST_LOOKUPS: u32 = 10_000;

/// The stack that a value is resolved for, and the lookups that led to it.
struct Context<'a> {
    stack: &'a Stack,
    /// The innermost lookup that is not done yet.
    open: Option<Lookup<'a>>,
    lookups: &'a Cell<u32>,
}

/// A resolver that looks another value up, such as `!sesame domain`, and the one that it belongs to.
#[derive(Clone, Copy)]
struct Lookup<'a> {
    name: &'a str,
    outer: Option<&'a Lookup<'a>>,
}

impl Context<'_> {
    /// Resolves a value that was looked up.
    fn look_up(&self, name: &str, value: &Value) -> Result<Resolution, ResolverError> {
        let mut open = self.open.as_ref();
        while let Some(lookup) = open {
            if lookup.name == name {
                return Err(error(format!("`{name}` refers to itself")));
            }
            open = lookup.outer;
        }
        self.lookups.set(self.lookups.get() + 1);
        if self.lookups.get() > MOST_LOOKUPS {
            return Err(error(format!("`{name}` leads to more than {MOST_LOOKUPS} other values")));
        }
        let open = Some(Lookup { name, outer: self.open.as_ref() });
        resolve_in(value, &Context { stack: self.stack, open, lookups: self.lookups })
    }
}

type Resolver = fn(&Value, &Context<'_>) -> Result<Resolution, ResolverError>;

const RESOLVERS: &[(&str, Resolver)] = &[
    ("!environment_variable", lookups::environment_variable),
    ("!file_contents", lookups::file_contents),
    ("!join", texts::join),
    ("!no_value", lookups::no_value),
    ("!select", texts::select),
    ("!sesame", lookups::sesame),
    ("!split", texts::split),
    ("!stack_attr", attributes::stack_attr),
    ("!sub", texts::sub),
];

/// Resolves a value and everything in it.
///
/// # Errors
/// If a resolver would fail whatever AWS says.
pub fn resolve(value: &Value, stack: &Stack) -> Result<Resolution, ResolverError> {
    resolve_in(value, &Context { stack, open: None, lookups: &Cell::new(0) })
}

fn resolve_in(value: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    match value {
        date if yaml::date(date).is_some() => Ok(Resolution::Known(date.clone())),
        Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            match RESOLVERS.iter().find(|(name, _)| *name == tag) {
                Some((_, resolver)) => resolver(&tagged.value, context),
                None => Ok(Resolution::Unknown),
            }
        }
        Value::Sequence(items) => {
            let mut known = Vec::with_capacity(items.len());
            for item in items {
                match resolve_in(item, context)? {
                    Resolution::Known(value) => known.push(value),
                    Resolution::Nothing => {}
                    Resolution::Unknown => return Ok(Resolution::Unknown),
                }
            }
            Ok(Resolution::Known(Value::Sequence(known)))
        }
        Value::Mapping(entries) => {
            let mut known = serde_yaml::Mapping::new();
            for (key, item) in entries {
                match resolve_in(item, context)? {
                    Resolution::Known(value) => {
                        known.insert(key.clone(), value);
                    }
                    Resolution::Nothing => {}
                    Resolution::Unknown => return Ok(Resolution::Unknown),
                }
            }
            Ok(Resolution::Known(Value::Mapping(known)))
        }
        scalar => Ok(Resolution::Known(scalar.clone())),
    }
}

/// The path of the config that a value is read from, if it is a resolver that only looks another value up.
#[must_use]
pub fn origin(value: &Value, stack: &Stack) -> Option<LogicalPath> {
    let Value::Tagged(tagged) = value else { return None };
    let key = tagged.value.as_str()?;
    let path = match tagged.tag.to_string().as_str() {
        "!sesame" => environment::path_of(key),
        "!stack_attr" => attributes::path_of(key),
        _ => return None,
    };
    stack.config.value_at(&path).is_some().then_some(path)
}

/// The path of the config that a resolver names, whether or not it is there.
#[must_use]
pub fn named_path(value: &Value) -> Option<LogicalPath> {
    let Value::Tagged(tagged) = value else { return None };
    let key = crate::yaml::scalar_text(&tagged.value)?;
    match tagged.tag.to_string().as_str() {
        "!sesame" => Some(environment::path_of(&key)),
        "!stack_attr" => Some(match key.strip_prefix("stack_group_config.") {
            Some(key) => LogicalPath::from_dotted(key),
            None => attributes::path_of(&key),
        }),
        _ => None,
    }
}

/// Every path of the config that a value is read from, directly or through others.
#[must_use]
pub fn origins(value: &Value, stack: &Stack) -> Vec<LogicalPath> {
    let (mut found, mut waiting): (Vec<LogicalPath>, _) = (Vec::new(), vec![value]);
    while let Some(value) = waiting.pop() {
        if let Some(mut path) = named_path(value) {
            // What lies behind a resolver is as secret as the resolver.
            while stack.config.value_at(&path).is_none() && path.0.pop().is_some() {}
            if !path.0.is_empty() && !found.contains(&path) {
                waiting.extend(stack.config.value_at(&path));
                found.push(path);
            }
            continue;
        }
        match value {
            Value::Tagged(tagged) => waiting.push(&tagged.value),
            Value::Sequence(items) => waiting.extend(items),
            Value::Mapping(entries) => waiting.extend(entries.values()),
            _ => {}
        }
    }
    found
}

fn error(message: impl Into<String>) -> ResolverError {
    NoSuchKey { message: message.into(), help: None }
}

#[cfg(test)]
mod testing {
    use super::{Resolution, resolve};
    use crate::project::{Folders, Project, Undefined};

    /// What the parameter `A` of a stack file resolves to: its YAML, `nothing`, `unknown`, or the problem.
    pub fn resolved(group: &str, stack: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("config/p")).unwrap();
        let group = format!("project_code: pc\nregion: eu\n{group}");
        std::fs::write(folder.path().join("config/config.yaml"), group).unwrap();
        std::fs::write(folder.path().join("config/p/x.yaml"), stack).unwrap();
        let folders = Folders::find(Some(folder.path())).unwrap();
        let project = Project::new(folders, serde_yaml::Mapping::new(), Undefined::Strict);
        let stack = project.stack("p/x.yaml").unwrap();
        let value = stack.config.value_at(&["parameters", "A"].into()).unwrap();
        match resolve(value, &stack) {
            Ok(Resolution::Known(value)) => serde_json::to_string(&value).unwrap(),
            Ok(Resolution::Nothing) => "nothing".to_owned(),
            Ok(Resolution::Unknown) => "unknown".to_owned(),
            Err(problem) => problem.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::resolved;

    #[test]
    fn what_refers_to_itself_is_a_problem() {
        for (group, stack, message) in [
            ("", "parameters: {A: !stack_attr parameters.A}", "`!stack_attr parameters.A` refers to itself"),
            ("", "parameters: {A: !join ['', [!stack_attr parameters]]}", "`!stack_attr parameters` refers to itself"),
            (
                "",
                "parameters: {A: !stack_attr parameters.B, B: !stack_attr parameters.A}",
                "`!stack_attr parameters.B` refers to itself",
            ),
            ("environment: {a: !sesame a}", "parameters: {A: !sesame a}", "`!sesame a` refers to itself"),
            ("environment: {a: {b: [!sesame a]}}", "parameters: {A: !sesame a}", "`!sesame a` refers to itself"),
        ] {
            assert_eq!(resolved(group, stack), message, "{group} {stack}");
        }
    }

    #[test]
    fn lookups_that_multiply_end() {
        let mut group = "environment:\n  k0: x\n".to_owned();
        for level in 1..60 {
            let below = level - 1;
            group.push_str(&format!("  k{level}: [!sesame k{below}, !sesame k{below}]\n"));
        }
        let message = resolved(&group, "parameters: {A: !sesame k59}");
        assert!(message.ends_with("leads to more than 10000 other values"), "{message}");
    }

    #[test]
    fn one_value_may_be_used_twice() {
        let stack = "parameters: {A: !join ['-', [!stack_attr region, !stack_attr region]]}";
        assert_eq!(resolved("", stack), "\"eu-eu\"");
    }
}
