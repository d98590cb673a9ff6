//! `sesame mask`: the same cases and the same bytes as the masking function in Python.

use std::io::Write;
use std::path::PathBuf;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::NOW;

fn masking(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/masking").join(name)
}

fn expected() -> Vec<u8> {
    std::fs::read(masking("expected.jsonl")).unwrap()
}

fn sesame() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sesame"));
    command.envs([NOW]);
    command
}

#[test]
fn the_shared_cases_come_out_byte_for_byte() {
    let output = sesame().arg("mask").arg(masking("cases.jsonl")).assert().success().get_output().stdout.clone();
    assert_eq!(String::from_utf8_lossy(&output), String::from_utf8_lossy(&expected()));
}

#[test]
fn standard_input_is_masked_too_and_twice_changes_nothing() {
    sesame().arg("mask").write_stdin(expected()).assert().success().stdout(expected());
}

#[test]
fn compressed_files_are_read_as_they_lie_in_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.gz");
    let cases = std::fs::read(masking("cases.jsonl")).unwrap();
    let half = cases.len() / 2;
    let mut members = Vec::new();
    for part in [&cases[..half], &cases[half..]] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(part).unwrap();
        members.extend(encoder.finish().unwrap());
    }
    std::fs::write(&file, &members).unwrap();
    sesame().arg("mask").arg(&file).assert().success().stdout(expected());
    std::fs::write(&file, &members[..members.len() - 9]).unwrap();
    sesame().arg("mask").arg(&file).assert().code(1);
}

#[test]
fn line_breaks_stay_as_they_are() {
    sesame()
        .arg("mask")
        .write_stdin("a@b.jp\r\n\n{\"x\":\"a@b.jp\"}")
        .assert()
        .success()
        .stdout("***@b.jp\r\n\n{\"x\":\"***@b.jp\"}");
}

#[test]
fn a_missing_file_is_named_before_anything_is_written() {
    let cases = masking("cases.jsonl");
    let output = sesame().arg("mask").arg(cases).arg("no-such-file").assert().code(1).get_output().clone();
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read `no-such-file`"));
}

#[test]
fn a_huge_line_is_refused() {
    let line = vec![b'a'; (64 << 20) + 2];
    let output = sesame().arg("mask").write_stdin(line).assert().code(1).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 1 of `standard input` is longer than 64 MiB"));
}
