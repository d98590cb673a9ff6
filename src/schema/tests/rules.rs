//! The words for each keyword about one value.

use crate::schema::testing::finds;
use serde_json::{Value, json};

#[track_caller]
fn case(schema: Value, instance: Value, expected: &str) {
    finds(&schema, &instance, &[expected]);
}

#[test]
fn types() {
    case(json!({"type": "string"}), json!(30), "got 30, expected a string; did you mean \"30\"?");
    case(json!({"type": "integer"}), json!("30"), "got \"30\", expected a whole number; did you mean 30?");
    case(json!({"type": "integer"}), json!(1.5), "got 1.5, expected a whole number");
    case(json!({"type": "integer"}), json!("1.5"), "got \"1.5\", expected a whole number");
    case(json!({"type": "number"}), json!("ninety"), "got \"ninety\", expected a number");
    case(json!({"type": "boolean"}), json!("True"), "got \"True\", expected true or false; did you mean true?");
    case(json!({"type": "boolean"}), json!("yes"), "got \"yes\", expected true or false");
    case(json!({"type": "array"}), json!("x"), "got \"x\", expected a list; did you mean [\"x\"]?");
    case(json!({"type": "object"}), json!([1, 2]), "got a list of 2 items, expected a mapping");
    case(json!({"type": ["string", "null"]}), json!({"a": 1}), "got a mapping, expected a string or null");
    case(json!({"type": "string"}), json!(null), "got null, expected a string");
}

#[test]
fn numbers() {
    case(json!({"minimum": 30}), json!(29), "got 29, expected at least 30");
    case(json!({"maximum": 30.5}), json!(31), "got 31, expected at most 30.5");
    case(json!({"exclusiveMinimum": 0}), json!(0), "got 0, expected more than 0");
    case(json!({"exclusiveMaximum": 1}), json!(1), "got 1, expected less than 1");
    case(json!({"multipleOf": 5}), json!(7), "got 7, expected a multiple of 5");
}

#[test]
fn strings() {
    case(
        json!({"minLength": 8}),
        json!("あい"),
        "got \"あい\", expected at least 8 characters: it has 2 characters, not at least 8 characters",
    );
    case(
        json!({"maxLength": 1}),
        json!("abc"),
        "got \"abc\", expected at most 1 character: it has 3 characters, not at most 1 character",
    );
    case(json!({"pattern": "^[a-z]+$"}), json!("A"), "got \"A\", expected text that matches `^[a-z]+$`");
    case(json!({"format": "email"}), json!("postmaster"), "got \"postmaster\", expected an email address");
    case(
        json!({"format": "cidr"}),
        json!("202.217.75.98/16"),
        "got \"202.217.75.98/16\", expected an IPv4 or IPv6 block with zero host bits: host bits are set; did you mean \
         202.217.0.0/16?",
    );
    case(
        json!({"format": "public-cidr"}),
        json!("10.0.0.0/8"),
        "got \"10.0.0.0/8\", expected a public IPv4 or IPv6 block with zero host bits: 10.0.0.0/8 is private \
         (RFC 1918): aws:SourceIp only ever sees public addresses",
    );
    finds(&json!({"format": "cidr", "minLength": 3, "pattern": "x"}), &json!(7), &[]);
}

#[test]
fn lists_of_allowed_values() {
    let days = json!({"enum": [1, 3, 5, 90]});
    case(days.clone(), json!(80), "got 80, expected one of 1, 3, 5, 90; did you mean 90?");
    case(days.clone(), json!("90"), "got \"90\", expected one of 1, 3, 5, 90; did you mean 90?");
    case(days, json!(true), "got true, expected one of 1, 3, 5, 90");
    let names = json!({"enum": ["dev", "prod"]});
    case(names.clone(), json!("prd"), "got \"prd\", expected one of \"dev\", \"prod\"; did you mean \"prod\"?");
    case(names, json!("test"), "got \"test\", expected one of \"dev\", \"prod\"");
    case(json!({"enum": ["one"]}), json!(1), "got 1, expected \"one\"");
    case(json!({"const": 3}), json!(4), "got 4, expected 3; did you mean 3?");
}

