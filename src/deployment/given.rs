//! The parameters that a stack gives to its template.

use serde_yaml::Value;

use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::resolvers::Resolution;
use crate::project::{ParameterSetting, Stack, parameters};
use crate::template::ParameterValue;

rules! {
    static PARAMETER_TYPE: Rule = Rule::error("parameter-type", Chapter::Values)
        .about("a parameter that is a mapping, or a list with other than texts, numbers and booleans")
        .hides_line();
}

/// A parameter that a stack gives to its template.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its value; `None` if only AWS knows it.
    pub value: Option<ParameterValue>,
    /// The path in the config of what set it.
    pub origin: LogicalPath,
}

impl Given {
    /// A parameter with a value that is known, and the problem of a value that is none. `place` gives the file and line of
    /// a config path.
    #[must_use]
    pub fn read(
        name: String,
        value: &Value,
        origin: LogicalPath,
        place: impl FnOnce(&LogicalPath) -> Place,
    ) -> (Given, Option<Finding>) {
        let known = ParameterValue::from_config(value);
        let problem = known.is_none().then(|| {
            let message = format!(
                "parameter `{name}` is {}; a parameter is a text, a number, a boolean or a list of these",
                crate::yaml::kind(value)
            );
            PARAMETER_TYPE.finding(place(&origin), message).at(origin.clone())
        });
        (Given { name, value: known, origin }, problem)
    }
}

/// The parameters of a stack as its files give them, and the problems of those that cannot be given.
#[must_use]
pub fn given(stack: &Stack) -> (Vec<Given>, Vec<Finding>) {
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    for ParameterSetting { name, resolution, origin } in parameters(stack) {
        match resolution {
            // Sceptre leaves it out (`sceptre/plan/actions.py`, 4.7.0, `_format_parameters`).
            Ok(Resolution::Nothing | Resolution::Known(Value::Null)) => {}
            Ok(Resolution::Unknown) => given.push(Given { name, value: None, origin }),
            Ok(Resolution::Known(value)) => {
                let (one, problem) = Given::read(name, &value, origin, |path| stack.config.place_of(path));
                given.push(one);
                problems.extend(problem);
            }
            Err(problem) => {
                given.push(Given { name, value: None, origin });
                problems.push(problem);
            }
        }
    }
    (given, problems)
}
