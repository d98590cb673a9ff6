//! sesame's Jinja against the table of what Jinja2 makes of the same templates, which `tests/plugin/test_jinja.py` holds
//! against Jinja2 itself.

use std::path::Path;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};
use sesame::files::{Files, Memory};
use sesame::render::{SceptreJinja, render_sceptre_jinja};

fn mapping(value: &serde_json::Value) -> Mapping {
    match serde_yaml::to_value(value).expect("a value") {
        Value::Mapping(mapping) => mapping,
        other => panic!("no mapping: {other:?}"),
    }
}

#[test]
fn templates_come_to_what_jinja2_makes_of_them() {
    let table = std::fs::read_to_string("tests/fixtures/jinja/cases.json").expect("the table");
    let table: serde_json::Value = serde_json::from_str(&table).expect("JSON");
    let mut files = Memory::default();
    for (name, text) in table["files"].as_object().expect("files") {
        files.insert(Path::new("/templates").join(name), text.as_str().expect("a text").as_bytes().to_vec());
    }
    let files: Arc<dyn Files> = Arc::new(files);
    let data = mapping(&table["data"]);
    let mut wrong = Vec::new();
    let cases = table["cases"].as_array().expect("cases");
    for case in cases {
        let text = case["text"].as_str().expect("a text");
        let settings = mapping(&case["settings"]);
        let with = SceptreJinja { user_data: Some(&data), settings: Some(&settings) };
        let rendered = render_sceptre_jinja(&files, Path::new("/templates/case.yaml.j2"), text, with, false);
        let ours = rendered.as_ref().map(|rendered| &*rendered.text).map_err(ToString::to_string);
        if ours.as_ref().ok() != case["output"].as_str().as_ref() {
            wrong.push(format!("{text:?} {}\n  Jinja2: {}\n  sesame: {ours:?}\n", case["settings"], case["output"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
