//! The filters of Jinja2.

mod html;
mod json;
mod numbers;
mod sequences;
mod texts;

use super::failure::{Failure, Outcome};
use super::given::{Given, flag};
use super::html::escaped_value;
use super::run::Run;
use super::value::{Text, Undefined, Value};

/// What a filter sees beside its value and arguments.
pub struct Around<'r, 'a> {
    /// The rendering.
    pub run: &'r Run<'a>,
    /// Whether what is written here is escaped.
    pub escapes: bool,
}

/// A filter.
type Filter = fn(&Around<'_, '_>, Value, Given) -> Outcome<Value>;

/// All filters. Those that take an undefined or unknown value themselves come first.
const OWN_CARE: &[(&str, Filter)] = &[
    ("d", default),
    ("default", default),
    ("e", escape),
    ("escape", escape),
    ("indent", texts::indent),
    ("items", sequences::items),
    ("join", sequences::join),
    ("list", sequences::list),
    ("map", sequences::map),
    ("reject", sequences::reject),
    ("rejectattr", sequences::rejectattr),
    ("safe", safe),
    ("select", sequences::select),
    ("selectattr", sequences::selectattr),
    ("string", string),
    ("tojson", json::tojson),
    ("trim", texts::trim),
];

const FILTERS: &[(&str, Filter)] = &[
    ("abs", numbers::abs),
    ("attr", sequences::attr),
    ("batch", sequences::batch),
    ("capitalize", texts::capitalize),
    ("center", texts::center),
    ("count", sequences::length),
    ("dictsort", sequences::dictsort),
    ("filesizeformat", numbers::filesizeformat),
    ("first", sequences::first),
    ("float", numbers::float),
    ("forceescape", forceescape),
    ("format", texts::format),
    ("groupby", sequences::groupby),
    ("int", numbers::int),
    ("last", sequences::last),
    ("length", sequences::length),
    ("lower", texts::lower),
    ("max", sequences::max),
    ("min", sequences::min),
    ("pprint", texts::pprint),
    ("random", sequences::random),
    ("replace", texts::replace),
    ("reverse", sequences::reverse),
    ("round", numbers::round),
    ("slice", sequences::slice),
    ("sort", sequences::sort),
    ("striptags", html::striptags),
    ("sum", sequences::sum),
    ("title", texts::title),
    ("truncate", texts::truncate),
    ("unique", sequences::unique),
    ("upper", texts::upper),
    ("urlencode", html::urlencode),
    ("urlize", html::urlize),
    ("wordcount", texts::wordcount),
    ("wordwrap", texts::wordwrap),
    ("xmlattr", html::xmlattr),
];

/// Whether there is a filter of this name.
#[must_use]
pub fn exists(name: &str) -> bool {
    OWN_CARE.iter().chain(FILTERS).any(|(own, _)| *own == name)
}

/// Applies a filter.
///
/// # Errors
/// If there is no such filter, or it does not take such values.
pub fn apply(run: &Run<'_>, escapes: bool, name: &str, of: Value, given: Given) -> Outcome<Value> {
    let around = Around { run, escapes };
    if let Some((_, filter)) = OWN_CARE.iter().find(|(own, _)| *own == name) {
        return filter(&around, of, given);
    }
    let Some((_, filter)) = FILTERS.iter().find(|(own, _)| *own == name) else {
        return Err(Failure::new(format!("there is no filter `{name}`")));
    };
    if of.is_unknown() || given.has_unknown() {
        return Ok(Value::unknown(super::UNKNOWN));
    }
    match &of {
        Value::Undefined(_) if run.is_lenient() || of.is_empty_undefined() => {
            filter(&around, Value::Text(Text::new("")), given)
        }
        Value::Undefined(undefined) => Err(undefined.failure()),
        _ => filter(&around, of, given),
    }
}

fn default(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [value, boolean] = given.take("default", ["default_value", "boolean"])?;
    let takes_false = flag(boolean.as_ref(), false)?;
    let is_missing = of.is_undefined() || takes_false && !around.run.truth(&of)?;
    Ok(if is_missing { value.unwrap_or_else(|| Value::Text(Text::new(""))) } else { of })
}

fn refuse(given: Given, name: &str) -> Outcome<()> {
    given.take::<0>(name, []).map(|_| ())
}

/// A value with its text changed; one that is not known stays so.
fn with_text(around: &Around<'_, '_>, of: &Value, change: impl FnOnce(&Text) -> Outcome<Text>) -> Outcome<Value> {
    let text = around.run.text_of(of)?;
    let text = change(&text)?;
    Ok(if of.has_unknown() { Value::Unknown(text) } else { Value::Text(text) })
}

fn escape(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "escape")?;
    with_text(around, &of, |text| Ok(super::html::escaped_text(text)))
}

fn forceescape(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "forceescape")?;
    let text = of.to_text()?.marked_safe(false);
    Ok(escaped_value(&text.into())?.into())
}

fn safe(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "safe")?;
    with_text(around, &of, |text| Ok(text.clone().marked_safe(true)))
}

fn string(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "string")?;
    with_text(around, &of, |text| Ok(text.clone()))
}

/// An attribute path of a filter: `name`, `names.0` or a number; of something that is missing the default.
fn attribute_of(run: &Run<'_>, of: &Value, path: &Value, default: Option<&Value>) -> Outcome<Value> {
    let mut value = of.clone();
    let step = |value: &Value, key: &Value, name: &str| -> Outcome<Value> {
        Ok(match run.item(value, key)? {
            Some(found) => found,
            None => default
                .cloned()
                .unwrap_or_else(|| Value::Undefined(std::rc::Rc::new(Undefined::Named(name.to_owned())))),
        })
    };
    match path {
        Value::None => {}
        Value::Text(path) => {
            for part in path.split('.') {
                let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                let key = match part.parse::<i64>() {
                    Ok(index) if is_number => Value::from(index),
                    _ => part.into(),
                };
                value = step(&value, &key, part)?;
            }
        }
        other => value = step(&value, other, "an item")?,
    }
    Ok(value)
}

/// A key for comparing: a text in small letters, unless letters are compared as they are.
fn comparable(value: Value, is_exact: bool) -> Value {
    match &value {
        Value::Text(text) if !is_exact => text.to_lowercase().into(),
        _ => value,
    }
}
