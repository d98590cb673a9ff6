//! Looks one schema file through before it is used, so that a slip in a rule is an error and not a missing rule.

use super::subschemas::{self, push_token};
use super::{SchemaError, formats, keywords, values};
use crate::words;
use serde_json::{Map, Value};
use std::path::Path;

/// The only dialect that schema files may be written in: draft 2020-12.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Checks a schema against the meta-schema of draft 2020-12, and its keywords and formats against those that we know.
///
/// # Errors
///
/// The first thing that is wrong, with its place in the file.
pub(super) fn check(path: &Path, schema: &Value) -> Result<(), SchemaError> {
    let error = |place: &str, reason: String| SchemaError::new(path.to_owned(), place, reason);
    match schema {
        Value::Bool(_) => return Ok(()),
        Value::Object(_) => {}
        other => {
            let reason = format!("a schema must be an object, true or false, not {}", values::kind(other));
            return Err(error("", reason));
        }
    }
    if let Some(dialect) = schema.get("$schema").filter(|dialect| dialect.as_str() != Some(DIALECT)) {
        return Err(error("/$schema", format!("got {}, expected \"{DIALECT}\"", values::short(dialect))));
    }
    if let Err(failure) = jsonschema::draft202012::meta::validate(schema) {
        return Err(error(failure.instance_path().as_str(), format!("is no valid schema: {failure}")));
    }
    subschemas::visit(schema, &mut |place, mapping| check_keywords(path, place, mapping))
}

fn check_keywords(path: &Path, place: &str, schema: &Map<String, Value>) -> Result<(), SchemaError> {
    for (keyword, value) in schema {
        let error = |reason: String| {
            let mut place = place.to_owned();
            push_token(&mut place, keyword);
            SchemaError::new(path.to_owned(), place, reason)
        };
        if subschemas::holds(keyword).is_none() && !keyword.starts_with("x-") {
            let help = words::did_you_mean(keyword, subschemas::keyword_names());
            return Err(error(format!("unknown keyword `{keyword}`")).with_help(help));
        }
        if matches!(keyword.as_str(), "$id" | "$schema") && !place.is_empty() {
            return Err(error(format!("`{keyword}` may only stand at the root of a file")));
        }
        if let (Some(ours), value) = (keywords::find(keyword), value) {
            (ours.read)(value).map_err(|reason| error(format!("`{keyword}` {reason}")))?;
        }
        if let ("format", Some(name)) = (keyword.as_str(), value.as_str())
            && !formats::names().any(|known| known == name)
        {
            let help = words::did_you_mean(name, formats::names());
            return Err(error(format!("unknown format `{name}`")).with_help(help));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn case(schema: Value, message: &str) {
        let error = check(Path::new("a.json"), &schema).expect_err(message);
        assert_eq!(error.to_string(), format!("a.json{message}"));
    }

    #[test]
    fn takes_schemas_with_our_formats_and_keywords() {
        let schema = json!({
            "$schema": DIALECT,
            "$id": "https://example.com/environment.schema.json",
            "title": "an environment",
            "properties": {
                "networks": {"$ref": "types.schema.json#/$defs/networks"},
                "format": {"type": "string", "format": "aws-region", "x-source": "design"},
                "cird": {"const": {"format": "cird", "nothing": 1}}
            },
            "increasing": {"properties": ["a", "b"], "atLeastApart": 30},
            "cidrsInside": {"networks.mail_servers": "networks.people"}
        });
        assert_eq!(check(Path::new("a.json"), &schema), Ok(()));
        assert_eq!(check(Path::new("a.json"), &json!(true)), Ok(()));
    }

    #[test]
    fn refuses_unknown_formats_wherever_they_stand() {
        case(json!({"format": "cird"}), "#/format: unknown format `cird`; did you mean `cidr`?");
        case(
            json!({"properties": {"a": {"items": {"anyOf": [{"format": "public_cidr"}]}}}}),
            "#/properties/a/items/anyOf/0/format: unknown format `public_cidr`; did you mean `public-cidr`?",
        );
        case(json!({"$defs": {"x": {"format": "zip"}}}), "#/$defs/x/format: unknown format `zip`");
        case(json!({"format": "idn-hostname"}), "#/format: unknown format `idn-hostname`");
    }

    #[test]
    fn refuses_unknown_keywords() {
        case(json!({"increassing": {}}), "#/increassing: unknown keyword `increassing`; did you mean `increasing`?");
        case(json!({"not": {"minimun": 1}}), "#/not/minimun: unknown keyword `minimun`; did you mean `minimum`?");
        case(json!({"definitions": {}}), "#/definitions: unknown keyword `definitions`");
        case(json!({"$dynamicRef": "#x"}), "#/$dynamicRef: unknown keyword `$dynamicRef`");
        case(json!({"not": {"$id": "x.json"}}), "#/not/$id: `$id` may only stand at the root of a file");
    }

    #[test]
    fn refuses_bad_arguments_of_our_keywords() {
        case(
            json!({"properties": {"a": {"increasing": {"properties": ["x"]}}}}),
            "#/properties/a/increasing: `increasing` must name at least 2 properties",
        );
        case(json!({"cidrsInside": ["a", "b"]}), "#/cidrsInside: `cidrsInside` must be an object of dotted paths");
    }

    #[test]
    fn refuses_what_the_meta_schema_refuses() {
        case(
            json!({"properties": {"a": {"minimum": "1"}}}),
            "#/properties/a/minimum: is no valid schema: \"1\" is not of type \"number\"",
        );
        case(json!("string"), ": a schema must be an object, true or false, not a string");
        case(
            json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
            "#/$schema: got \"http://json-schema.org/draft-07/schema#\", expected \
             \"https://json-schema.org/draft/2020-12/schema\"",
        );
    }

    #[test]
    fn every_keyword_in_the_table_is_in_the_meta_schema() {
        // The meta-schema refuses a bad value of each keyword that it knows, apart from those that take anything.
        for keyword in subschemas::keyword_names().filter(|keyword| keywords::find(keyword).is_none()) {
            let bad = json!({keyword: if matches!(keyword, "$defs" | "properties") { json!(1) } else { json!([[1]]) }});
            let takes_anything = matches!(keyword, "const" | "default" | "enum" | "examples");
            assert_eq!(jsonschema::draft202012::meta::is_valid(&bad), takes_anything, "{keyword}");
        }
    }
}
