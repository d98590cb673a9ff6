//! What an AWS account says of itself, read-only: which stacks there are, what exists, and which stack owns it.
//!
//! Nothing is changed here. [`Account::ask`] is the one door; a refusal says which call was refused.

mod probe;
mod template_bucket;

pub use probe::{Probe, probe};
pub use template_bucket::template_bucket;

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::evaluate::{ACCOUNT_ID, Reads, Resource};
use crate::host::{CallError, Host};

/// How many pages of one list are read at most.
const MOST_PAGES: usize = 200;

/// An account and region, through the session of one stack.
pub struct Account<'a> {
    host: &'a mut dyn Host,
    /// Its number.
    pub number: String,
    /// Who asks.
    pub caller: String,
    /// The region.
    pub region: String,
    stacks: HashMap<String, Option<Value>>,
    last_call: String,
}

/// What there is of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Holder {
    /// It does not exist.
    Nobody,
    /// It exists and belongs to no stack.
    NoStack(Found),
    /// It belongs to the stack of this name.
    Stack(String, Found),
    /// It is scheduled to be deleted, and its name is taken until then.
    Leaving(Found),
    /// It belongs to another account, or may not be looked at.
    Elsewhere,
}

/// A resource that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What CloudFormation calls it.
    pub physical_id: String,
    /// What AWS answers when it is asked for it.
    pub answer: Value,
}

/// A resource of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Its physical id.
    pub physical_id: String,
    /// Such as `CREATE_COMPLETE`.
    pub status: String,
}

impl<'a> Account<'a> {
    /// The account that a session leads to.
    ///
    /// # Errors
    /// If there are no credentials, or AWS does not take them.
    pub fn open(host: &'a mut dyn Host, region: &str) -> Result<Account<'a>, CallError> {
        let caller = host.call("sts", "get_caller_identity", json!({}))?;
        let text = |key: &str| caller[key].as_str().unwrap_or_default().to_owned();
        Ok(Account {
            host,
            number: text("Account"),
            caller: text("Arn"),
            region: region.to_owned(),
            stacks: HashMap::new(),
            last_call: String::new(),
        })
    }

    /// Calls AWS.
    ///
    /// # Errors
    /// AWS's refusal, or a host that does not do its part.
    pub fn ask(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
        self.last_call = format!("{service} {operation}");
        self.host.call(service, operation, parameters)
    }

    /// The call that was made last, for the words of a refusal.
    #[must_use]
    pub fn last_call(&self) -> &str {
        &self.last_call
    }

    /// Calls AWS; `None` if it refuses with one of these codes.
    ///
    /// # Errors
    /// Any other refusal.
    pub fn ask_unless(
        &mut self,
        codes: &[&str],
        service: &str,
        operation: &str,
        parameters: Value,
    ) -> Result<Option<Value>, CallError> {
        match self.ask(service, operation, parameters) {
            Ok(answer) => Ok(Some(answer)),
            Err(CallError::Aws { code, .. }) if codes.contains(&code.as_str()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A list of all pages, with `NextToken` as most services have it.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn list(
        &mut self,
        service: &str,
        operation: &str,
        mut parameters: Value,
        key: &str,
    ) -> Result<Vec<Value>, CallError> {
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.ask(service, operation, parameters.clone())?;
            items.extend(page[key].as_array().into_iter().flatten().cloned());
            match page["NextToken"].as_str() {
                Some(token) => parameters["NextToken"] = json!(token),
                None => break,
            }
        }
        Ok(items)
    }

    /// A stack by its name in CloudFormation; `None` if there is none.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn stack(&mut self, name: &str) -> Result<Option<Value>, CallError> {
        if let Some(known) = self.stacks.get(name) {
            return Ok(known.clone());
        }
        let stack = match self.ask("cloudformation", "describe_stacks", json!({"StackName": name})) {
            Ok(answer) => Some(answer["Stacks"][0].clone()),
            Err(error) if is_absent(&error) => None,
            Err(error) => return Err(error),
        };
        self.stacks.insert(name.to_owned(), stack.clone());
        Ok(stack)
    }

    /// Asks for stacks again: something has changed them.
    pub fn forget_stacks(&mut self) {
        self.stacks.clear();
    }

    /// The resources of a stack, by its name or, also after it is gone, its id; none if there is no such stack.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn resources(&mut self, stack: &str) -> Result<Vec<Deployed>, CallError> {
        let parameters = json!({"StackName": stack});
        let listed = self.list("cloudformation", "list_stack_resources", parameters, "StackResourceSummaries");
        let listed = match listed {
            Err(error) if is_absent(&error) => Vec::new(),
            other => other?,
        };
        let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let deployed = |item: &Value| Deployed {
            id: text(item, "LogicalResourceId"),
            kind: text(item, "ResourceType"),
            physical_id: text(item, "PhysicalResourceId"),
            status: text(item, "ResourceStatus"),
        };
        Ok(listed.iter().map(deployed).collect())
    }

    /// What there is of a resource of a template; `None` if it has no name, or nobody knows how to ask for its type.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn holder_of(&mut self, resource: &Resource) -> Result<Option<Holder>, CallError> {
        let Some(probe) = probe(&resource.kind) else { return Ok(None) };
        let name = match &probe.named_by {
            Some(property) => resource.properties(Reads::EVERYTHING).get(property),
            None => resource.name.as_ref(),
        };
        let Some(name) = name.and_then(|name| name.as_text()).map(|name| self.real(name)) else { return Ok(None) };
        let arn = self.real(&resource.arn(&self.region).unwrap_or_default());
        self.holder(&resource.kind, &name, &arn)
    }

