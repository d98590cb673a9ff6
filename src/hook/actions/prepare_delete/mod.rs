//! `prepare-delete`: what people have added to the stack's users, groups and roles since it was launched, and what else would
//! end its deletion with `DELETE_FAILED`.
//!
//! IAM refuses to delete a user that still has credentials, memberships or policies, and CloudFormation knows of none that
//! it did not make (IAM API reference, `DeleteUser`, `DeleteGroup`, `DeleteRole`, `DeletePolicy`). They are removed, as
//! whoever deletes the stack means them to go. What somebody may still depend on (active keys, files in a bucket, a policy
//! of somebody else) stops the deletion instead. Everything is looked at before anything is removed.

mod buckets;
mod deployed;
mod plan;
mod policies;
mod principals;

use super::Failure;
use crate::hook::{Session, allowed};
use crate::host::Host;
use deployed::Deployed;
use plan::Plan;

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    // Sceptre refuses to delete a protected stack, but runs its hooks first.
    if session.protected {
        return Ok(None);
    }
    let file = session.stack_path();
    prepare(session.host, &session.external_name, &file)
}

/// Prepares the deletion of a stack, by its name in CloudFormation and its file below `config/`.
fn prepare(host: &mut dyn Host, name: &str, file: &str) -> Result<Option<String>, Failure> {
    let Some(stack) = Deployed::ask(host, name)? else { return Ok(None) };
    let mut plan = Plan::new(host);
    for resource in stack.leaving() {
        match resource.kind.as_str() {
            "AWS::IAM::User" => principals::user(&mut plan, &stack, resource, &allowed::place(file, &resource.id))?,
            "AWS::IAM::Group" => principals::group(&mut plan, &stack, resource)?,
            "AWS::IAM::Role" => principals::role(&mut plan, &stack, resource)?,
            "AWS::IAM::ManagedPolicy" => policies::managed(&mut plan, &stack, resource)?,
            "AWS::S3::Bucket" => buckets::bucket(&mut plan, resource)?,
            _ => {}
        }
    }
    plan.stop_if_imported(&stack.exports)?;
    plan.carry_out()
}

#[cfg(test)]
mod tests;
