//! `sesame resolve`.

use serde_json::{Value, json};

use crate::support::Project;

fn context(environment: Value) -> String {
    json!({"sesame": 1, "project_path": "/nowhere", "stack": {"name": "prod/mail", "group_config": {"environment": environment}}})
        .to_string()
        + "\n"
}

#[test]
fn by_hand_values_are_plain_text() {
    let project = Project::small();
    for (key, value) in [
        ("domain", "example.com\n"),
        ("networks.mail_servers", "202.217.75.98/32\n202.217.75.91/32\n"),
        ("networks.mail_servers.1", "202.217.75.91/32\n"),
        ("retention_days", "90\n"),
    ] {
        assert_eq!(project.run(&["resolve", key, "prod/mail.yaml"]).expect_code(0).stdout, value, "{key}");
    }
}

#[test]
fn by_hand_a_wrong_key_is_one_line() {
    let run = Project::small().run(&["resolve", "domian", "prod/mail.yaml"]).expect_code(1);
    assert_eq!(run.stderr, "sesame: `environment` has no key `domian`; did you mean `domain`?\n");
    let run = Project::small().run(&["resolve", "networks", "prod/mail.yaml"]).expect_code(1);
    assert_eq!(run.stderr, "sesame: `networks` is a mapping; name one value below it\n");
}

#[test]
fn for_sceptre_the_answer_is_one_json_line() {
    let project = Project::empty();
    let environment = json!({"domain": "example.com", "people": ["a", "b"], "flag": true});
    for (key, value) in [("domain", json!("example.com")), ("people", json!(["a", "b"])), ("flag", json!("true"))] {
        let run = project.run_with(&["resolve", key], &context(environment.clone())).expect_code(0);
        assert_eq!(run.stdout.lines().count(), 1);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(answer, json!({"done": {"ok": true, "summary": key, "value": value}}));
    }
}

#[test]
fn for_sceptre_a_wrong_key_is_an_answer_too() {
    let run = Project::empty().run_with(&["resolve", "none"], &context(json!({"domain": "x"})));
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer, json!({"done": {"ok": false, "summary": "`environment` has no key `none`"}}));
    assert_eq!(run.code, 2);
}

#[test]
fn for_sceptre_the_account_is_asked_for() {
    let answers = [
        (
            r#"{"id": 1, "result": {"Account": "123456789012"}}"#,
            json!({"ok": true, "summary": "aws.account_id", "value": "123456789012"}),
        ),
        (
            r#"{"id": 1, "error": {"code": "ExpiredToken", "message": "expired"}}"#,
            json!({"ok": false, "summary": "ExpiredToken: expired"}),
        ),
    ];
    for (answer, done) in answers {
        let input = context(json!({})) + answer + "\n";
        let run = Project::empty().run_with(&["resolve", "aws.account_id"], &input);
        let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let call = json!({"call": {"id": 1, "service": "sts", "operation": "get_caller_identity", "parameters": {}}});
        assert_eq!(lines, [call, json!({"done": done})]);
    }
}
