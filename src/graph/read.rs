//! Reads the whole project for a picture, whatever part of it was asked for: what it is linked to may lie anywhere.

use std::collections::BTreeSet;

use crate::deployment::TemplateFile;
use crate::finding::{Finding, sorted};
use crate::link::{self, LinkedProject, LinkedStack};
use crate::project::{Project, ProjectError, Selection};

/// The stacks of a project with their templates, and what cannot be read.
pub struct Reading<'a> {
    pub project: LinkedProject<'a>,
    /// Paths of stacks whose files cannot be read.
    pub unread: Vec<String>,
    /// Paths of stacks whose templates cannot be read.
    pub template_unread: BTreeSet<String>,
    /// Why.
    pub findings: Vec<Finding>,
}

/// See the module.
pub fn read(project: &Project) -> Result<Reading<'_>, ProjectError> {
    let everything = Selection::of(&project.folders, None)?;
    let (stacks, findings) = link::read(project, &everything)?;
    let known: BTreeSet<&str> = stacks.iter().map(|stack| stack.stack.path.as_str()).collect();
    let unread = everything.stacks().iter().filter(|path| !known.contains(path.as_str())).cloned().collect();
    // What comes from S3 or a Python program has no template here, and nothing is wrong with it.
    let lacks_template = |stack: &&LinkedStack| {
        stack.template.is_none() && !matches!(TemplateFile::of(&stack.stack, &project.folders), Ok(None))
    };
    let template_unread = stacks.iter().filter(lacks_template).map(|stack| stack.stack.path.clone()).collect();
    let project = LinkedProject::new(&project.folders, stacks);
    Ok(Reading { project, unread, template_unread, findings: sorted(findings) })
}
