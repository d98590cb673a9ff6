//! A schema for editors: one document with all files that it refers to. A file keeps what it says; only references between
//! files become references inside the document.
//!
//! An editor does not know our formats, and sees Jinja where a value will be. So a format gets the pattern that comes
//! closest to it, and a placeholder passes in place of any text or number. Keywords of ours are passed over.

use super::reference::{self, Reference};
use super::subschemas::{Holds, holds, push_token};
use super::{SchemaError, Schemas, formats};
use serde_json::{Map, Value, json};
use std::iter::once;

/// A schema and all that it refers to.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The file of the schema itself.
    root: String,
    /// All files by name. They belong below `$defs` of the document.
    pub files: Map<String, Value>,
}

impl Bundle {
    /// The reference to the schema.
    #[must_use]
    pub fn reference(&self) -> Value {
        json!({"$ref": pointer([self.root.as_str()])})
    }

    /// The reference to a property of the schema; None if it has none of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<Value> {
        self.files.get(&self.root)?.get("properties")?.get(name)?;
        Some(json!({"$ref": pointer([&self.root, "properties", name])}))
    }
}

impl Schemas {
    /// A schema of the folder with all that it refers to. None if there is no such file.
    ///
    /// `placeholder` is a schema of what may stand for any text or number.
    ///
    /// # Errors
    ///
    /// As [`Schemas::compile`].
    pub fn bundle(&self, name: &str, placeholder: &Value) -> Result<Option<Bundle>, SchemaError> {
        let Some(schema) = self.compile(name)? else { return Ok(None) };
        let files = schema.documents().files();
        let files = files.map(|(file, schema)| (file.to_owned(), ForEditors { file, placeholder }.schema(schema)));
        Ok(Some(Bundle { root: name.to_owned(), files: files.collect() }))
    }
}

/// What a `$ref` to a schema below the `$defs` of a document says (RFC 6901 §6): first its name there, then the way down.
#[must_use]
pub fn pointer<'a>(tokens: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = "/$defs".to_owned();
    tokens.into_iter().for_each(|token| push_token(&mut pointer, token));
    format!("#{}", reference::encode(&pointer))
}

/// Puts the schemas of a file into the document.
#[derive(Clone, Copy)]
struct ForEditors<'a> {
    file: &'a str,
    placeholder: &'a Value,
}

