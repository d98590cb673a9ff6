//! The parameters that a stack file gives to its template.

use serde_yaml::Value;

use super::resolvers::{self, Resolution};
use super::stack::Stack;
use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;

rules! {
    static RESOLVER: Rule = Rule::error("resolver", Chapter::Values)
        .about("a resolver that would fail whatever AWS says")
        .hides_line();
}

/// One parameter as the stack file gives it.
#[derive(Clone, Debug)]
pub struct ParameterSetting {
    /// Its name.
    pub name: String,
    /// What is known of its value, or what is wrong with the resolver that would give it.
    pub resolution: Result<Resolution, Finding>,
    /// The path of the config that holds the value: the parameter itself, or the key that a resolver names.
    pub origin: LogicalPath,
}

/// The parameters of a stack in the order of the file, resolved as far as that is possible offline.
#[must_use]
pub fn parameters(stack: &Stack) -> Vec<ParameterSetting> {
    let Some(Value::Mapping(parameters)) = stack.config.get("parameters") else { return Vec::new() };
    let named = parameters.iter().filter_map(|(name, value)| Some((name.as_str()?, value)));
    named.map(|(name, value)| setting(stack, name, value)).collect()
}

fn setting(stack: &Stack, name: &str, value: &Value) -> ParameterSetting {
    let path = LogicalPath::from(["parameters", name]);
    let resolution = resolvers::resolve(value, stack).map_err(|problem| {
        RESOLVER.finding(stack.config.place_of(&path), problem.message).at(path.clone()).help(problem.help)
    });
    let origin = resolvers::origin(value, stack).unwrap_or(path);
    ParameterSetting { name: name.to_owned(), resolution, origin }
}
