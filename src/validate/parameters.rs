//! Parameters against the template that receives them: missing, unknown, type and constraints.

use crate::deployment::Deployment;
use crate::finding::{Chapter, Finding, Judgement, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::template::Parameter;
use crate::words;

rules! {
    static MISSING_PARAMETER: Rule = Rule::error("missing-parameter", Chapter::Values)
        .about("a parameter of the template that has no value and no default");
    static PARAMETER_VALUE: Rule = Rule::error("parameter-value", Chapter::Values)
        .about("a parameter that its template does not take")
        .page("a parameter that its template does not take: type, allowed values, pattern, length, range")
        .judges(Judgement::RefusedWhereTaken);
    static UNKNOWN_PARAMETER: Rule = Rule::error("unknown-parameter", Chapter::Values)
        .about("a parameter that the template does not have")
        .page("a parameter that the template does not have, also one that a stack inherits from its group")
        .hides_line();
}

/// Every parameter that CloudFormation would refuse.
pub fn check(deployment: &Deployment<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for given in &deployment.given {
        match deployment.template.parameter(&given.name) {
            None => findings.push(unknown(deployment, &given.name)),
            Some(parameter) => {
                let Some(value) = &given.value else { continue };
                for refusal in parameter.refusals(value) {
                    let path = match refusal.index {
                        Some(index) => given.origin.join(index),
                        None => given.origin.clone(),
                    };
                    let message = if parameter.no_echo {
                        format!("the value of `{}` is not {}", parameter.name, refusal.expected)
                    } else {
                        format!("got `{}`, expected {}", refusal.got, refusal.expected)
                    };
                    findings.push(
                        PARAMETER_VALUE
                            .finding((deployment.place)(&path), message)
                            .at(path)
                            .help(refusal.help.filter(|_| !parameter.no_echo))
                            .secret(parameter.no_echo),
                    );
                }
            }
        }
    }
    // A misspelt name is one mistake, though the parameter that was meant is missing too.
    let meant: Vec<String> = findings.iter().filter_map(|finding| finding.help.clone()).collect();
    let is_misspelt = |name: &str| meant.iter().any(|help| words::did_you_mean(name, [name]).as_ref() == Some(help));
    let parameters = deployment.template.parameters.iter().filter(|parameter| !is_misspelt(&parameter.name));
    findings.extend(parameters.filter_map(|parameter| missing(deployment, parameter)));
    findings
}

fn unknown(deployment: &Deployment<'_>, name: &str) -> Finding {
    let path = LogicalPath::from(["parameters", name]);
    let known = deployment.template.parameters.iter().map(|parameter| parameter.name.as_str());
    let message = format!("`{}` has no parameter `{name}`", deployment.template_name);
    UNKNOWN_PARAMETER.finding((deployment.place)(&path), message).help(words::did_you_mean(name, known)).at(path)
}

fn missing(deployment: &Deployment<'_>, parameter: &Parameter) -> Option<Finding> {
    if parameter.default.is_some() || deployment.given(&parameter.name).is_some() {
        return None;
    }
    // Where it is given as nothing, it stands.
    let (all, own) = (LogicalPath::from(["parameters"]), LogicalPath::from(["parameters", &parameter.name]));
    let path = if (deployment.place)(&own) == (deployment.place)(&all) { all } else { own };
    let message =
        format!("parameter `{}` of `{}` has no value and no default", parameter.name, deployment.template_name);
    Some(MISSING_PARAMETER.finding((deployment.place)(&path), message).at(path))
}