    /// What there is of a resource of a type and name; `None` if nobody knows how to ask for the type.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn holder(&mut self, kind: &str, name: &str, arn: &str) -> Result<Option<Holder>, CallError> {
        let Some(probe) = probe(kind) else { return Ok(None) };
        let answer = match self.ask(&probe.service, &probe.operation, probe.parameters(name, arn)) {
            Ok(answer) => answer,
            Err(CallError::Aws { code, .. }) if probe.missing.contains(&code) => return Ok(Some(Holder::Nobody)),
            Err(CallError::Aws { code, .. }) if probe.foreign.contains(&code) => return Ok(Some(Holder::Elsewhere)),
            Err(error) => return Err(error),
        };
        let Some(answer) = probe.found(&answer, name) else { return Ok(Some(Holder::Nobody)) };
        let found = Found { physical_id: probe.physical_id(answer, name), answer: answer.clone() };
        if probe.is_leaving(answer) {
            return Ok(Some(Holder::Leaving(found)));
        }
        Ok(Some(match self.owner(kind, &found.physical_id)? {
            Some(stack) => Holder::Stack(stack, found),
            None => Holder::NoStack(found),
        }))
    }

    /// The stack that a resource belongs to.
    ///
    /// # Errors
    /// As [`Account::ask`].
    pub fn owner(&mut self, kind: &str, physical_id: &str) -> Result<Option<String>, CallError> {
        let parameters = json!({"PhysicalResourceId": physical_id});
        let answer = match self.ask("cloudformation", "describe_stack_resources", parameters) {
            Ok(answer) => answer,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let resources = answer["StackResources"].as_array().map(Vec::as_slice).unwrap_or_default();
        let same_id = || resources.iter().filter(|resource| resource["PhysicalResourceId"] == physical_id);
        // A role and a function may share a name, and then it may be the other one that the stack has. The answer has at
        // most 100 resources: one that is not among them belongs to the stack all the same.
        let is_it = |resource: &&Value| {
            resource["ResourceType"] == kind
                && !matches!(resource["ResourceStatus"].as_str(), Some("DELETE_COMPLETE" | "DELETE_SKIPPED"))
        };
        let owning = if same_id().next().is_none() { resources.first() } else { same_id().find(is_it) };
        Ok(owning.and_then(|resource| resource["StackName"].as_str()).map(str::to_owned))
    }

    /// A text with the number of the account in the place of what stands for it.
    #[must_use]
    pub fn real(&self, text: &str) -> String {
        text.replace(ACCOUNT_ID, &self.number)
    }
}

/// Whether CloudFormation says that a stack is not there.
#[must_use]
pub fn is_absent(error: &CallError) -> bool {
    matches!(error, CallError::Aws { code, message } if code == "ValidationError" && message.contains("does not exist"))
}
