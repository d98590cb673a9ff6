//! Subscription filters: a log group takes two (CloudWatch Logs User Guide, "CloudWatch Logs quotas"), whoever makes them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Check, Row, View, property};
use crate::evaluate::{Reads, Value};
use crate::host::CallError;
use crate::words::{self, printable};

pub static CHECK: Check = Check { name: "subscription filters", run };

const FILTER: &str = "AWS::Logs::SubscriptionFilter";
const MOST_FILTERS: usize = 2;

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    for (group, wanted) in wanted(view) {
        let Some(answer) = view.account.ask_unless(
            &["ResourceNotFoundException"],
            "logs",
            "describe_subscription_filters",
            json!({"logGroupName": group}),
        )?
        else {
            continue;
        };
        let there = answer["subscriptionFilters"].as_array().into_iter().flatten();
        let mut own = BTreeSet::new();
        for name in &wanted.stacks {
            let deployed = view.account.resources(name)?;
            own.extend(deployed.into_iter().filter(|one| one.kind == FILTER).map(|one| one.physical_id));
        }
        let others: Vec<String> = there
            .filter_map(|filter| filter["filterName"].as_str())
            .filter(|name| !own.contains(*name))
            .map(printable)
            .collect();
        let shown = printable(&group);
        rows.push(if others.len() + wanted.filters > MOST_FILTERS {
            Row::stop(format!(
                "`{shown}` has {} already, this project adds {}, and a log group takes {MOST_FILTERS}",
                words::list(&others),
                wanted.filters
            ))
            .todo("remove one, or let one filter serve both")
        } else {
            Row::ok(format!("`{shown}`: {} of {MOST_FILTERS} used", others.len() + wanted.filters))
        });
    }
    Ok(rows)
}

/// The filters that the project makes for one log group, whichever environment they are of.
#[derive(Default)]
struct Wanted {
    filters: usize,
    stacks: BTreeSet<String>,
}

/// The log groups that get a filter from these stacks, with all filters that the project gives them.
fn wanted(view: &View<'_, '_>) -> BTreeMap<String, Wanted> {
    let mut groups: BTreeMap<String, Wanted> = BTreeMap::new();
    let home = view.stacks.first().copied();
    let beside = view.project.stacks.iter().filter(|stack| home.is_some_and(|home| home.is_beside(stack)));
    for stack in beside {
        for filter in stack.resources().iter().filter(|one| one.certain && one.kind == FILTER) {
            let Some(Value::Text(_)) = filter.properties(Reads::EVERYTHING).get("LogGroupName") else { continue };
            let Some(group) = property(view, filter, "LogGroupName") else { continue };
            let wanted = groups.entry(group).or_default();
            wanted.filters += 1;
            wanted.stacks.insert(stack.stack.external_name());
        }
    }
    groups
}
