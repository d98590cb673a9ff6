//! The words for keywords about mappings, and the places they point at.

use crate::logical_path::{LogicalPath, Segment};
use crate::schema::testing;
use crate::schema::testing::finds;
use serde_json::{Value, json};

#[test]
fn missing_properties() {
    finds(
        &json!({"title": "an environment", "required": ["domain", "name"]}),
        &json!({}),
        &[
            "expected property `domain`: required property `domain` is missing",
            "expected property `name`: required property `name` is missing",
        ],
    );
    finds(
        &json!({"properties": {"a": {"items": {"required": ["x"]}}}}),
        &json!({"a": [{"x": 1}, {}]}),
        &["`a[1]`: expected property `x`: required property `x` is missing"],
    );
    finds(
        &json!({"dependentRequired": {"z": ["y"], "card": ["address"]}}),
        &json!({"card": 1}),
        &["expected property `address`: property `address` is missing, it is required beside `card`"],
    );
}

#[test]
fn unknown_properties() {
    let schema = json!({"properties": {"people": {}, "mail_servers": {}}, "additionalProperties": false});
    finds(
        &schema,
        &json!({"mail_server": 1}),
        &["`mail_server`: expected properties `people`, `mail_servers`: unknown property `mail_server`; did you mean \
           `mail_servers`?"],
    );
    finds(
        &schema,
        &json!({"peopel": "hunter2", "a/b": 1, "people": 2}),
        &[
            "`peopel`: expected properties `people`, `mail_servers`: unknown property `peopel`",
            "`[\"a/b\"]`: expected properties `people`, `mail_servers`: unknown property `a/b`",
        ],
    );
    finds(
        &json!({"additionalProperties": false}),
        &json!({"a": 1, "b": 2}),
        &["`a`: expected no properties: unknown property `a`", "`b`: expected no properties: unknown property `b`"],
    );
    let schema = json!({
        "$ref": "#/$defs/base",
        "anyOf": [{"properties": {"color": {}}}],
        "unevaluatedProperties": false,
        "$defs": {"base": {"properties": {"name": {}}}}
    });
    finds(
        &schema,
        &json!({"nmae": 1}),
        &["`nmae`: expected properties `color`, `name`: unknown property `nmae`; did you mean `name`?"],
    );
}

#[test]
fn forbidden_and_counted_properties() {
    finds(&json!({"properties": {"a": false}}), &json!({"a": 1}), &["`a`: got 1, expected nothing here"]);
    finds(
        &json!({"minProperties": 1}),
        &json!({}),
        &["got a mapping, expected at least 1 property: it has 0 properties"],
    );
    finds(
        &json!({"maxProperties": 1}),
        &json!({"a": 1, "b": 2}),
        &["got a mapping, expected at most 1 property: it has 2 properties"],
    );
}

#[test]
fn names_of_properties() {
    finds(
        &json!({"properties": {"tags": {"propertyNames": {"$ref": "#/$defs/name"}}}, "$defs": {"name": {"pattern": "^[a-z]+$"}}}),
        &json!({"tags": {"ok": 1, "Bad": 2}}),
        &["`tags.Bad`: expected a property name that is text that matches `^[a-z]+$`"],
    );
    finds(
        &json!({"propertyNames": {"title": "a region", "format": "aws-region"}}),
        &json!({"tokyo": 1}),
        &["`tokyo`: expected a property name that is a region: it is not area, direction and number, such as \
           ap-northeast-1"],
    );
    finds(
        &json!({"propertyNames": {"anyOf": [{"format": "aws-account-id"}, {"const": "default"}]}}),
        &json!({"defualt": 1, "1234": 2}),
        &[
            "`defualt`: expected a property name that is an AWS account id of 12 digits or \"default\": it has `d`, an \
             account id has digits only",
            "`1234`: expected a property name that is an AWS account id of 12 digits or \"default\": it has 4 of 12 \
             digits: without quotes YAML drops leading zeros",
        ],
    );
}

#[test]
fn titles_of_conditions_say_when_a_rule_holds() {
    let schema = json!({
        "title": "an environment",
        "if": {"properties": {"name": {"const": "prod"}}, "required": ["name"]},
        "then": {"title": "an owner, as every production environment has", "required": ["owner"]},
        "else": {"required": ["expires"]}
    });
    finds(
        &schema,
        &json!({"name": "prod"}),
        &["expected an owner, as every production environment has: required property `owner` is missing"],
    );
    finds(&schema, &json!({"name": "dev"}), &["expected property `expires`: required property `expires` is missing"]);
}

#[test]
fn rules_between_values_point_at_the_offending_one() {
    let schema = json!({
        "properties": {
            "retention": {"increasing": {"properties": ["ia", "glacier", "expiration"], "atLeastApart": 30}},
            "networks": {}
        },
        "cidrsInside": {"networks.mail_servers": "networks.people"}
    });
    finds(
        &schema,
        &json!({
            "networks": {"mail_servers": ["202.217.75.98/32", "202.218.0.1/32"], "people": ["202.217.0.0/16"]},
            "retention": {"ia": 30, "glacier": "59", "expiration": 2557}
        }),
        &[
            "`networks.mail_servers[1]`: got \"202.218.0.1/32\", expected a block inside `networks.people`: \
             202.218.0.1/32 is not inside 202.217.0.0/16",
            "`retention.glacier`: got \"59\", expected at least 30 more than `ia`: 59 is 29 more than 30",
        ],
    );
    finds(&schema, &json!({"networks": 1, "retention": []}), &[]);
}

#[test]
fn rules_between_values_work_in_files_that_are_referred_to() {
    let root = json!({"items": {"$ref": "types.json#/$defs/lifecycle"}});
    let types = json!({"$defs": {"lifecycle": {"increasing": {"properties": ["a", "b"], "atLeastApart": 1}}}});
    let schema = testing::schema_of(&[("root.json", &root), ("types.json", &types)]);
    let found = schema.check(&json!([{"a": 1, "b": 2}, {"a": 2, "b": 1}]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, LogicalPath::from([Segment::Index(1), Segment::from("b")]));
    assert_eq!(found[0].keyword, "increasing");
    assert_eq!(found[0].got.as_deref(), Some("1"));
}

#[test]
fn keywords_are_those_that_failed() {
    let keyword = |schema: Value, instance: Value| testing::schema(&schema).check(&instance)[0].keyword.clone();
    assert_eq!(keyword(json!({"minimum": 1}), json!(0)), "minimum");
    assert_eq!(keyword(json!({"format": "cidr"}), json!("x")), "format");
    assert_eq!(keyword(json!({"properties": {"a": false}}), json!({"a": 1})), "false");
    assert_eq!(keyword(json!({"dependentRequired": {"a": ["b"]}}), json!({"a": 1})), "dependentRequired");
    assert_eq!(keyword(json!({"additionalProperties": false}), json!({"a": 1})), "additionalProperties");
    assert_eq!(keyword(json!({"propertyNames": {"maxLength": 1}}), json!({"ab": 1})), "propertyNames");
    assert_eq!(keyword(json!({"contains": false, "maxContains": 1}), json!([1])), "contains");
}
