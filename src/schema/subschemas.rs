//! Where schemas stand inside schemas: the keywords of JSON Schema 2020-12 and what their values hold.

use super::keywords;
use serde_json::{Map, Value};

/// What the value of a keyword holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Data, no schema.
    Data,
    /// One schema.
    Schema,
    /// A list of schemas.
    List,
    /// A mapping from names to schemas.
    Map,
}

/// The keywords of JSON Schema 2020-12 (Core sections 8 and 10, Validation sections 6 to 9).
///
/// Sorted, and left out on purpose: what moves references away from files (`$id` below the root, `$anchor`, `$dynamicRef`,
/// `$dynamicAnchor`, `$vocabulary`). A schema with an unknown keyword is refused, as a misspelt rule would be no rule.
#[rustfmt::skip]
const STANDARD: [(&str, Holds); 53] = [
    ("$comment", Holds::Data), ("$defs", Holds::Map), ("$id", Holds::Data), ("$ref", Holds::Data),
    ("$schema", Holds::Data), ("additionalProperties", Holds::Schema), ("allOf", Holds::List), ("anyOf", Holds::List),
    ("const", Holds::Data), ("contains", Holds::Schema), ("contentEncoding", Holds::Data),
    ("contentMediaType", Holds::Data), ("contentSchema", Holds::Schema), ("default", Holds::Data),
    ("dependentRequired", Holds::Data), ("dependentSchemas", Holds::Map), ("deprecated", Holds::Data),
    ("description", Holds::Data), ("else", Holds::Schema), ("enum", Holds::Data), ("examples", Holds::Data),
    ("exclusiveMaximum", Holds::Data), ("exclusiveMinimum", Holds::Data), ("format", Holds::Data),
    ("if", Holds::Schema), ("items", Holds::Schema), ("maxContains", Holds::Data), ("maxItems", Holds::Data),
    ("maxLength", Holds::Data), ("maxProperties", Holds::Data), ("maximum", Holds::Data), ("minContains", Holds::Data),
    ("minItems", Holds::Data), ("minLength", Holds::Data), ("minProperties", Holds::Data), ("minimum", Holds::Data),
    ("multipleOf", Holds::Data), ("not", Holds::Schema), ("oneOf", Holds::List), ("pattern", Holds::Data),
    ("patternProperties", Holds::Map), ("prefixItems", Holds::List), ("properties", Holds::Map),
    ("propertyNames", Holds::Schema), ("readOnly", Holds::Data), ("required", Holds::Data), ("then", Holds::Schema),
    ("title", Holds::Data), ("type", Holds::Data), ("unevaluatedItems", Holds::Schema),
    ("unevaluatedProperties", Holds::Schema), ("uniqueItems", Holds::Data), ("writeOnly", Holds::Data),
];

/// What a keyword holds. None for an unknown one.
pub(super) fn holds(keyword: &str) -> Option<Holds> {
    match STANDARD.binary_search_by_key(&keyword, |(name, _)| name) {
        Ok(index) => Some(STANDARD[index].1),
        Err(_) => keywords::find(keyword).map(|_| Holds::Data),
    }
}

/// The names of all known keywords.
pub(super) fn keyword_names() -> impl Iterator<Item = &'static str> {
    keywords::KEYWORDS.iter().map(|keyword| keyword.name).chain(STANDARD.iter().map(|(name, _)| *name))
}

/// Takes one step down from a schema to a schema in it: the keyword at the head of `tokens` with, in lists and
/// mappings, the index or name after it. Gives the number of tokens taken.
pub(super) fn descend<'a, T: AsRef<str>>(schema: &'a Value, tokens: &[T]) -> Option<(usize, &'a Value)> {
    let keyword = tokens.first()?.as_ref();
    let value = schema.get(keyword)?;
    let part = || tokens.get(1).map(AsRef::as_ref);
    match holds(keyword)? {
        Holds::Data => None,
        Holds::Schema => Some((1, value)),
        Holds::List => Some((2, value.get(part()?.parse::<usize>().ok()?)?)),
        Holds::Map => Some((2, value.get(part()?)?)),
    }
}

/// Calls `see` with every schema below `schema`, itself first, and its place as a JSON pointer.
///
/// # Errors
///
/// The first error of `see`.
pub(super) fn visit<E>(
    schema: &Value,
    see: &mut impl FnMut(&str, &Map<String, Value>) -> Result<(), E>,
) -> Result<(), E> {
    visit_below(schema, &mut String::new(), see)
}

fn visit_below<E>(
    schema: &Value,
    place: &mut String,
    see: &mut impl FnMut(&str, &Map<String, Value>) -> Result<(), E>,
) -> Result<(), E> {
    let Value::Object(mapping) = schema else { return Ok(()) };
    see(place, mapping)?;
    for (keyword, value) in mapping {
        let length = place.len();
        match (holds(keyword), value) {
            (Some(Holds::Schema), schema) => {
                push_token(place, keyword);
                visit_below(schema, place, see)?;
            }
            (Some(Holds::List), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    push_token(place, keyword);
                    push_token(place, &index.to_string());
                    visit_below(item, place, see)?;
                    place.truncate(length);
                }
            }
            (Some(Holds::Map), Value::Object(parts)) => {
                for (name, part) in parts {
                    push_token(place, keyword);
                    push_token(place, name);
                    visit_below(part, place, see)?;
                    place.truncate(length);
                }
            }
            _ => {}
        }
        place.truncate(length);
    }
    Ok(())
}

/// Adds a step to a JSON pointer (RFC 6901 §3).
pub(super) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(token);
    }
}

/// The steps of a JSON pointer.
pub(super) fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn descends_by_keywords_only() {
        let schema = json!({
            "properties": {"a": {"items": {"allOf": [{"type": "string"}]}}, "$ref": {"type": "null"}},
            "default": {"items": {}}
        });
        let case = |tokens: &[&str], expected: Option<(usize, Value)>| {
            assert_eq!(descend(&schema, tokens).map(|(taken, value)| (taken, value.clone())), expected, "{tokens:?}");
        };
        case(&["properties", "$ref", "type"], Some((2, json!({"type": "null"}))));
        case(&["properties"], None);
        case(&["default", "items"], None);
        case(&["properties", "b"], None);
        case(&[], None);
    }

    #[test]
    fn visits_every_schema_and_no_data() {
        let schema = json!({
            "properties": {"a/b": {"items": true}, "c": {"enum": [{"type": "x"}]}},
            "allOf": [{"not": {"minimum": 1}}],
            "const": {"properties": {"d": {}}}
        });
        let mut places = Vec::new();
        let result: Result<(), ()> = visit(&schema, &mut |place, _| {
            places.push(place.to_owned());
            Ok(())
        });
        assert_eq!(result, Ok(()));
        assert_eq!(places, ["", "/properties/a~1b", "/properties/c", "/allOf/0", "/allOf/0/not"]);
    }

    #[test]
    fn pointers_are_escaped_and_read_back() {
        let mut pointer = String::new();
        push_token(&mut pointer, "a/b");
        push_token(&mut pointer, "~1");
        push_token(&mut pointer, "");
        assert_eq!(pointer, "/a~1b/~01/");
        assert_eq!(tokens(&pointer), ["a/b", "~1", ""]);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(STANDARD.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn keywords_of_ours_are_known_and_misspelt_ones_are_not() {
        assert_eq!(holds("increasing"), Some(Holds::Data));
        assert_eq!(holds("increassing"), None);
    }
}
