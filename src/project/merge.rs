//! How a config file meets what it inherits (`sceptre/config/reader.py`, `_get_merge_with_stratgies`).

use serde_yaml::{Mapping, Value};

use super::keys::{Merge, merge_rule};
use crate::logical_path::LogicalPath;
use crate::words;
use crate::yaml::{is_true, kind};

/// Keys that can be joined with what is inherited.
const JOINED: &[&str] = &["dependencies", "hooks", "notifications", "parameters", "sceptre_user_data", "stack_tags"];

/// A value that Sceptre cannot merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The key.
    pub path: LogicalPath,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Puts the values of a child on top of those that it inherits, and tells what Sceptre would refuse.
pub fn merge(inherited: &mut Mapping, mut child: Mapping) -> Vec<Conflict> {
    let problems = prepare(inherited, &mut child);
    inherited.extend(child);
    problems
}

/// Changes the values of a child so that they can replace the inherited ones, key by key.
pub fn prepare(inherited: &Mapping, child: &mut Mapping) -> Vec<Conflict> {
    let problems = JOINED.iter().filter_map(|key| join(inherited, child, key).err()).collect();
    for key in JOINED {
        let key = inheritance_key(key);
        // An empty value does not hide an inherited one.
        if !child.get(&key).is_some_and(is_true) && inherited.get(&key).is_some_and(is_true) {
            child.remove(&key);
        }
    }
    problems
}

/// Changes one value of the child into what it is together with the inherited one.
fn join(inherited: &Mapping, child: &mut Mapping, key: &str) -> Result<(), Conflict> {
    let rule = rule_of(inherited, child, key)?;
    let (left, right) = (present(inherited, key), present(child, key));
    let fits: fn(&Value) -> bool = match rule {
        Merge::ChildWins => return Ok(()),
        // serde_yaml's own `is_sequence` looks behind tags.
        Merge::JoinLists => |value| matches!(value, Value::Sequence(_)),
        Merge::MergeMappings => |value| matches!(value, Value::Mapping(_)),
    };
    if let Some(wrong) = [left, right].into_iter().flatten().find(|value| is_true(value) && !fits(value)) {
        return Err(not_joinable(key, rule, wrong));
    }
    let joined = match (left, right) {
        (Some(Value::Sequence(left)), Some(Value::Sequence(right))) => {
            Value::Sequence(left.iter().chain(right).cloned().collect())
        }
        (Some(Value::Mapping(left)), Some(Value::Mapping(right))) => {
            let mut both = left.clone();
            both.extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Mapping(both)
        }
        // Nothing, even if it is written out, leaves what is inherited.
        (Some(left), None) if is_true(left) => left.clone(),
        _ => return Ok(()),
    };
    child.insert(key.into(), joined);
    Ok(())
}

fn rule_of(inherited: &Mapping, child: &Mapping, key: &str) -> Result<Merge, Conflict> {
    let name = inheritance_key(key);
    let wanted = [child, inherited].into_iter().find_map(|values| values.get(&name).filter(|value| is_true(value)));
    let Some(wanted) = wanted else { return Ok(merge_rule(key, None)) };
    match wanted.as_str() {
        Some(way @ ("merge" | "override")) => Ok(merge_rule(key, Some(way))),
        other => {
            let got = other.map_or_else(|| kind(wanted).to_owned(), |text| format!("`{text}`"));
            Err(Conflict {
                message: format!("`{name}` is {got}; Sceptre takes `merge` or `override`"),
                help: other.and_then(|text| words::did_you_mean(text, ["merge", "override"])),
                path: LogicalPath::from([name]),
            })
        }
    }
}

fn not_joinable(key: &str, rule: Merge, wrong: &Value) -> Conflict {
    let path = LogicalPath::from([key]);
    if key == "hooks" {
        let message = "Sceptre cannot merge `hooks`: its `hooks_inheritance: merge` takes lists only".to_owned();
        return Conflict { path, message, help: Some("write the inherited hooks into this file".to_owned()) };
    }
    let wanted = if rule == Merge::JoinLists { "a list" } else { "a mapping" };
    Conflict { path, message: format!("`{key}` is {}, not {wanted}", kind(wrong)), help: None }
}

fn inheritance_key(key: &str) -> String {
    format!("{key}_inheritance")
}

