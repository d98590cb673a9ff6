//! Where in the schema files an error of the validator comes from.

use super::documents::{Documents, Subschema};
use super::reference;
use super::subschemas::{self, Holds, descend};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// The schema that failed and how the validator came to it.
pub(super) struct Located<'a> {
    /// The schema with the failing keyword.
    pub schema: Subschema<'a>,
    /// The failing keyword as it stands in the schema. For a schema that is just `false`, the keyword that holds it,
    /// or "false" if that is a list or a mapping of schemas.
    pub keyword: String,
    /// The schemas that were tried on the same value, from outside to inside, each with the keyword that led to it.
    chain: Vec<(String, Subschema<'a>)>,
}

impl<'a> Located<'a> {
    /// Finds the schema of an error. The root schema if the validator does not say where it is.
    pub fn find(documents: &'a Documents, error: &ValidationError<'_>) -> Located<'a> {
        let whole = matches!(error.kind(), ValidationErrorKind::FalseSchema);
        let walk = |start: Subschema<'a>, pointer: &str| {
            let mut tokens = subschemas::tokens(pointer);
            // The last token is the failing keyword, but a schema that is just `false` fails itself.
            let keyword = if whole {
                tokens.last().filter(|last| subschemas::holds(last) == Some(Holds::Schema)).cloned()
            } else {
                tokens.pop()
            };
            let (chain, rest) = follow(documents, start, tokens);
            let keyword = rest.into_iter().next().or(keyword);
            (chain, keyword.unwrap_or_else(|| "false".to_owned()))
        };
        let absolute = error.absolute_keyword_location().and_then(|uri| {
            let (uri, fragment) = uri.as_str().split_once('#')?;
            let (start, pointer) = (documents.file(&reference::file_of(uri)?)?, reference::decode(fragment)?);
            Some(walk(start, &pointer))
        });
        let (chain, evaluated_keyword) = walk(documents.root(), error.evaluation_path().as_str());
        let (schema, keyword) = match absolute {
            Some((way, keyword)) => (way.last().map_or(documents.root(), |(_, schema)| *schema), keyword),
            None => (chain.last().map_or(documents.root(), |(_, schema)| *schema), evaluated_keyword),
        };
        // The evaluation path of some errors is cut short. Then nothing is known of the way.
        let complete = chain.last().is_some_and(|(_, last)| std::ptr::eq(last.value, schema.value));
        let chain = if complete { chain } else { vec![(String::new(), schema)] };
        Located { schema, keyword, chain }
    }

    /// The value of a keyword in the failing schema.
    pub fn value(&self, keyword: &str) -> Option<&'a Value> {
        self.schema.value.get(keyword)
    }

    /// The title nearest to the failing keyword, of a schema for the same value.
    pub fn title(&self) -> Option<&'a str> {
        self.chain.iter().rev().find_map(|(_, schema)| title(schema.value))
    }

    /// The same, but only from inside a condition: there the title says when the rule holds. Outside of conditions
    /// the title of a mapping does not help whoever forgot one of its properties.
    pub fn title_of_condition(&self) -> Option<&'a str> {
        let is_condition = |(via, _): &(String, _)| matches!(via.as_str(), "then" | "else" | "dependentSchemas");
        let start = self.chain.iter().position(is_condition)?;
        self.chain[start..].iter().rev().find_map(|(_, schema)| title(schema.value))
    }
}

/// The title of a schema.
pub(super) fn title(schema: &Value) -> Option<&str> {
    schema.get("title").and_then(Value::as_str).filter(|title| !title.is_empty())
}

/// Goes down as far as there are schemas. Gives those for the last value, and the tokens that are left.
fn follow<'a>(
    documents: &'a Documents,
    start: Subschema<'a>,
    tokens: Vec<String>,
) -> (Vec<(String, Subschema<'a>)>, Vec<String>) {
    let mut here = start;
    let mut chain = vec![(String::new(), start)];
    let mut rest = tokens.as_slice();
    while let Some(keyword) = rest.first() {
        let referred = match (keyword.as_str(), here.value.get("$ref").and_then(Value::as_str)) {
            ("$ref", Some(text)) => documents.resolve(here.file, text).ok(),
            _ => None,
        };
        let Some((taken, next)) = referred
            .map(|target| (1, target))
            .or_else(|| descend(here.value, rest).map(|(taken, value)| (taken, Subschema { file: here.file, value })))
        else {
            break;
        };
        let same_value = matches!(
            keyword.as_str(),
            "$ref" | "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas"
        );
        if !same_value {
            chain.clear();
        }
        chain.push((keyword.clone(), next));
        here = next;
        rest = &rest[taken..];
    }
    let rest = rest.to_vec();
    (chain, rest)
}
