//! What the account may send, against `sending:` of the environment: `quota` is what it should have, `rate_per_second` what the
//! senders keep to.

use serde_json::Value as Json;
use serde_yaml::Value;

use super::super::{Check, Row, View};
use super::{account, has_mail};
use crate::host::CallError;

pub static CHECK: Check = Check { name: "quota", run };

/// The value by which SES says that there is no limit (SES API v2 Reference, `SendQuota`).
const UNLIMITED: f64 = -1.0;

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for stack in &view.stacks {
        let sending = stack.stack.environment().and_then(|environment| environment.get("sending"));
        let one = sending.map(Wanted::of).filter(|one| !wanted.contains(one));
        wanted.extend(one);
    }
    if !has_mail(view) || wanted.is_empty() {
        return Ok(Vec::new());
    }
    let quota = account(view)?["SendQuota"].clone();
    Ok(wanted.iter().map(|wanted| wanted.row(&quota)).collect())
}

/// What an environment asks for. A number that it does not name asks for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Wanted {
    rate: f64,
    quota_rate: f64,
    quota_day: f64,
}

impl Wanted {
    fn of(sending: &Value) -> Wanted {
        let number = |value: Option<&Value>| value.and_then(Value::as_f64).unwrap_or_default();
        let quota = |key| number(sending.get("quota").and_then(|quota| quota.get(key)));
        Wanted {
            rate: number(sending.get("rate_per_second")),
            quota_rate: quota("max_send_rate"),
            quota_day: quota("max_24_hour_send"),
        }
    }

    fn row(&self, quota: &Json) -> Row {
        let limit = |key: &str| match quota[key].as_f64() {
            Some(UNLIMITED) => f64::INFINITY,
            limit => limit.unwrap_or_default(),
        };
        let (rate, day) = (limit("MaxSendRate"), limit("Max24HourSend"));
        let has = format!("{rate} a second and {day} a day");
        if self.rate > rate {
            let what = format!("the account sends {has}, and the senders may send {} a second", self.rate);
            return Row::look(what).todo("have the quota raised (Service Quotas), or slow the senders down before");
        }
        if self.quota_rate > rate || self.quota_day > day {
            let what = format!("the account sends {has}, not {} and {}", self.quota_rate, self.quota_day);
            return Row::look(what).todo("have the quota raised (Service Quotas) before the mail grows");
        }
        Row::ok(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Verdict;
    use serde_json::json;

    fn row(rate: f64, day: f64) -> Row {
        let sending = "{rate_per_second: 14, quota: {max_send_rate: 200, max_24_hour_send: 10000000}}";
        let wanted = Wanted::of(&serde_yaml::from_str(sending).unwrap());
        wanted.row(&json!({"MaxSendRate": rate, "Max24HourSend": day}))
    }

    #[test]
    fn each_number_counts() {
        assert_eq!(row(200.0, 10_000_000.0).verdict, Verdict::Ok);
        assert_eq!(row(200.0, -1.0).verdict, Verdict::Ok);
        assert_eq!(row(199.0, 10_000_000.0).verdict, Verdict::Look);
        assert_eq!(
            row(200.0, 9_999_999.0).what,
            "the account sends 200 a second and 9999999 a day, not 200 and 10000000"
        );
        assert_eq!(
            row(1.0, 200.0).what,
            "the account sends 1 a second and 200 a day, and the senders may send 14 a second"
        );
    }

    #[test]
    fn what_is_not_named_asks_for_nothing() {
        let wanted = Wanted::of(&serde_yaml::from_str("{}").unwrap());
        assert_eq!(wanted.row(&json!({"MaxSendRate": 1.0, "Max24HourSend": 200.0})).verdict, Verdict::Ok);
    }
}
