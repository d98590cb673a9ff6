//! `increasing`: numbers that grow from one property to the next.
//!
//! `{"properties": ["StandardIaDays", "GlacierDays"], "atLeastApart": 30}`. S3 wants 30 days in `STANDARD_IA` before the
//! next transition (S3 User Guide, "Constraints and considerations for transitions"). Neighbours are compared; a pair
//! with a missing property or with a value that is no number is passed over.

use super::{Breach, Relation, quoted};
use crate::logical_path::LogicalPath;
use crate::schema::values::number;
use serde_json::{Map, Value};

/// Numbers are compared to nine decimals: as binary fractions 0.3 - 0.2 is a little less than 0.1.
const PRECISION: f64 = 1e9;

struct Increasing {
    properties: Vec<String>,
    at_least_apart: f64,
}

/// Reads the argument.
pub(super) fn read(argument: &Value) -> Result<Box<dyn Relation>, String> {
    let argument = argument.as_object().ok_or("must be an object with `properties` and `atLeastApart`")?;
    if let Some(other) = argument.keys().find(|key| !matches!(key.as_str(), "properties" | "atLeastApart")) {
        return Err(format!("has `{other}`: it takes `properties` and `atLeastApart`"));
    }
    let properties: Vec<String> = argument
        .get("properties")
        .and_then(Value::as_array)
        .and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect())
        .ok_or("must have `properties`, a list of names")?;
    if properties.len() < 2 {
        return Err("must name at least 2 properties".to_owned());
    }
    if let Some(twice) = properties.iter().enumerate().find(|(index, name)| properties[..*index].contains(name)) {
        return Err(format!("names `{}` twice", twice.1));
    }
    let at_least_apart = argument
        .get("atLeastApart")
        .and_then(Value::as_f64)
        .filter(|distance| *distance >= 0.0)
        .ok_or("must have `atLeastApart`, a number from 0")?;
    Ok(Box::new(Increasing { properties, at_least_apart }))
}

impl Relation for Increasing {
    fn problems(&self, mapping: &Map<String, Value>) -> Vec<Breach> {
        let value = |name: &String| mapping.get(name).and_then(number);
        let pairs = self.properties.windows(2).filter_map(|pair| {
            let (before, after) = (value(&pair[0])?, value(&pair[1])?);
            (tidy(after - before) < self.at_least_apart).then(|| self.problem(&pair[0], before, &pair[1], after))
        });
        pairs.collect()
    }

    fn names(&self) -> Vec<Vec<&str>> {
        self.properties.iter().map(|name| vec![name.as_str()]).collect()
    }
}

impl Increasing {
    fn problem(&self, before_name: &str, before: f64, after_name: &str, after: f64) -> Breach {
        let before_path = LogicalPath::from([before_name]);
        let name = quoted(&before_path);
        let apart = tidy(after - before);
        let reason = if apart > 0.0 {
            format!("{after} is {apart} more than {before}")
        } else if apart < 0.0 {
            format!("{after} is {} less than {before}", -apart)
        } else {
            format!("{name} is {before} too")
        };
        let expected = match self.at_least_apart {
            0.0 => format!("no less than {name}"),
            distance => format!("at least {distance} more than {name}"),
        };
        Breach { path: LogicalPath::from([after_name]), expected, reason, mentions: vec![before_path] }
    }
}

