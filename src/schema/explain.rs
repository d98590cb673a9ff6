//! From one error of the validator to the failures that it stands for.

use super::documents::Documents;
use super::failure::Failure;
use super::located::Located;
use super::violation::value_at;
use super::wording::{self, Wording};
use super::{branches, keywords, places, subschemas, values};
use crate::logical_path::{LogicalPath, Segment};
use crate::words;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::{Map, Value};

/// Adds the failures that an error stands for: one for each unknown property, for each broken pair of values, …
///
/// `name` is the property name that the error is about, if it is about one and not about the value at its path.
pub(super) fn explain(
    documents: &Documents,
    instance: &Value,
    name: Option<&Value>,
    error: &ValidationError<'_>,
    failures: &mut Vec<Failure>,
) {
    let located = Located::find(documents, error);
    let path = path_in(instance, error.instance_path().as_str());
    // Not the value in the error: some errors carry another one than that at their path, and secrets go by paths.
    let value = name.or_else(|| value_at(instance, &path.0)).unwrap_or(&Value::Null);
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } | Kind::OneOfMultipleValid { context } => {
            let branches = context.iter().map(|errors| {
                let mut failures = Vec::new();
                errors.iter().for_each(|error| explain(documents, instance, name, error, &mut failures));
                failures
            });
            let more_than_one = matches!(error.kind(), Kind::OneOfMultipleValid { .. });
            failures.extend(branches::condense(documents, &located, path, value, branches.collect(), more_than_one));
        }
        Kind::AdditionalProperties { unexpected } => {
            let listed = located.value("properties").and_then(Value::as_object);
            let names: Vec<&str> = listed.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            unknown_properties(&located, &path, &names, value, unexpected, failures);
        }
        Kind::UnevaluatedProperties { unexpected } => {
            let names = places::property_names(documents, located.schema);
            unknown_properties(&located, &path, &names, value, unexpected, failures);
        }
        // `"additionalProperties": false` beside neither `properties` nor `patternProperties`: one error for all.
        Kind::FalseSchema if located.keyword == "additionalProperties" => {
            let unexpected: Vec<String> = value.as_object().into_iter().flat_map(Map::keys).cloned().collect();
            unknown_properties(&located, &path, &[], value, &unexpected, failures);
        }
        Kind::Required { property } => failures.push(missing_property(&located, path, property, value)),
        Kind::UniqueItems => repeated_items(&located, &path, value, failures),
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            let start = failures.len();
            explain(documents, instance, Some(error.instance()), error, failures);
            for failure in &mut failures[start..] {
                failure.path = path.join(name.as_str());
                failure.keyword = located.keyword.clone();
                failure.rule = format!("a property name that is {}", failure.expected());
                failure.title = None;
                // The text is about a name, and names are no secrets.
                failure.got = None;
                failure.tells_no_value = true;
            }
        }
        Kind::Custom { keyword, .. } => broken_rules(&located, keyword, &path, value, failures),
        kind => {
            let wording = wording::of(documents, &located, kind, value);
            let mut failure = Failure::of_value(&located, path, value, wording);
            if matches!(kind, Kind::Contains) {
                // The validator also names `minContains` or `maxContains`, and not always the one that failed.
                failure.keyword = "contains".to_owned();
            }
            failures.push(failure);
        }
    }
}

fn unknown_properties(
    located: &Located<'_>,
    path: &LogicalPath,
    names: &[&str],
    value: &Value,
    unexpected: &[String],
    failures: &mut Vec<Failure>,
) {
    for name in unexpected {
        let mut failure = Failure::of_name(
            located,
            path.join(name.as_str()),
            values::properties(names),
            format!("unknown property `{name}`"),
        );
        // A property that stands there already was not meant by another name.
        let free = names.iter().copied().filter(|known| value.get(known).is_none());
        failure.help = words::did_you_mean(name, free);
        failure.title = None;
        failures.push(failure);
    }
}

fn missing_property(located: &Located<'_>, path: LogicalPath, property: &Value, value: &Value) -> Failure {
    let name = property.as_str().unwrap_or_default();
    let dependents = located.value("dependentRequired").and_then(Value::as_object);
    let cause = dependents.filter(|_| located.keyword == "dependentRequired").and_then(|dependents| {
        let needs_it = |names: &Value| names.as_array().is_some_and(|names| names.contains(property));
        dependents.iter().find(|(other, names)| value.get(other.as_str()).is_some() && needs_it(names))
    });
    let reason = match cause {
        Some((other, _)) => format!("property `{name}` is missing, it is required beside `{other}`"),
        None => format!("required property `{name}` is missing"),
    };
    Failure::of_name(located, path, values::properties(&[name]), reason)
}

fn repeated_items(located: &Located<'_>, path: &LogicalPath, value: &Value, failures: &mut Vec<Failure>) {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    for (index, item) in items.iter().enumerate() {
        if let Some(first) = items[..index].iter().position(|other| other == item) {
            let mut failure = Failure::of_value(located, path.join(index), item, Wording::rule("items that differ"));
            failure.title = None;
            failure.reason = Some(format!("it is the same as item [{first}]"));
            failures.push(failure);
        }
    }
    // 1 and 1.0 are the same item to JSON Schema, but not here.
    if !failures.last().is_some_and(|last| last.keyword == "uniqueItems" && last.path.0.starts_with(&path.0)) {
        failures.push(Failure::of_value(located, path.clone(), value, Wording::rule("items that differ")));
    }
}

/// Asks a keyword of ours again, for the details that the validator does not carry.
fn broken_rules(located: &Located<'_>, keyword: &str, path: &LogicalPath, value: &Value, failures: &mut Vec<Failure>) {
    let rule = keywords::find(keyword)
        .zip(located.value(keyword))
        .and_then(|(keyword, argument)| (keyword.read)(argument).ok());
    let (Some(rule), Some(mapping)) = (rule, value.as_object()) else { return };
    let absolute = |below: &LogicalPath| path.extend(below);
    for problem in rule.problems(mapping) {
        failures.push(Failure {
            keyword: keyword.to_owned(),
            got: value_at(value, &problem.path.0).map(values::short),
            title: None,
            rule: problem.expected,
            reason: Some(problem.reason),
            help: None,
            tells_no_value: false,
            path: absolute(&problem.path),
            mentions: problem.mentions.iter().map(absolute).collect(),
        });
    }
}

/// Reads a JSON pointer into an instance: a number is an index only where there is a list.
fn path_in(instance: &Value, pointer: &str) -> LogicalPath {
    let mut value = Some(instance);
    let mut path = LogicalPath::default();
    for token in subschemas::tokens(pointer) {
        let segment = match (value, token.parse::<usize>()) {
            (Some(Value::Array(_)), Ok(index)) => Segment::Index(index),
            _ => Segment::Key(token),
        };
        value = value.and_then(|value| value_at(value, std::slice::from_ref(&segment)));
        path.0.push(segment);
    }
    path
}