#[test]
fn lists() {
    case(json!({"minItems": 1}), json!([]), "got an empty list, expected at least 1 item");
    case(json!({"maxItems": 2}), json!([1, 2, 3]), "got a list of 3 items, expected at most 2 items");
    case(
        json!({"contains": {"type": "string"}}),
        json!([1]),
        "got a list of 1 item, expected at least 1 item of this kind: a string",
    );
    case(
        json!({"contains": {"const": 1}, "minContains": 2}),
        json!([1]),
        "got a list of 1 item, expected at least 2 items of this kind: 1",
    );
    case(
        json!({"contains": {"const": 1}, "maxContains": 1}),
        json!([1, 1]),
        "got a list of 2 items, expected 1 to 1 item of this kind: 1",
    );
    case(
        json!({"uniqueItems": true}),
        json!(["a", "b", "a"]),
        "`[2]`: got \"a\", expected items that differ: it is the same as item [0]",
    );
    case(json!({"uniqueItems": true}), json!([1, 1.0]), "got a list of 2 items, expected items that differ");
    finds(
        &json!({"prefixItems": [true], "items": false}),
        &json!([1, 2, 3]),
        &["`[1]`: got 2, expected no more items", "`[2]`: got 3, expected no more items"],
    );
    case(
        json!({"prefixItems": [true], "unevaluatedItems": false}),
        json!([1, 2]),
        "got a list of 2 items, expected no more items",
    );
}

#[test]
fn titles_replace_rules_and_the_rule_becomes_the_reason() {
    let title = |mut schema: Value| {
        schema["title"] = json!("a good value");
        schema
    };
    let because = |reason: &str| format!("expected a good value: {reason}");
    let case = |schema: Value, instance: Value, got: &str, reason: &str| {
        finds(&title(schema), &instance, &[&format!("got {got}, {}", because(reason))]);
    };
    case(json!({"type": "integer"}), json!("x"), "\"x\"", "it is a string, not a whole number");
    case(json!({"minimum": 30}), json!(29), "29", "29 is less than 30");
    case(json!({"maximum": 30}), json!(31), "31", "31 is greater than 30");
    case(json!({"exclusiveMinimum": 30}), json!(30), "30", "it is not more than 30");
    case(json!({"multipleOf": 2}), json!(3), "3", "it is not a multiple of 2");
    case(json!({"pattern": "^a$"}), json!("b"), "\"b\"", "it does not match `^a$`");
    case(json!({"minItems": 2}), json!([1]), "a list of 1 item", "it is not at least 2 items");
    case(json!({"format": "email"}), json!("b"), "\"b\"", "it is not an email address");
    case(json!({"format": "cidr"}), json!("1.2.3.4/33"), "\"1.2.3.4/33\"", "prefix length 33 is greater than 32");
    case(json!({"enum": [1, 2]}), json!("b"), "\"b\"", "allowed: 1, 2");
    case(json!({"not": {"type": "null"}}), json!(null), "null", "it is not anything but null");
    let all_in_the_title = json!({"title": "dev or prod", "enum": ["dev", "prod"]});
    finds(&all_in_the_title, &json!(1), &["got 1, expected dev or prod"]);
}

#[test]
fn the_nearest_title_counts() {
    let defs = json!({"day": {"title": "a number of days", "type": "integer"}, "plain": {"type": "integer"}});
    let schema = json!({
        "title": "the whole",
        "properties": {
            "a": {"title": "an age", "$ref": "#/$defs/day"},
            "b": {"title": "an age", "allOf": [{"$ref": "#/$defs/plain"}]},
            "c": {"$ref": "#/$defs/plain"}
        },
        "$defs": defs
    });
    finds(
        &schema,
        &json!({"a": null, "b": null, "c": null}),
        &[
            "`a`: got null, expected a number of days: it is null, not a whole number",
            "`b`: got null, expected an age: it is null, not a whole number",
            "`c`: got null, expected a whole number",
        ],
    );
}

#[test]
fn long_values_are_cut() {
    let text = "a".repeat(200);
    let expected = format!("got \"{}…\", expected a number", "a".repeat(59));
    finds(&json!({"type": "number"}), &json!(text), &[&expected]);
}
