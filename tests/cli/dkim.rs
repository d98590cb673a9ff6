//! `sesame dkim`, with a host beside the program that answers from a list and notes what it is asked.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::golden::assert_golden;
use crate::support::host::run_with_answers;
use crate::support::{NOW, Project, Run};

const SECURITY: &str = "
Parameters:
  Environment: {Type: String}
  EnableDkimAutomation: {Type: String, Default: 'true'}
Conditions:
  Automated: !Equals [!Ref EnableDkimAutomation, 'true']
Resources:
  DKIMRotationOrchestrator:
    Type: AWS::Lambda::Function
    Condition: Automated
    Properties:
      FunctionName: !Sub 'demo-${Environment}-dkim-rotation-orchestrator'
      Code: {ZipFile: x}
      Role: r
";
const PRIVATE: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";

fn project() -> Project {
    let project = Project::small();
    project.write("sceptre/templates/security.yaml", SECURITY);
    project.write(
        "sceptre/config/prod/security.yaml",
        "template: {path: security.yaml, type: file}\nparameters:\n  Environment: !sesame name\n",
    );
    project
}

fn encoded(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let number = chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(number >> (18 - 6 * place) & 63) as usize];
            encoded.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    encoded
}

/// Runs with these answers to the calls, and returns the run and the calls.
fn dkim(project: &Project, arguments: &[&str], answers: &[Value]) -> (Run, Vec<Value>) {
    let (run, calls) = run_with_answers(project, &[&["dkim"], arguments].concat(), answers);
    assert!(!run.transcript().contains(PRIVATE), "{}", run.transcript());
    (run, calls)
}

fn invoked(answer: &Value) -> Value {
    json!({"result": {"StatusCode": 200, "Payload": encoded(&answer.to_string())}})
}

fn key(selector: &str, letter: char) -> Value {
    let public = format!("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{}", letter.to_string().repeat(348));
    // A private half does not belong here; if one ever came, it must not be shown.
    json!({"selector": selector, "public_key": public, "private_key": PRIVATE, "created": "2026-11-25T00:00:02Z",
           "activated": "2026-11-26T00:00:09Z"})
}

fn waiting() -> Value {
    let mut next = key("demo-20271025-2", 'B');
    next["created"] = json!("2027-10-25T00:00:02Z");
    next["switch_from"] = json!("2027-11-26T00:00:09Z");
    next["due"] = json!("2027-11-26T00:00:09Z");
    json!({
        "domain": "example.com", "result": "done", "phase": "waiting-for-dns", "did": [],
        "state": {
            "phase_since": "2027-10-25T00:00:03Z", "active": key("demo-20261125-1", 'A'), "next": next, "previous": [],
            "effect": null, "stopped": null,
        },
        "findings": {
            "active": {"state": "published", "servers_answered": 3, "servers_with_value": 3},
            "next": {"state": "absent", "servers_answered": 3, "servers_with_value": 0},
        },
        "situation": {
            "at": "2027-11-25T00:30:00Z", "holds": "demo-20261125-1", "ours": true, "status": "SUCCESS",
            "status_since": "2026-11-26T00:30:00Z", "signing_enabled": true,
            "record": {"state": "published", "servers_answered": 3, "servers_with_value": 3}, "signed": true,
            "unsigned_since": null, "carried_by": "dkim", "waits_for": "dns", "until": null, "needs_person": false,
        },
        "plan": [{"at": "2027-11-26T00:00:09Z", "what": "switch to demo-20271025-2, once its record is seen"}],
    })
}

#[test]
fn status_is_one_screen() {
    let (run, calls) = dkim(&project(), &["status"], &[invoked(&waiting())]);
    assert_eq!(run.code, 0, "{}", run.transcript());
    assert_golden("dkim/status", &run.stdout);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["call"]["service"], json!("lambda"));
    assert_eq!(
        calls[0]["call"]["parameters"],
        json!({"FunctionName": "demo-prod-dkim-rotation-orchestrator", "Payload": "{\"action\":\"status\"}"})
    );
}

