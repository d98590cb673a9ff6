//! `name-unknown`: a name of what no stack creates, one letter from what one does. And `name-foreign`: a name of what nobody
//! creates at all, for projects in which that is a mistake too.

use super::Check;
use super::view::View;
use crate::finding::{Chapter, Finding, Rule};
use crate::link::names::{Flaw, READS, Unmet};

pub static NEAR: Check = Check {
    rule: Rule::warning("name-unknown", Chapter::Project)
        .about("a name of what no stack creates, one letter from what one does")
        .page(
            "an ARN, a name, a metric or the value of a dimension, in an alarm, dashboard, policy, filter, permission, \
             delivery stream or environment variable, that no stack creates, one letter from what one does",
        ),
    reads: READS,
    run: near,
};

pub static FOREIGN: Check = Check {
    rule: Rule::info("name-foreign", Chapter::Project)
        .about("a name of the own account and region that no stack creates")
        .page(
            "a name or ARN of the stack's own account and region that no stack of the project creates. Off: switch it on \
             where the project creates all that it names",
        )
        .off(),
    reads: READS,
    run: foreign,
};

fn near(project: &View<'_>) -> Vec<Finding> {
    let near = |unmet: &Unmet| match &unmet.flaw {
        Flaw::Near(near) => Some(finding(&NEAR, project, unmet).help(format!("did you mean `{near}`?"))),
        _ => None,
    };
    super::once(project.unmet().iter().filter_map(near).collect())
}

fn foreign(project: &View<'_>) -> Vec<Finding> {
    let foreign = project.unmet().iter().filter(|unmet| unmet.flaw == Flaw::Foreign);
    super::once(foreign.map(|unmet| finding(&FOREIGN, project, unmet)).collect())
}

fn finding(check: &'static Check, project: &View<'_>, unmet: &Unmet) -> Finding {
    let Unmet { word, name, .. } = unmet;
    let message = match *word {
        "metric" => format!("no metric filter writes the metric `{name}`"),
        word => format!("no stack creates the {word} `{name}`"),
    };
    check.in_template(project, &project.stacks[unmet.stack], unmet.path.clone(), message)
}
