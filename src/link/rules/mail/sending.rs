//! Who may send mail.

use super::View;
use crate::evaluate::Value;
use crate::link::LinkedStack;
use crate::link::policy::Statement;

/// The service whose resources say so.
pub const IAM: &str = "AWS::IAM::";

/// Those that have policies.
const POLICIES: &[&str] =
    &["AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"];

/// The statements of a stack that allow sending, or may do so.
pub fn sending<'a>(project: &View<'_>, stack: &'a LinkedStack) -> Vec<Statement<'a>> {
    let policies = stack.resources().iter().filter(|resource| POLICIES.contains(&resource.kind.as_str()));
    let statements = policies.flat_map(|policy| project.statements(policy));
    let may_send = |statement: &Statement<'_>| {
        let is_open = statement.value.get("Action").is_none_or(Value::is_uncertain);
        is_open || ["ses:SendEmail", "ses:SendRawEmail"].iter().any(|action| statement.names_action(action))
    };
    statements.filter(|statement| !statement.has_effect("Deny") && may_send(statement)).collect()
}
