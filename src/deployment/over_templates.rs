//! Goes over the stacks of a project: each template is read once, for all stacks that use it, on all processors.

use std::collections::BTreeMap;

use super::template_file::TemplateFile;
use crate::finding::Finding;
use crate::parallel;
use crate::project::{Folders, Stack};
use crate::template::Template;

/// Stacks that share a template, by their positions in the list.
struct Group {
    template: TemplateFile,
    stacks: Vec<usize>,
}

/// Calls `visit` for every stack whose template can be read, with the template, and collects the results in the order of
/// the stacks. Problems of the templates are added to `findings`.
pub fn over_templates<T: Send>(
    stacks: &[Stack],
    folders: &Folders,
    findings: &mut Vec<Finding>,
    visit: impl Fn(&Stack, &TemplateFile, &Template<'_>) -> T + Sync,
) -> Vec<(usize, T)> {
    let groups = groups(stacks, folders, findings);
    let mut results = Vec::with_capacity(stacks.len());
    for result in parallel::map_heavy(&groups, |group| visit_group(group, stacks, &visit)) {
        match result {
            Ok(visited) => visited.into_iter().for_each(|(index, visited)| match visited {
                Ok(result) => results.push((index, result)),
                Err(problem) => findings.push(problem),
            }),
            Err(problems) => findings.extend(problems),
        }
    }
    results.sort_by_key(|(index, _)| *index);
    results
}

fn groups(stacks: &[Stack], folders: &Folders, findings: &mut Vec<Finding>) -> Vec<Group> {
    let mut shared: BTreeMap<TemplateFile, Vec<usize>> = BTreeMap::new();
    let mut groups = Vec::new();
    for (index, stack) in stacks.iter().enumerate() {
        match TemplateFile::of(stack, folders) {
            Ok(Some(template)) if template.is_jinja() => groups.push(Group { template, stacks: vec![index] }),
            Ok(Some(template)) => shared.entry(template).or_default().push(index),
            Ok(None) => {}
            Err(problems) => findings.extend(problems),
        }
    }
    groups.extend(shared.into_iter().map(|(template, stacks)| Group { template, stacks }));
    groups
}

/// What became of each stack of a group: a result, or the reason why its template is not for it.
type Visited<T> = Vec<(usize, Result<T, Finding>)>;

fn visit_group<T>(
    group: &Group,
    stacks: &[Stack],
    visit: &impl Fn(&Stack, &TemplateFile, &Template<'_>) -> T,
) -> Result<Visited<T>, Vec<Finding>> {
    let Some(first) = group.stacks.first() else { return Ok(Vec::new()) };
    let text = group.template.read(&stacks[*first])?;
    let template = group.template.parse(&text)?;
    let visit = |index: &usize| {
        let stack = &stacks[*index];
        let result = match group.template.size_problem(&text, stack) {
            Some(problem) => Err(problem),
            None => Ok(visit(stack, &group.template, &template)),
        };
        (*index, result)
    };
    Ok(group.stacks.iter().map(visit).collect())
}
