//! `resource-attribute`: an attribute that a resource type does not return.

use super::faults::in_templates;
use super::view::View;
use super::{Check, Reads};
use crate::aws;
use crate::evaluate::FaultKind;
use crate::finding::{Chapter, Finding, Rule};
use crate::template::MisfitKind;
use crate::words;

pub static CHECK: Check = Check {
    rule: Rule::error("resource-attribute", Chapter::Templates)
        .about("an attribute that `Fn::GetAtt` does not take of this resource type")
        .page(
            "a `Fn::GetAtt`, or a `${A.B}` in a `Fn::Sub`, of an attribute that the resource type does not have; what is \
             also a property of the type is no finding, since some types return those too. cfn-lint's E1010 says the \
             same",
        ),
    reads: Reads::NOTHING,
    run,
};

fn run(project: &View<'_>) -> Vec<Finding> {
    in_templates(
        project,
        &CHECK,
        |_, _| true,
        |kind, _| match kind {
            FaultKind::Misfit(MisfitKind::Attribute { resource, of, name }) => {
                let known = || aws::resource_type(of).into_iter().flat_map(aws::ResourceType::attributes);
                let help = words::did_you_mean(name, known()).map(|help| format!("; {help}")).unwrap_or_default();
                Some(format!("`{resource}` has no attribute `{name}`: `{of}` does not return one{help}"))
            }
            _ => None,
        },
    )
}
