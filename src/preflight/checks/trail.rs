//! Other trails: the first copy of management events is free, each further one is paid for (CloudTrail pricing); and a region
//! has five trails at most (CloudTrail User Guide, "Quotas in AWS CloudTrail").

use serde_json::{Value, json};

use super::{Check, Row, View, certain, property};
use crate::host::CallError;
use crate::words;

pub static CHECK: Check = Check { name: "trail", run };

const TRAIL: &str = "AWS::CloudTrail::Trail";
const MOST_TRAILS: usize = 5;

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let own: Vec<String> =
        certain(view, TRAIL).iter().filter_map(|(_, trail)| property(view, trail, "TrailName")).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let answer = view.account.ask("cloudtrail", "describe_trails", json!({"includeShadowTrails": true}))?;
    let name = |trail: &Value| trail["Name"].as_str().unwrap_or_default().to_owned();
    let others: Vec<&Value> =
        answer["trailList"].as_array().into_iter().flatten().filter(|trail| !own.contains(&name(trail))).collect();
    let names: Vec<String> = others.iter().map(|trail| words::printable(&name(trail))).collect();
    // A trail of another region is shown here as its shadow, and does not count here.
    let here = others.iter().filter(|trail| trail["HomeRegion"] == view.account.region.as_str()).count();
    Ok(vec![if here >= MOST_TRAILS {
        Row::stop(format!("{} are here already, and a region has {MOST_TRAILS} at most", words::list(&names)))
            .todo("let one of them do the work, or have the quota raised")
    } else if names.is_empty() {
        Row::ok("no other trail")
    } else {
        Row::look(format!("{} too: each trail after the first pays for management events", words::list(&names)))
            .todo("keep one trail for both, if that will do")
    }])
}
