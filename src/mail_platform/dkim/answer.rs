//! What the function answers, as the contract says. Keys that this program does not know are left alone.

use serde::Deserialize;

/// The answer to any action.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// The domain.
    pub domain: String,
    /// `done`, `busy` or `stopped`.
    pub result: String,
    /// `new`, `steady`, `notice`, `waiting-for-dns`, `switch`, `overdue` or `retire`.
    pub phase: String,
    /// The steps that this call has taken.
    #[serde(default)]
    pub did: Vec<String>,
    /// The state.
    pub state: State,
    /// What DNS and SES say at the moment.
    #[serde(default)]
    pub findings: Findings,
    /// How it is now; absent if nothing was looked at.
    pub situation: Option<Situation>,
    /// What will happen.
    #[serde(default)]
    pub plan: Vec<Step>,
}

/// What SES and DNS said, and what follows from it.
#[derive(Clone, Debug, Deserialize)]
pub struct Situation {
    /// The selector of the key in SES, or `easy-dkim`; `None` without an identity.
    pub holds: Option<String>,
    /// Whether that key is one of this rotation.
    pub ours: bool,
    /// `SUCCESS`, `PENDING`, …
    pub status: String,
    /// Since when SES says so.
    pub status_since: Option<String>,
    /// Whether signing is on.
    pub signing_enabled: bool,
    /// The record of the key in SES, if it is ours.
    pub record: Option<Found>,
    /// Whether SES signs mail, as far as it says.
    pub signed: bool,
    /// Since when it has been seen not to.
    pub unsigned_since: Option<String>,
    /// What DMARC can pass by: `dkim`, `spf` or nothing that is seen.
    pub carried_by: Option<String>,
    /// What the next step waits for.
    pub waits_for: String,
    /// When time alone changes that.
    pub until: Option<String>,
}

/// One thing that will happen.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// When, ISO 8601.
    pub at: String,
    /// What.
    pub what: String,
}

/// The state of the domain.
#[derive(Clone, Debug, Deserialize)]
pub struct State {
    /// When the phase began.
    pub phase_since: String,
    /// The key that signs.
    pub active: Option<Key>,
    /// The key that is to follow.
    pub next: Option<Key>,
    /// Keys that signed before and whose records must still stand.
    #[serde(default)]
    pub previous: Vec<Key>,
    /// A step that is under way.
    pub effect: Option<Effect>,
    /// While nothing is begun.
    pub stopped: Option<Stopped>,
    /// While nothing follows before a person says so.
    pub hold: Option<Hold>,
    /// What a person has asked for and no run has taken up.
    pub request: Option<Wanted>,
}

/// A key pair, without its private half.
#[derive(Clone, Debug, Deserialize)]
pub struct Key {
    /// The selector.
    pub selector: String,
    /// Base64; absent while the pair is being made.
    pub public_key: Option<String>,
    /// When it was made.
    pub created: Option<String>,
    /// When it began to sign.
    pub activated: Option<String>,
    /// SES does not get it before then.
    pub switch_from: Option<String>,
    /// When its record should have been published.
    pub due: Option<String>,
    /// Since when its record stands.
    pub seen: Option<String>,
    /// From when on its record may be deleted.
    pub retire_from: Option<String>,
}

/// See [`State::effect`].
#[derive(Clone, Debug, Deserialize)]
pub struct Effect {
    /// `generate`, `switch`, `restore`, `discard`, …
    pub kind: String,
    /// Of which key.
    pub selector: String,
    /// Since when.
    pub started: String,
}

/// See [`State::stopped`].
#[derive(Clone, Debug, Deserialize)]
pub struct Stopped {
    /// Who.
    pub by: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// When.
    pub at: String,
}

/// See [`State::hold`].
#[derive(Clone, Debug, Deserialize)]
pub struct Hold {
    /// `not-verified`, `restored` or `by-hand`.
    pub why: String,
    /// When.
    pub at: String,
}

/// See [`State::request`].
#[derive(Clone, Debug, Deserialize)]
pub struct Wanted {
    /// `rotate` or `restore`.
    pub kind: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
}

/// See [`Answer::findings`]. Each is absent if it was not looked at.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Findings {
    /// The record of the active key.
    pub active: Option<Found>,
    /// The record of the next key.
    pub next: Option<Found>,
    /// The MAIL FROM domain.
    pub mail_from: Option<MailFrom>,
}

