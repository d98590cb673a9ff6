//! Stage 4: a stack with its template and its values, which is what CloudFormation gets.
//!
//! [`over_templates`] goes over the stacks of a project and reads each template once, for all stacks that use it; what is
//! done with a [`Deployment`] is up to the caller.

mod given;
mod over_templates;
mod template_file;

pub use given::{Given, given};
pub use over_templates::over_templates;
pub(crate) use template_file::TEMPLATE_MISSING;
pub use template_file::{TemplateFile, TemplateText, has_bucket, too_large};

use crate::finding::{Place, Rule};
use crate::logical_path::LogicalPath;
use crate::template::Template;

/// The rules of this stage, by the files that find them.
pub(crate) const RULES: &[&[&Rule]] = &[given::RULES, template_file::RULES];

/// One stack with its template and the values that it gives.
pub struct Deployment<'a> {
    /// The stack file relative to `config/`.
    pub stack: &'a str,
    /// The template relative to `templates/`: `base.yaml`.
    pub template_name: &'a str,
    /// The template.
    pub template: &'a Template<'a>,
    /// The parameters.
    pub given: Vec<Given>,
    /// The file and line of a config path.
    pub place: &'a dyn Fn(&LogicalPath) -> Place,
}

impl Deployment<'_> {
    /// A parameter that is given.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.name == name)
    }
}
