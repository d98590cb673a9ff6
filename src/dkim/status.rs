//! A domain in one screen.

use jiff::Timestamp;

use super::time::{day, distance, minute};
use super::{Answer, Key, Problem, State};

/// Phase, keys, records, the last check, what comes next, and what is wrong.
#[must_use]
pub fn status(answer: &Answer, problems: &[Problem], now: Timestamp) -> String {
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
        Some(key) => row("signs", signing(key, state)),
        None => row("signs", "no key of this automation yet".to_owned()),
    }
    if let Some(key) = &state.next {
        row("next key", following(key, state));
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
    match &state.checked {
        Some(checked) => row("checked", minute(&checked.at)),
        None => row("checked", "never".to_owned()),
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

fn signing(key: &Key, state: &State) -> String {
    let checked = state.checked.as_ref();
    let since = key.activated.as_deref().map(|time| format!(" since {}", day(time))).unwrap_or_default();
    let record = checked.and_then(|checked| checked.active.as_deref()).unwrap_or("not checked");
    let ses = checked.and_then(|checked| checked.ses.as_deref()).unwrap_or("nothing yet");
    format!("{}{since}; record {record}, SES says {ses}", key.selector)
}

fn following(key: &Key, state: &State) -> String {
    let made = match &key.created {
        Some(time) => format!("made {}", day(time)),
        None => "being made".to_owned(),
    };
    let record = match (&key.seen, state.checked.as_ref().and_then(|checked| checked.next.as_deref())) {
        (Some(seen), _) => format!("seen since {}", minute(seen)),
        (None, Some("absent")) => "not there yet".to_owned(),
        (None, Some(other)) => other.to_owned(),
        (None, None) => "not checked".to_owned(),
    };
    format!("{}, {made}; record {record}", key.selector)
}

#[cfg(test)]
mod tests {
    use super::super::answer::example::{read, retiring, steady, waiting};
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
  signs      ses-20261125-1 since 2026-11-26; record published, SES says SUCCESS
  checked    2027-09-28 09:00
  then       2027-10-26 09:00 (in 28 days): make and announce the next key
"
        );
    }

    #[test]
    fn waiting_says_what_to_do() {
        assert_eq!(
            screen(waiting(), "2027-10-28T01:00:00Z"),
            "example.com: waiting for DNS, since 2027-10-25 (3 days ago); times of Tokyo
  signs      ses-20261125-1 since 2026-11-26; record published, SES says SUCCESS
  next key   ses-20271025-2, made 2027-10-25; record not there yet
  due        2027-11-26 09:00 (in 29 days)
  checked    2027-10-28 09:00
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
        answer["state"]["checked"] = json!({"at": "2027-11-27T00:00:03Z", "next": "different", "active": "absent",
                                            "ses": "TEMPORARY_FAILURE", "selector": "other"});
        let screen = screen(answer, "2027-11-28T01:00:00Z");
        let (_, found) = screen.split_once("records`\n").unwrap();
        assert_eq!(
            found,
            "error: the record of the active key ses-20261125-1 is absent in DNS: mail fails DKIM until it is back
error: SES signs with other, not with the active key ses-20261125-1
error: SES says TEMPORARY_FAILURE: mail may leave without a signature
error: the record of ses-20271025-2 is there with another value: publish the one of `sesame dkim records`
error: the record of ses-20271025-2 was due 2027-11-26 and is not there: the old key goes on signing
error: the last check was 2027-11-27 09:00: the hourly one does not run
warning: stopped by yamada on 2027-11-01: DNS move; `sesame dkim resume` ends that
warning: `switch` of ses-20271025-2 has not ended since 2027-11-27 09:00
"
        );
    }

    #[test]
    fn a_new_domain_has_no_key() {
        let mut answer = steady();
        answer["phase"] = json!("new");
        answer["state"]["active"] = Value::Null;
        answer["state"]["checked"] = Value::Null;
        assert_eq!(
            screen(answer, "2026-12-03T01:00:00Z"),
            "example.com: new, no key yet, since 2026-12-03 (today); times of Tokyo
  signs      no key of this automation yet
  checked    never
  then       2027-10-26 09:00 (in 327 days): make and announce the next key
"
        );
    }
}
