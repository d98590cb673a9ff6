//! The function that rotates: which one it is, by the project's files, and how it is called.

use serde_json::{Value, json};
use thiserror::Error;

use super::Answer;
use crate::check;
use crate::host::{CallError, Host, bytes};
use crate::project::{Project, ProjectError, Selection};

/// How the name of the function ends (`docs/dkim-rotation.md`).
const FUNCTION: &str = "-dkim-rotation-orchestrator";

/// The function of one stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// The stack that has it: `prod/security.yaml`.
    pub stack: String,
    /// Its name.
    pub function: String,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum Error {
    /// The project cannot be listed, or the path names nothing.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// No stack has the function.
    #[error("no stack{} has a function whose name ends in `{FUNCTION}`{}", .of, .help)]
    None {
        /// The selection, in words.
        of: String,
        /// What to do.
        help: String,
    },
    /// Several have one.
    #[error("{} rotate DKIM keys: name one of them", crate::words::list(.0))]
    Several(Vec<String>),
    /// It was never launched.
    #[error("`{function}` does not exist in AWS: launch `{stack}` first")]
    NotLaunched {
        /// The function.
        function: String,
        /// The stack that has it.
        stack: String,
    },
    /// AWS refused, or cannot be reached.
    #[error("{0}")]
    Call(CallError),
    /// Nobody knows whether the function has begun what was asked for.
    #[error("{error}; it may have been begun: to ask for the same once more, add `--repeat {id}`")]
    Lost {
        /// What went wrong.
        error: CallError,
        /// Of the request.
        id: String,
    },
    /// The function failed.
    #[error("`{function}` failed: {reason}")]
    Failed {
        /// The function.
        function: String,
        /// In its own words.
        reason: String,
    },
    /// It answered something that the contract does not know.
    #[error("`{function}` answered something unexpected: {reason}")]
    Unexpected {
        /// The function.
        function: String,
        /// What is wrong.
        reason: String,
    },
}

/// What a person asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The action of the contract, such as `rotate-now`.
    pub action: &'static str,
    /// Why.
    pub reason: Option<String>,
    /// The key has become known to others.
    pub leaked: bool,
    /// Not the key that is announced already, but another one.
    pub discard_next: bool,
    /// A selector in SES that is not of this automation, and may be replaced.
    pub replace: Option<String>,
    /// The selector of the key to be put back.
    pub key: Option<String>,
    /// What the function knows a repeat by; `None` for what may be done twice.
    pub id: Option<String>,
}

impl Automation {
    /// The function in the stacks that a path names, by their templates and parameters.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn find(project: &Project, path: Option<&str>) -> Result<Automation, Error> {
        let selection = Selection::of(&project.folders, path)?;
        let (checked, stacks) = check::stacks(project, &selection, |_| false)?;
        let mut found = Vec::new();
        for stack in &stacks {
            for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
                let name = resource.name.as_ref().and_then(|name| name.as_text()).unwrap_or_default();
                if resource.certain && resource.kind == "AWS::Lambda::Function" && name.ends_with(FUNCTION) {
                    found.push(Automation { stack: stack.stack.path.clone(), function: name.to_owned() });
                }
            }
        }
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Error::None {
                of: path.map(|path| format!(" of `{path}`")).unwrap_or_default(),
                help: if checked.findings.is_empty() { String::new() } else { "; see `sesame validate`".to_owned() },
            }),
            several => Err(Error::Several(several.iter().map(|one| one.stack.clone()).collect())),
        }
    }

    /// The state and the plan; changes nothing.
    ///
    /// # Errors
    /// If the function does not answer.
    pub fn status(&self, host: &mut dyn Host) -> Result<Answer, Error> {
        self.call(host, &json!({"action": "status"}))
    }

    /// Asks for something, in the name of whoever the session of the stack is.
    ///
    /// # Errors
    /// If the function does not do it.
    pub fn request(&self, host: &mut dyn Host, request: &Request) -> Result<Answer, Error> {
        let person = host.call("sts", "get_caller_identity", json!({})).map_err(Error::Call)?;
        let mut event = json!({"action": request.action, "by": person["Arn"].as_str().unwrap_or("unknown")});
        if let Some(reason) = &request.reason {
            event["reason"] = json!(reason);
        }
        if request.leaked {
            event["leaked"] = json!(true);
        }
        if request.discard_next {
            event["discard_next"] = json!(true);
        }
        if let Some(selector) = &request.replace {
            event["replace"] = json!(selector);
        }
        if let Some(selector) = &request.key {
            event["key"] = json!(selector);
        }
        if let Some(id) = &request.id {
            event["id"] = json!(id);
        }
        self.call(host, &event).map_err(|error| match (error, &request.id) {
            (Error::Call(error), Some(id)) if may_have_been_begun(&error) => Error::Lost { error, id: id.clone() },
            (other, _) => other,
        })
    }

    fn call(&self, host: &mut dyn Host, event: &Value) -> Result<Answer, Error> {
        let parameters = json!({"FunctionName": self.function, "Payload": event.to_string()});
        let response = host.call("lambda", "invoke", parameters).map_err(|error| self.refused(error))?;
        let payload = bytes(&response["Payload"]).ok_or_else(|| self.unexpected("no payload"))?;
        let payload: Value = serde_json::from_slice(&payload).map_err(|error| self.unexpected(error))?;
        if !response["FunctionError"].is_null() {
            let text = |key: &str| payload[key].as_str().unwrap_or("unknown error").to_owned();
            let reason = format!("{}: {}", text("errorType"), text("errorMessage"));
            return Err(Error::Failed { function: self.function.clone(), reason });
        }
        serde_json::from_value(payload).map_err(|error| self.unexpected(error))
    }

    fn refused(&self, error: CallError) -> Error {
        match error {
            CallError::Aws { code, .. } if code == "ResourceNotFoundException" => {
                Error::NotLaunched { function: self.function.clone(), stack: self.stack.clone() }
            }
            other => Error::Call(other),
        }
    }

    fn unexpected(&self, reason: impl ToString) -> Error {
        Error::Unexpected { function: self.function.clone(), reason: reason.to_string() }
    }
}