/// Without the noise of binary fractions.
fn tidy(number: f64) -> f64 {
    if number.fract() == 0.0 { number } else { (number * PRECISION).round() / PRECISION }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, refused};
    use super::*;
    use serde_json::json;

    fn lifecycle() -> Value {
        json!({"properties": ["StandardIaDays", "GlacierDays", "ExpirationDays"], "atLeastApart": 30})
    }

    /// (place, expected, reason) of every problem.
    #[track_caller]
    fn case(argument: &Value, mapping: Value, expected: &[(&str, &str, &str)]) {
        let found = problems(read, argument, &mapping);
        let texts: Vec<(String, &str, &str)> = found
            .iter()
            .map(|problem| (crate::schema::violation::place(&problem.path.0), &*problem.expected, &*problem.reason))
            .collect();
        let texts: Vec<(&str, &str, &str)> =
            texts.iter().map(|(place, one, two)| (place.as_str(), *one, *two)).collect();
        assert_eq!(texts, expected, "{mapping}");
    }

    #[test]
    fn takes_numbers_that_grow_enough() {
        case(&lifecycle(), json!({"StandardIaDays": 30, "GlacierDays": 90, "ExpirationDays": 2557}), &[]);
        case(&lifecycle(), json!({"StandardIaDays": 30, "GlacierDays": 60, "ExpirationDays": 90}), &[]);
        case(&lifecycle(), json!({"StandardIaDays": "30", "GlacierDays": 60.0, "ExpirationDays": "90"}), &[]);
        case(&json!({"properties": ["a", "b"], "atLeastApart": 0}), json!({"a": 1, "b": 1}), &[]);
        case(&json!({"properties": ["a", "b"], "atLeastApart": 0.1}), json!({"a": 0.2, "b": 0.3}), &[]);
    }

    #[test]
    fn points_at_the_later_value_of_each_pair() {
        case(
            &lifecycle(),
            json!({"StandardIaDays": 30, "GlacierDays": 59, "ExpirationDays": 59}),
            &[
                ("GlacierDays", "at least 30 more than `StandardIaDays`", "59 is 29 more than 30"),
                ("ExpirationDays", "at least 30 more than `GlacierDays`", "`GlacierDays` is 59 too"),
            ],
        );
        case(
            &lifecycle(),
            json!({"StandardIaDays": "30", "GlacierDays": "20"}),
            &[("GlacierDays", "at least 30 more than `StandardIaDays`", "20 is 10 less than 30")],
        );
        case(
            &json!({"properties": ["a", "b"], "atLeastApart": 0}),
            json!({"a": -1, "b": -2}),
            &[("b", "no less than `a`", "-2 is 1 less than -1")],
        );
        case(
            &json!({"properties": ["a", "b"], "atLeastApart": 0.5}),
            json!({"a": 0.1, "b": 0.3}),
            &[("b", "at least 0.5 more than `a`", "0.3 is 0.2 more than 0.1")],
        );
    }

    #[test]
    fn is_silent_about_what_others_report() {
        case(&lifecycle(), json!({"StandardIaDays": 30}), &[]);
        case(&lifecycle(), json!({"StandardIaDays": 30, "ExpirationDays": 10}), &[]);
        case(&lifecycle(), json!({"StandardIaDays": true, "GlacierDays": "soon", "ExpirationDays": null}), &[]);
    }

    #[test]
    fn refuses_bad_arguments() {
        let case = |argument: Value, reason: &str| assert_eq!(refused(read, &argument), reason, "{argument}");
        case(json!(["a", "b"]), "must be an object with `properties` and `atLeastApart`");
        case(json!({"atLeastApart": 1}), "must have `properties`, a list of names");
        case(json!({"properties": ["a", 1], "atLeastApart": 1}), "must have `properties`, a list of names");
        case(json!({"properties": ["a"], "atLeastApart": 1}), "must name at least 2 properties");
        case(json!({"properties": ["a", "b", "a"], "atLeastApart": 1}), "names `a` twice");
        case(json!({"properties": ["a", "b"]}), "must have `atLeastApart`, a number from 0");
        case(json!({"properties": ["a", "b"], "atLeastApart": -1}), "must have `atLeastApart`, a number from 0");
        case(json!({"properties": ["a", "b"], "atLeastApart": "30"}), "must have `atLeastApart`, a number from 0");
        case(json!({"properties": ["a", "b"], "apart": 1}), "has `apart`: it takes `properties` and `atLeastApart`");
    }
}
