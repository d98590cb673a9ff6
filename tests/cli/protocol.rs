//! Hosts that do not keep to the protocol.

use crate::support::Project;

fn summary(argument: &str, input: &str) -> String {
    let run = Project::small().run_with(&["hook", argument], input);
    assert_ne!(run.code, 0, "{}", run.transcript());
    assert_eq!(run.stdout.lines().filter(|line| line.contains("\"done\"")).count(), 1, "{}", run.transcript());
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["done"]["ok"], serde_json::json!(false));
    last["done"]["summary"].as_str().unwrap().to_owned()
}

#[test]
fn a_context_that_cannot_be_used() {
    assert_eq!(summary("before_create", ""), "standard input ended before the hook context");
    assert!(summary("before_create", "hello\n").starts_with("standard input is not a hook context"));
    assert!(summary("before_create", "{\"sesame\": 1}\n").contains("missing field `project_path`"));
    assert!(
        summary("before_create", "{\"sesame\": 2, \"project_path\": \"/\", \"stack\": {\"name\": \"a\"}}\n")
            .starts_with("the plugin speaks protocol 2")
    );
    assert!(
        summary("before_create", "{\"sesame\": 1, \"project_path\": \"/no\", \"stack\": {\"name\": \"a\"}}\n")
            .starts_with("no Sceptre project in `/no`")
    );
}

#[test]
fn a_host_that_does_not_answer_as_agreed() {
    let project = Project::small();
    let context = format!(
        "{{\"sesame\": 1, \"project_path\": {:?}, \"stack\": {{\"name\": \"prod/mail\", \"external_name\": \"x\"}}}}\n",
        project.file("sceptre")
    );
    let call = "`cloudformation.describe_stacks`";
    for (answer, reason) in [
        ("", format!("the host ended in answer to {call}")),
        ("hello\n", format!("the host sent something that is no answer in answer to {call}")),
        ("{\"id\": 9, \"result\": {}}\n", format!("the host answered call 9 instead of 1 in answer to {call}")),
        ("{\"id\": 1}\n", format!("the host sent neither a result nor an error in answer to {call}")),
    ] {
        assert_eq!(summary("verify-stack", &format!("{context}{answer}")), reason);
    }
}

#[test]
fn input_that_is_no_text_still_gets_an_outcome() {
    let project = Project::small();
    let output = assert_cmd::Command::from_std(project.command(&["hook", "before_create"]))
        .write_stdin(vec![0xff, 0xfe, b'\n'])
        .output()
        .unwrap();
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["done"]["ok"], serde_json::json!(false));
}
