//! The TXT records, in the forms that DNS people need.

use serde_json::{Value, json};

use super::time::day;
use super::{Answer, Key};

/// The longest character string of a TXT record (RFC 1035, 3.3).
const LONGEST_STRING: usize = 255;
/// Seconds. The negative caching time of the zone matters more; an hour keeps a mistake short.
const TTL: u32 = 3600;

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    /// For people and DNS panels.
    Text,
    /// Lines of a zone file.
    Bind,
    /// A change batch for `aws route53 change-resource-record-sets`.
    Route53,
}

/// A record that has to stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Without the final dot.
    pub name: String,
    /// `p=…`
    pub value: String,
    /// Why it stands, and until when.
    pub why: String,
}

/// The records that have to stand now, those to publish first.
///
/// # Errors
/// A sentence, if the state holds something that cannot be a record.
pub fn records(answer: &Answer) -> Result<Vec<Record>, String> {
    let state = &answer.state;
    let mut records = Vec::new();
    let mut add = |key: &Key, why: String| match &key.public_key {
        Some(public) => record(&answer.domain, &key.selector, public, why).map(|record| records.push(record)),
        None => Ok(()),
    };
    if let Some(next) = &state.next {
        let due = next.due.as_deref().map(|due| format!(" by {}", day(due))).unwrap_or_default();
        match &next.seen {
            Some(seen) => add(next, format!("keep: next key, seen since {}", day(seen)))?,
            None => add(next, format!("publish{due}: next key"))?,
        }
    }
    if let Some(active) = &state.active {
        add(active, "keep: the key in use".to_owned())?;
    }
    for old in &state.previous {
        let until = old.retire_from.as_deref().map(|time| format!(" until {}", day(time))).unwrap_or_default();
        add(old, format!("keep{until}: this key signed before; a mail asks for its deletion"))?;
    }
    Ok(records)
}

fn record(domain: &str, selector: &str, public: &str, why: String) -> Result<Record, String> {
    let is_label = |text: &str| {
        !text.is_empty() && text.len() <= 63 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !is_label(selector) || !domain.split('.').all(is_label) {
        return Err(format!("the state has no usable name: selector `{selector}`, domain `{domain}`"));
    }
    if public.is_empty() || !public.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
        return Err(format!("the public key of `{selector}` in the state is not base64"));
    }
    Ok(Record { name: format!("{selector}._domainkey.{domain}"), value: format!("p={public}"), why })
}

impl Record {
    /// The value as quoted strings of at most 255 characters: `"p=MII…" "…"`.
    #[must_use]
    pub fn quoted(&self) -> String {
        self.strings().join(" ")
    }

    fn strings(&self) -> Vec<String> {
        // Base64 is ASCII: bytes are characters.
        self.value
            .as_bytes()
            .chunks(LONGEST_STRING)
            .map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk)))
            .collect()
    }
}

/// The records in a format.
#[must_use]
pub fn show(records: &[Record], domain: &str, format: RecordFormat) -> String {
    match format {
        RecordFormat::Text if records.is_empty() => format!("{domain} has no key yet, and so no record\n"),
        RecordFormat::Text => records.iter().map(text).collect::<Vec<_>>().join("\n"),
        RecordFormat::Bind => records.iter().map(bind).collect(),
        RecordFormat::Route53 => route53(records, domain),
    }
}

fn text(record: &Record) -> String {
    format!(
        "{}\n  name   {}\n  type   TXT\n  value  {}\n  check  dig +short TXT {}\n",
        record.why,
        record.name,
        record.quoted(),
        record.name
    )
}

fn bind(record: &Record) -> String {
    let strings = record.strings().join("\n  ");
    format!("; {}\n{}. {TTL} IN TXT (\n  {strings} )\n", record.why, record.name)
}

fn route53(records: &[Record], domain: &str) -> String {
    let changes: Vec<Value> = records
        .iter()
        .map(|record| {
            json!({"Action": "UPSERT", "ResourceRecordSet": {
                "Name": format!("{}.", record.name), "Type": "TXT", "TTL": TTL,
                "ResourceRecords": [{"Value": record.quoted()}]}})
        })
        .collect();
    let batch = json!({"Comment": format!("DKIM of {domain}"), "Changes": changes});
    format!("{batch:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::answer::example::{public_key, read, retiring, steady, waiting};
    use super::*;

    #[test]
    fn what_stands_and_why() {
        let why = |answer| records(&read(answer)).unwrap().into_iter().map(|record| record.why).collect::<Vec<_>>();
        assert_eq!(why(waiting()), ["publish by 2027-11-26: next key", "keep: the key in use"]);
        assert_eq!(why(steady()), ["keep: the key in use"]);
        assert_eq!(
            why(retiring()),
            ["keep: the key in use", "keep until 2027-12-03: this key signed before; a mail asks for its deletion"]
        );
    }

    #[test]
    fn a_value_is_split_and_complete() {
        let records = records(&read(waiting())).unwrap();
        let quoted = records[0].quoted();
        let strings: Vec<&str> = quoted.trim_matches('"').split("\" \"").collect();
        assert_eq!(strings.iter().map(|string| string.len()).collect::<Vec<_>>(), [255, 139]);
        assert_eq!(strings.concat(), format!("p={}", public_key('B')));
    }

    #[test]
    fn a_state_that_was_tampered_with_makes_no_record() {
        for (path, value) in [
            ("/state/next/selector", "a b"),
            ("/state/next/selector", ""),
            ("/state/next/public_key", "\";\nevil"),
            ("/domain", "example.com.\n"),
        ] {
            let mut answer = waiting();
            *answer.pointer_mut(path).unwrap() = json!(value);
            assert!(records(&read(answer)).is_err(), "{path}");
        }
    }

    #[test]
    fn a_key_that_is_being_made_has_no_record() {
        let mut answer = waiting();
        answer["state"]["next"]["public_key"] = Value::Null;
        assert_eq!(records(&read(answer)).unwrap().len(), 1);
    }
}
