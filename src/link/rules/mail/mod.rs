//! Rules for mail with SES: what is named must be there, and must let SES in.

pub mod configuration_set;
pub mod dkim_owner;
pub mod event_destination;
pub mod identity;
mod sending;
pub mod sending_policy;

use super::view::View;
use super::{Check, Reads, once};
use crate::evaluate::Resource;
use crate::logical_path::LogicalPath;

const SET: &str = "AWS::SES::ConfigurationSet";
const IDENTITY: &str = "AWS::SES::EmailIdentity";
const DESTINATION: &str = "AWS::SES::ConfigurationSetEventDestination";
const ROLE: &str = "AWS::IAM::Role";

/// Whether a project has to do with SES at all.
fn has_mail(project: &View<'_>) -> bool {
    project.resources().any(|(_, resource)| resource.kind.starts_with("AWS::SES::"))
}

fn path_of(resource: &Resource, keys: &[&str]) -> LogicalPath {
    let path = LogicalPath::from(["Resources", &resource.id, "Properties"]);
    keys.iter().fold(path, |path, key| path.join(*key))
}
