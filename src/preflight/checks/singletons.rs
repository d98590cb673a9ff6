//! Settings that an account has once in a region, made by somebody else already.

use serde_json::{Value, json};

use super::{Check, Row, View, certain, is_own};
use crate::host::CallError;
use crate::words;

pub static CHECK: Check = Check { name: "singletons", run };

/// What there is one of: the type, what it is called, and how to ask for it.
struct Singleton {
    kind: &'static str,
    word: &'static str,
    service: &'static str,
    operation: &'static str,
    list: &'static str,
}

const SINGLETONS: &[Singleton] = &[
    Singleton {
        kind: "AWS::Config::ConfigurationRecorder",
        word: "Config recorder",
        service: "config",
        operation: "describe_configuration_recorders",
        list: "ConfigurationRecorders",
    },
    Singleton {
        kind: "AWS::Config::DeliveryChannel",
        word: "Config delivery channel",
        service: "config",
        operation: "describe_delivery_channels",
        list: "DeliveryChannels",
    },
    Singleton {
        kind: "AWS::GuardDuty::Detector",
        word: "GuardDuty detector",
        service: "guardduty",
        operation: "list_detectors",
        list: "DetectorIds",
    },
];

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    for singleton in SINGLETONS {
        for (stack, resource) in certain(view, singleton.kind) {
            let deployed = view.account.resources(&stack.stack.external_name())?;
            if is_own(&deployed, resource) {
                continue;
            }
            let answer = view.account.ask(singleton.service, singleton.operation, json!({}))?;
            let there: Vec<String> = answer[singleton.list].as_array().into_iter().flatten().map(name).collect();
            rows.push(if there.is_empty() {
                Row::ok(format!("no {} yet", singleton.word))
            } else {
                let what = format!("the {} of this account is {} already", singleton.word, words::list(&there));
                Row::stop(what).todo(format!("take `{}` out of `{}`", resource.id, stack.stack.path))
            });
        }
    }
    Ok(rows)
}

fn name(item: &Value) -> String {
    let name = item.as_str().or_else(|| item["name"].as_str());
    words::printable(name.unwrap_or("of no name"))
}
