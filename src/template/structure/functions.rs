//! Functions that CloudFormation has, and what they take (CloudFormation Template Reference, "Intrinsic function
//! reference", "Condition functions", "Rule functions"). What another function returns is not looked at here.

use crate::logical_path::LogicalPath;
use crate::template::intrinsic::{Call, FUNCTIONS, RULE_FUNCTIONS};
use crate::template::{Macros, Problem, TEMPLATE_FUNCTION, sub_names};
use crate::words;
use crate::yaml::Tree;

/// What is wrong, and advice.
pub type Fault = (String, Option<String>);

/// What is wrong with one call of a function, wherever it stands.
pub fn check(call: &Call<'_, '_>, macros: Macros) -> Option<Fault> {
    let name = call.name;
    if !is_known(name) {
        return unknown(call);
    }
    if (matches!(name, "Length" | "ToJsonString") || name.starts_with("ForEach")) && !macros.has_extensions {
        return Some(without_extensions(&call.written()));
    }
    if let Some(fault) = sub_fault(call) {
        return Some(fault);
    }
    let expected = shape(name, call.argument, macros)?;
    Some((format!("`{}` takes {expected}", call.written()), None))
}

/// A function that needs the transform of AWS which knows it.
pub fn needs_extensions(function: &str, path: LogicalPath) -> Problem {
    let (message, help) = without_extensions(function);
    Problem::new(&TEMPLATE_FUNCTION, path, message).help(help)
}

fn without_extensions(function: &str) -> Fault {
    let message = format!("`{function}` needs the transform `AWS::LanguageExtensions`");
    (message, Some("add `Transform: AWS::LanguageExtensions` to the template".to_owned()))
}

fn is_known(name: &str) -> bool {
    FUNCTIONS.contains(&name) || RULE_FUNCTIONS.contains(&name) || name.starts_with("ForEach::")
}

/// A function that does not exist. Tags with other characters are those of programs that read the template first.
fn unknown(call: &Call<'_, '_>) -> Option<Fault> {
    let is_word = !call.name.is_empty() && call.name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then(|| {
        let written = |name: &str| {
            let mut known = *call;
            known.name = name;
            known.written()
        };
        let help = words::nearest(call.name, FUNCTIONS.iter().chain(RULE_FUNCTIONS).copied())
            .map(|name| format!("did you mean `{}`?", written(name)));
        (format!("CloudFormation has no function `{}`", call.written()), help)
    })
}

/// A name in a text of `Fn::Sub` that lacks a part.
fn sub_fault(call: &Call<'_, '_>) -> Option<Fault> {
    if call.name != "Sub" {
        return None;
    }
    let text = match call.argument {
        Tree::Text(text) => text,
        Tree::List(items) => match items.first() {
            Some(Tree::Text(text)) => text,
            _ => return None,
        },
        _ => return None,
    };
    let lacks = |name: &&str| name.starts_with('.') || name.ends_with('.');
    let name = sub_names(text).find(lacks)?;
    let help = "write `${Name}`, `${Resource.Attribute}`, or `${!text}` for the text `${text}`".to_owned();
    Some((format!("`${{{name}}}` names nothing"), Some(help)))
}

/// What a function takes, if its argument is certainly something else.
fn shape(name: &str, argument: &Tree<'_>, macros: Macros) -> Option<&'static str> {
    let items = match argument {
        Tree::List(items) => Some(items.as_slice()),
        _ => None,
    };
    let (fits, expected) = match name {
        "Ref" => (macros.has_extensions || matches!(argument, Tree::Text(_)), "the name of a parameter or resource"),
        "Condition" => (matches!(argument, Tree::Text(_)), "the name of a condition"),
        "GetAtt" => (is_attribute(argument, macros), "a resource and an attribute: `Resource.Attribute`"),
        "Sub" => (
            match items {
                Some([text, variables]) => matches!(text, Tree::Text(_)) && may_be_mapping(variables),
                Some(_) => false,
                None => may_be_text(argument),
            },
            "a text, or a list of a text and a mapping of its variables",
        ),
        "Join" => (
            matches!(items, Some([delimiter, list]) if may_be_text(delimiter) && may_be_list(list)),
            "a list of two: a delimiter and a list",
        ),
        "Split" => (
            matches!(items, Some([delimiter, text]) if may_be_text(delimiter) && may_be_text(text)),
            "a list of two: a delimiter and a text",
        ),
        "Select" => (
            matches!(items, Some([index, list]) if may_be_index(index) && may_be_list(list)),
            "a list of two: a position, from 0, and a list",
        ),
        "If" => (
            matches!(items, Some([Tree::Text(_), _, _])),
            "a list of three: the name of a condition, the value if it is true, and that if it is false",
        ),
        "FindInMap" => (
            match items {
                Some([map, first, second]) => [map, first, second].into_iter().all(may_be_text),
                Some([_, _, _, options]) => may_be_mapping(options),
                _ => false,
            },
            "a list of three, a mapping and two keys, or of four with `DefaultValue`",
        ),
        "Equals" => (matches!(items, Some([_, _])), "a list of two values"),
        "Not" => (matches!(items, Some([_])), "a list of one condition"),
        "And" | "Or" => (items.is_some_and(|items| (2..=10).contains(&items.len())), "a list of 2 to 10 conditions"),
        "GetAZs" => (!matches!(argument, Tree::List(_)), "the name of a region"),
        "Base64" => (may_be_text(argument), "a text"),
        "ImportValue" => (may_be_text(argument), "the name of an export"),
        "Cidr" => (
            matches!(items, None | Some([_, _] | [_, _, _])) && may_be_list(argument),
            "a list of a CIDR block, a count and the bits of each subnet",
        ),
        _ => return None,
    };
    (!fits).then_some(expected)
}

fn is_attribute(argument: &Tree<'_>, macros: Macros) -> bool {
    match argument {
        Tree::Text(text) => {
            macros.has_extensions
                || text.split_once('.').is_some_and(|(resource, attribute)| {
                    !resource.is_empty() && !attribute.is_empty() && !attribute.ends_with('.')
                })
        }
        Tree::List(items) => {
            matches!(items.as_slice(), [resource, attribute] if may_be_text(resource) && may_be_text(attribute))
        }
        _ => false,
    }
}

/// Whether it is, or may come to, one text. A mapping may be a function.
fn may_be_text(value: &Tree<'_>) -> bool {
    !matches!(value, Tree::List(_) | Tree::Null)
}

fn may_be_list(value: &Tree<'_>) -> bool {
    matches!(value, Tree::List(_) | Tree::Map(_) | Tree::Tagged(_))
}

fn may_be_mapping(value: &Tree<'_>) -> bool {
    matches!(value, Tree::Map(_) | Tree::Tagged(_))
}

fn may_be_index(value: &Tree<'_>) -> bool {
    match value {
        Tree::Text(text) | Tree::Number(text) => text.trim().parse::<usize>().is_ok(),
        Tree::Map(_) | Tree::Tagged(_) => true,
        _ => false,
    }
}
