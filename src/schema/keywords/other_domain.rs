//! `otherDomain`: the address at one property belongs to another domain than the one at another.
//!
//! `{"notification.second": "domain"}`. Both sides are dotted paths, to an email address and to a domain. A sub-domain is
//! no other domain: it fails with its parent. What is missing or no address is passed over: `required` and `format`
//! report it.

use super::{Breach, Relation, dotted, pairs, quoted, value_at};
use serde_json::{Map, Value};

/// Pairs of dotted paths: the address and the domain.
struct OtherDomain(Vec<(String, String)>);

/// Reads the argument.
pub(super) fn read(argument: &Value) -> Result<Box<dyn Relation>, String> {
    Ok(Box::new(OtherDomain(pairs(argument)?)))
}

impl Relation for OtherDomain {
    fn problems(&self, mapping: &Map<String, Value>) -> Vec<Breach> {
        self.0.iter().filter_map(|(address, domain)| compare(mapping, address, domain)).collect()
    }

    fn names(&self) -> Vec<Vec<&str>> {
        self.0.iter().flat_map(|(address, domain)| [address, domain]).map(|path| path.split('.').collect()).collect()
    }
}

fn compare(mapping: &Map<String, Value>, address: &str, domain: &str) -> Option<Breach> {
    let (_, of_address) = value_at(mapping, address)?.as_str()?.rsplit_once('@')?;
    let named = value_at(mapping, domain)?.as_str()?;
    is_part_of(of_address, named).then(|| Breach {
        path: dotted(address),
        expected: format!("an address of another domain than {}", quoted(&dotted(domain))),
        reason: format!("{of_address} belongs to {named}"),
        mentions: vec![dotted(domain)],
    })
}

/// Whether a domain is another one or below it. Case and a final dot make no difference.
fn is_part_of(domain: &str, other: &str) -> bool {
    let [domain, other] = [domain, other].map(|name| name.trim_end_matches('.').to_ascii_lowercase());
    !other.is_empty() && (domain == other || domain.ends_with(&format!(".{other}")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, refused};
    use super::*;
    use crate::schema::violation::place;
    use serde_json::json;

    /// The reasons, each at the address.
    #[track_caller]
    fn case(second: Value, domain: Value, expected: &[&str]) {
        let mapping = json!({"notification": {"second": second}, "domain": domain});
        let found = problems(read, &json!({"notification.second": "domain"}), &mapping);
        let reasons: Vec<&str> = found.iter().map(|problem| problem.reason.as_str()).collect();
        assert_eq!(reasons, expected);
        for problem in &found {
            assert_eq!(place(&problem.path.0), "notification.second");
            assert_eq!(problem.expected, "an address of another domain than `domain`");
        }
    }

    #[test]
    fn takes_an_address_of_another_domain() {
        case(json!("ops@example.com"), json!("example.jp"), &[]);
        case(json!("ops@notexample.jp"), json!("example.jp"), &[]);
        case(json!("ops@jp"), json!("example.jp"), &[]);
    }

    #[test]
    fn points_at_an_address_of_the_domain_or_below_it() {
        case(json!("ops@example.jp"), json!("example.jp"), &["example.jp belongs to example.jp"]);
        case(json!("ops@Example.JP"), json!("example.jp."), &["Example.JP belongs to example.jp."]);
        case(json!("ops@mail.example.jp"), json!("example.jp"), &["mail.example.jp belongs to example.jp"]);
        case(json!("a@b@example.jp"), json!("example.jp"), &["example.jp belongs to example.jp"]);
    }

    #[test]
    fn is_silent_about_what_others_report() {
        case(json!("none"), json!("example.jp"), &[]);
        case(json!(null), json!("example.jp"), &[]);
        case(json!("ops@example.jp"), json!(7), &[]);
        case(json!("ops@example.jp"), json!(""), &[]);
        assert_eq!(problems(read, &json!({"a.b": "c"}), &json!({"c": "example.jp"})), []);
    }

    #[test]
    fn refuses_bad_arguments() {
        assert_eq!(refused(read, &json!("a")), "must be an object of dotted paths");
        assert_eq!(refused(read, &json!({"a": "a"})), "compares `a` with itself");
    }
}
