//! Golden files, and pages that hold what the program prints: expected output that is reviewed like code.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Compares a text with `tests/golden/<name>.txt`; with `SESAME_ACCEPT` set, writes it instead.
#[track_caller]
pub fn assert_golden(name: &str, actual: &str) {
    assert_file(&at(&format!("tests/golden/{name}.txt")), actual);
}

/// Compares a text with a page of this repository; with `SESAME_ACCEPT` set, writes it instead.
#[track_caller]
pub fn assert_page(name: &str, actual: &str) {
    assert_file(&at(name), actual);
}

/// Compares a text with what stands in a page between two marks; with `SESAME_ACCEPT` set, writes it instead.
#[track_caller]
pub fn assert_part(name: &str, opening: &str, closing: &str, actual: &str) {
    // Several tests write parts of one page.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let page = std::fs::read_to_string(at(name)).expect("a page");
    let (before, rest) = page.split_once(opening).unwrap_or_else(|| panic!("{name} has no {opening:?}"));
    let (_, after) = rest.split_once(closing).unwrap_or_else(|| panic!("{name} has no {closing:?}"));
    assert_file(&at(name), &format!("{before}{opening}{actual}{closing}{after}"));
}

fn at(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[track_caller]
fn assert_file(file: &Path, actual: &str) {
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return;
    }
    if std::env::var_os("SESAME_ACCEPT").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, actual).expect("a golden file");
        return;
    }
    panic!(
        "{} differs; accept with SESAME_ACCEPT=1 cargo test\n--- expected\n{expected}\n--- actual\n{actual}",
        file.display()
    );
}

/// The text without the version of the program, which a release must be free to change.
pub fn without_version(text: &str) -> String {
    text.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}
