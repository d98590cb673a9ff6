//! `anyOf`, `oneOf` and `not`: one readable violation.

use crate::schema::testing::finds;
use serde_json::json;

#[test]
fn alternatives_of_other_types_are_listed() {
    let schema =
        json!({"anyOf": [{"type": "string", "format": "cidr"}, {"type": "array", "items": {"type": "string"}}]});
    finds(
        &schema,
        &json!(1),
        &["got 1, expected an IPv4 or IPv6 block with zero host bits or a list; did you mean \"1\"?"],
    );
    let schema = json!({"oneOf": [{"type": "integer"}, {"enum": ["always", "never"]}]});
    finds(
        &schema,
        &json!("nevr"),
        &["got \"nevr\", expected a whole number or one of \"always\", \"never\"; did you mean \"never\"?"],
    );
}

#[test]
fn the_branch_that_was_meant_gives_the_reason() {
    let schema =
        json!({"anyOf": [{"type": "string", "format": "cidr"}, {"type": "array", "items": {"type": "integer"}}]});
    finds(
        &schema,
        &json!("10.0.0.0/33"),
        &["got \"10.0.0.0/33\", expected an IPv4 or IPv6 block with zero host bits or a list: prefix length 33 is \
           greater than 32"],
    );
    finds(&schema, &json!([1, "x"]), &["`[1]`: got \"x\", expected a whole number"]);
}

#[test]
fn a_title_names_all_alternatives() {
    let schema = json!({
        "title": "a block or a domain",
        "anyOf": [{"format": "cidr"}, {"format": "domain-name"}]
    });
    finds(
        &schema,
        &json!("acme"),
        &[
            "got \"acme\", expected a block or a domain: `acme` is not an IP address; it has one label, a domain name has \
           at least two",
        ],
    );
}

#[test]
fn a_constant_property_tells_kinds_apart() {
    let kind = |name: &str, property: &str| {
        json!({
            "type": "object",
            "properties": {"kind": {"const": name}, property: {"type": "integer"}},
            "required": ["kind", property]
        })
    };
    let schema = json!({"items": {"oneOf": [kind("alarm", "threshold"), kind("metric", "period")]}});
    finds(
        &schema,
        &json!([{"kind": "metric", "period": "x"}, {"kind": "alarm", "threshold": 1}]),
        &["`[0].period`: got \"x\", expected a whole number"],
    );
    finds(
        &schema,
        &json!([{"kind": "alarm"}]),
        &["`[0]`: got a mapping, expected properties `kind`, `threshold` or properties `kind`, `period`: required \
           property `threshold` is missing"],
    );
}

#[test]
fn more_than_one_match_is_told() {
    let schema = json!({"oneOf": [{"title": "a small number", "maximum": 10}, {"title": "an even number", "multipleOf": 2}, {"type": "string"}]});
    finds(
        &schema,
        &json!(4),
        &["got 4, expected exactly one of: a small number, an even number, a string: it is more than one of them: a \
           small number, an even number"],
    );
}

#[test]
fn alternatives_of_properties() {
    let schema = json!({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]});
    finds(
        &schema,
        &json!({"b": 1}),
        &["got a mapping, expected property `a` or properties `b`, `c`: required property `a` is missing; required \
           property `c` is missing"],
    );
}

#[test]
fn nested_alternatives_and_references() {
    let schema = json!({
        "anyOf": [{"$ref": "#/$defs/scalar"}, {"type": "null"}],
        "$defs": {"scalar": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}}
    });
    finds(&schema, &json!([]), &["got an empty list, expected a string or true or false or null"]);
    let endless = json!({"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": {"items": {"$ref": "#"}, "type": "array"}}});
    finds(&endless, &json!([[1]]), &["`[0][0]`: got 1, expected a list or null; did you mean [1]?"]);
}

#[test]
fn not() {
    finds(&json!({"not": {"const": "x"}}), &json!("x"), &["got \"x\", expected anything but \"x\""]);
    finds(
        &json!({"not": {"title": "an empty text", "maxLength": 0}}),
        &json!(""),
        &["got \"\", expected anything but an empty text"],
    );
    finds(&json!({"not": {}}), &json!(1), &["got 1, expected anything but another form"]);
}
