//! Paths as people type them, and walking along them.

use serde_yaml::Value;

use crate::logical_path::{LogicalPath, Segment};
use crate::words;
use crate::yaml::scalar_text;

/// Reads `a.b[0].c` or `a.b.0.c`; `None` if a step is empty.
pub fn parse(text: &str) -> Option<LogicalPath> {
    let dotted = text.replace('[', ".").replace(']', "");
    let path = LogicalPath::from_dotted(&dotted);
    let is_empty = |segment: &Segment| matches!(segment, Segment::Key(key) if key.is_empty());
    (!path.0.iter().any(is_empty)).then_some(path)
}

/// One step down. A number also names a key that is one.
pub fn step<'a>(value: &'a Value, segment: &Segment) -> Option<&'a Value> {
    match (value, segment) {
        (Value::Sequence(items), Segment::Index(index)) => items.get(*index),
        (Value::Mapping(entries), segment) => {
            let name = key_of(segment);
            entries.iter().find(|(key, _)| scalar_text(key).as_deref() == Some(name.as_str())).map(|(_, value)| value)
        }
        _ => None,
    }
}

/// How far a path goes.
pub enum Walk<'a, 'p> {
    /// To its end.
    Found(&'a Value),
    /// To a resolver, which gives the rest.
    Resolver(&'a Value, &'p [Segment]),
    /// To a value that does not have the next step, which is the number given.
    Missing(&'a Value, usize),
}

/// Walks from a value along some steps.
pub fn walk<'a, 'p>(value: &'a Value, path: &'p [Segment]) -> Walk<'a, 'p> {
    let mut at = value;
    for (depth, segment) in path.iter().enumerate() {
        if matches!(at, Value::Tagged(_)) {
            return Walk::Resolver(at, &path[depth..]);
        }
        match step(at, segment) {
            Some(next) => at = next,
            None => return Walk::Missing(at, depth),
        }
    }
    Walk::Found(at)
}

/// The text of one step.
pub fn key_of(segment: &Segment) -> String {
    match segment {
        Segment::Key(key) => key.clone(),
        Segment::Index(index) => index.to_string(),
    }
}

/// The keys that the next step could have named.
pub fn names_in(value: &Value) -> Vec<String> {
    match value {
        Value::Mapping(entries) => entries.keys().filter_map(scalar_text).collect(),
        _ => Vec::new(),
    }
}

/// "did you mean …?" for a path whose step `depth` is none of the names.
pub fn did_you_mean(path: &LogicalPath, depth: usize, names: &[String]) -> Option<String> {
    let wrong = path.0.get(depth).map(key_of)?;
    let near = words::nearest(&wrong, names.iter().map(String::as_str)).filter(|near| *near != wrong)?;
    let mut better = path.clone();
    better.0[depth] = Segment::from(near);
    Some(format!("did you mean `{better}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_position() {
        for text in ["a.b[0].c", "a.b.0.c"] {
            assert_eq!(parse(text).unwrap().to_string(), "a.b[0].c");
        }
        for text in ["", "a..b", ".a", "a."] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn walks_to_the_end_to_a_resolver_or_to_where_it_stops() {
        let value: Value = serde_yaml::from_str("{list: {1: [x, y]}, r: !sesame z}").unwrap();
        let path = |text| parse(text).unwrap();
        assert!(matches!(walk(&value, &path("list.1.1").0), Walk::Found(found) if found == "y"));
        assert!(matches!(walk(&value, &path("r.x.y").0), Walk::Resolver(_, rest) if rest.len() == 2));
        assert!(matches!(walk(&value, &path("list.2").0), Walk::Missing(_, 1)));
        assert_eq!(did_you_mean(&path("lsit"), 0, &names_in(&value)).as_deref(), Some("did you mean `list`?"));
    }
}