/// What the authoritative servers say of a record.
#[derive(Clone, Debug, Deserialize)]
pub struct Found {
    /// `published`, `split`, `absent`, `different` or `unknown`.
    pub state: String,
    /// How many answer.
    #[serde(default)]
    pub servers_answered: u32,
    /// How many have exactly the value.
    #[serde(default)]
    pub servers_with_value: u32,
}

/// See [`Findings::mail_from`].
#[derive(Clone, Debug, Deserialize)]
pub struct MailFrom {
    /// Whether SES and both records are as they should be.
    pub healthy: bool,
}

#[cfg(test)]
pub mod example {
    //! An answer in each situation.

    use super::Answer;
    use serde_json::{Value, json};

    /// 392 characters, as those of a 2048-bit key.
    pub fn public_key(letter: char) -> String {
        format!("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{}", letter.to_string().repeat(348))
    }

    pub fn key(selector: &str, letter: char) -> Value {
        json!({"selector": selector, "secret": "/ses/prod/dkim/example.com/x", "public_key": public_key(letter),
               "created": "2026-11-25T00:00:02Z", "activated": "2026-11-26T00:00:09Z"})
    }

    pub fn found(state: &str, servers_with_value: u32) -> Value {
        json!({"state": state, "servers_answered": 3, "servers_with_value": servers_with_value})
    }

    pub fn signing(selector: &str) -> Value {
        json!({
            "at": "2027-09-28T00:30:00Z", "holds": selector, "ours": true, "status": "SUCCESS",
            "status_since": "2026-11-26T01:30:00Z", "signing_enabled": true, "record": found("published", 3), "signed": true,
            "unsigned_since": null, "carried_by": "dkim", "waits_for": "date", "until": "2027-10-26T00:00:00Z",
            "needs_person": false,
        })
    }

    pub fn steady() -> Value {
        json!({
            "domain": "example.com", "result": "done", "phase": "steady", "did": [],
            "state": {
                "schema": 1, "revision": 3, "domain": "example.com", "phase": "steady", "sequence": 1,
                "phase_since": "2026-12-03T00:00:04Z", "active": key("ses-20261125-1", 'A'), "next": null,
                "previous": [], "before": null, "effect": null, "lease": null, "request": null, "stopped": null, "sent": {},
            },
            "findings": {
                "active": found("published", 3), "next": null, "previous": [], "mail_from": {"healthy": true},
            },
            "situation": signing("ses-20261125-1"),
            "plan": [{"at": "2027-10-26T00:00:09Z", "what": "make and announce the next key"},
                     {"at": "2027-11-26T00:00:09Z", "what": "switch to the next key"}],
        })
    }

    pub fn waiting() -> Value {
        let mut answer = steady();
        let mut next = key("ses-20271025-2", 'B');
        next["activated"] = Value::Null;
        next["created"] = json!("2027-10-25T00:00:02Z");
        for (name, value) in [
            ("trigger", json!("yearly")),
            ("switch_from", json!("2027-11-26T00:00:09Z")),
            ("due", json!("2027-11-26T00:00:09Z")),
            ("seen", Value::Null),
        ] {
            next[name] = value;
        }
        answer["phase"] = json!("waiting-for-dns");
        answer["state"]["phase_since"] = json!("2027-10-25T00:00:03Z");
        answer["state"]["next"] = next;
        answer["findings"]["next"] = found("absent", 0);
        answer["situation"]["waits_for"] = json!("dns");
        answer["situation"]["until"] = Value::Null;
        answer["plan"] = json!([
            {"at": "2027-11-26T00:00:09Z", "what": "switch to ses-20271025-2, once its record is seen"},
            {"at": "2027-11-26T00:00:09Z", "what": "overdue, if the record of ses-20271025-2 is not seen"}]);
        answer
    }

    pub fn retiring() -> Value {
        let mut answer = steady();
        let mut old = key("ses-20261125-1", 'A');
        old["retire_from"] = json!("2027-12-03T00:00:09Z");
        answer["phase"] = json!("retire");
        answer["state"]["phase_since"] = json!("2027-11-26T00:00:09Z");
        answer["state"]["active"] = key("ses-20271025-2", 'B');
        answer["state"]["active"]["activated"] = json!("2027-11-26T00:00:09Z");
        answer["state"]["previous"] = json!([old]);
        answer["situation"] = signing("ses-20271025-2");
        answer["plan"] = json!([
            {"at": "2027-12-03T00:00:09Z", "what": "ask to delete the record of ses-20261125-1, delete its key"},
            {"at": "2028-10-26T00:00:09Z", "what": "make and announce the next key"}]);
        answer
    }

    pub fn read(answer: Value) -> Answer {
        serde_json::from_value(answer).unwrap()
    }
}
