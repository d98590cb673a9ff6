//! The schemas of the folder in the words of draft-07, which is what editors read.
//!
//! What draft-07 cannot say is left out, so the result takes more than the original, never less: keywords of ours,
//! `unevaluated…`, `minContains` and `maxContains`. A format of ours becomes the pattern that comes closest to it.

use super::documents::Documents;
use super::reference::Reference;
use super::subschemas::{Holds, holds, push_token};
use super::{SchemaError, Schemas, formats, keywords};
use serde_json::{Map, Value, json};

/// Schemas in draft-07.
#[derive(Clone, Debug)]
pub struct Draft07 {
    /// The reference to the schema itself.
    pub root: Value,
    /// The files that take part, by the names that the references in them and `root` have below `#/definitions/`.
    pub definitions: Map<String, Value>,
}

impl Draft07 {
    /// The reference to a property of the schema; None if it has none of this name.
    #[must_use]
    pub fn property(&self, file: &str, name: &str) -> Option<Value> {
        self.definitions.get(file)?.get("properties")?.get(name)?;
        Some(json!({"$ref": pointer_to(file, &["properties".to_owned(), name.to_owned()])}))
    }
}

impl Schemas {
    /// A schema of the folder in draft-07, with all that it refers to. None if there is no such file.
    ///
    /// `placeholder` is a schema of what may stand for any text or number, such as Jinja that an editor sees unfilled.
    ///
    /// # Errors
    ///
    /// As [`Schemas::compile`].
    pub fn draft07(&self, name: &str, placeholder: &Value) -> Result<Option<Draft07>, SchemaError> {
        if self.compile(name)?.is_none() {
            return Ok(None);
        }
        let Some(documents) = Documents::load(&self.folder, name)? else { return Ok(None) };
        let definitions = documents
            .files()
            .map(|(file, schema)| (file.to_owned(), Converter { file, placeholder }.convert(schema)))
            .collect();
        Ok(Some(Draft07 { root: json!({"$ref": pointer_to(name, &[])}), definitions }))
    }
}

/// The reference to a schema in a file of the folder, once the file is among the definitions.
fn pointer_to(file: &str, tokens: &[String]) -> String {
    let mut pointer = "#/definitions".to_owned();
    push_token(&mut pointer, file);
    let mut tokens = tokens.iter();
    while let Some(keyword) = tokens.next() {
        push_token(&mut pointer, renamed(keyword));
        // Below these stands a name or a number, which may look like a keyword.
        if matches!(holds(keyword), Some(Holds::List | Holds::Map))
            && let Some(name) = tokens.next()
        {
            push_token(&mut pointer, name);
        }
    }
    pointer
}

fn renamed(keyword: &str) -> &str {
    match keyword {
        "$defs" => "definitions",
        "dependentSchemas" | "dependentRequired" => "dependencies",
        "prefixItems" => "items",
        other => other,
    }
}

/// What limits a text, a number or a flag.
const OF_SCALARS: [&str; 12] = [
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
    "type",
];

#[derive(Clone, Copy)]
struct Converter<'a> {
    file: &'a str,
    placeholder: &'a Value,
}

