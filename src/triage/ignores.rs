//! Leaves out the findings that comments in their files ignore, and finds the comments that are wrong or do nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::comment::{Comment, comments_in};
use super::settings::no_such_rule;
use crate::files::{Files, Kind};
use crate::finding::{Chapter, Finding, Place, Rule, RuleList, rules, sorted};
use crate::parallel;
use crate::project::Folders;
use crate::render::is_rendered;

rules! {
    static IGNORE_WITHOUT_REASON: Rule = Rule::error("ignore-without-reason", Chapter::Comments)
        .about("a comment that ignores findings and does not say why")
        .page("a `# sesame: ignore=` without a reason; it ignores nothing")
        .hides_line();
    static UNUSED_IGNORE: Rule = Rule::warning("unused-ignore", Chapter::Comments)
        .about("a comment that ignores a finding that is not there")
        .page(
            "one that names no rule, or a rule that finds nothing there; only `sesame check` of the whole project \
             can tell, and only while all config files and templates can be read",
        )
        .hides_line();
}

/// How many comments are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Those of the files that findings point into: part of the project was checked.
    Findings,
    /// All: comments without a reason are findings.
    Project,
    /// All, and every rule had its say: what ignores nothing is a finding too.
    Everything,
}

/// The comments of one file, and which of their rules have ignored something.
struct Commented {
    comments: Vec<Comment>,
    used: HashSet<(usize, usize)>,
    /// What `sesame render` copied here is judged in the source.
    is_copy: bool,
}

/// The findings without the ignored ones, and with those about the comments, which may name any of `rules`.
#[must_use]
pub fn apply(folders: &Folders, findings: Vec<Finding>, scope: Scope, rules: &RuleList) -> Vec<Finding> {
    let mut files: BTreeSet<PathBuf> = findings.iter().map(|finding| finding.place.file.clone()).collect();
    if scope != Scope::Findings {
        for folder in [Some(&folders.config), Some(&folders.templates), folders.sources.as_ref()].into_iter().flatten()
        {
            add_folder(&*folders.files, folder, &mut HashSet::new(), &mut files);
        }
    }
    let files: Vec<PathBuf> = files.into_iter().filter(|file| may_have_comments(file)).collect();
    let commented = parallel::map(&files, |file| Commented::read(&*folders.files, file));
    // Most files have none.
    let mut files: BTreeMap<PathBuf, Commented> =
        files.into_iter().zip(commented).filter(|(_, commented)| !commented.comments.is_empty()).collect();
    let mut left: Vec<Finding> = findings.into_iter().filter(|finding| !is_ignored(finding, &mut files)).collect();
    let scope = if left.iter().any(may_hide_others) { scope.min(Scope::Project) } else { scope };
    for (file, commented) in files.iter().filter(|(_, commented)| !commented.is_copy) {
        for (index, comment) in commented.comments.iter().enumerate() {
            left.extend(problems(file, comment, scope, rules, |rule| commented.used.contains(&(index, rule))));
        }
    }
    sorted(left)
}

/// The rules of files that nobody reads, and of values that nobody knows: what the stacks that they are of would be found
/// to do wrong is not found.
const UNREAD: &[&str] =
    &["config-jinja", "config-unreadable", "config-yaml", "not-cloudformation", "resolver", "yml-file"];

fn may_hide_others(finding: &Finding) -> bool {
    UNREAD.contains(&finding.rule.id)
}

/// Whether a comment on the finding's line names its rule. Every such comment counts as used.
fn is_ignored(finding: &Finding, files: &mut BTreeMap<PathBuf, Commented>) -> bool {
    let Some(commented) = files.get_mut(&finding.place.file) else { return false };
    if finding.rule.firm || finding.secret {
        return false;
    }
    let mut is_ignored = false;
    for (index, comment) in commented.comments.iter().enumerate().filter(|(_, comment)| comment.has_reason) {
        let names = comment.rules.iter().position(|rule| rule == finding.rule.id);
        if let Some(rule) = names.filter(|_| finding.place.line == Some(comment.target)) {
            commented.used.insert((index, rule));
            is_ignored = true;
        }
    }
    is_ignored
}

fn problems(
    file: &Path,
    comment: &Comment,
    scope: Scope,
    known: &RuleList,
    is_used: impl Fn(usize) -> bool,
) -> Vec<Finding> {
    let place = || Place::line(file, comment.line, comment.column);
    if !comment.has_reason {
        let problem = IGNORE_WITHOUT_REASON.finding(place(), "ignores findings without saying why");
        return vec![problem.help("add a reason: `# sesame: ignore=RULE reason=\"…\"`".to_owned())];
    }
    if scope != Scope::Everything {
        return Vec::new();
    }
    let unused = |message: String| UNUSED_IGNORE.finding(place(), message);
    if comment.rules.is_empty() {
        return vec![unused("names no rule".to_owned())];
    }
    let rules = comment.rules.iter().enumerate().filter(|(index, _)| !is_used(*index));
    rules
        .map(|(_, id)| match known.by_id(id) {
            None => unused(no_such_rule(id, known)),
            Some(rule) if rule.firm => {
                unused(format!("`{id}` cannot be ignored: it says that something could not be checked"))
            }
            Some(_) => unused(format!("there is no finding of `{id}` to ignore in line {}", comment.target))
                .help("delete it; what stands beside a secret cannot be ignored".to_owned()),
        })
        .collect()
}

/// Adds the files below a folder, links followed as Sceptre does, but not in circles.
fn add_folder(files: &dyn Files, folder: &Path, seen: &mut HashSet<PathBuf>, found: &mut BTreeSet<PathBuf>) {
    if !files.real_path(folder).is_ok_and(|real| seen.insert(real)) {
        return;
    }
    // A folder that cannot be listed is a finding of its own.
    let Ok(entries) = files.list(folder) else { return };
    for entry in entries {
        // The kind is known without asking the system once more, but for a link.
        if entry.kind == Kind::Folder || entry.kind == Kind::Link && files.is_folder(&entry.path) {
            add_folder(files, &entry.path, seen, found);
        } else {
            found.insert(entry.path);
        }
    }
}

fn may_have_comments(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ["yaml", "yml", "j2"].iter().any(|known| ending == *known))
}

impl Commented {
    fn read(files: &dyn Files, file: &Path) -> Commented {
        // A file that cannot be read is a finding of its own.
        let text = files.read_text(file).unwrap_or_default();
        Commented { comments: comments_in(&text), used: HashSet::new(), is_copy: is_rendered(&text) }
    }
}
