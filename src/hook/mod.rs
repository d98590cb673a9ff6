//! What runs when Sceptre calls a hook. A thin adapter: the checks are those of the other stages.
//!
//! Which actions belong to which hook point stands in [`points`]; an action is a file in `actions/` and a line in its
//! list.

pub mod actions;
mod allowed;
mod context;
mod incomplete;
mod misnamed;
pub mod points;
mod session;

pub use context::{Context, PROTOCOL};
pub use incomplete::incomplete;
pub use misnamed::misnamed;
pub use session::Session;

use crate::finding::{Finding, Rule, sorted};
use crate::project::keys::HOOK_POINTS;
use crate::words;
use actions::{Action, Failure};

pub(crate) const RULES: &[&[&Rule]] = &[incomplete::RULES, misnamed::RULES];

/// What a hook came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether Sceptre may go on.
    pub ok: bool,
    /// Nothing was decided about the stack: the host did not do its part.
    pub broken: bool,
    /// One line for people: what was done, or the cause of the failure.
    pub summary: String,
    /// Every problem, if there are more than the summary names.
    pub findings: Vec<Finding>,
}

/// The actions that an argument names: those of a hook point, or one action by its own name.
///
/// # Errors
/// A sentence that names what is known, if the argument is neither.
pub fn actions_of(argument: &str) -> Result<Vec<&'static Action>, String> {
    if let Some(names) = points::actions_at(argument) {
        return Ok(names.iter().filter_map(|name| actions::by_name(name)).collect());
    }
    if let Some(action) = actions::by_name(argument) {
        return Ok(vec![action]);
    }
    let known = HOOK_POINTS.iter().copied().chain(actions::names());
    let help = words::did_you_mean(argument, known).map(|help| format!("; {help}")).unwrap_or_default();
    Err(format!("`{argument}` is neither a hook point of Sceptre nor an action{help}"))
}

/// Runs actions one after another, all of them, so that every problem is told at once.
pub fn run(actions: &[&Action], session: &mut Session<'_>) -> Outcome {
    let (mut done, mut findings) = (Vec::new(), Vec::new());
    for action in actions {
        match (action.run)(session) {
            Ok(summary) => done.extend(summary),
            Err(Failure::Findings(found)) => findings.extend(found),
            Err(Failure::Other(summary)) => return Outcome::failed(&summary, sorted(findings)),
            Err(Failure::Host(summary)) => {
                return Outcome { broken: true, ..Outcome::failed(&summary, sorted(findings)) };
            }
        }
    }
    let findings = sorted(findings);
    match findings.as_slice() {
        [] if actions.is_empty() => Outcome::passed("nothing to do"),
        [] if done.is_empty() => Outcome::passed("nothing to report"),
        [] => Outcome::passed(&done.join(", ")),
        [only] => Outcome::failed(&with_help(only), Vec::new()),
        [first, rest @ ..] => {
            let summary = format!("{} (and {} above)", with_help(first), words::count(rest.len(), "more problem"));
            Outcome::failed(&summary, findings)
        }
    }
}

impl Outcome {
    fn passed(summary: &str) -> Outcome {
        Outcome { ok: true, broken: false, summary: words::printable(summary), findings: Vec::new() }
    }

    /// A failure with its cause, which becomes one line whatever AWS or a file put into it.
    #[must_use]
    pub fn failed(summary: &str, findings: Vec<Finding>) -> Outcome {
        Outcome { ok: false, broken: false, summary: words::printable(summary), findings }
    }
}

fn with_help(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; {help}", finding.one_line()),
        None => finding.one_line(),
    }
}
