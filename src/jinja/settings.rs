//! `j2_environment` of a group config: what Sceptre gives to Jinja2's `Environment`.

use std::path::Path;

use serde_yaml::{Mapping, Value};

use super::JinjaError;
use super::syntax::{Extensions, Syntax};
use crate::yaml::is_true;

/// The syntax that `j2_environment` sets.
///
/// # Errors
/// If it sets something that this program does not do: ignoring it would render something else than Sceptre does.
pub fn syntax_of(settings: Option<&Mapping>, file: &Path) -> Result<Syntax, JinjaError> {
    let mut syntax = Syntax::default();
    for (name, value) in settings.into_iter().flatten() {
        let Some(name) = name.as_str() else { continue };
        set(&mut syntax, name, value)
            .map_err(|reason| JinjaError::message(file, format!("`j2_environment.{name}` {reason}")))?;
    }
    Ok(syntax)
}

fn set(syntax: &mut Syntax, name: &str, value: &Value) -> Result<(), &'static str> {
    match name {
        "block_start_string" => syntax.block[0] = mark(value)?,
        "block_end_string" => syntax.block[1] = mark(value)?,
        "variable_start_string" => syntax.variable[0] = mark(value)?,
        "variable_end_string" => syntax.variable[1] = mark(value)?,
        "comment_start_string" => syntax.comment[0] = mark(value)?,
        "comment_end_string" => syntax.comment[1] = mark(value)?,
        "line_statement_prefix" => syntax.line_statement = prefix(value)?,
        "line_comment_prefix" => syntax.line_comment = prefix(value)?,
        "trim_blocks" => syntax.trim_blocks = is_true(value),
        "lstrip_blocks" => syntax.lstrip_blocks = is_true(value),
        "keep_trailing_newline" => syntax.keep_trailing_newline = is_true(value),
        "newline_sequence" => {
            syntax.newline = value
                .as_str()
                .filter(|text| matches!(*text, "\n" | "\r\n" | "\r"))
                .ok_or("is no line end that Jinja2 takes")?
                .to_owned();
        }
        "autoescape" => syntax.autoescape = Some(is_true(value)),
        "extensions" => syntax.extensions = extensions(value)?,
        // They change how fast Jinja2 is, and nothing that it writes.
        "optimized" | "cache_size" | "auto_reload" | "bytecode_cache" => {}
        _ => return Err("is not supported"),
    }
    Ok(())
}

/// The standard extensions. What a file does with them is looked at where it does so.
fn extensions(value: &Value) -> Result<Extensions, &'static str> {
    let mut extensions = Extensions::default();
    for name in value.as_sequence().ok_or("is no list")? {
        match name.as_str() {
            Some("jinja2.ext.do") => extensions.has_do = true,
            Some("jinja2.ext.loopcontrols") => extensions.has_loop_controls = true,
            Some("jinja2.ext.debug") => extensions.has_debug = true,
            Some("jinja2.ext.i18n") => extensions.has_i18n = true,
            // Jinja2 has them built in, and takes their names still.
            Some("jinja2.ext.with_" | "jinja2.ext.autoescape") => {}
            _ => return Err("lists an extension that does not come with Jinja2, which is not supported"),
        }
    }
    Ok(extensions)
}

fn mark(value: &Value) -> Result<String, &'static str> {
    value.as_str().filter(|mark| !mark.is_empty()).map(str::to_owned).ok_or("is no text")
}

fn prefix(value: &Value) -> Result<Option<String>, &'static str> {
    if value.is_null() { Ok(None) } else { mark(value).map(Some) }
}