impl Converter<'_> {
    fn convert(self, schema: &Value) -> Value {
        let Value::Object(mapping) = schema else { return schema.clone() };
        let mut result = self.keywords(mapping);
        // yaml-language-server shows this instead of its own words, which say more of a mapping.
        let title = mapping.get("title").and_then(Value::as_str);
        if let Some(title) = title.filter(|_| mapping.get("type").is_none_or(|kind| kind != "object")) {
            result.insert("errorMessage".to_owned(), format!("expected {title}").into());
        }
        self.allow_placeholder(&mut result);
        Value::Object(result)
    }

    /// The keywords of one schema and all below it.
    fn keywords(self, mapping: &Map<String, Value>) -> Map<String, Value> {
        let (mut result, mut all_of) = (Map::new(), Vec::new());
        for (keyword, value) in mapping {
            match keyword.as_str() {
                "$schema"
                | "$id"
                | "contentSchema"
                | "maxContains"
                | "minContains"
                | "unevaluatedItems"
                | "unevaluatedProperties" => {}
                "contains" if mapping.contains_key("minContains") => {}
                ours if keywords::find(ours).is_some() => {}
                "$ref" => {
                    let target = value.as_str().and_then(|text| Reference::read(self.file, text).ok());
                    all_of.extend(target.map(|target| json!({"$ref": pointer_to(&target.file, &target.tokens)})));
                }
                "format" => match value.as_str().and_then(formats::pattern) {
                    Some(pattern) if mapping.contains_key("pattern") => all_of.push(json!({"pattern": pattern})),
                    Some(pattern) => drop(result.insert("pattern".to_owned(), pattern.into())),
                    None => drop(result.insert(keyword.clone(), value.clone())),
                },
                "items" if mapping.contains_key("prefixItems") => {
                    result.insert("additionalItems".to_owned(), self.convert(value));
                }
                "dependentRequired" | "dependentSchemas" => {
                    let both = result.entry("dependencies").or_insert_with(|| json!({}));
                    if let (Value::Object(both), Value::Object(new)) = (both, self.below(keyword, value)) {
                        both.extend(new);
                    }
                }
                _ => drop(result.insert(renamed(keyword).to_owned(), self.below(keyword, value))),
            }
        }
        // What stands beside a `$ref` does not count in draft-07.
        match all_of.as_slice() {
            [] => {}
            [Value::Object(only)] if result.is_empty() => result = only.clone(),
            _ => {
                if let Value::Array(items) = result.entry("allOf").or_insert_with(|| json!([])) {
                    items.extend(all_of);
                }
            }
        }
        result
    }

    fn below(self, keyword: &str, value: &Value) -> Value {
        // A condition is about what is there, so a placeholder does not meet it.
        let inner = match keyword {
            "if" | "not" => Converter { placeholder: &Value::Bool(false), ..self },
            _ => self,
        };
        match (holds(keyword), value) {
            (Some(Holds::Schema), schema) => inner.convert(schema),
            (Some(Holds::List), Value::Array(items)) => items.iter().map(|item| inner.convert(item)).collect(),
            (Some(Holds::Map), Value::Object(parts)) => {
                Value::Object(parts.iter().map(|(name, part)| (name.clone(), inner.convert(part))).collect())
            }
            (_, data) => data.clone(),
        }
    }

    /// Where a text or a number is asked for, the placeholder will do.
    fn allow_placeholder(self, schema: &mut Map<String, Value>) {
        let is_scalar = match schema.get("type") {
            None => OF_SCALARS.iter().any(|keyword| schema.contains_key(*keyword)),
            Some(kind) => kind != "array" && kind != "object",
        };
        if !is_scalar || *self.placeholder == Value::Bool(false) {
            return;
        }
        let limits = OF_SCALARS.iter().chain(&["errorMessage"]);
        let rule: Map<_, _> = limits.filter_map(|keyword| schema.shift_remove_entry(*keyword)).collect();
        let any_of = match schema.shift_remove("anyOf") {
            None => json!([rule, self.placeholder]),
            Some(any_of) => json!([{"allOf": [rule, {"anyOf": any_of}]}, self.placeholder]),
        };
        schema.insert("anyOf".to_owned(), any_of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::testing::folder_with;

    fn converted(text: &str) -> Value {
        let converter = Converter { file: "p/a.json", placeholder: &Value::Bool(false) };
        converter.convert(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn says_the_same_in_older_words() {
        for (new, old) in [
            (r#"{"$schema": "x", "$id": "y", "$defs": {"a": true}}"#, r#"{"definitions": {"a": true}}"#),
            (r##"{"$ref": "#/$defs/a"}"##, r##"{"$ref": "#/definitions/p~1a.json/definitions/a"}"##),
            (
                r#"{"$ref": "../b.json", "minItems": 1}"#,
                r##"{"minItems": 1, "allOf": [{"$ref": "#/definitions/b.json"}]}"##,
            ),
            (
                r#"{"prefixItems": [{"$ref": "b.json"}], "items": false}"#,
                r##"{"items": [{"$ref": "#/definitions/p~1b.json"}], "additionalItems": false}"##,
            ),
            (
                r#"{"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"$comment": "x"}}}"#,
                r#"{"dependencies": {"a": ["b"], "c": {"$comment": "x"}}}"#,
            ),
            (r#"{"contains": {}, "minContains": 0}"#, "{}"),
            (r#"{"contains": {"const": {"$ref": "data"}}}"#, r#"{"contains": {"const": {"$ref": "data"}}}"#),
            (r#"{"increasing": {"properties": ["a", "b"]}, "minimum": 1}"#, r#"{"minimum": 1}"#),
            (r#"{"format": "email"}"#, r#"{"format": "email"}"#),
            (r#"{"format": "aws-account-id"}"#, r#"{"pattern": "^[0-9]{12}$"}"#),
            (
                r#"{"format": "aws-account-id", "pattern": "^1"}"#,
                r#"{"pattern": "^1", "allOf": [{"pattern": "^[0-9]{12}$"}]}"#,
            ),
            (
                r#"{"title": "a day", "type": "integer"}"#,
                r#"{"title": "a day", "type": "integer", "errorMessage": "expected a day"}"#,
            ),
        ] {
            assert_eq!(converted(new), serde_json::from_str::<Value>(old).unwrap(), "{new}");
        }
    }

    #[test]
    fn references_follow_names_that_look_like_keywords() {
        let reference = converted(r#"{"$ref": "a.json#/properties/$defs/prefixItems/0"}"#);
        assert_eq!(reference["$ref"], "#/definitions/p~1a.json/properties/$defs/items/0");
    }

    #[test]
    fn comes_with_all_that_it_refers_to() {
        let dir = folder_with(&[
            (
                "a.json",
                r#"{
                  "properties": {"x": {"$ref": "types/b.json#/$defs/y"}, "z": {"enum": [1]}},
                  "if": {"properties": {"z": {"const": 1}}},
                  "then": {"required": ["x"]}
                }"#,
            ),
            ("types/b.json", r#"{"$defs": {"y": {"format": "aws-region"}}}"#),
            ("unused.json", "{}"),
        ]);
        let draft = Schemas::open(&crate::files::on_disk(), dir.path())
            .draft07("a.json", &json!({"const": "?"}))
            .unwrap()
            .unwrap();
        assert_eq!(draft.definitions.keys().collect::<Vec<_>>(), ["a.json", "types/b.json"]);
        assert_eq!(draft.property("a.json", "x"), Some(json!({"$ref": "#/definitions/a.json/properties/x"})));
        assert_eq!(draft.property("a.json", "y"), None);
        let validator =
            jsonschema::draft7::new(&json!({"definitions": draft.definitions, "allOf": [draft.root]})).unwrap();
        for good in [json!({"x": "ap-northeast-1"}), json!({"x": "?", "z": 1}), json!({"z": "?"})] {
            assert!(validator.is_valid(&good), "{good}");
        }
        for bad in [json!({"x": "Tokyo"}), json!({"x": "ap-northeast-1", "z": 2}), json!({"z": 1})] {
            assert!(!validator.is_valid(&bad), "{bad}");
        }
    }
}
