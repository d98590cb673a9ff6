//! What in an answer somebody has to look at.

use jiff::Timestamp;

use super::answer::Situation;
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
    if let Some(situation) = &answer.situation {
        for (is_error, text) in about_mail(situation, state) {
            say(is_error, text);
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
            format!("the record of {} was due {} and is not there: SES keeps the old key", next.selector, due(next)),
        );
    }
    if let Some(stopped) = &state.stopped {
        let reason = if stopped.reason.is_empty() { String::new() } else { format!(": {}", stopped.reason) };
        say(
            false,
            format!("stopped by {} on {}{reason}; `sesame dkim resume` ends that", stopped.by, day(&stopped.at)),
        );
    }
    if let Some(hold) = &state.hold {
        let why = match hold.why.as_str() {
            "not-verified" => "SES did not verify the next key",
            "restored" => "a person had a key put back",
            "by-hand" => "somebody gave SES a key by hand",
            other => other,
        };
        say(false, format!("the rotation holds since {}: {why}; `sesame dkim resume` lets it go on", minute(&hold.at)));
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

/// Whether mail is signed and verifies, and what stands in the way.
fn about_mail(situation: &Situation, state: &State) -> Vec<(bool, String)> {
    let Some(holds) = &situation.holds else {
        return vec![(true, "SES does not have the domain: no mail can be sent".to_owned())];
    };
    if state.active.is_none() && !situation.ours {
        return Vec::new(); // no key of ours was to sign yet
    }
    let mut found = Vec::new();
    if !situation.ours {
        found.push((
            true,
            format!(
                "SES has {holds}, which this rotation did not make: `sesame dkim restore` gives it ours again, \
                 `sesame dkim rotate --replace {holds}` lets a new key take its place"
            ),
        ));
    }
    match situation.record.as_ref().map(|record| record.state.as_str()) {
        Some("unknown") => found.push((false, format!("too few DNS servers answer for the record of {holds}"))),
        Some("split") => found.push((true, format!("the record of {holds} is missing or wrong on some DNS servers"))),
        Some(other) if other != "published" => found.push((
            true,
            format!("the record of {holds}, which SES has, is {other} in DNS: mail fails DKIM until it is back"),
        )),
        _ => {}
    }
    let carried = match situation.carried_by.as_deref() {
        Some("spf") => "SPF carries it",
        _ => "nothing is seen that carries it instead",
    };
    if !situation.signing_enabled {
        found.push((true, format!("signing is switched off in SES: mail leaves unsigned; {carried}")));
    } else if !situation.signed {
        found.push((true, format!("SES says {}: mail may leave without a signature; {carried}", situation.status)));
    }
    found
}

fn due(key: &Key) -> String {
    key.due.as_deref().map(day).unwrap_or_default()
}
