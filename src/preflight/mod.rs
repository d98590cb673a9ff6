//! What an account has to say to a launch before it begins: read-only, one table, each row with what to do.
//!
//! A check is a file in `checks/` and a line in its list. Whatever the launch makes by itself is no problem: only what
//! would make it fail is in the way, and what people have to do themselves is to be looked at.

mod checks;
mod row;
mod show;

pub use row::{Row, Verdict};
pub use show::{Report, human, json};

use crate::account::Account;
use crate::exit_code;
use crate::host::{CallError, Host};
use crate::link::{self, LinkedProject, LinkedStack};
use crate::project::{Project, ProjectError, Selection};

/// What a check looks at: the stacks that are to be launched, the project that they stand in, and their account.
pub struct View<'a, 'h> {
    /// All stacks.
    pub project: &'a LinkedProject<'a>,
    /// Those that are to be launched into this account and region.
    pub stacks: Vec<&'a LinkedStack>,
    /// The account.
    pub account: Account<'h>,
}

/// Reads all stacks of a project: what one of them finds in the account may belong to another.
///
/// # Errors
/// If the project cannot be listed.
pub fn read(project: &Project) -> Result<LinkedProject<'_>, ProjectError> {
    let everything = Selection::of(&project.folders, None)?;
    Ok(LinkedProject::new(&project.folders, link::read(project, &everything)?.0))
}

/// The selected stacks, those of one account and region together.
#[must_use]
pub fn homes<'a>(project: &'a LinkedProject<'_>, selection: &Selection) -> Vec<Vec<&'a LinkedStack>> {
    let mut homes: Vec<Vec<&LinkedStack>> = Vec::new();
    for stack in project.stacks.iter().filter(|stack| selection.stacks().contains(&stack.stack.path)) {
        match homes.iter_mut().find(|home| home[0].is_beside(stack)) {
            Some(home) => home.push(stack),
            None => homes.push(vec![stack]),
        }
    }
    homes
}

/// Asks the account of these stacks, which is that of each of them.
///
/// # Errors
/// If AWS cannot be reached, or there are no credentials. A call that AWS refuses is a row.
pub fn run<'a>(
    project: &'a LinkedProject<'a>,
    stacks: Vec<&'a LinkedStack>,
    host: &mut dyn Host,
) -> Result<Report, CallError> {
    let region = stacks.first().map(|stack| stack.region.clone()).unwrap_or_default();
    let account = Account::open(host, &region)?;
    let mut view = View { project, stacks, account };
    let mut rows = Vec::new();
    for check in checks::all() {
        match (check.run)(&mut view) {
            Ok(found) => rows.extend(found.into_iter().map(|row| row.of(check.name))),
            Err(error @ CallError::Aws { .. }) => {
                let what = format!("could not be looked at: `{}` was refused: {error}", view.account.last_call());
                rows.push(Row::look(what).todo("ask somebody who may, or look by hand").of(check.name));
            }
            Err(error) => return Err(error),
        }
    }
    let View { account, .. } = view;
    Ok(Report { account: account.number, region: account.region, rows })
}

/// The exit code of a report: that of errors if something is in the way, that of warnings if something is to be looked at.
#[must_use]
pub fn exit_code(rows: &[Row]) -> u8 {
    rows.iter().fold(exit_code::CLEAN, |code, row| {
        code | match row.verdict {
            Verdict::Ok => exit_code::CLEAN,
            Verdict::Look => exit_code::WARNINGS,
            Verdict::Stop => exit_code::ERRORS,
        }
    })
}
