//! Resolvers that look a value up.

use serde_yaml::Value;

use super::{Problem, Resolution, problem, resolve};
use crate::logical_path::LogicalPath;
use crate::project::environment;
use crate::project::stack::Stack;
use crate::yaml::scalar_text;

/// `!sesame networks.people`: a value of the group's `environment:`.
pub fn sesame(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let key = scalar_text(argument).ok_or_else(|| problem("`!sesame` takes a dotted key of `environment:`"))?;
    resolve(environment::lookup(stack.environment(), &key)?, stack)
}

/// `!stack_attr stack_tags.Owner`: another key of the same stack.
pub fn stack_attr(argument: &Value, stack: &Stack) -> Result<Resolution, Problem> {
    let key = scalar_text(argument).ok_or_else(|| problem("`!stack_attr` takes a dotted key"))?;
    match key.as_str() {
        "name" => return Ok(Resolution::Known(stack.name().into())),
        "external_name" | "stack_name" => return Ok(Resolution::Known(stack.external_name().into())),
        _ => {}
    }
    match stack.config.value_at(&LogicalPath::from_dotted(&key)) {
        Some(value) => resolve(value, stack),
        // Attributes of Sceptre's own object that no file sets.
        None => Ok(Resolution::Unknown),
    }
}

/// `!environment_variable HOME`. Sceptre leaves the parameter out if the variable is not set; whether it will be set at
/// launch is not known now.
pub fn environment_variable(argument: &Value, _stack: &Stack) -> Result<Resolution, Problem> {
    let name = scalar_text(argument).ok_or_else(|| problem("`!environment_variable` takes a name"))?;
    Ok(std::env::var(&name).map_or(Resolution::Unknown, |value| Resolution::Known(value.into())))
}

/// `!file_contents /absolute/path`.
pub fn file_contents(argument: &Value, _stack: &Stack) -> Result<Resolution, Problem> {
    let file = scalar_text(argument).ok_or_else(|| problem("`!file_contents` takes a path"))?;
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Resolution::Known(text.into())),
        Err(error) => Err(problem(format!("`!file_contents` cannot read `{file}`: {error}"))),
    }
}

/// `!no_value`.
pub fn no_value(_argument: &Value, _stack: &Stack) -> Result<Resolution, Problem> {
    Ok(Resolution::Nothing)
}
