//! Subscriptions of topics that nobody has confirmed: mail to them is dropped (SNS Developer Guide, "Confirming a
//! subscription").

use serde_json::{Value, json};

use super::{Check, Row, View, certain, property};
use crate::host::CallError;
use crate::words::printable;

pub static CHECK: Check = Check { name: "subscriptions", run };

/// What SNS gives in the place of the ARN until somebody confirms.
const PENDING: &str = "PendingConfirmation";

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    for (_, topic) in certain(view, "AWS::SNS::Topic") {
        let Some(arn) = topic.arn(&view.account.region).map(|arn| view.account.real(&arn)) else { continue };
        let wanted: Vec<String> = certain(view, "AWS::SNS::Subscription")
            .iter()
            .filter(|(_, one)| property(view, one, "TopicArn").is_some_and(|of| of == arn))
            .filter_map(|(_, one)| property(view, one, "Endpoint"))
            .filter(|endpoint| endpoint.contains('@'))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let parameters = json!({"TopicArn": arn});
        let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
        match view.account.list("sns", "list_subscriptions_by_topic", parameters, "Subscriptions") {
            Ok(there) => rows.extend(wanted.iter().map(|endpoint| told(&name, endpoint, &there))),
            // It is not made yet.
            Err(CallError::Aws { code, .. }) if code == "NotFound" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

fn told(topic: &str, endpoint: &str, there: &[Value]) -> Row {
    let (topic, endpoint) = (printable(topic), printable(endpoint));
    match there.iter().find(|one| one["Endpoint"] == endpoint.as_str()).map(|one| one["SubscriptionArn"].as_str()) {
        Some(Some(PENDING)) => Row::look(format!("`{endpoint}` has not confirmed its subscription to `{topic}`"))
            .todo("confirm it with the token in the mail of AWS, before anything rings"),
        Some(_) => Row::ok(format!("`{endpoint}` gets what `{topic}` sends")),
        None => Row::look(format!("`{endpoint}` is not subscribed to `{topic}`"))
            .todo("was it unsubscribed? Subscribe it again: `aws sns subscribe`"),
    }
}
