//! A secret value is in no text, whatever fails about it and around it.

use crate::logical_path::Segment;
use crate::schema::testing::schema;
use crate::schema::{Schema, Violation};
use serde_json::{Value, json};

/// What stands in for a secret. No text may contain it, nor a part of it that is long enough to tell.
const CANARY: &str = "hunter2-canary";

/// All texts of the violations.
fn texts(violations: &[Violation]) -> String {
    format!("{violations:?} {}", violations.iter().map(ToString::to_string).collect::<String>())
}

#[track_caller]
fn keeps_secret(schema_value: &Value, instance: &Value, canary: &str) -> Vec<Violation> {
    let violations = schema(schema_value).check(instance);
    assert!(!violations.is_empty(), "{schema_value} must fail");
    assert!(!texts(&violations).contains(canary), "{violations:?}");
    violations
}

#[test]
fn no_keyword_tells_a_secret() {
    let rules = [
        json!({"type": "integer"}),
        json!({"type": "array"}),
        json!({"minLength": 100}),
        json!({"maxLength": 1}),
        json!({"pattern": "^x$"}),
        json!({"format": "email"}),
        json!({"format": "cidr"}),
        json!({"format": "public-cidr"}),
        json!({"format": "domain-name"}),
        json!({"format": "dkim-selector", "maxLength": 2}),
        json!({"format": "aws-account-id"}),
        json!({"format": "aws-region"}),
        json!({"enum": ["hunter2-canari"]}),
        json!({"const": "x"}),
        json!({"not": {"type": "string"}}),
        json!({"anyOf": [{"format": "cidr"}, {"format": "email"}]}),
        json!({"oneOf": [{"type": "string"}, {"minLength": 1}]}),
        json!({"if": {"type": "string"}, "then": {"maxLength": 1}}),
        json!(false),
    ];
    for rule in rules {
        for title in [false, true] {
            let mut secret = json!({"writeOnly": true, "allOf": [rule]});
            if title {
                secret["title"] = json!("a password");
            }
            let violations = keeps_secret(&json!({"properties": {"p": secret}}), &json!({"p": CANARY}), CANARY);
            for violation in &violations {
                assert_eq!((&violation.got, &violation.help), (&None, &None), "{rule}");
            }
        }
    }
}

#[test]
fn the_broken_rule_is_told_without_the_value() {
    let case = |rule: Value, expected: &str| {
        let violations = keeps_secret(&rule, &json!(CANARY), CANARY);
        assert_eq!(violations[0].to_string(), expected);
    };
    case(json!({"writeOnly": true, "minLength": 20}), "expected at least 20 characters");
    case(
        json!({"writeOnly": true, "title": "a password", "minLength": 20}),
        "expected a password: it is not at least 20 characters",
    );
}

#[test]
fn what_is_around_or_beside_a_secret_does_not_tell_it() {
    let secret = json!({"writeOnly": true, "type": "string"});
    let with = |more: Value| {
        let mut whole = json!({"properties": {"p": secret, "list": {"items": secret}}});
        for (keyword, value) in more.as_object().unwrap() {
            whole[keyword.as_str()] = value.clone();
        }
        whole
    };
    let instance = json!({"p": CANARY, "list": [CANARY, CANARY], "pp": CANARY});
    let rules = [
        json!({"type": "array"}),
        json!({"enum": [1]}),
        json!({"const": {}}),
        json!({"maxProperties": 1}),
        json!({"additionalProperties": false}),
        json!({"allOf": [{"additionalProperties": false}]}),
        json!({"allOf": [{"unevaluatedProperties": false}]}),
        json!({"allOf": [{"propertyNames": {"maxLength": 0}}]}),
        json!({"unevaluatedProperties": false}),
        json!({"not": {"required": ["p"]}}),
        json!({"anyOf": [{"properties": {"p": {"format": "email"}}}, {"type": "string"}]}),
        json!({"oneOf": [{"required": ["p"]}, {"required": ["list"]}]}),
        json!({"allOf": [{"properties": {"list": {"uniqueItems": true}}}]}),
        json!({"allOf": [{"properties": {"list": {"contains": {"const": "x"}}}}]}),
        json!({"allOf": [{"properties": {"list": {"unevaluatedItems": false, "prefixItems": [true]}}}]}),
    ];
    for rule in rules {
        keeps_secret(&with(rule), &instance, CANARY);
    }
}