fn present<'a>(values: &'a Mapping, key: &str) -> Option<&'a Value> {
    values.get(key).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(texts: &[&str]) -> (String, Vec<String>) {
        let (mut values, mut problems) = (Mapping::new(), Vec::new());
        for text in texts {
            let child = serde_yaml::from_str(text).unwrap();
            problems.extend(
                merge(&mut values, child).into_iter().map(|problem| {
                    format!("{}: {}; {}", problem.path, problem.message, problem.help.unwrap_or_default())
                }),
            );
        }
        (serde_yaml::to_string(&values).unwrap().replace('\n', " "), problems)
    }

    /// Each line is what Sceptre 4.7.0 makes of the same files.
    #[test]
    fn joins_as_sceptre_does() {
        for (texts, result) in [
            (&["parameters: {A: 1}", "parameters: {B: 2}"][..], "parameters: {B: 2}"),
            (&["parameters: {A: 1}", "{}"], "parameters: {A: 1}"),
            (&["parameters: {A: 1}", "parameters: null"], "parameters: null"),
            (
                &["parameters: {A: 1}", "{parameters_inheritance: merge, parameters: null}"],
                "{parameters: {A: 1}, parameters_inheritance: merge}",
            ),
            (
                &[
                    "{parameters_inheritance: merge, parameters: {A: 1}}",
                    "{parameters_inheritance: '', parameters: {B: 2}}",
                ],
                "{parameters_inheritance: merge, parameters: {A: 1, B: 2}}",
            ),
            (
                &[
                    "{parameters_inheritance: merge, parameters: {A: 1}}",
                    "{parameters_inheritance: override, parameters: {B: 2}}",
                ],
                "{parameters_inheritance: override, parameters: {B: 2}}",
            ),
            (
                &["{parameters: null}", "{parameters_inheritance: merge, parameters: {B: 2}}"],
                "{parameters: {B: 2}, parameters_inheritance: merge}",
            ),
            (&["dependencies: [a]", "dependencies: [b]"], "dependencies: [a, b]"),
            (&["dependencies: [a]", "dependencies: null"], "dependencies: [a]"),
            (&["dependencies: [a]", "dependencies: []"], "dependencies: [a]"),
            (&["notifications: [a]", "notifications: [b]"], "notifications: [b]"),
            (
                &["{notifications: [a], notifications_inheritance: merge}", "notifications: [b]", "notifications: [c]"],
                "{notifications: [a, b, c], notifications_inheritance: merge}",
            ),
            (&["region: x", "region: null"], "region: null"),
            (&["parameters: [x]", "parameters: {A: 1}"], "parameters: {A: 1}"),
        ] {
            let expected: Mapping = serde_yaml::from_str(result).unwrap();
            let expected = serde_yaml::to_string(&expected).unwrap().replace('\n', " ");
            assert_eq!(merged(texts), (expected, vec![]), "{texts:?}");
        }
    }

    #[test]
    fn refuses_what_sceptre_refuses() {
        for (texts, problem) in [
            (
                &["{parameters_inheritance: mrge, parameters: {A: 1}}"][..],
                "parameters_inheritance: `parameters_inheritance` is `mrge`; Sceptre takes `merge` or `override`; did you mean `merge`?",
            ),
            (
                &["stack_tags_inheritance: [merge]"],
                "stack_tags_inheritance: `stack_tags_inheritance` is a list; Sceptre takes `merge` or `override`; ",
            ),
            (&["dependencies: !split [',', 'a']"], "dependencies: `dependencies` is a tagged value, not a list; "),
            (&["dependencies: a.yaml"], "dependencies: `dependencies` is a string, not a list; "),
            (
                &["parameters: [x]", "{parameters_inheritance: merge, parameters: {A: 1}}"],
                "parameters: `parameters` is a list, not a mapping; ",
            ),
            (
                &["{hooks_inheritance: merge, hooks: {before_create: []}}"],
                "hooks: Sceptre cannot merge `hooks`: its `hooks_inheritance: merge` takes lists only; write the inherited hooks into this file",
            ),
        ] {
            assert_eq!(merged(texts).1, [problem], "{texts:?}");
        }
        assert_eq!(merged(&["hooks_inheritance: merge"]).1, Vec::<String>::new());
    }
}
