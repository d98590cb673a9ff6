//! What is to be removed, what is in the way, and what could not be looked at.

use serde_json::{Value, json};

use crate::hook::actions::Failure;
use crate::host::{CallError, Host};
use crate::words;

/// See the module.
pub struct Plan<'h> {
    host: &'h mut dyn Host,
    steps: Vec<Step>,
    obstacles: Vec<String>,
    unseen: Vec<String>,
}

/// One call that removes something.
struct Step {
    /// What goes, for people; empty if an earlier step has named it.
    what: String,
    operation: &'static str,
    parameters: Value,
}

impl<'h> Plan<'h> {
    pub fn new(host: &'h mut dyn Host) -> Plan<'h> {
        Plan { host, steps: Vec::new(), obstacles: Vec::new(), unseen: Vec::new() }
    }

    /// An answer, if there is what is asked for and it may be looked at. `what` says in words what is looked at.
    pub fn ask(&mut self, what: &str, service: &str, operation: &str, parameters: Value) -> Result<Value, Failure> {
        match self.host.call(service, operation, parameters) {
            Ok(answer) => Ok(answer),
            Err(CallError::Aws { code, .. }) if is_gone(&code) => Ok(Value::Null),
            Err(CallError::Aws { code, .. }) if code.starts_with("AccessDenied") => {
                self.unseen.push(what.to_owned());
                Ok(Value::Null)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The items of a list of IAM, from all of its pages.
    pub fn list(&mut self, what: &str, operation: &str, parameters: Value, key: &str) -> Result<Vec<Value>, Failure> {
        let mut items = Vec::new();
        let mut request = parameters;
        loop {
            let page = self.ask(what, "iam", operation, request.clone())?;
            items.extend(page[key].as_array().into_iter().flatten().cloned());
            match page["Marker"].as_str().filter(|_| page["IsTruncated"] == true) {
                Some(marker) => request["Marker"] = json!(marker),
                None => return Ok(items),
            }
        }
    }

    /// Something of IAM that is to go.
    pub fn remove(&mut self, what: impl Into<String>, operation: &'static str, parameters: Value) {
        self.steps.push(Step { what: what.into(), operation, parameters });
    }

    /// Something that only a person can decide.
    pub fn stop(&mut self, why: String) {
        self.obstacles.push(why);
    }

    /// CloudFormation does not delete a stack whose exports are imported: then nothing may be removed for it either.
    pub fn stop_if_imported(&mut self, exports: &[String]) -> Result<(), Failure> {
        if self.steps.is_empty() {
            return Ok(());
        }
        for export in exports {
            // Of an export that nobody imports, CloudFormation says that it is an error.
            let importers = match self.host.call("cloudformation", "list_imports", json!({"ExportName": export})) {
                Err(CallError::Aws { .. }) => continue,
                answer => answer?,
            };
            if let Some(importer) = importers["Imports"][0].as_str() {
                self.stop(format!("its export `{export}` is imported by stack `{importer}`: delete that stack first"));
            }
        }
        Ok(())
    }

    /// Removes everything, unless something is in the way.
    pub fn carry_out(self) -> Result<Option<String>, Failure> {
        if !self.obstacles.is_empty() {
            return Err(Failure::Other(format!("the stack cannot be deleted yet: {}", self.obstacles.join("; "))));
        }
        let mut removed = Vec::new();
        for step in self.steps {
            match self.host.call("iam", step.operation, step.parameters) {
                Ok(_) => removed.push(step.what),
                Err(CallError::Aws { code, .. }) if is_gone(&code) => {}
                Err(error) => return Err(failed(&step.what, &error, &removed)),
            }
        }
        let mut said = Vec::new();
        said.extend(removed_of(&removed));
        if !self.unseen.is_empty() {
            said.push(format!("no right to look at {}", words::enumerate(&self.unseen)));
        }
        Ok((!said.is_empty()).then(|| said.join(", ")))
    }
}

fn is_gone(code: &str) -> bool {
    matches!(code, "NoSuchEntity" | "NoSuchBucket")
}

fn removed_of(removed: &[String]) -> Option<String> {
    let named: Vec<String> = removed.iter().filter(|what| !what.is_empty()).cloned().collect();
    (!named.is_empty()).then(|| format!("removed {}", words::enumerate(&named)))
}

/// What was removed before is said too: it is gone, whatever becomes of the stack.
fn failed(what: &str, error: &CallError, removed: &[String]) -> Failure {
    let before = removed_of(removed).map(|removed| format!("; {removed} before")).unwrap_or_default();
    let message = format!("cannot remove {what}: {error}{before}");
    match error {
        CallError::Aws { .. } => Failure::Other(message),
        CallError::Broken(_) => Failure::Host(message),
    }
}
