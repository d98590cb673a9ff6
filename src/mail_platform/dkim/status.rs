//! A domain in one screen.

use jiff::Timestamp;

use super::answer::{Findings, Found, Situation};
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
    match (&state.active, &answer.situation) {
        (_, Some(situation)) => {
            row("in SES", held(situation));
            row("mail", mail(situation));
        }
        (Some(key), None) => row("active", format!("{}; SES was not asked", key.selector)),
        (None, None) => row("active", "no key of this automation yet".to_owned()),
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
    if let Some(situation) = &answer.situation {
        row("waits for", waits_for(situation));
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

/// The key in SES, what SES says of it and since when, and its record.
fn held(situation: &Situation) -> String {
    let Some(holds) = &situation.holds else { return "no identity".to_owned() };
    let since = situation.status_since.as_deref().map(|time| format!(" since {}", minute(time))).unwrap_or_default();
    let whose = if situation.ours { format!("; record {}", record(situation.record.as_ref())) } else { String::new() };
    format!("{holds}, says {}{since}{whose}", situation.status)
}

/// Whether mail is signed, and what carries it if not.
fn mail(situation: &Situation) -> String {
    let since = situation.unsigned_since.as_deref().map(|time| format!(", since {}", minute(time))).unwrap_or_default();
    let signed = match (situation.signed, situation.signing_enabled) {
        (true, _) => "is signed".to_owned(),
        (_, false) => format!("leaves unsigned{since}"),
        _ => format!("may leave unsigned{since}"),
    };
    match (situation.carried_by.as_deref(), situation.signed) {
        (Some("dkim"), _) => signed,
        (Some("spf"), false) => format!("{signed}; SPF carries it"),
        (Some("spf"), true) => format!("{signed}, but the record is not right; SPF carries it"),
        (_, true) => format!("{signed}, but the record is not right; nothing is seen that carries it"),
        _ => format!("{signed}; nothing is seen that carries it"),
    }
}

/// What has to happen before the next step.
fn waits_for(situation: &Situation) -> String {
    let until = situation.until.as_deref().map(minute).unwrap_or_default();
    match situation.waits_for.as_str() {
        "date" => until,
        "dns" => "the record of the next key in DNS".to_owned(),
        "record" => "the record of the key in SES".to_owned(),
        "ses" => {
            format!("SES to verify the key; looked at anew {until}").trim_end_matches("; looked at anew ").to_owned()
        }
        "person" => "a person: `sesame dkim resume`, or another `sesame dkim rotate`".to_owned(),
        "resume" => "a person: `sesame dkim resume`".to_owned(),
        "consent" => "a person: what is in SES is not of this rotation".to_owned(),
        "signing" => "signing to be switched on in SES".to_owned(),
        "spf" => "the MAIL FROM domain to be right".to_owned(),
        "identity" => "the identity in SES".to_owned(),
        "72 hours" => format!("{until}: SES got two keys within 72 hours"),
        "second look" => "a second look at SES, whose answer has changed".to_owned(),
        "announcement" => "the next key to be announced".to_owned(),
        "switch" | "rotate" | "rescue" | "back" | "again" | "restore" => {
            "the next hourly run: SES gets a key".to_owned()
        }
        other => other.to_owned(),
    }
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
            format!("{words} ({} of {} servers)", found.servers_with_value, found.servers_answered)
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
  in SES     ses-20261125-1, says SUCCESS since 2026-11-26 10:30; record published (3 of 3 servers)
  mail       is signed
  waits for  2027-10-26 09:00
  then       2027-10-26 09:00 (in 28 days): make and announce the next key
"
        );
    }

    #[test]
    fn waiting_says_what_to_do() {
        assert_eq!(
            screen(waiting(), "2027-10-28T01:00:00Z"),
            "example.com: waiting for DNS, since 2027-10-25 (3 days ago); times of Tokyo
  in SES     ses-20261125-1, says SUCCESS since 2026-11-26 10:30; record published (3 of 3 servers)
  mail       is signed
  next key   ses-20271025-2, made 2027-10-25; record not there yet (0 of 3 servers)
  due        2027-11-26 09:00 (in 29 days)
  waits for  the record of the next key in DNS
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
        answer["state"]["hold"] = json!({"why": "not-verified", "by": null, "at": "2027-11-26T00:00:00Z"});
        answer["findings"] =
            json!({"active": found("absent", 0), "next": found("different", 0), "mail_from": {"healthy": false}});
        let situation = &mut answer["situation"];
        situation["status"] = json!("TEMPORARY_FAILURE");
        situation["signed"] = json!(false);
        situation["carried_by"] = Value::Null;
        situation["unsigned_since"] = json!("2027-11-27T00:30:00Z");
        situation["record"] = found("absent", 0);
        situation["waits_for"] = json!("record");
        let screen = screen(answer, "2027-11-28T01:00:00Z");
        let (_, told) = screen.split_once("records`\n").unwrap();
        assert_eq!(
            told,
            "error: the record of ses-20261125-1, which SES has, is absent in DNS: mail fails DKIM until it is back
error: SES says TEMPORARY_FAILURE: mail may leave without a signature; nothing is seen that carries it instead
error: the record of ses-20271025-2 is there with another value: publish the one of `sesame dkim records`
error: the record of ses-20271025-2 was due 2027-11-26 and is not there: SES keeps the old key
warning: stopped by yamada on 2027-11-01: DNS move; `sesame dkim resume` ends that
warning: the rotation holds since 2027-11-26 09:00: SES did not verify the next key; `sesame dkim resume` lets it go on
warning: `switch` of ses-20271025-2 has not ended since 2027-11-27 09:00
warning: the MAIL FROM domain is not as it should be: look at its MX and SPF records
"
        );
        assert!(screen.contains("  asked for  rotate by sato, 2027-11-28 08:00\n"), "{screen}");
    }

    #[test]
    fn what_is_in_ses_is_an_error_only_once_a_key_is_to_sign() {
        let now = "2027-09-28T01:00:00Z";
        for (changes, text) in [
            (
                json!({"ours": false, "holds": "easy-dkim", "record": null}),
                "error: SES has easy-dkim, which this rotation",
            ),
            (
                json!({"ours": false, "holds": "other", "record": null}),
                "`sesame dkim rotate --replace other` lets a new key",
            ),
            (
                json!({"ours": false, "signing_enabled": false, "signed": false}),
                "error: signing is switched off in SES",
            ),
        ] {
            let mut answer = steady();
            for (name, value) in changes.as_object().unwrap() {
                answer["situation"][name] = value.clone();
            }
            let with_a_key = screen(answer.clone(), now);
            assert!(with_a_key.contains(text), "{with_a_key}");
            answer["state"]["active"] = Value::Null;
            let without = screen(answer, now);
            assert!(!without.contains(text), "{without}");
        }
    }

    #[test]
    fn without_an_identity_no_mail_can_be_sent() {
        let mut answer = steady();
        answer["situation"]["holds"] = Value::Null;
        answer["situation"]["signed"] = json!(false);
        let screen = screen(answer, "2027-09-28T01:00:00Z");
        assert!(screen.contains("error: SES does not have the domain: no mail can be sent"), "{screen}");
        assert!(screen.contains("  in SES     no identity\n"), "{screen}");
    }

    #[test]
    fn what_carries_mail_is_told() {
        for (signed, enabled, carried_by, words) in [
            (true, true, json!("dkim"), "is signed"),
            (false, true, json!("spf"), "may leave unsigned, since 2027-09-27 09:30; SPF carries it"),
            (false, true, Value::Null, "may leave unsigned, since 2027-09-27 09:30; nothing is seen that carries it"),
            (false, false, json!("spf"), "leaves unsigned, since 2027-09-27 09:30; SPF carries it"),
        ] {
            let mut answer = steady();
            let situation = &mut answer["situation"];
            situation["signed"] = json!(signed);
            situation["signing_enabled"] = json!(enabled);
            situation["carried_by"] = carried_by;
            situation["unsigned_since"] = if signed { Value::Null } else { json!("2027-09-27T00:30:00Z") };
            let screen = screen(answer, "2027-09-28T01:00:00Z");
            assert!(screen.contains(&format!("  mail       {words}\n")), "{screen}");
        }
    }

    #[test]
    fn what_the_next_step_waits_for_is_told() {
        for (waits_for, until, words) in [
            ("ses", json!("2027-09-29T00:30:00Z"), "SES to verify the key; looked at anew 2027-09-29 09:30"),
            ("ses", Value::Null, "SES to verify the key"),
            ("person", Value::Null, "a person: `sesame dkim resume`, or another `sesame dkim rotate`"),
            ("spf", Value::Null, "the MAIL FROM domain to be right"),
            ("switch", Value::Null, "the next hourly run: SES gets a key"),
        ] {
            let mut answer = steady();
            answer["situation"]["waits_for"] = json!(waits_for);
            answer["situation"]["until"] = until;
            let screen = screen(answer, "2027-09-28T01:00:00Z");
            assert!(screen.contains(&format!("  waits for  {words}\n")), "{screen}");
        }
    }

    #[test]
    fn a_new_domain_has_no_key() {
        let mut answer = steady();
        answer["phase"] = json!("new");
        answer["state"]["active"] = Value::Null;
        answer["findings"] = json!({});
        answer["situation"] = Value::Null;
        assert_eq!(
            screen(answer, "2026-12-03T01:00:00Z"),
            "example.com: new, no key yet, since 2026-12-03 (today); times of Tokyo
  active     no key of this automation yet
  then       2027-10-26 09:00 (in 327 days): make and announce the next key
"
        );
    }
}
