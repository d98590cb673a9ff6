//! The violations of one instance: in its order, each mistake once.

use super::keywords;
use super::violation::Violation;
use crate::logical_path::Segment;
use crate::words;
use serde_json::Value;

/// Puts violations in the order of the instance and takes out what says the same thing again.
pub(super) fn merge(instance: &Value, violations: Vec<Violation>) -> Vec<Violation> {
    let mut placed: Vec<(Vec<usize>, Violation)> =
        violations.into_iter().map(|violation| (position(instance, &violation.path.0), violation)).collect();
    // Stable: violations of one value stay in the order of the validator.
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut merged: Vec<Violation> = Vec::with_capacity(placed.len());
    let mut of_one_value: Vec<Violation> = Vec::new();
    for (_, violation) in placed {
        if of_one_value.first().is_some_and(|first| first.path != violation.path) {
            merged.append(&mut without_outdone(std::mem::take(&mut of_one_value)));
        }
        match of_one_value.iter_mut().find(|known| says_the_same(known, &violation)) {
            Some(known) => absorb(known, violation),
            None => of_one_value.push(violation),
        }
    }
    merged.append(&mut without_outdone(of_one_value));
    without_misspelt(merged)
}

/// "expected one of 1, 3, 5" says more than "expected a number", and "expected 3" more than both. How a value compares
/// with others is of no interest while it is wrong by itself.
fn without_outdone(mut of_one_value: Vec<Violation>) -> Vec<Violation> {
    let has = |keyword: &str| of_one_value.iter().any(|violation| violation.keyword == keyword);
    let (has_enum, has_const) = (has("enum"), has("const"));
    let compares = |violation: &Violation| keywords::find(&violation.keyword).is_some();
    let is_wrong_by_itself = !of_one_value.iter().all(compares);
    of_one_value.retain(|violation| match violation.keyword.as_str() {
        "type" => !has_enum && !has_const,
        "enum" => !has_const,
        _ => !(is_wrong_by_itself && compares(violation)),
    });
    of_one_value
}

/// A property that is missing because its name is misspelt is one mistake: the unknown name says what was meant.
fn without_misspelt(violations: Vec<Violation>) -> Vec<Violation> {
    let meant: Vec<(&[Segment], String)> =
        violations.iter().filter_map(|unknown| Some((unknown.path.0.split_last()?.1, unknown.help.clone()?))).collect();
    let is_misspelt = |violation: &Violation| {
        let name = violation.expected.trim_start_matches("property ");
        let help = format!("did you mean {name}?");
        violation.keyword == "required" && meant.iter().any(|(path, meant)| *path == violation.path.0 && *meant == help)
    };
    violations.iter().filter(|violation| !is_misspelt(violation)).cloned().collect()
}

/// Both are about the same value, and either what is expected or why it is not so is the same.
fn says_the_same(known: &Violation, new: &Violation) -> bool {
    known.expected == new.expected || (known.reason.is_some() && known.reason == new.reason)
}

fn absorb(known: &mut Violation, new: Violation) {
    let mut reasons: Vec<String> = known.reason.iter().chain(&new.reason).cloned().collect();
    words::remove_repetitions(&mut reasons);
    known.reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    known.help = known.help.take().or(new.help);
}

/// The indexes on the way to a value: what sorts in the order of the document. What is not there comes last.
fn position(instance: &Value, path: &[Segment]) -> Vec<usize> {
    let mut value = Some(instance);
    let mut position = Vec::with_capacity(path.len());
    for segment in path {
        let index = match (value, segment) {
            (Some(Value::Object(mapping)), Segment::Key(key)) => mapping.keys().position(|known| known == key),
            (Some(Value::Array(_)), Segment::Index(index)) => Some(*index),
            _ => None,
        };
        position.push(index.unwrap_or(usize::MAX));
        value = value.and_then(|value| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
        });
    }
    position
}
