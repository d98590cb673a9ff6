//! `template-rule`: an assertion in the `Rules` of a template is false with the values of the stack. It is shown where the
//! stack gives the first of the parameters that it reads.

use super::faults::{faults, in_templates};
use super::view::View;
use super::{Check, Reads};
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::LinkedStack;
use crate::logical_path::LogicalPath;

pub static CHECK: Check = Check {
    rule: Rule::error("template-rule", Chapter::Project)
        .about("values that the `Rules` of the template refuse")
        .page("parameters of a stack for which an assertion in the `Rules` of its template is false"),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stack, fault) in faults(project) {
        if let FaultKind::Refused { rule, description, parameters } = &fault.kind
            && let Some(path) = given(stack, parameters)
        {
            let template = stack.template.as_ref().map(|template| template.name.as_str()).unwrap_or_default();
            let message = format!("the rule `{rule}` of `{template}` refuses this{}", because(description.as_deref()));
            findings.push(CHECK.in_config(stack, path, message));
        }
    }
    let by_itself = |stack: &LinkedStack, kind: &FaultKind| match kind {
        FaultKind::Refused { parameters, .. } => given(stack, parameters).is_none(),
        _ => false,
    };
    findings.extend(in_templates(project, &CHECK, by_itself, |kind, stacks| match kind {
        FaultKind::Refused { description, .. } => {
            Some(format!("this rule refuses the values of {stacks}{}", because(description.as_deref())))
        }
        _ => None,
    }));
    findings
}

/// The first of these parameters that the stack gives.
fn given(stack: &LinkedStack, parameters: &[String]) -> Option<LogicalPath> {
    let all = stack.stack.config.get("parameters")?;
    let name = parameters.iter().find(|name| all.get(name.as_str()).is_some())?;
    Some(LogicalPath::from(["parameters", name]))
}

fn because(description: Option<&str>) -> String {
    description.map(|text| format!(": {}", text.trim().trim_end_matches('.'))).unwrap_or_default()
}
