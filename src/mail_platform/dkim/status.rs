//! A domain in one screen.

use jiff::Timestamp;

use super::answer::{Findings, Found};
use super::time::{day, distance, minute};
use super::{Answer, Concern, Key};

/// Phase, keys, records, the last check, what comes next, and what is wrong.
#[must_use]
pub fn status(answer: &Answer, problems: &[Concern], now: Timestamp) -> String {
    let state = &answer.state;
    let since = &state.phase_since;
    let mut lines = vec![format!(
        "{}: {}, since {} ({}); times of Tokyo",
        answer.domain,
        phase(&answer.phase),
        day(since),
        distance(since, now)
    )];
    let mut row = |title: &str, text: String| lines.push(format!("  {title:<10} {text}"));
    match &state.active {
        Some(key) => row("signs", signing(key, &answer.findings)),
        None => row("signs", "no key of this automation yet".to_owned()),
    }
    if let Some(key) = &state.next {
        row("next key", following(key, &answer.findings));
        if let Some(due) = &key.due {
            row("due", format!("{} ({})", minute(due), distance(due, now)));
        }
    }
    for key in &state.previous {
        let until = key.retire_from.as_deref().map(|time| format!(", record to be kept until {}", day(time)));
        row("before", format!("{}{}", key.selector, until.unwrap_or_default()));
    }
    if let Some(effect) = &state.effect {
        row("under way", format!("{} of {}, since {}", effect.kind, effect.selector, minute(&effect.started)));
    }
    if let Some(wanted) = &state.request {
        row("asked for", format!("{} by {}, {}", wanted.kind, wanted.by, minute(&wanted.at)));
    }
    if let Some(step) = answer.plan.first() {
        row("then", format!("{} ({}): {}", minute(&step.at), distance(&step.at, now), step.what));
    }
    if let Some(key) = state.next.as_ref().filter(|key| key.seen.is_none() && key.public_key.is_some()) {
        lines.push(format!("to do: publish the record of {}, see `sesame dkim records`", key.selector));
    }
    for problem in problems {
        lines.push(format!("{}: {}", if problem.is_error { "error" } else { "warning" }, problem.text));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn phase(name: &str) -> &str {
    match name {
        "new" => "new, no key yet",
        "notice" => "a new key is being made and announced",
        "waiting-for-dns" => "waiting for DNS",
        "switch" => "switching to the next key",
        "overdue" => "overdue, waiting for DNS",
        "retire" => "the old key is being retired",
        other => other,
    }
}

fn signing(key: &Key, findings: &Findings) -> String {
    let since = key.activated.as_deref().map(|time| format!(" since {}", day(time))).unwrap_or_default();
    let status = findings.ses.as_ref().and_then(|ses| ses.status.as_deref()).unwrap_or("nothing");
    format!("{}{since}; record {}, SES says {status}", key.selector, record(findings.active.as_ref()))
}

fn following(key: &Key, findings: &Findings) -> String {
    let made = match &key.created {
        Some(time) => format!("made {}", day(time)),
        None => "being made".to_owned(),
    };
    let seen = key.seen.as_deref().map(|time| format!(", seen since {}", minute(time))).unwrap_or_default();
    format!("{}, {made}; record {}{seen}", key.selector, record(findings.next.as_ref()))
}

fn record(found: Option<&Found>) -> String {
    match found {
        None => "not checked".to_owned(),
        Some(found) => {
            let words = if found.state == "absent" { "not there yet" } else { found.state.as_str() };
            format!("{words} ({} of {} servers)", found.servers_with_value, found.servers)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::example::{found, read, retiring, steady, waiting};
    use super::super::problems;
    use super::*;
    use serde_json::{Value, json};

    fn screen(answer: Value, now: &str) -> String {
        let (answer, now) = (read(answer), now.parse().unwrap());
        status(&answer, &problems(&answer, now), now)
    }

    #[test]
    fn steady_is_quiet() {
        assert_eq!(
            screen(steady(), "2027-09-28T01:00:00Z"),
            "example.com: steady, since 2026-12-03 (299 days ago); times of Tokyo
  signs      ses-20261125-1 since 2026-11-26; record published (3 of 3 servers), SES says SUCCESS
  then       2027-10-26 09:00 (in 28 days): make and announce the next key
"
        );
    }

    #[test]
    fn waiting_says_what_to_do() {
        assert_eq!(
            screen(waiting(), "2027-10-28T01:00:00Z"),
            "example.com: waiting for DNS, since 2027-10-25 (3 days ago); times of Tokyo
  signs      ses-20261125-1 since 2026-11-26; record published (3 of 3 servers), SES says SUCCESS
  next key   ses-20271025-2, made 2027-10-25; record not there yet (0 of 3 servers)
  due        2027-11-26 09:00 (in 29 days)
  then       2027-11-26 09:00 (in 29 days): switch to ses-20271025-2, once its record is seen
to do: publish the record of ses-20271025-2, see `sesame dkim records`
"
        );
    }

    #[test]
    fn retiring_shows_the_old_key() {
        let screen = screen(retiring(), "2027-11-28T01:00:00Z");
        assert!(screen.contains("  before     ses-20261125-1, record to be kept until 2027-12-03\n"), "{screen}");
        assert!(!screen.contains("error"), "{screen}");
    }

    #[test]
    fn everything_that_is_wrong_is_told_the_worst_first() {
        let mut answer = waiting();
        answer["phase"] = json!("overdue");
        answer["state"]["stopped"] = json!({"by": "yamada", "reason": "DNS move", "at": "2027-11-01T00:00:00Z"});
        answer["state"]["effect"] =
            json!({"kind": "switch", "selector": "ses-20271025-2", "started": "2027-11-27T00:00:00Z"});
        answer["state"]["request"] = json!({"kind": "rotate", "by": "sato", "at": "2027-11-27T23:00:00Z"});
        answer["findings"] = json!({
            "ses": {"exists": true, "origin": "EXTERNAL", "selector": "other", "status": "TEMPORARY_FAILURE"},
            "active": found("absent", 0), "next": found("different", 0), "mail_from": {"healthy": false}});
        let screen = screen(answer, "2027-11-28T01:00:00Z");
        let (_, told) = screen.split_once("records`\n").unwrap();
        assert_eq!(
            told,
            "error: the record of the active key ses-20261125-1 is absent in DNS: mail fails DKIM until it is back
error: SES signs with other, not with the active key ses-20261125-1
error: SES says TEMPORARY_FAILURE: mail may leave without a signature
error: the record of ses-20271025-2 is there with another value: publish the one of `sesame dkim records`
error: the record of ses-20271025-2 was due 2027-11-26 and is not there: the old key goes on signing
warning: stopped by yamada on 2027-11-01: DNS move; `sesame dkim resume` ends that
warning: `switch` of ses-20271025-2 has not ended since 2027-11-27 09:00
warning: the MAIL FROM domain is not as it should be: look at its MX and SPF records
"
        );
        assert!(screen.contains("  asked for  rotate by sato, 2027-11-28 08:00\n"), "{screen}");
    }

    #[test]
    fn what_ses_says_is_an_error_only_once_a_key_is_to_sign() {
        let now = "2027-09-28T01:00:00Z";
        for (path, value, text) in [
            ("/findings/ses/exists", json!(false), "error: SES does not have the domain"),
            ("/findings/ses/origin", json!("AWS_SES"), "error: SES signs with a key of its own (Easy DKIM)"),
            ("/findings/active", found("unknown", 1), "warning: too few DNS servers answer"),
        ] {
            let mut answer = steady();
            *answer.pointer_mut(path).unwrap() = value;
            let with_a_key = screen(answer.clone(), now);
            assert!(with_a_key.contains(text), "{with_a_key}");
            answer["state"]["active"] = Value::Null;
            let without = screen(answer, now);
            assert!(!without.contains(text), "{without}");
        }
    }

    #[test]
    fn a_new_domain_has_no_key() {
        let mut answer = steady();
        answer["phase"] = json!("new");
        answer["state"]["active"] = Value::Null;
        answer["findings"] = json!({});
        assert_eq!(
            screen(answer, "2026-12-03T01:00:00Z"),
            "example.com: new, no key yet, since 2026-12-03 (today); times of Tokyo
  signs      no key of this automation yet
  then       2027-10-26 09:00 (in 327 days): make and announce the next key
"
        );
    }
}