/// Whether the function may have run: the connection broke, or Lambda itself failed.
fn may_have_been_begun(error: &CallError) -> bool {
    match error {
        CallError::Aws { code, .. } => code == "ServiceException",
        CallError::Broken(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::example;
    use super::*;
    use crate::host::recorded::RecordedHost;

    fn automation() -> Automation {
        Automation {
            stack: "prod/security.yaml".to_owned(),
            function: "ses-prod-dkim-rotation-orchestrator".to_owned(),
        }
    }

    /// Base64 by the alphabet, as the host writes bytes.
    fn encoded(text: &str) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut encoded = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let number = chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for place in 0..4 {
                let digit = ALPHABET[(number >> (18 - 6 * place) & 63) as usize];
                encoded.push(if place <= chunk.len() { char::from(digit) } else { '=' });
            }
        }
        encoded
    }

    fn answering(payload: &str, error: bool) -> RecordedHost {
        let mut response = json!({"StatusCode": 200, "Payload": encoded(payload)});
        if error {
            response["FunctionError"] = json!("Unhandled");
        }
        RecordedHost::new([("lambda.invoke", Ok(response))])
    }

    #[test]
    fn asks_the_function() {
        let mut host = answering(&example::waiting().to_string(), false);
        let answer = automation().status(&mut host).unwrap();
        assert_eq!(answer.domain, "example.com");
        assert_eq!(
            host.parameters,
            [json!({"FunctionName": "ses-prod-dkim-rotation-orchestrator", "Payload": r#"{"action":"status"}"#})]
        );
    }

    #[test]
    fn asks_in_the_name_of_the_session() {
        let invoke = json!({"Payload": encoded(&example::waiting().to_string())});
        let person = json!({"Arn": "arn:aws:iam::123456789012:user/ses/prod/production-admin"});
        let mut host = RecordedHost::new([("sts.get_caller_identity", Ok(person)), ("lambda.invoke", Ok(invoke))]);
        let request = Request {
            action: "rotate-now",
            reason: Some("it \"leaked\"".to_owned()),
            leaked: true,
            discard_next: true,
            key: None,
            replace: Some("old".to_owned()),
            id: Some("0123456789abcdef".to_owned()),
        };
        automation().request(&mut host, &request).unwrap();
        let event: Value = serde_json::from_str(host.parameters[1]["Payload"].as_str().unwrap()).unwrap();
        assert_eq!(
            event,
            json!({"action": "rotate-now", "by": "arn:aws:iam::123456789012:user/ses/prod/production-admin",
                   "reason": "it \"leaked\"", "leaked": true, "discard_next": true, "replace": "old", "id": "0123456789abcdef"})
        );
    }

    #[test]
    fn a_request_without_an_answer_can_be_repeated() {
        let lost = |id: Option<&str>, error| {
            let person = json!({"Arn": "arn:aws:iam::123456789012:user/hanako"});
            let mut host = RecordedHost::new([("sts.get_caller_identity", Ok(person)), ("lambda.invoke", Err(error))]);
            let request = Request { action: "rotate-now", id: id.map(str::to_owned), ..Request::default() };
            automation().request(&mut host, &request).unwrap_err().to_string()
        };
        let broken = || CallError::Broken("the connection broke".to_owned());
        let denied = CallError::Aws { code: "AccessDeniedException".to_owned(), message: "no".to_owned() };
        assert_eq!(
            lost(Some("wish-0001"), broken()),
            "the connection broke; it may have been begun: to ask for the same once more, add `--repeat wish-0001`"
        );
        assert_eq!(lost(None, broken()), "the connection broke");
        assert_eq!(lost(Some("wish-0001"), denied), "AccessDeniedException: no");
    }

    #[test]
    fn every_failure_is_one_line() {
        let failed = r#"{"errorType": "ValueError", "errorMessage": "this function looks after example.com"}"#;
        for (mut host, expected) in [
            (answering(failed, true), "`f` failed: ValueError: this function looks after example.com"),
            (answering("null", false), "`f` answered something unexpected: invalid type: null, expected struct Answer"),
            (
                answering(r#"{"domain": 1}"#, false),
                "`f` answered something unexpected: invalid type: integer `1`, expected a string",
            ),
            (
                RecordedHost::new([("lambda.invoke", Ok(json!({"Payload": "*"})))]),
                "`f` answered something unexpected: no payload",
            ),
        ] {
            let automation = Automation { function: "f".to_owned(), ..automation() };
            assert_eq!(automation.status(&mut host).unwrap_err().to_string(), expected);
        }
        let aws = |code: &str| {
            let error = CallError::Aws { code: code.to_owned(), message: "no".to_owned() };
            automation().status(&mut RecordedHost::new([("lambda.invoke", Err(error))])).unwrap_err().to_string()
        };
        assert_eq!(aws("AccessDeniedException"), "AccessDeniedException: no");
        assert_eq!(
            aws("ResourceNotFoundException"),
            "`ses-prod-dkim-rotation-orchestrator` does not exist in AWS: launch `prod/security.yaml` first"
        );
    }
}