#[test]
fn rules_between_values_do_not_tell_the_secret_one() {
    let schema = |secret: &str| {
        let mut schema = json!({
            "properties": {"a": {}, "b": {}, "inner": {}, "outer": {}},
            "increasing": {"properties": ["a", "b"], "atLeastApart": 1000},
            "cidrsInside": {"inner": "outer"}
        });
        schema["properties"][secret] = json!({"writeOnly": true});
        schema
    };
    let instance = json!({"a": 7341, "b": 8000, "inner": "10.66.0.0/16", "outer": ["10.77.0.0/16"]});
    for (secret, canary) in [("a", "7341"), ("b", "8000"), ("inner", "10.66"), ("outer", "10.77")] {
        let violations = keeps_secret(&schema(secret), &instance, canary);
        assert_eq!(violations.len(), 2);
        if secret.len() == 1 {
            assert!(!texts(&violations).contains("659"), "the difference tells the value too");
        }
    }
    let violations = schema_without_secrets().check(&instance);
    assert!(texts(&violations).contains("8000 is 659 more than 7341"));
}

fn schema_without_secrets() -> std::sync::Arc<Schema> {
    schema(&json!({"increasing": {"properties": ["a", "b"], "atLeastApart": 1000}}))
}

#[test]
fn secrets_are_found_wherever_the_mark_stands() {
    let marks = [
        json!({"properties": {"x": {"properties": {"p": {"writeOnly": true}}}}}),
        json!({"properties": {"x": {"writeOnly": true}}}),
        json!({"writeOnly": true}),
        json!({"properties": {"x": {"$ref": "#/$defs/holder"}}, "$defs": {"holder": {"properties": {"p": {"$ref": "#/$defs/s"}}}, "s": {"writeOnly": true}}}),
        json!({"additionalProperties": {"patternProperties": {"^p": {"writeOnly": true}}}}),
        json!({"additionalProperties": {"additionalProperties": {"writeOnly": true}}}),
        json!({"allOf": [{"anyOf": [{"properties": {"x": {"oneOf": [{"properties": {"p": {"writeOnly": true}}}]}}}]}]}),
        json!({"if": true, "then": {"properties": {"x": {"writeOnly": true}}}}),
        json!({"if": false, "else": {"dependentSchemas": {"x": {"properties": {"x": {"writeOnly": true}}}}}}),
        json!({"unevaluatedProperties": {"writeOnly": true}}),
    ];
    for mark in marks {
        let rule = json!({"properties": {"x": {"properties": {"p": {"type": "number"}}}}});
        let schema = json!({"allOf": [rule, {"$ref": "#/$defs/mark"}], "$defs": {"mark": mark.clone(), "s": {"writeOnly": true}, "holder": {"properties": {"p": {"$ref": "#/$defs/s"}}}}});
        keeps_secret(&schema, &json!({"x": {"p": CANARY}}), CANARY);
    }
    let lists = [
        json!({"items": {"writeOnly": true}}),
        json!({"prefixItems": [{"writeOnly": true}]}),
        json!({"contains": {"writeOnly": true}}),
    ];
    for mark in lists {
        keeps_secret(&json!({"allOf": [{"items": {"type": "number"}}, mark]}), &json!([CANARY]), CANARY);
    }
}

#[test]
fn the_caller_may_hide_more() {
    let schema = schema(
        &json!({"additionalProperties": {"type": "number"}, "properties": {"deep": {"items": {"type": "number"}}}}),
    );
    let instance = json!({"a": CANARY, "open": "shown", "deep": [CANARY]});
    let hidden = |path: &[Segment]| matches!(path, [Segment::Key(key)] if key == "a" || key == "deep");
    let violations = schema.check_hiding(&instance, hidden);
    assert_eq!(violations.len(), 3);
    assert!(!texts(&violations).contains(CANARY));
    assert_eq!(violations[1].to_string(), "`open`: got \"shown\", expected a number");
    assert!(schema.check_hiding(&json!("x"), |_| true).is_empty());
}

#[test]
fn a_value_that_is_not_secret_is_told() {
    let schema = json!({"properties": {"p": {"writeOnly": true}, "q": {"writeOnly": false, "type": "number"}}});
    let found = crate::schema::testing::schema(&schema).check(&json!({"p": 1, "q": "shown"}));
    assert_eq!(found[0].to_string(), "`q`: got \"shown\", expected a number");
}
