//! Goes over the stacks of a project: each template is read once, for all stacks that use it, on all processors.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::templates::TemplateFile;
use crate::finding::Finding;
use crate::project::{Folders, Stack};
use crate::template::Template;

/// Below this number of stacks, starting threads costs more than it gives.
const STACKS_FOR_THREADS: usize = 16;

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
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut results, mut problems) = (Vec::new(), Vec::new());
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            visit_group(group, stacks, &visit, &mut results, &mut problems);
        }
        (results, problems)
    };
    let threads = if stacks.len() < STACKS_FOR_THREADS {
        1
    } else {
        std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get).min(groups.len().max(1))
    };
    let parts = if threads == 1 {
        vec![work()]
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            // A worker that panicked has printed why; the panic goes on here.
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    };
    let mut results = Vec::new();
    for (part, problems) in parts {
        results.extend(part);
        findings.extend(problems);
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

fn visit_group<T>(
    group: &Group,
    stacks: &[Stack],
    visit: &impl Fn(&Stack, &TemplateFile, &Template<'_>) -> T,
    results: &mut Vec<(usize, T)>,
    problems: &mut Vec<Finding>,
) {
    let Some(first) = group.stacks.first() else { return };
    let text = match group.template.read(&stacks[*first]) {
        Ok(text) => text,
        Err(found) => return problems.extend(found),
    };
    match group.template.parse(&text) {
        Err(found) => problems.extend(found),
        Ok(template) => {
            for index in &group.stacks {
                let stack = &stacks[*index];
                match group.template.size_problem(&text, stack) {
                    Some(problem) => problems.push(problem),
                    None => results.push((*index, visit(stack, &group.template, &template))),
                }
            }
        }
    }
}
