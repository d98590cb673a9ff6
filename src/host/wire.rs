//! The line protocol with a host: one JSON document a line.

use std::io::{BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{CallError, Host};

/// Both directions of a conversation with a host.
pub struct Wire<R, W> {
    from_host: R,
    to_host: W,
    last_id: u64,
}

/// The host's answer to a call.
#[derive(Deserialize)]
struct Answer {
    id: u64,
    #[serde(default)]
    result: Option<Value>,
    #[serde(default)]
    error: Option<AwsError>,
}

#[derive(Deserialize)]
struct AwsError {
    code: String,
    message: String,
    /// The call never reached AWS, or AWS never answered: no network, no credentials.
    #[serde(default)]
    unreached: bool,
}

impl<R: BufRead, W: Write> Wire<R, W> {
    /// A conversation in which nothing was said yet.
    pub fn new(from_host: R, to_host: W) -> Wire<R, W> {
        Wire { from_host, to_host, last_id: 0 }
    }

    /// The next line of the host; `None` when it has closed its side.
    ///
    /// # Errors
    /// If the line cannot be read.
    pub fn receive(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let length = self.from_host.read_until(b'\n', &mut line)?;
        Ok((length > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    /// Sends one document.
    ///
    /// # Errors
    /// If the host does not take it.
    pub fn send(&mut self, document: &Value) -> std::io::Result<()> {
        // One write, so that no other output can come between.
        let mut line = serde_json::to_string(document)?;
        line.push('\n');
        self.to_host.write_all(line.as_bytes())?;
        self.to_host.flush()
    }
}

impl<R: BufRead, W: Write> Host for Wire<R, W> {
    fn call(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
        let name = format!("{service}.{operation}");
        let broken = |what: String| CallError::Broken(format!("the host {what} in answer to `{name}`"));
        self.last_id += 1;
        let id = self.last_id;
        let call = json!({"call": {"id": id, "service": service, "operation": operation, "parameters": parameters}});
        self.send(&call).map_err(|error| CallError::Broken(format!("the host does not listen: {error}")))?;
        let line = self
            .receive()
            .map_err(|error| broken(format!("could not be read ({error})")))?
            .ok_or_else(|| broken("ended".to_owned()))?;
        let answer: Answer =
            serde_json::from_str(&line).map_err(|_| broken("sent something that is no answer".to_owned()))?;
        if answer.id != id {
            return Err(broken(format!("answered call {} instead of {id}", answer.id)));
        }
        match (answer.result, answer.error) {
            (_, Some(AwsError { code, message, unreached: true })) => {
                Err(CallError::Broken(format!("{code}: {message}")))
            }
            (_, Some(AwsError { code, message, .. })) => Err(CallError::Aws { code, message }),
            (Some(result), None) => Ok(result),
            (None, None) => Err(broken("sent neither a result nor an error".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(lines: &str) -> (Result<Value, CallError>, String) {
        let mut sent = Vec::new();
        let result = Wire::new(lines.as_bytes(), &mut sent).call("sns", "publish", json!({"a": 1}));
        (result, String::from_utf8(sent).unwrap())
    }

    #[test]
    fn a_call_is_one_line_and_so_is_its_answer() {
        let (result, sent) = answer_to("{\"id\": 1, \"result\": {\"x\": 2}}\n");
        assert_eq!(result.unwrap(), json!({"x": 2}));
        assert_eq!(
            sent,
            "{\"call\":{\"id\":1,\"service\":\"sns\",\"operation\":\"publish\",\"parameters\":{\"a\":1}}}\n"
        );
    }

    #[test]
    fn an_error_of_aws_keeps_its_code() {
        let (result, _) = answer_to("{\"id\": 1, \"error\": {\"code\": \"NotFound\", \"message\": \"no\"}}\n");
        assert_eq!(result.unwrap_err().to_string(), "NotFound: no");
    }

    #[test]
    fn a_call_that_did_not_reach_aws_is_not_an_answer_of_aws() {
        let answer =
            "{\"id\": 1, \"error\": {\"code\": \"NoCredentialsError\", \"message\": \"none\", \"unreached\": true}}\n";
        assert_eq!(answer_to(answer).0.unwrap_err(), CallError::Broken("NoCredentialsError: none".to_owned()));
    }

    #[test]
    fn a_broken_host_is_named() {
        for (lines, reason) in [
            ("", "the host ended in answer to `sns.publish`"),
            ("hello\n", "the host sent something that is no answer in answer to `sns.publish`"),
            ("{\"id\": 7, \"result\": 1}\n", "the host answered call 7 instead of 1 in answer to `sns.publish`"),
            ("{\"id\": 1}\n", "the host sent neither a result nor an error in answer to `sns.publish`"),
        ] {
            assert_eq!(answer_to(lines).0.unwrap_err().to_string(), reason);
        }
    }
}
