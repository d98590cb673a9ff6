//! The order of violations, and what is told once only.

use crate::schema::testing::{finds, schema};
use serde_json::{Map, Value, json};

#[test]
fn violations_come_in_the_order_of_the_document() {
    let number = json!({"type": "number"});
    let schema = json!({
        "properties": {"a": number, "list": {"items": number}, "z": number},
        "required": ["missing"],
        "additionalProperties": false
    });
    finds(
        &schema,
        &json!({"z": "1", "list": ["2", 3, "4"], "other": 0, "a": "5"}),
        &[
            "expected property `missing`: required property `missing` is missing",
            "`z`: got \"1\", expected a number; did you mean 1?",
            "`list[0]`: got \"2\", expected a number; did you mean 2?",
            "`list[2]`: got \"4\", expected a number; did you mean 4?",
            "`other`: expected properties `a`, `list`, `z`: unknown property `other`",
            "`a`: got \"5\", expected a number; did you mean 5?",
        ],
    );
}

#[test]
fn the_same_thing_is_told_once() {
    let block = json!({"title": "a block", "format": "cidr"});
    finds(
        &json!({"allOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}], "$ref": "#/$defs/b", "$defs": {"b": block}}),
        &json!("x"),
        &["got \"x\", expected a block: `x` is not an IP address"],
    );
    finds(
        &json!({"allOf": [{"title": "a block", "format": "cidr"}, {"title": "a public block", "format": "public-cidr"}]}),
        &json!("1.2.3.4/33"),
        &["got \"1.2.3.4/33\", expected a block: prefix length 33 is greater than 32"],
    );
    finds(
        &json!({"title": "a code", "minLength": 4, "pattern": "^[a-z]+$"}),
        &json!("A1"),
        &["got \"A1\", expected a code: it has 2 characters, not at least 4 characters; it does not match `^[a-z]+$`"],
    );
    finds(
        &json!({"type": "integer", "enum": [1, 2]}),
        &json!("2"),
        &["got \"2\", expected one of 1, 2; did you mean 2?"],
    );
    finds(&json!({"enum": ["dev", "prod"], "const": "prod"}), &json!("x"), &["got \"x\", expected \"prod\""]);
}

#[test]
fn different_rules_of_one_value_are_all_told() {
    finds(
        &json!({"minimum": 10, "multipleOf": 5}),
        &json!(3),
        &["got 3, expected at least 10", "got 3, expected a multiple of 5"],
    );
    // Equal values at different places stay apart.
    finds(
        &json!({"items": {"minimum": 1}}),
        &json!([0, 0]),
        &["`[0]`: got 0, expected at least 1", "`[1]`: got 0, expected at least 1"],
    );
}

#[test]
fn odd_names_keep_their_places() {
    let schema = json!({"additionalProperties": {"additionalProperties": {"type": "null"}}});
    finds(
        &schema,
        &json!({"0": {"a/b": 1, "~": 2}, "": {"1": 3}}),
        &["`0[\"a/b\"]`: got 1, expected null", "`0[\"~\"]`: got 2, expected null", "`[\"\"].1`: got 3, expected null"],
    );
}

#[test]
fn big_instances_are_checked_whole() {
    let entry = |index: usize| {
        let days = if index.is_multiple_of(10) { json!("x") } else { json!(index) };
        (format!("key{index}"), json!({"days": days, "blocks": ["10.0.0.0/8"]}))
    };
    let instance = Value::Object((0..5_000).map(entry).collect::<Map<_, _>>());
    let schema = schema(&json!({"additionalProperties": {
        "properties": {"days": {"type": "integer"}, "blocks": {"items": {"format": "cidr"}}}
    }}));
    let found = schema.check(&instance);
    assert_eq!(found.len(), 500);
    assert_eq!(found[0].place(), "key0.days");
    assert_eq!(found[499].place(), "key4990.days");
}

#[test]
fn a_value_as_it_should_be_has_no_violations() {
    finds(&json!(true), &json!({"a": 1}), &[]);
    finds(&json!({}), &json!(null), &[]);
    finds(&json!(false), &json!(1), &["got 1, expected nothing here"]);
}