#[test]
fn status_says_in_its_exit_code_that_something_is_wrong() {
    let mut answer = waiting();
    answer["phase"] = json!("overdue");
    let (run, _) = dkim(&project(), &["status", "prod/security.yaml"], &[invoked(&answer)]);
    assert_eq!(run.code, 2, "{}", run.transcript());
    answer = waiting();
    answer["state"]["stopped"] = json!({"by": "yamada\u{1b}[31m", "reason": "move", "at": "2027-11-01T00:00:00Z"});
    let (run, _) = dkim(&project(), &["status", "prod"], &[invoked(&answer)]);
    assert_eq!(run.code, 4, "{}", run.transcript());
    assert!(run.stdout.contains("stopped by yamada\\u{1b}[31m on 2027-11-01"), "{}", run.stdout);
}

#[test]
fn records_in_each_format() {
    for format in ["text", "bind", "route53"] {
        let (run, _) = dkim(&project(), &["records", "--format", format], &[invoked(&waiting())]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_golden(&format!("dkim/records-{format}"), &run.stdout);
    }
}

#[test]
fn a_change_batch_is_what_route53_takes() {
    let (run, _) = dkim(&project(), &["records", "--format", "route53"], &[invoked(&waiting())]);
    let batch: Value = serde_json::from_str(&run.stdout).unwrap();
    let set = &batch["Changes"][0]["ResourceRecordSet"];
    assert_eq!(set["Name"], json!("demo-20271025-2._domainkey.example.com."));
    let value = set["ResourceRecords"][0]["Value"].as_str().unwrap();
    assert!(value.split("\" \"").all(|string| string.trim_matches('"').len() <= 255), "{value}");
}

#[test]
fn plan_lists_the_steps() {
    let (run, _) = dkim(&project(), &["plan"], &[invoked(&waiting())]);
    assert_eq!(
        run.stdout,
        "example.com, times of Tokyo\n  \
           2027-11-26 09:00  tomorrow      switch to demo-20271025-2, once its record is seen\n"
    );
}

#[test]
fn rotate_says_what_it_does_and_does_it() {
    let mut after = waiting();
    after["did"] = json!(["hurry"]);
    let person = json!({"result": {"Arn": "arn:aws:iam::123456789012:user/ses/prod/production-admin"}});
    let arguments = ["rotate", "--yes", "--leaked", "--reason", "the key was in a mail", "--repeat", "wish-0001"];
    let (run, calls) = dkim(&project(), &arguments, &[invoked(&waiting()), person, invoked(&after)]);
    assert_eq!(run.code, 0, "{}", run.transcript());
    assert_golden("dkim/rotate", &run.transcript());
    let event: Value = serde_json::from_str(calls[2]["call"]["parameters"]["Payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        event,
        json!({"action": "rotate-now", "by": "arn:aws:iam::123456789012:user/ses/prod/production-admin",
               "reason": "the key was in a mail", "leaked": true, "id": "wish-0001"})
    );
}

#[test]
fn nothing_is_done_without_a_person_or_yes() {
    for arguments in [&["rotate", "--reason", "x"][..], &["stop", "--reason", "x"]] {
        let (run, calls) = dkim(&project(), arguments, &[invoked(&waiting())]);
        assert_eq!(run.code, 1);
        assert!(
            run.stderr
                .ends_with("sesame: nothing was done: nobody can be asked here; `--yes` goes on without a question\n"),
            "{}",
            run.stderr
        );
        assert_eq!(calls.len(), 1, "only the status was asked");
    }
}

#[test]
fn stop_and_resume() {
    let person = json!({"result": {"Arn": "arn:aws:sts::123456789012:assumed-role/admin/yamada"}});
    let mut stopped = waiting();
    stopped["result"] = json!("stopped");
    stopped["state"]["stopped"] = json!({"by": "yamada", "reason": "DNS moves", "at": "2027-11-01T00:00:00Z"});
    let answers = [invoked(&waiting()), person.clone(), invoked(&stopped)];
    let (run, calls) = dkim(&project(), &["stop", "--yes", "--reason", "DNS moves"], &answers);
    assert_eq!(run.code, 0, "{}", run.transcript());
    assert!(calls[2]["call"]["parameters"]["Payload"].as_str().unwrap().contains(r#""action":"stop""#));
    assert!(run.stdout.contains("warning: stopped by yamada on 2027-11-01: DNS moves"), "{}", run.stdout);

    let (run, calls) = dkim(&project(), &["resume", "--yes"], &[invoked(&stopped), person, invoked(&waiting())]);
    assert_eq!(run.code, 0, "{}", run.transcript());
    assert!(calls[2]["call"]["parameters"]["Payload"].as_str().unwrap().contains(r#""action":"resume""#));
    let (run, _) = dkim(&project(), &["resume", "--yes"], &[invoked(&waiting())]);
    assert_eq!((run.code, run.stderr.as_str()), (1, "sesame: example.com is not stopped, and does not hold\n"));
}

#[test]
fn restore_needs_a_key_from_before() {
    let (run, _) = dkim(&project(), &["restore", "--yes"], &[invoked(&waiting())]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "sesame: example.com has no key from before: there is nothing to restore\n")
    );
    let mut retiring = waiting();
    retiring["state"]["previous"] = json!([key("demo-20251125-0", 'C')]);
    let person = json!({"result": {"Arn": "arn:aws:iam::123456789012:user/yamada"}});
    let answers = [invoked(&retiring), person.clone(), invoked(&waiting())];
    let (run, calls) = dkim(&project(), &["restore", "--yes"], &answers);
    assert_eq!(run.code, 0, "{}", run.transcript());
    assert!(calls[2]["call"]["parameters"]["Payload"].as_str().unwrap().contains(r#""action":"restore-previous""#));
    assert!(run.stderr.contains("gives SES demo-20251125-0 again") && run.stderr.contains("up to 72 hours"));

    // With another key in SES it is the active one that comes back; any key can be named.
    let mut foreign = waiting();
    foreign["situation"]["holds"] = json!("other");
    for (arguments, gives) in
        [(&["restore", "--yes"][..], "demo-20261125-1"), (&["restore", "--yes", "--key", "demo-1"], "demo-1")]
    {
        let answers = [invoked(&foreign), person.clone(), invoked(&waiting())];
        let (run, calls) = dkim(&project(), arguments, &answers);
        assert!(run.stderr.contains(&format!("gives SES {gives} again")), "{}", run.transcript());
        let payload = calls[2]["call"]["parameters"]["Payload"].as_str().unwrap();
        assert_eq!(payload.contains(r#""key":"demo-1""#), gives == "demo-1");
    }
}

#[test]
fn what_goes_wrong_is_one_line() {
    let refused = |answer: Value| {
        let (run, _) = dkim(&project(), &["status"], &[answer]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.transcript());
        run.stderr
    };
    let aws = |code: &str| refused(json!({"error": {"code": code, "message": "User is not\nauthorized"}}));
    assert_eq!(aws("AccessDeniedException"), "sesame: AccessDeniedException: User is not authorized\n");
    assert_eq!(
        aws("ResourceNotFoundException"),
        "sesame: `demo-prod-dkim-rotation-orchestrator` does not exist in AWS: launch `prod/security.yaml` first\n"
    );
    assert_eq!(
        refused(json!({"error": {"code": "EndpointConnectionError", "message": "no network", "unreached": true}})),
        "sesame: EndpointConnectionError: no network\n"
    );
    let failed = json!({"errorType": "ValueError", "errorMessage": "the state is that of example.net"});
    let answer = json!({"result": {"FunctionError": "Unhandled", "Payload": encoded(&failed.to_string())}});
    assert_eq!(
        refused(answer),
        "sesame: `demo-prod-dkim-rotation-orchestrator` failed: ValueError: the state is that of example.net\n"
    );
    let mut tampered = waiting();
    tampered["state"]["next"]["selector"] = json!("a b");
    let (run, _) = dkim(&project(), &["records"], &[invoked(&tampered)]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "sesame: the state has no usable name: selector `a b`, domain `example.com`\n")
    );
}

#[test]
fn the_project_says_which_function_it_is() {
    let refused = |project: &Project, arguments: &[&str]| {
        let (run, calls) = dkim(project, arguments, &[]);
        assert_eq!((run.code, calls.len()), (1, 0), "{}", run.transcript());
        run.stderr
    };
    let off = project();
    off.replace(
        "sceptre/config/prod/security.yaml",
        "!sesame name\n",
        "!sesame name\n  EnableDkimAutomation: 'false'\n",
    );
    let none = "has a function whose name ends in `-dkim-rotation-orchestrator`";
    assert_eq!(refused(&off, &["status"]), format!("sesame: no stack {none}\n"));
    assert_eq!(
        refused(&project(), &["status", "prod/mail.yaml"]),
        format!("sesame: no stack of `prod/mail.yaml` {none}\n")
    );

    let two = project();
    two.write("sceptre/config/prod/second.yaml", &two.read("sceptre/config/prod/security.yaml"));
    assert_eq!(
        refused(&two, &["plan"]),
        "sesame: `prod/second.yaml` and `prod/security.yaml` rotate DKIM keys: name one of them\n"
    );
    assert!(refused(&project(), &["status", "nowhere"]).starts_with("sesame: "));
}

#[test]
fn without_the_python_package_there_is_no_aws() {
    let run = project().run(&["dkim", "status"]).expect_code(1);
    assert_eq!(
        run.stderr,
        "sesame: AWS calls need the Python package `sceptre-sesame`: run the `sesame` that it installs\n"
    );
}

#[test]
fn an_unreadable_time_stops_before_anything_is_asked_for() {
    let project = project();
    let mut command = project.command(&["dkim", "rotate", "--yes", "--reason", "x"]);
    command.env(NOW.0, "tomorrow");
    let run = Run::of(command);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "sesame: SESAME_NOW must be a time such as `2027-01-31T09:00:00Z`, got `tomorrow`\n")
    );
}

/// Each `sesame dkim` command of the runbooks, as it stands there, in a situation in which it has something to do.
#[test]
fn the_commands_of_the_runbooks_work() {
    let mut situation = waiting();
    situation["state"]["previous"] = json!([key("demo-20251125-0", 'C')]);
    situation["state"]["stopped"] = json!({"by": "yamada", "reason": "move", "at": "2027-11-01T00:00:00Z"});
    let person = json!({"result": {"Arn": "arn:aws:iam::123456789012:user/yamada"}});
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let project = project();
    let mut seen = std::collections::BTreeSet::new();
    for page in ["runbook-dkim.md", "runbook-dkim.ja.md", "first-launch.md", "first-launch.ja.md"] {
        let text = std::fs::read_to_string(docs.join(page)).unwrap();
        for command in text.lines().filter_map(|line| line.trim().strip_prefix("sesame dkim ")) {
            let words = words(command);
            let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            let asks = matches!(arguments[0], "rotate" | "restore" | "stop" | "resume");
            if asks {
                arguments.push("--yes"); // nobody can be asked here
            }
            if !seen.insert(arguments.join(" ")) {
                continue;
            }
            let answers = [invoked(&situation), person.clone(), invoked(&situation)];
            let (run, calls) = dkim(&project, &arguments, &answers);
            let expected = if arguments[0] == "status" { 4 } else { 0 }; // it is stopped
            assert_eq!(run.code, expected, "{page}: {command}\n{}", run.transcript());
            assert_eq!(calls.len(), if asks { 3 } else { 1 }, "{command}");
        }
    }
    let verbs: std::collections::BTreeSet<&str> = seen.iter().filter_map(|command| command.split(' ').next()).collect();
    assert_eq!(
        verbs.into_iter().collect::<Vec<_>>(),
        ["plan", "records", "restore", "resume", "rotate", "status", "stop"]
    );
}

/// The words of a command line with double quotes.
fn words(line: &str) -> Vec<String> {
    line.split('"')
        .enumerate()
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// What the function really answers (`tests/functions/dkim_rotation/test_answers.py` keeps the files): every situation has
/// its screen, its plan and its records.
#[test]
fn the_answers_of_the_function_are_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dkim");
    let project = project();
    let mut shown = String::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5);
    for file in files {
        let answer: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        shown.push_str(&format!("=== {}\n", file.file_stem().unwrap().to_string_lossy()));
        for verb in ["status", "plan", "records"] {
            let (run, _) = dkim(&project, &[verb], &[invoked(&answer)]);
            assert_ne!(run.code, 1, "{}", run.transcript());
            // The keys themselves differ from one recording to the next.
            let lines = run.stdout.lines().filter(|line| !line.starts_with("  value  "));
            shown.push_str(&format!("--- {verb}, exit {}\n", run.code));
            shown.extend(lines.map(|line| format!("{line}\n")));
        }
    }
    assert_golden("dkim/answers", &shown);
}