impl ForEditors<'_> {
    fn schema(self, schema: &Value) -> Value {
        let Value::Object(keywords) = schema else { return schema.clone() };
        let mut result: Map<String, Value> = keywords
            .iter()
            .filter(|(keyword, _)| *keyword != "$schema")
            .map(|(keyword, value)| (keyword.clone(), self.keyword(keyword, value)))
            .collect();
        if let Some(pattern) = keywords.get("format").and_then(Value::as_str).and_then(formats::pattern) {
            match result.contains_key("pattern") {
                true => add(&mut result, self.schema(&json!({"pattern": pattern}))),
                false => drop(result.insert("pattern".to_owned(), pattern.into())),
            }
        }
        // yaml-language-server shows this instead of its own words, which say more of a mapping.
        let title = keywords.get("title").and_then(Value::as_str);
        if let Some(title) = title.filter(|_| keywords.get("type").is_none_or(|kind| kind != "object")) {
            result.insert("errorMessage".to_owned(), format!("expected {title}").into());
        }
        self.allow_placeholder(&mut result);
        result.into()
    }

    fn keyword(self, keyword: &str, value: &Value) -> Value {
        // A condition is about what is there, so a placeholder does not meet it.
        let inner = match keyword {
            "if" | "not" => ForEditors { placeholder: &Value::Bool(false), ..self },
            _ => self,
        };
        match (holds(keyword), value) {
            (_, Value::String(text)) if keyword == "$ref" => match Reference::read(self.file, text) {
                Ok(target) => pointer(once(&target.file).chain(&target.tokens).map(String::as_str)).into(),
                Err(_) => value.clone(),
            },
            (Some(Holds::Schema), schema) => inner.schema(schema),
            (Some(Holds::List), Value::Array(items)) => items.iter().map(|item| inner.schema(item)).collect(),
            (Some(Holds::Map), Value::Object(parts)) => {
                parts.iter().map(|(name, part)| (name.clone(), inner.schema(part))).collect()
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
        if is_scalar && *self.placeholder != Value::Bool(false) {
            let limits = OF_SCALARS.iter().chain(&["errorMessage"]);
            let limits: Map<_, _> = limits.filter_map(|keyword| schema.shift_remove_entry(*keyword)).collect();
            let any_of = json!([limits, self.placeholder]);
            match schema.contains_key("anyOf") {
                true => add(schema, json!({"anyOf": any_of})),
                // Editors look here for what they fill in.
                false => drop(schema.insert("anyOf".to_owned(), any_of)),
            }
        }
    }
}

/// What limits a text, a number or a flag, or chooses between them.
const OF_SCALARS: [&str; 13] = [
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
    "oneOf",
    "pattern",
    "type",
];

fn add(schema: &mut Map<String, Value>, rule: Value) {
    if let Value::Array(rules) = schema.entry("allOf").or_insert_with(|| json!([])) {
        rules.push(rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::testing::folder_with;

    #[test]
    fn says_what_an_editor_does_not_know() {
        let placeholder = json!({"$ref": "p"});
        for (file, editor) in [
            (
                r##"{"$ref": "#/$defs/a", "minItems": 1, "$schema": "x"}"##,
                r##"{"$ref": "#/$defs/f~1a%20b~0.json/$defs/a", "minItems": 1}"##,
            ),
            (r#"{"$ref": "../c.json"}"#, r##"{"$ref": "#/$defs/c.json"}"##),
            (r#"{"increasing": {"properties": ["a", "b"]}}"#, r#"{"increasing": {"properties": ["a", "b"]}}"#),
            (
                r#"{"prefixItems": [{"format": "email"}], "items": false}"#,
                r#"{"prefixItems": [{"anyOf": [{"format": "email"}, {"$ref": "p"}]}], "items": false}"#,
            ),
            (
                r#"{"format": "aws-account-id"}"#,
                r#"{"anyOf": [{"format": "aws-account-id", "pattern": "^[0-9]{12}$"}, {"$ref": "p"}]}"#,
            ),
            (
                r#"{"if": {"format": "aws-account-id", "pattern": "^1"}}"#,
                r#"{"if": {"format": "aws-account-id", "pattern": "^1", "allOf": [{"pattern": "^[0-9]{12}$"}]}}"#,
            ),
            (
                r#"{"title": "a day", "type": "integer"}"#,
                r#"{"title": "a day", "anyOf": [{"type": "integer", "errorMessage": "expected a day"}, {"$ref": "p"}]}"#,
            ),
            (
                r#"{"minimum": 1, "anyOf": [true]}"#,
                r#"{"anyOf": [true], "allOf": [{"anyOf": [{"minimum": 1}, {"$ref": "p"}]}]}"#,
            ),
            (
                r#"{"title": "days", "type": "array", "items": true}"#,
                r#"{"title": "days", "type": "array", "items": true, "errorMessage": "expected days"}"#,
            ),
            (
                r#"{"const": {"format": "cidr"}, "not": false}"#,
                r#"{"not": false, "anyOf": [{"const": {"format": "cidr"}}, {"$ref": "p"}]}"#,
            ),
        ] {
            let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(
                ForEditors { file: "f/a b~.json", placeholder: &placeholder }.schema(&read(file)),
                read(editor),
                "{file}"
            );
        }
    }

    #[test]
    fn comes_with_all_that_it_refers_to() {
        let dir = folder_with(&[
            (
                "a.json",
                r#"{
                  "properties": {
                    "x": {"$ref": "types/b.json#/$defs/y", "format": "aws-region"},
                    "z": {"enum": [1]},
                    "w": {"oneOf": [{"format": "aws-region"}, {"format": "cidr", "pattern": "0"}]}
                  },
                  "if": {"properties": {"z": {"const": 1}}, "required": ["z"]},
                  "then": {"required": ["x"]}
                }"#,
            ),
            ("types/b.json", r#"{"$defs": {"y": {"$ref": "../c.json"}}}"#),
            ("c.json", "true"),
            ("unused.json", "{}"),
        ]);
        let bundle = Schemas::open(&crate::files::on_disk(), dir.path())
            .bundle("a.json", &json!({"const": "?"}))
            .unwrap()
            .unwrap();
        assert_eq!(bundle.files.keys().collect::<Vec<_>>(), ["a.json", "c.json", "types/b.json"]);
        assert_eq!(bundle.property("x"), Some(json!({"$ref": "#/$defs/a.json/properties/x"})));
        assert_eq!(bundle.property("y"), None);
        let document = json!({"$defs": bundle.files, "allOf": [bundle.reference()]});
        assert!(jsonschema::draft202012::meta::is_valid(&document));
        let validator = jsonschema::draft202012::new(&document).unwrap();
        for good in [
            json!({"x": "ap-northeast-1"}),
            json!({"x": "?", "z": 1}),
            json!({"z": "?"}),
            json!({"w": "?"}),
            json!({"w": "10.0.0.0/8"}),
        ] {
            assert!(validator.is_valid(&good), "{good}");
        }
        for bad in [
            json!({"x": "Tokyo"}),
            json!({"x": "ap-northeast-1", "z": 2}),
            json!({"z": 1}),
            json!({"w": "2.2.2.2/8"}),
            json!({"w": "!"}),
        ] {
            assert!(!validator.is_valid(&bad), "{bad}");
        }
    }
}
