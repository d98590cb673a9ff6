//! Folders, references between files, and schemas that are wrong.

use crate::schema::testing::{folder_with, schema_of};
use crate::schema::{Schema, SchemaError, Schemas};
use serde_json::{Value, json};

/// The error about the first of some files, with the folder's path taken out.
#[track_caller]
fn refused(files: &[(&str, Value)]) -> String {
    let texts: Vec<(&str, String)> = files.iter().map(|(name, schema)| (*name, schema.to_string())).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let dir = folder_with(&texts);
    let error = Schemas::open(&crate::files::on_disk(), dir.path()).compile(files[0].0).expect_err("a schema error");
    error.to_string().replace(&format!("{}/", dir.path().display()), "")
}

#[test]
fn a_file_that_does_not_exist_is_no_schema() {
    let dir = folder_with(&[("parameters/base.schema.json", "{}")]);
    let schemas = Schemas::open(&crate::files::on_disk(), dir.path());
    assert!(schemas.compile("parameters/ses.schema.json").unwrap().is_none());
    assert!(schemas.compile("parameters").is_err());
    assert!(schemas.compile("parameters/base.schema.json").unwrap().is_some());
    assert!(Schemas::open(&crate::files::on_disk(), &dir.path().join("none")).compile("a.json").unwrap().is_none());
}

#[test]
fn references_reach_other_files_of_the_folder() {
    let parameters = json!({"properties": {"Source": {"$ref": "../types.schema.json#/$defs/list"}}});
    let types = json!({"$id": "https://example.com/elsewhere.json", "$defs": {
        "list": {"type": "array", "items": {"$ref": "#/$defs/block"}},
        "block": {"$ref": "more/deep%20types.json#/$defs/a~1b"}
    }});
    let more = json!({"$defs": {"a/b": {"type": "string", "format": "cidr"}}});
    let schema = schema_of(&[
        ("parameters/base.schema.json", &parameters),
        ("types.schema.json", &types),
        ("more/deep types.json", &more),
    ]);
    assert!(schema.check(&json!({"Source": ["10.0.0.0/8"]})).is_empty());
    let violations = schema.check(&json!({"Source": ["10.0.0.0/8", "10.0.0.1/8"]}));
    assert_eq!(violations[0].place(), "Source[1]");
    assert_eq!(violations[0].help.as_deref(), Some("did you mean 10.0.0.0/8?"));
}

#[test]
fn files_may_refer_to_each_other_and_to_themselves() {
    let tree = json!({"properties": {"child": {"$ref": "b.json"}, "n": {"type": "integer"}}});
    let schema = schema_of(&[("a.json", &tree), ("b.json", &json!({"$ref": "a.json#"}))]);
    let violations = schema.check(&json!({"child": {"child": {"n": "x"}}}));
    assert_eq!(violations[0].to_string(), "`child.child.n`: got \"x\", expected a whole number");
}

#[test]
fn references_that_lead_out_are_refused() {
    let case = |reference: &str, why: &str| {
        let schema = json!({"properties": {"a": {"$ref": reference}}});
        let expected = format!("p/a.json#/properties/a/$ref: `$ref` `{reference}` {why}");
        assert_eq!(refused(&[("p/a.json", schema)]), expected);
    };
    let out = "leads out of the folder: it must name a file of the schema folder";
    case("../../etc/passwd", out);
    case("../../../../../../etc/passwd#/x", out);
    case("http://127.0.0.1:9/a.json", "is a URL: it must name a file of the schema folder");
    case("file:///etc/passwd", "is a URL: it must name a file of the schema folder");
    case("/etc/passwd", "is no relative path: it must name a file of the schema folder");
}

