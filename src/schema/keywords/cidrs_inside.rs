//! `cidrsInside`: every block of one property lies inside one of the blocks of another.
//!
//! `{"networks.mail_servers": "networks.people"}`. Both sides are dotted paths to a string or a list of strings. What
//! is missing or no block (see the format `cidr`) is passed over: `required` and `format` report it.

use super::{Breach, Relation, dotted, pairs, quoted, value_at};
use crate::logical_path::LogicalPath;
use crate::schema::formats::cidr;
use ipnet::IpNet;
use serde_json::{Map, Value};

/// More outer blocks than this are counted, not listed.
const MOST_LISTED: usize = 4;

/// Pairs of dotted paths: the inner blocks and the outer ones.
struct CidrsInside(Vec<(String, String)>);

/// A string of the instance, where it stands, and the block that it is.
type Block = (LogicalPath, Option<IpNet>);

/// Reads the argument.
pub(super) fn read(argument: &Value) -> Result<Box<dyn Relation>, String> {
    Ok(Box::new(CidrsInside(pairs(argument)?)))
}

impl Relation for CidrsInside {
    fn problems(&self, mapping: &Map<String, Value>) -> Vec<Breach> {
        self.0.iter().flat_map(|(inner, outer)| compare(mapping, inner, outer)).collect()
    }

    fn names(&self) -> Vec<Vec<&str>> {
        self.0.iter().flat_map(|(inner, outer)| [inner, outer]).map(|path| path.split('.').collect()).collect()
    }
}

fn compare(mapping: &Map<String, Value>, inner: &str, outer: &str) -> Vec<Breach> {
    let (Some(inner), Some(outers)) = (blocks(mapping, inner), blocks(mapping, outer)) else { return Vec::new() };
    // Nothing can be said while an outer block is unreadable: it might be the right one.
    let Some(around) = outers.iter().map(|(_, block)| *block).collect::<Option<Vec<IpNet>>>() else {
        return Vec::new();
    };
    let outside = inner.into_iter().filter_map(|(path, block)| Some((path, block?)));
    let outside = outside.filter(|(_, block)| !around.iter().any(|outer| outer.contains(block)));
    outside
        .map(|(path, block)| Breach {
            path,
            expected: format!("a block inside {}", quoted(&dotted(outer))),
            reason: reason(block, outer, &around),
            mentions: outers.iter().map(|(path, _)| path.clone()).collect(),
        })
        .collect()
}

fn reason(block: IpNet, outer: &str, around: &[IpNet]) -> String {
    match around {
        [] => format!("{} is empty", quoted(&dotted(outer))),
        [one] => format!("{block} is not inside {one}"),
        many if many.len() <= MOST_LISTED => {
            let list: Vec<String> = many.iter().map(IpNet::to_string).collect();
            format!("{block} is inside none of {}", list.join(", "))
        }
        many => format!("{block} is inside none of its {} blocks", many.len()),
    }
}

/// The strings at a dotted path. None if nothing is there, or something else than a string or a list.
fn blocks(mapping: &Map<String, Value>, path: &str) -> Option<Vec<Block>> {
    let value = value_at(mapping, path)?;
    let path = dotted(path);
    match value {
        Value::String(text) => Some(vec![(path, cidr::parse(text).ok())]),
        Value::Array(items) => Some(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| (path.join(index), item.as_str().and_then(|text| cidr::parse(text).ok())))
                .collect(),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, refused};
    use super::*;
    use crate::schema::violation::place;
    use serde_json::json;

    fn networks(people: Value, mail_servers: Value) -> Value {
        json!({"networks": {"people": people, "mail_servers": mail_servers}})
    }

    /// (place, reason) of every problem of the networks.
    #[track_caller]
    fn case(people: Value, mail_servers: Value, expected: &[(&str, &str)]) {
        let argument = json!({"networks.mail_servers": "networks.people"});
        let found = problems(read, &argument, &networks(people, mail_servers));
        let texts: Vec<(String, String)> =
            found.iter().map(|problem| (place(&problem.path.0), problem.reason.clone())).collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(place, reason)| (place.as_str(), reason.as_str())).collect();
        assert_eq!(texts, expected);
        assert!(found.iter().all(|problem| problem.expected == "a block inside `networks.people`"));
    }

    #[test]
    fn takes_blocks_inside_one_of_the_others() {
        case(json!(["202.217.0.0/16"]), json!(["202.217.75.98/32", "202.217.75.91/32"]), &[]);
        case(json!("202.217.0.0/16"), json!("202.217.0.0/16"), &[]);
        case(json!(["10.0.0.0/8", "2001:db8::/32"]), json!(["2001:db8:1::/48"]), &[]);
        case(json!([]), json!([]), &[]);
    }

    #[test]
    fn points_at_the_block_outside() {
        case(
            json!(["202.217.0.0/16"]),
            json!(["202.217.75.98/32", "202.218.75.91/32"]),
            &[("networks.mail_servers[1]", "202.218.75.91/32 is not inside 202.217.0.0/16")],
        );
        case(
            json!("202.217.0.0/16"),
            json!("202.0.0.0/8"),
            &[("networks.mail_servers", "202.0.0.0/8 is not inside 202.217.0.0/16")],
        );
        case(
            json!(["10.0.0.0/9", "10.128.0.0/9"]),
            json!(["10.0.0.0/8", "::/0"]),
            &[
                ("networks.mail_servers[0]", "10.0.0.0/8 is inside none of 10.0.0.0/9, 10.128.0.0/9"),
                ("networks.mail_servers[1]", "::/0 is inside none of 10.0.0.0/9, 10.128.0.0/9"),
            ],
        );
        case(json!([]), json!(["10.0.0.0/8"]), &[("networks.mail_servers[0]", "`networks.people` is empty")]);
        case(
            json!(["1.0.0.0/8", "2.0.0.0/8", "3.0.0.0/8", "4.0.0.0/8", "5.0.0.0/8"]),
            json!(["10.0.0.0/8"]),
            &[("networks.mail_servers[0]", "10.0.0.0/8 is inside none of its 5 blocks")],
        );
    }

    #[test]
    fn is_silent_about_what_others_report() {
        case(json!(null), json!(["10.0.0.0/8"]), &[]);
        case(json!(["1.0.0.0/8"]), json!({"a": "10.0.0.0/8"}), &[]);
        case(json!(["1.0.0.0/8"]), json!([10, "10.0.0.1/8", "x"]), &[]);
        case(json!(["1.0.0.0/8", "x"]), json!(["10.0.0.0/8"]), &[]);
        assert_eq!(problems(read, &json!({"a.b": "c"}), &json!({"c": "10.0.0.0/8"})), []);
        assert_eq!(problems(read, &json!({"a.b": "c"}), &json!({"a": "x", "c": "10.0.0.0/8"})), []);
    }

    #[test]
    fn refuses_bad_arguments() {
        let case = |argument: Value, reason: &str| assert_eq!(refused(read, &argument), reason, "{argument}");
        case(json!("a"), "must be an object of dotted paths");
        case(json!({}), "must have at least one pair of dotted paths");
        case(json!({"a": ["b"]}), "must have a dotted path at `a`");
        case(json!({"a..b": "c"}), "has `a..b`, which is no dotted path");
        case(json!({"a": ""}), "has ``, which is no dotted path");
        case(json!({"a": "a"}), "compares `a` with itself");
    }
}
