//! The change set of type IMPORT: made, waited for, executed. Its name comes from its content, so a run that was interrupted
//! goes on with what it has begun.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Error, Plan};
use crate::account::Account;
use crate::template::INLINE_LIMIT;
use crate::words;

/// How long is waited between two looks, and how often is looked: half an hour in all.
const PAUSE: Duration = Duration::from_secs(2);
const MOST_LOOKS: usize = 900;

/// The properties that identify the resources of each type in a template, as CloudFormation says; a type that is not there
/// cannot be imported.
pub fn identifiers(
    account: &mut Account<'_>,
    template: &Value,
    stack: &str,
    bucket: Option<&str>,
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let parameters = body(account, template, stack, bucket)?;
    let answer = ask(account, "get_template_summary", parameters)?;
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let entry = |one: &Value| Some((one["ResourceType"].as_str()?.to_owned(), texts(&one["ResourceIdentifiers"])));
    Ok(answer["ResourceIdentifierSummaries"].as_array().into_iter().flatten().filter_map(entry).collect())
}

/// Makes the change set, waits for it, executes it, and waits for the stack; `progress` is told each step.
///
/// # Errors
/// If AWS refuses, or something does not come out as it should.
pub fn execute(account: &mut Account<'_>, plan: &Plan, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let name = name(plan);
    make(account, plan, &name)?;
    let made = wait_for_change_set(account, plan, &name)?;
    for change in made["Changes"].as_array().into_iter().flatten() {
        let text = |key: &str| words::printable(change["ResourceChange"][key].as_str().unwrap_or_default());
        progress(&format!("{} {} ({})", text("Action"), text("LogicalResourceId"), text("PhysicalResourceId")));
    }
    ask(account, "execute_change_set", json!({"StackName": plan.stack, "ChangeSetName": name}))?;
    progress("executed; waiting for the stack");
    wait_for_stack(account, plan)
}

/// Of the same content the same name.
fn name(plan: &Plan) -> String {
    let mut hasher = DefaultHasher::new();
    (plan.template.to_string(), plan.resources_to_import().to_string()).hash(&mut hasher);
    format!("sesame-adopt-{:016x}", hasher.finish())
}

/// Makes the change set, unless an earlier run has made it.
fn make(account: &mut Account<'_>, plan: &Plan, name: &str) -> Result<(), Error> {
    let this = json!({"StackName": plan.stack, "ChangeSetName": name});
    match described(account, &this)? {
        Some(made) if made["Status"] == "FAILED" => drop(ask(account, "delete_change_set", this)?),
        Some(_) => return Ok(()),
        None => refuse_others(account, plan)?,
    }
    let keep = |name: &String| json!({"ParameterKey": name, "UsePreviousValue": true});
    let mut request = json!({
        "StackName": plan.stack, "ChangeSetName": name, "ChangeSetType": "IMPORT",
        "ResourcesToImport": plan.resources_to_import(),
        "Parameters": plan.parameters.iter().map(keep).collect::<Value>(),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    });
    let body = body(account, &plan.template, &plan.stack, plan.bucket.as_deref())?;
    for (key, value) in body.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    ask(account, "create_change_set", request).map(drop)
}

/// A stack that is only a change set of somebody else: nobody knows whether that is still wanted.
fn refuse_others(account: &mut Account<'_>, plan: &Plan) -> Result<(), Error> {
    if status(account, plan)?.as_deref() != Some("REVIEW_IN_PROGRESS") {
        return Ok(());
    }
    let answer = ask(account, "list_change_sets", json!({"StackName": plan.stack}))?;
    let others = answer["Summaries"].as_array().into_iter().flatten();
    let names: Vec<&str> = others.filter_map(|one| one["ChangeSetName"].as_str()).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Error::Stopped(format!(
        "`{}` is REVIEW_IN_PROGRESS: nothing but the change set {}, which was never executed; if nobody wants it, `sceptre \
         --ignore-dependencies delete {}` removes it and nothing else, then adopt again",
        plan.stack,
        words::list(&names),
        plan.path
    )))
}