#[test]
fn references_that_lead_nowhere_are_refused_where_they_stand() {
    let root = json!({"items": {"$ref": "types.json#/$defs/a"}});
    let message = refused(&[("a.json", root.clone())]);
    assert_eq!(
        message,
        "a.json#/items/$ref: `$ref` `types.json#/$defs/a` names a file that does not exist: types.json"
    );
    let message = refused(&[("a.json", root.clone()), ("types.json", json!({"$defs": {"b": true}}))]);
    assert_eq!(
        message,
        "a.json#/items/$ref: `$ref` `types.json#/$defs/a` leads to no schema: types.json has none there"
    );
    let inner = json!({"$defs": {"a": {"not": {"$ref": "#/properties"}}}, "properties": {"x": true}});
    let message = refused(&[("a.json", root), ("types.json", inner)]);
    assert_eq!(
        message,
        "types.json#/$defs/a/not/$ref: `$ref` `#/properties` leads to no schema: types.json has none there"
    );
}

#[test]
fn references_that_go_in_circles_are_refused() {
    let message = "a.json#/$ref: `$ref` `#` leads back to where it stands";
    assert_eq!(refused(&[("a.json", json!({"$ref": "#"}))]), message);
    let message = refused(&[("a.json", json!({"allOf": [{"$ref": "b.json"}]})), ("b.json", json!({"$ref": "a.json"}))]);
    assert_eq!(message, "a.json#/allOf/0/$ref: `$ref` `b.json` leads back to where it stands");
}

#[test]
fn mistakes_in_a_file_that_is_referred_to_name_that_file() {
    let root = json!({"$ref": "types.json"});
    let message = refused(&[("a.json", root.clone()), ("types.json", json!({"format": "cird"}))]);
    assert_eq!(message, "types.json#/format: unknown format `cird`; did you mean `cidr`?");
    let message = refused(&[("a.json", root), ("types.json", json!({"pattern": "["}))]);
    assert_eq!(message, "types.json#/pattern: `[` is no regular expression that can be used");
    let message = refused(&[("a.json", json!({"items": {"patternProperties": {"(?<x": true}}}))]);
    assert_eq!(message, "a.json#/items/patternProperties: `(?<x` is no regular expression that can be used");
    let message = refused(&[("a.json", json!({"not": {"pattern": "((a{1000}){1000}){1000}"}}))]);
    assert_eq!(message, "a.json#/not/pattern: `((a{1000}){1000}){1000}` is no regular expression that can be used");
}

#[test]
fn keywords_of_ours_must_name_known_properties() {
    let rule = json!({"properties": ["a", "c"], "atLeastApart": 1});
    let schema = json!({"properties": {"a": true, "b": true}, "increasing": rule});
    let message = refused(&[("a.json", schema)]);
    assert_eq!(message, "a.json#/increasing: `increasing` names `c`, which is not among the `properties`");

    let networks = json!({"$defs": {"networks": {"properties": {"people": true, "mail_servers": true}}}});
    let with = |path: &str| {
        json!({
            "properties": {"networks": {"$ref": "types.json#/$defs/networks"}, "open": {}},
            "cidrsInside": {path: "networks.people"}
        })
    };
    let message = refused(&[("a.json", with("networks.mail_server")), ("types.json", networks.clone())]);
    let reason = "`cidrsInside` names `networks.mail_server`: `mail_server` is not among the `properties`";
    assert_eq!(message, format!("a.json#/cidrsInside: {reason}"));
    for path in ["networks.mail_servers", "open.anything"] {
        let _ = schema_of(&[("a.json", &with(path)), ("types.json", &networks)]);
    }
    let _ = schema_of(&[("a.json", &json!({"cidrsInside": {"a": "b"}}))]);
}

#[test]
fn schemas_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Schemas>();
    shared::<Schema>();
    shared::<SchemaError>();
}

#[test]
fn each_file_is_read_once_for_all_schemas() {
    let dir = folder_with(&[
        ("a.json", r#"{"$ref": "types.json"}"#),
        ("b.json", r#"{"not": {"$ref": "types.json"}}"#),
        ("types.json", r#"{"type": "string"}"#),
    ]);
    let schemas = Schemas::open(&crate::files::on_disk(), dir.path());
    assert_eq!(schemas.compile("a.json").unwrap().unwrap().check(&json!(1)).len(), 1);
    std::fs::remove_file(dir.path().join("types.json")).unwrap();
    assert_eq!(schemas.compile("b.json").unwrap().unwrap().check(&json!("x")).len(), 1);
}
