//! What each standard keyword asks for, in words.

use super::documents::Documents;
use super::located::Located;
use super::{describe, formats, values};
use crate::words;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

/// The words for one failing keyword.
pub(super) struct Wording {
    /// What the keyword asks for, from the schema alone: "at least 30".
    pub rule: String,
    /// Why the value breaks it, where `rule` and the value do not say it.
    pub reason: Option<String>,
    /// Why the value breaks it, needed only where a title stands in for `rule`.
    pub reason_beside_title: Option<String>,
    pub help: Option<String>,
}

impl Wording {
    /// A rule that says it all.
    pub fn rule(rule: impl Into<String>) -> Wording {
        let rule = rule.into();
        Wording { reason_beside_title: Some(format!("it is not {rule}")), rule, reason: None, help: None }
    }

    fn beside_title(mut self, reason: String) -> Wording {
        self.reason_beside_title = Some(reason);
        self
    }

    fn because(mut self, reason: String) -> Wording {
        self.reason = Some(reason);
        self
    }

    fn help(mut self, help: Option<String>) -> Wording {
        self.help = help;
        self
    }
}

/// The words for an error about `value`.
pub(super) fn of(documents: &Documents, located: &Located<'_>, kind: &Kind, value: &Value) -> Wording {
    let got = || values::short(value);
    let characters =
        || format!("it has {}", words::count(value.as_str().unwrap_or_default().chars().count(), "character"));
    let properties =
        || format!("it has {}", words::count(value.as_object().map_or(0, serde_json::Map::len), "property"));
    let described =
        |keyword: &str| located.value(keyword).map(|schema| describe::schema(documents, located.schema.file, schema));
    match kind {
        Kind::Type { .. } => of_type(located, value),
        Kind::Enum { options } => of_list(located, options.as_array().map_or(&[][..], Vec::as_slice), value),
        Kind::Constant { expected_value } => of_list(located, std::slice::from_ref(&**expected_value), value),
        Kind::Minimum { limit } => {
            Wording::rule(format!("at least {limit}")).beside_title(format!("{} is less than {limit}", got()))
        }
        Kind::Maximum { limit } => {
            Wording::rule(format!("at most {limit}")).beside_title(format!("{} is greater than {limit}", got()))
        }
        Kind::ExclusiveMinimum { limit } => Wording::rule(format!("more than {limit}")),
        Kind::ExclusiveMaximum { limit } => Wording::rule(format!("less than {limit}")),
        Kind::MultipleOf { multiple_of } => Wording::rule(format!("a multiple of {multiple_of}")),
        Kind::MinLength { limit } => {
            let rule = format!("at least {}", words::count(*limit, "character"));
            Wording::rule(&rule).because(format!("{}, not {rule}", characters()))
        }
        Kind::MaxLength { limit } => {
            let rule = format!("at most {}", words::count(*limit, "character"));
            Wording::rule(&rule).because(format!("{}, not {rule}", characters()))
        }
        Kind::MinItems { limit } => Wording::rule(format!("at least {}", words::count(*limit, "item"))),
        Kind::MaxItems { limit } => Wording::rule(format!("at most {}", words::count(*limit, "item"))),
        Kind::MinProperties { limit } => {
            Wording::rule(format!("at least {}", words::count(*limit, "property"))).because(properties())
        }
        Kind::MaxProperties { limit } => {
            Wording::rule(format!("at most {}", words::count(*limit, "property"))).because(properties())
        }
        Kind::Pattern { pattern } => Wording::rule(format!("text that matches `{pattern}`"))
            .beside_title(format!("it does not match `{pattern}`")),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            Wording::rule("text that a pattern matches").because("the pattern cannot be tried on it".to_owned())
        }
        Kind::Format { format } => of_format(format, value),
        Kind::Contains => {
            let item = described("contains").unwrap_or_else(|| "another form".to_owned());
            let limit = |keyword: &str| located.value(keyword).and_then(Value::as_u64);
            let least = limit("minContains").unwrap_or(1);
            let number = match limit("maxContains") {
                Some(most) => format!("{least} to {}", words::count(most, "item")),
                None => format!("at least {}", words::count(least, "item")),
            };
            Wording::rule(format!("{number} of this kind: {item}"))
        }
        Kind::Not { .. } => {
            Wording::rule(format!("anything but {}", described("not").unwrap_or_else(|| "this".to_owned())))
        }
        Kind::FalseSchema if located.keyword == "items" => Wording::rule("no more items"),
        Kind::FalseSchema => Wording::rule("nothing here"),
        Kind::UnevaluatedItems { .. } | Kind::AdditionalItems { .. } => Wording::rule("no more items"),
        // No message of the validator is passed on: it might tell the value.
        _ => Wording::rule(format!("a value that `{}` allows", located.keyword)),
    }
}

fn of_list(located: &Located<'_>, allowed: &[Value], value: &Value) -> Wording {
    let bare = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let title_lists_all = located.title().is_some_and(|title| allowed.iter().all(|value| title.contains(&bare(value))));
    let near = values::nearest_allowed(value, allowed).map(|near| format!("did you mean {}?", values::short(near)));
    let mut wording = Wording::rule(describe::one_of(allowed)).help(near);
    wording.reason_beside_title = (!title_lists_all).then(|| format!("allowed: {}", values::list(allowed)));
    wording
}

fn of_format(name: &str, value: &Value) -> Wording {
    let wording = Wording::rule(formats::expected(name));
    let problem = formats::find(name).zip(value.as_str()).and_then(|(format, text)| (format.check)(text).err());
    match problem {
        Some(problem) => {
            wording.because(problem.reason).help(problem.suggestion.map(|text| format!("did you mean {text}?")))
        }
        None => wording,
    }
}

fn of_type(located: &Located<'_>, value: &Value) -> Wording {
    let types = describe::types(located.schema.value);
    let rule = words::alternatives(types.iter().map(|name| values::type_name(name).to_owned()).collect());
    let reason = format!("it is {}, not {rule}", values::kind(value));
    let meant = types.iter().find_map(|name| as_type(value, name)).map(|meant| format!("did you mean {meant}?"));
    Wording::rule(rule).beside_title(reason).help(meant)
}

/// The same scalar written as another type: `30` for `"30"`, `"30"` for `30`, `["x"]` for `"x"`.
fn as_type(value: &Value, name: &str) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    match name {
        "string" => Some(Value::from(text).to_string()),
        "number" | "integer" => {
            let number: serde_json::Number = text.trim().parse().ok()?;
            (name == "number" || number.is_i64() || number.is_u64()).then(|| number.to_string())
        }
        "boolean" => Some(text.to_lowercase()).filter(|text| matches!(text.as_str(), "true" | "false")),
        "array" => Some(format!("[{}]", values::short(value))),
        _ => None,
    }
}