/// The change set when it is ready to be executed.
fn wait_for_change_set(account: &mut Account<'_>, plan: &Plan, name: &str) -> Result<Value, Error> {
    let this = json!({"StackName": plan.stack, "ChangeSetName": name});
    for _ in 0..MOST_LOOKS {
        let made = ask(account, "describe_change_set", this.clone())?;
        match made["Status"].as_str() {
            Some("CREATE_COMPLETE") => return Ok(made),
            Some("FAILED") => {
                let reason = made["StatusReason"].as_str().unwrap_or("CloudFormation gives no reason");
                return Err(Error::Stopped(format!("CloudFormation cannot import this: {}", words::printable(reason))));
            }
            _ => sleep(PAUSE),
        }
    }
    Err(Error::Stopped(format!("the change set `{name}` is not ready after half an hour: repeat this command later")))
}

fn wait_for_stack(account: &mut Account<'_>, plan: &Plan) -> Result<(), Error> {
    for _ in 0..MOST_LOOKS {
        match status(account, plan)?.as_deref() {
            Some("IMPORT_COMPLETE") => return Ok(()),
            Some("REVIEW_IN_PROGRESS" | "IMPORT_IN_PROGRESS" | "IMPORT_ROLLBACK_IN_PROGRESS") => sleep(PAUSE),
            other => {
                return Err(Error::Stopped(format!(
                    "`{}` is {}: read its events (`aws cloudformation describe-stack-events --stack-name {}`); what was to be \
                     imported is as it was",
                    plan.stack,
                    other.unwrap_or("not there"),
                    plan.stack
                )));
            }
        }
    }
    Err(Error::Stopped(format!("`{}` has not ended after half an hour: repeat this command later", plan.stack)))
}

fn status(account: &mut Account<'_>, plan: &Plan) -> Result<Option<String>, Error> {
    account.forget_stacks();
    let stack = account.stack(&plan.stack).map_err(|error| Error::of(account, error))?;
    Ok(stack.and_then(|stack| stack["StackStatus"].as_str().map(str::to_owned)))
}

/// A change set; `None` if there is none of this name, or no stack.
fn described(account: &mut Account<'_>, this: &Value) -> Result<Option<Value>, Error> {
    // The error has another code on the wire than in the API's model, and boto3 shows the former.
    let absent = ["ChangeSetNotFound", "ChangeSetNotFoundException"];
    match account.ask_unless(&absent, "cloudformation", "describe_change_set", this.clone()) {
        Err(error) if crate::account::is_absent(&error) => Ok(None),
        other => other.map_err(|error| Error::of(account, error)),
    }
}

/// The template as a parameter of a call: inline, or by way of the bucket for templates.
fn body(account: &mut Account<'_>, template: &Value, stack: &str, bucket: Option<&str>) -> Result<Value, Error> {
    let text = template.to_string();
    if text.len() <= INLINE_LIMIT {
        return Ok(json!({"TemplateBody": text}));
    }
    let bucket = bucket.ok_or_else(|| {
        Error::Stopped(
            "the template is too large to go inline: `template_bucket_name` is needed, with a known name".to_owned(),
        )
    })?;
    let key = format!("adopt/{stack}.json");
    let upload = json!({"Bucket": bucket, "Key": key, "Body": text, "ExpectedBucketOwner": account.number});
    account.ask("s3", "put_object", upload).map_err(|error| Error::of(account, error))?;
    Ok(json!({"TemplateURL": format!("https://{bucket}.s3.{}.amazonaws.com/{key}", account.region)}))
}

fn ask(account: &mut Account<'_>, operation: &str, parameters: Value) -> Result<Value, Error> {
    account.ask("cloudformation", operation, parameters).map_err(|error| Error::of(account, error))
}
