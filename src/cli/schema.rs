//! `sesame schema`.

use std::io::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use super::args::{FileKind, Schema};
use super::output::output;
use crate::editor::{self, Survey};
use crate::exit_code;
use crate::files::{Disk, Files};
use crate::finding::Place;
use crate::project::Project;
use crate::render::write_atomically;
use crate::report;

pub fn run(project: &Project, options: &Schema) -> Result<u8> {
    let survey = Survey::of(project)?;
    if options.tags {
        for tag in editor::custom_tags(&survey.tags) {
            writeln!(output(), "{tag}")?;
        }
    } else if options.vscode {
        write_for_vscode(project, &survey)?;
    } else {
        let schema = match options.kind {
            FileKind::Stack => editor::stack_schema(&survey),
            FileKind::Group => editor::group_schema(&survey),
        };
        output().write_all(text(&schema)?.as_bytes())?;
    }
    // The schemas are good without what could not be read; they only check less.
    report::write(&mut anstream::stderr().lock(), &survey.findings)?;
    Ok(exit_code::of(&survey.findings))
}

/// Settings that are there are the team's: what to add to them is printed.
fn write_for_vscode(project: &Project, survey: &Survey) -> Result<()> {
    let folder = project.folders.root.join(editor::FOLDER);
    let mut out = output();
    let mut write = |name: &str, value: &Value| -> Result<()> {
        let file = folder.join(name);
        write_atomically(&file, text(value)?.as_bytes())
            .with_context(|| format!("cannot write `{}`", Place::file(&file)))?;
        Ok(writeln!(out, "wrote {}", Place::file(&file))?)
    };
    write(editor::STACK_FILE, &editor::stack_schema(survey))?;
    write(editor::GROUP_FILE, &editor::group_schema(survey))?;
    let settings = editor::settings(&project.folders, survey);
    let file = folder.join("settings.json");
    if !Disk.is_file(&file) {
        return write("settings.json", &settings);
    }
    let present = Disk.read_text(&file).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let has_all = |present: &Value| {
        settings.as_object().is_some_and(|settings| settings.iter().all(|(key, value)| present.get(key) == Some(value)))
    };
    match present {
        Some(present) if has_all(&present) => writeln!(out, "{} has the settings", Place::file(&file))?,
        _ => writeln!(out, "add to {}:\n{}", Place::file(&file), text(&settings)?.trim_end())?,
    }
    Ok(())
}

fn text(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
