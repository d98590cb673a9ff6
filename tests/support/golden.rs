//! Golden files: expected output that is reviewed like code.

use std::path::Path;

/// Compares a text with `tests/golden/<name>.txt`; with `SESAME_ACCEPT` set, writes it instead.
#[track_caller]
pub fn assert_golden(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("SESAME_ACCEPT").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, actual).expect("a golden file");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; accept with SESAME_ACCEPT=1 cargo test\n--- expected\n{expected}\n--- actual\n{actual}",
        file.display()
    );
}

/// The text without the version of the program, which a release must be free to change.
pub fn without_version(text: &str) -> String {
    text.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}
