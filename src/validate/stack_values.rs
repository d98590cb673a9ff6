//! What Sceptre hands on as it stands, and its AWS client or CloudFormation refuses (`sceptre/plan/actions.py`, 4.7.0; API
//! Reference of CloudFormation, `CreateStack` and "Tag").

use serde_yaml::{Mapping, Value};

use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::Stack;
use crate::project::keys::{Holds, ON_FAILURE, STACK_KEYS, StackKey};
use crate::schema::region_problem;
use crate::words;
use crate::yaml::kind;

rules! {
    static STACK_VALUE: Rule = Rule::error("stack-value", Chapter::ConfigFiles)
        .about("a value of a stack file's key that its AWS client or CloudFormation refuses")
        .page(
            "a value of a stack file's key that Sceptre hands on and its AWS client or CloudFormation refuses: a timeout or \
             session duration that is no whole number, an `on_failure` that does not exist, `notifications` that are no list \
             of at most five texts, tags that are no mapping of at most 50 texts or begin with `aws:`, a misspelt region, and \
             other kinds of values than a key takes",
        );
}

const MOST_NOTIFICATIONS: usize = 5;
const MOST_TAGS: usize = 50;

/// Keys of these kinds of which `stack-config`, or the reader, tells.
const ELSEWHERE: &[&str] = &["j2_environment", "parameters", "project_code", "stack_name"];

/// Path, message and advice.
type Fault = (LogicalPath, String, Option<String>);

/// Every such value of a stack.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let value = |key: &str| stack.config.get(key).filter(|value| !matches!(value, Value::Null | Value::Tagged(_)));
    let mut faults: Vec<Fault> = Vec::new();
    for StackKey { name, holds, .. } in STACK_KEYS.iter().filter(|key| !ELSEWHERE.contains(&key.name)) {
        let Some(value) = value(name) else { continue };
        match holds {
            Holds::Text => faults.extend(not_a_text(name, value)),
            Holds::Whole => faults.extend(not_a_number(name, value)),
            Holds::Mapping => faults.extend(not_a_mapping(name, value)),
            Holds::OnFailure => faults.extend(wrong_choice(value)),
            Holds::Texts => faults.extend(notifications(value)),
            Holds::Values => faults.extend(tags(value)),
            // Sceptre looks at these itself: other rules tell of them.
            Holds::Flag | Holds::Inheritance | Holds::Stacks | Holds::Hooks | Holds::Template | Holds::TemplatePath => {
            }
        }
    }
    faults.extend(value("region").and_then(wrong_region));
    let finding =
        |(path, message, help): Fault| STACK_VALUE.finding(stack.config.place_of(&path), message).at(path).help(help);
    faults.into_iter().map(finding).collect()
}

fn not_a_text(key: &str, value: &Value) -> Option<Fault> {
    let help = matches!(value, Value::Bool(_) | Value::Number(_)).then(|| "put it in quotes".to_owned());
    (!matches!(value, Value::String(_)))
        .then(|| (LogicalPath::from([key]), format!("`{key}` is {}, not a text", kind(value)), help))
}

fn not_a_number(key: &str, value: &Value) -> Option<Fault> {
    let is_right = matches!(value, Value::Number(number) if number.as_u64().is_some());
    (!is_right).then(|| {
        let message = match value {
            Value::Number(number) => format!("`{key}` is {number}, not a whole number"),
            other => format!("`{key}` is {}, not a whole number", kind(other)),
        };
        let help =
            value.as_str().filter(|text| text.parse::<u64>().is_ok()).map(|_| "write it without quotes".to_owned());
        (LogicalPath::from([key]), message, help)
    })
}

fn not_a_mapping(key: &str, value: &Value) -> Option<Fault> {
    (!matches!(value, Value::Mapping(_)))
        .then(|| (LogicalPath::from([key]), format!("`{key}` is {}, not a mapping", kind(value)), None))
}

/// A region that is nearly one. AWS opens new ones, so any other is left alone.
fn wrong_region(value: &Value) -> Option<Fault> {
    let region = value.as_str()?;
    let near = region_problem(region)?;
    Some((
        LogicalPath::from(["region"]),
        format!("there is no region `{region}`"),
        Some(format!("did you mean `{near}`?")),
    ))
}

fn wrong_choice(value: &Value) -> Option<Fault> {
    let text = value.as_str().unwrap_or_default();
    (!ON_FAILURE.contains(&text)).then(|| {
        let got = if text.is_empty() { kind(value).to_owned() } else { format!("`{text}`") };
        let message = format!("`on_failure` is {got}; CloudFormation takes {}", words::list(ON_FAILURE));
        (LogicalPath::from(["on_failure"]), message, words::did_you_mean(text, ON_FAILURE.iter().copied()))
    })
}

fn notifications(value: &Value) -> Vec<Fault> {
    let path = LogicalPath::from(["notifications"]);
    let Value::Sequence(items) = value else {
        return vec![(
            path,
            format!("`notifications` is {}, not a list", kind(value)),
            Some("write it as a list: `- arn:…`".to_owned()),
        )];
    };
    let mut faults = Vec::new();
    if items.len() > MOST_NOTIFICATIONS {
        let message = format!("`notifications` has {} topics; CloudFormation takes {MOST_NOTIFICATIONS}", items.len());
        faults.push((path.clone(), message, None));
    }
    for (index, item) in items.iter().enumerate() {
        if !matches!(item, Value::String(_) | Value::Tagged(_)) {
            faults.push((path.join(index), format!("a notification is {}, not the ARN of a topic", kind(item)), None));
        }
    }
    faults
}

fn tags(value: &Value) -> Vec<Fault> {
    let path = LogicalPath::from(["stack_tags"]);
    match value {
        Value::Mapping(entries) => tag_entries(entries, &path),
        other => {
            let help = "write `stack_tags: {Name: value}`".to_owned();
            vec![(path, format!("`stack_tags` is {}, not a mapping", kind(other)), Some(help))]
        }
    }
}

fn tag_entries(entries: &Mapping, path: &LogicalPath) -> Vec<Fault> {
    let mut faults = Vec::new();
    if entries.len() > MOST_TAGS {
        faults.push((path.clone(), format!("`stack_tags` has {} tags; AWS takes {MOST_TAGS}", entries.len()), None));
    }
    for (key, value) in entries {
        let Some(key) = crate::yaml::scalar_text(key) else { continue };
        let path = path.join(key.as_str());
        if key.to_lowercase().starts_with("aws:") {
            faults.push((path.clone(), format!("the tag `{key}` begins with `aws:`, which AWS keeps to itself"), None));
        }
        // Sceptre writes Python's text of whatever stands here.
        let what = match value {
            Value::Null => "nothing, which Sceptre writes as `None`",
            Value::Mapping(_) => "a mapping, not a text",
            Value::Sequence(_) => "a list, not a text",
            _ => continue,
        };
        faults.push((path, format!("the tag `{key}` is {what}"), None));
    }
    faults
}
