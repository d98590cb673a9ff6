//! What in an answer somebody has to look at.

use jiff::Timestamp;

use super::time::{day, hours_since, minute};
use super::{Answer, Key, State};

/// A check runs each hour; after so many without one it has stopped.
const CHECK_HOURS: i64 = 3;
/// No step takes so long.
const EFFECT_HOURS: i64 = 2;

/// One thing, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether mail is at risk, or a date has passed.
    pub is_error: bool,
    /// What, and what to do.
    pub text: String,
}

/// Everything that is not as it should be, the worst first.
#[must_use]
pub fn problems(answer: &Answer, now: Timestamp) -> Vec<Problem> {
    let state = &answer.state;
    let mut found = Vec::new();
    let mut say = |is_error: bool, text: String| found.push(Problem { is_error, text });
    if let (Some(active), Some(checked)) = (&state.active, &state.checked) {
        match checked.active.as_deref() {
            None | Some("published" | "unknown") => {}
            Some(state) => say(
                true,
                format!(
                    "the record of the active key {} is {state} in DNS: mail fails DKIM until it is back",
                    active.selector
                ),
            ),
        }
        if let Some(selector) = checked.selector.as_ref().filter(|selector| **selector != active.selector) {
            say(true, format!("SES signs with {selector}, not with the active key {}", active.selector));
        }
        if let Some(status) = checked.ses.as_ref().filter(|status| *status != "SUCCESS") {
            say(true, format!("SES says {status}: mail may leave without a signature"));
        }
    }
    if let (Some(next), Some("different")) = (&state.next, next_record(state)) {
        say(
            true,
            format!(
                "the record of {} is there with another value: publish the one of `sesame dkim records`",
                next.selector
            ),
        );
    }
    if let Some(next) = state.next.as_ref().filter(|_| answer.phase == "overdue") {
        say(
            true,
            format!(
                "the record of {} was due {} and is not there: the old key goes on signing",
                next.selector,
                due(next)
            ),
        );
    }
    if let Some(stopped) = &state.stopped {
        let reason = if stopped.reason.is_empty() { String::new() } else { format!(": {}", stopped.reason) };
        say(
            false,
            format!("stopped by {} on {}{reason}; `sesame dkim resume` ends that", stopped.by, day(&stopped.at)),
        );
    }
    let is_older = |time: &str, hours: i64| hours_since(time, now).is_some_and(|since| since >= hours);
    if let Some(effect) = state.effect.as_ref().filter(|effect| is_older(&effect.started, EFFECT_HOURS)) {
        say(false, format!("`{}` of {} has not ended since {}", effect.kind, effect.selector, minute(&effect.started)));
    }
    if let Some(checked) = state.checked.as_ref().filter(|checked| is_older(&checked.at, CHECK_HOURS)) {
        say(true, format!("the last check was {}: the hourly one does not run", minute(&checked.at)));
    }
    found.sort_by_key(|problem| !problem.is_error);
    found
}

fn next_record(state: &State) -> Option<&str> {
    state.checked.as_ref()?.next.as_deref()
}

fn due(key: &Key) -> String {
    key.due.as_deref().map(day).unwrap_or_default()
}
