//! The parameters that a stack gives to its template.

use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::resolvers::Resolution;
use crate::project::{Stack, parameters};
use crate::template::ParameterValue;

rules! {
    static PARAMETER_TYPE: Rule = Rule::error("parameter-type", Chapter::Values)
        .about("a parameter that is a mapping or nothing")
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

/// The parameters of a stack as its files give them, and the problems of those that cannot be given.
#[must_use]
pub fn given(stack: &Stack) -> (Vec<Given>, Vec<Finding>) {
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    for setting in parameters(stack) {
        let mut add = |value| given.push(Given { name: setting.name.clone(), value, origin: setting.origin.clone() });
        match setting.resolution {
            Ok(Resolution::Nothing) => {}
            Ok(Resolution::Unknown) => add(None),
            Ok(Resolution::Known(value)) => match ParameterValue::from_config(&value) {
                Some(value) => add(Some(value)),
                None => {
                    add(None);
                    let message = format!(
                        "parameter `{}` is {}; a parameter is a text, a number, a boolean or a list of these",
                        setting.name,
                        crate::yaml::kind(&value)
                    );
                    problems.push(
                        PARAMETER_TYPE
                            .finding(stack.config.place_of(&setting.origin), message)
                            .at(setting.origin.clone()),
                    );
                }
            },
            Err(problem) => {
                add(None);
                problems.push(problem);
            }
        }
    }
    (given, problems)
}
