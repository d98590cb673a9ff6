//! What in an answer somebody has to look at.

use jiff::Timestamp;

use super::answer::Ses;
use super::time::{day, hours_since, minute};
use super::{Answer, Key, State};

/// No step takes so long.
const EFFECT_HOURS: i64 = 2;

/// One thing, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// Whether mail is at risk, or a date has passed.
    pub is_error: bool,
    /// What, and what to do.
    pub text: String,
}

/// Everything that is not as it should be, the worst first.
#[must_use]
pub fn problems(answer: &Answer, now: Timestamp) -> Vec<Concern> {
    let state = &answer.state;
    let mut found = Vec::new();
    let mut say = |is_error: bool, text: String| found.push(Concern { is_error, text });
    let findings = &answer.findings;
    if let Some(active) = &state.active {
        match &findings.active {
            Some(found) if found.state == "unknown" => {
                say(false, format!("too few DNS servers answer for the record of the active key {}", active.selector));
            }
            Some(found) if found.state != "published" => say(
                true,
                format!(
                    "the record of the active key {} is {} in DNS: mail fails DKIM until it is back",
                    active.selector, found.state
                ),
            ),
            _ => {}
        }
    }
    if let Some(ses) = &findings.ses {
        for text in about_ses(ses, state) {
            say(true, text);
        }
    }
    if let (Some(next), Some("different")) = (&state.next, findings.next.as_ref().map(|found| found.state.as_str())) {
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
    if findings.mail_from.as_ref().is_some_and(|mail_from| !mail_from.healthy) {
        say(false, "the MAIL FROM domain is not as it should be: look at its MX and SPF records".to_owned());
    }
    found.sort_by_key(|problem| !problem.is_error);
    found
}

/// SES has the identity, signs with the active key, and verifies it.
fn about_ses(ses: &Ses, state: &State) -> Vec<String> {
    let Some(active) = &state.active else { return Vec::new() };
    if !ses.exists {
        return vec!["SES does not have the domain: no mail can be sent".to_owned()];
    }
    let mut texts = Vec::new();
    match &ses.selector {
        _ if ses.origin.as_deref() == Some("AWS_SES") => {
            texts.push(format!("SES signs with a key of its own (Easy DKIM), not with {}", active.selector));
        }
        Some(selector) if *selector != active.selector => {
            texts.push(format!("SES signs with {selector}, not with the active key {}", active.selector));
        }
        _ => {}
    }
    if let Some(status) = ses.status.as_ref().filter(|status| *status != "SUCCESS") {
        texts.push(format!("SES says {status}: mail may leave without a signature"));
    }
    texts
}

fn due(key: &Key) -> String {
    key.due.as_deref().map(day).unwrap_or_default()
}
