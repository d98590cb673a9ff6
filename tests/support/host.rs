//! The program with a host beside it that answers AWS calls from a list and notes what it is asked.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{NOW, Project, Run};

/// Runs with these answers to the calls, in their order, and returns the run and the calls.
pub fn run_with_answers(project: &Project, arguments: &[&str], answers: &[Value]) -> (Run, Vec<Value>) {
    let lines: String = (1..)
        .zip(answers)
        .map(|(id, answer)| {
            let mut answer = answer.clone();
            answer["id"] = json!(id);
            format!("{answer}\n")
        })
        .collect();
    run(project, "python", arguments, &lines)
}

/// An answer to a call such as `sts.get_caller_identity`, if the call has a text in it.
pub type ByCall = (&'static str, &'static str, Value);

/// Runs with the first of these answers that belongs to each call, however often it is made.
pub fn run_by_call(project: &Project, arguments: &[&str], answers: &[ByCall]) -> (Run, Vec<Value>) {
    let lines: String = answers.iter().map(|(call, text, answer)| format!("{call}\t{text}\t{answer}\n")).collect();
    run(project, "by_call", arguments, &lines)
}

/// What AWS refuses with.
pub fn refused(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

fn run(project: &Project, host: &str, arguments: &[&str], answers: &str) -> (Run, Vec<Value>) {
    project.write("bin/answers", answers);
    project.write("bin/calls", "");
    install(project, host);
    let run = loop {
        let mut command = Command::new(project.file("bin/sesame"));
        command.args(arguments).current_dir(project.path()).envs([NOW]).stdin(Stdio::null());
        match command.output() {
            // Another test forked while the copy of the program was open.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {}
            output => break Run::from_output(&output.expect("the program runs")),
        }
    };
    let calls = project.read("bin/calls").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (run, calls)
}

/// The program and the Python beside it, as `pip` puts them.
fn install(project: &Project, host: &str) {
    let (program, python) = (project.file("bin/sesame"), project.file("bin/python"));
    if !program.exists() {
        let built = assert_cmd::cargo::cargo_bin!("sesame");
        std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/host").join(host);
        std::os::unix::fs::symlink(fixture, python).unwrap();
    }
}
