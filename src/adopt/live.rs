//! Types whose properties are read from their service. What people have made need not be as the template has it, and a launch
//! changes only what differs from the template of the import.

use serde_json::{Value, json};

/// One type, and its properties in the answer of its probe.
type Reader = (&'static str, fn(&Value) -> Value);

const READERS: &[Reader] = &[("AWS::SES::EmailIdentity", identity)];

/// Whether the properties of a type are read.
pub fn is_known(kind: &str) -> bool {
    READERS.iter().any(|(known, _)| *known == kind)
}

/// The properties of a resource; `None` if those of its type are not read.
pub fn properties(kind: &str, answer: &Value) -> Option<Value> {
    READERS.iter().find(|(known, _)| *known == kind).map(|(_, read)| read(answer))
}

/// All but its DKIM keys, which no template owns (SES API v2 Reference, `GetEmailIdentity`; CloudFormation Template Reference,
/// `AWS::SES::EmailIdentity`).
fn identity(answer: &Value) -> Value {
    let mut properties = json!({});
    if let Some(set) = answer["ConfigurationSetName"].as_str() {
        properties["ConfigurationSetAttributes"] = json!({"ConfigurationSetName": set});
    }
    let mail_from = &answer["MailFromAttributes"];
    if let Some(domain) = mail_from["MailFromDomain"].as_str() {
        properties["MailFromAttributes"] = json!({"MailFromDomain": domain});
        if let Some(behaviour) = mail_from["BehaviorOnMxFailure"].as_str() {
            properties["MailFromAttributes"]["BehaviorOnMxFailure"] = json!(behaviour);
        }
    }
    if let Some(forwarding) = answer["FeedbackForwardingStatus"].as_bool() {
        properties["FeedbackAttributes"] = json!({"EmailForwardingEnabled": forwarding});
    }
    properties
}
