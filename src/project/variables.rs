//! `--var`, `--var-file` and `--merge-vars`, with Sceptre's rules.

use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};

use super::ProjectError;
use crate::files::{Disk, Files, LARGEST, text};
use crate::yaml::Document;

/// Builds the mapping that configs see as `var`.
///
/// Files come first, each replacing the top-level names of the ones before it, or merging into them with `merge`;
/// then `name=value` pairs, where dots in the name nest and only the first `=` separates.
///
/// # Errors
/// If a pair has no `=`, or a file is not a YAML mapping.
pub fn read(pairs: &[String], files: &[PathBuf], merge: bool) -> Result<Mapping, ProjectError> {
    let mut variables = Mapping::new();
    for file in files {
        let values = read_file(file)?;
        for (name, value) in values {
            match variables.get_mut(&name) {
                Some(existing) if merge => merge_into(existing, value),
                _ => {
                    variables.insert(name, value);
                }
            }
        }
    }
    for pair in pairs {
        let (name, value) = pair.split_once('=').ok_or_else(|| ProjectError::BadVariable { text: pair.clone() })?;
        let names: Vec<&str> = name.split('.').collect();
        set(&mut variables, &names, value);
    }
    Ok(variables)
}

fn read_file(file: &Path) -> Result<Mapping, ProjectError> {
    let bad = |reason: String| ProjectError::BadVariableFile { file: file.to_path_buf(), reason };
    let text = Disk.read_any(file, LARGEST).and_then(text).map_err(|error| bad(error.to_string()))?;
    match Document::parse(&text).map_err(|error| bad(error.to_string()))?.value {
        Value::Mapping(values) => Ok(values),
        Value::Null => Ok(Mapping::new()),
        other => Err(bad(format!("it holds {}, not a mapping of names to values", crate::yaml::kind(&other)))),
    }
}

fn merge_into(target: &mut Value, source: Value) {
    match (target, source) {
        (Value::Mapping(target), Value::Mapping(source)) => {
            for (name, value) in source {
                match target.get_mut(&name) {
                    Some(existing) => merge_into(existing, value),
                    None => {
                        target.insert(name, value);
                    }
                }
            }
        }
        (target, source) => *target = source,
    }
}

fn set(variables: &mut Mapping, names: &[&str], value: &str) {
    let (first, rest) = (Value::from(names[0]), &names[1..]);
    if rest.is_empty() {
        variables.insert(first, Value::from(value));
        return;
    }
    let nested = variables.entry(first).or_insert_with(|| Value::Mapping(Mapping::new()));
    if !nested.is_mapping() {
        *nested = Value::Mapping(Mapping::new());
    }
    if let Value::Mapping(nested) = nested {
        set(nested, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(mapping: Mapping) -> String {
        serde_yaml::to_string(&mapping).unwrap()
    }

    #[test]
    fn pairs_nest_and_keep_equals_signs_in_values() {
        let pairs = ["a.b=1", "a.c=x=y", "d="].map(str::to_owned);
        assert_eq!(yaml(read(&pairs, &[], false).unwrap()), "a:\n  b: '1'\n  c: x=y\nd: ''\n");
    }

    #[test]
    fn files_replace_or_merge() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.yaml"), folder.path().join("two.yaml"));
        std::fs::write(&one, "a: {x: 1, y: 2}\n").unwrap();
        std::fs::write(&two, "a: {y: 3}\n").unwrap();
        let files = [one, two];
        assert_eq!(yaml(read(&[], &files, false).unwrap()), "a:\n  y: 3\n");
        assert_eq!(yaml(read(&[], &files, true).unwrap()), "a:\n  x: 1\n  y: 3\n");
    }

    #[test]
    fn a_pair_without_equals_sign_is_refused() {
        let error = read(&["account".to_owned()], &[], false).unwrap_err();
        assert_eq!(error.to_string(), "`--var account` has no `=`; write `--var name=value`");
    }
}
