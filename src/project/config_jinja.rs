//! Jinja in config files, with the variables that Sceptre gives them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value as JinjaValue, escape_formatter,
};
use serde_yaml::{Mapping, Value};

use crate::files::Files;
use crate::jinja::{JinjaError, base_environment, jinja_value, mapping_value, refuse_huge};

/// What a missing variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// An error, as in Sceptre.
    Strict,
    /// An empty text: for finding lines in files whose values Sceptre has already given us.
    Lenient,
}

/// What every config file of a project sees.
pub struct Scope<'a> {
    /// `var`.
    pub variables: &'a Mapping,
    /// `command_path`, split at slashes.
    pub command_path: &'a [String],
    /// Where included files are read.
    pub files: &'a Arc<dyn Files>,
    /// `project_path`.
    pub project_folder: &'a Path,
    /// See [`Undefined`].
    pub undefined: Undefined,
}

/// The keys that one config file sees.
pub struct Names<'a> {
    /// Of a stack file: the merged values of its group, also called `stack_group_config`.
    pub group: Option<&'a Mapping>,
    /// The merged values of the files above of the same name.
    pub own: &'a Mapping,
    /// `stack_group_path`: the folder that Sceptre reads for, which is not always that of the file.
    pub group_folder: &'a Path,
}

impl Names<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.own.get(name).or_else(|| self.group?.get(name))
    }
}

/// Renders one config file. A text without Jinja comes back as `None`, unchanged.
///
/// # Errors
/// If the text is not valid Jinja, or uses a variable that does not exist.
pub fn render(text: &str, file: &Path, names: &Names<'_>, scope: &Scope<'_>) -> Result<Option<String>, JinjaError> {
    let settings = names.get("j2_environment").and_then(Value::as_mapping);
    if !has_jinja(text, settings) {
        return Ok(None);
    }
    refuse_huge(file, text)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut environment = base_environment(scope.files, folder);
    environment.set_auto_escape_callback(escaping);
    environment.set_formatter(write_value);
    environment.add_filter("e", escape);
    environment.add_filter("escape", escape);
    environment.add_filter("tojson", sorted_json);
    if scope.undefined == Undefined::Lenient {
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    }
    configure(&mut environment, settings, file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let rendered = environment
        .template_from_named_str(&name, text)
        .and_then(|template| template.render(context(names, scope)))
        .map_err(|error| JinjaError::new(file, folder, &error))?;
    Ok(Some(rendered))
}

/// Whether a text has any of the marks that begin something, with the delimiters of `j2_environment`.
fn has_jinja(text: &str, settings: Option<&Mapping>) -> bool {
    const MARKS: &[(&str, &str)] = &[
        ("block_start_string", "{%"),
        ("variable_start_string", "{{"),
        ("comment_start_string", "{#"),
        ("line_statement_prefix", ""),
        ("line_comment_prefix", ""),
    ];
    MARKS.iter().any(|(name, default)| {
        let mark = settings.and_then(|settings| settings.get(*name)?.as_str()).unwrap_or(default);
        !mark.is_empty() && text.contains(mark)
    })
}

/// Everything that a file sees; a key of a config hides Sceptre's own name, save the last two.
fn context(names: &Names<'_>, scope: &Scope<'_>) -> JinjaValue {
    let paths = [
        ("project_path".to_owned(), JinjaValue::from(scope.project_folder.to_string_lossy())),
        ("stack_group_path".to_owned(), JinjaValue::from(names.group_folder.to_string_lossy())),
    ];
    let mut seen: BTreeMap<String, JinjaValue> = BTreeMap::from(paths.clone());
    seen.insert("var".to_owned(), mapping_value(scope.variables));
    if let Some(group) = names.group {
        let entries =
            group.iter().filter_map(|(name, value)| Some((crate::yaml::scalar_text(name)?, jinja_value(value))));
        seen.insert("stack_group_config".to_owned(), JinjaValue::from_pairs(paths.into_iter().chain(entries)));
    }
    for (name, value) in names.group.into_iter().chain([names.own]).flatten() {
        if let Some(name) = name.as_str() {
            seen.insert(name.to_owned(), jinja_value(value));
        }
    }
    seen.insert("command_path".to_owned(), JinjaValue::from(scope.command_path.to_vec()));
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    seen.insert("environment_variable".to_owned(), JinjaValue::from(environment));
    JinjaValue::from(seen)
}

/// Sceptre escapes what is written in included files, unless their name ends in `.yaml`.
fn escaping(name: &str) -> AutoEscape {
    if name.ends_with(".yaml") { AutoEscape::None } else { AutoEscape::Html }
}

fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &JinjaValue) -> Result<(), Error> {
    if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() {
        return Ok(out.write_str(&escaped(&value.to_string()))?);
    }
    escape_formatter(out, state, value)
}

/// The filter `e`.
fn escape(value: &JinjaValue) -> JinjaValue {
    if value.is_safe() { value.clone() } else { JinjaValue::from_safe_string(escaped(&value.to_string())) }
}

/// The entities that Python's `markupsafe` writes; MiniJinja has others for quotes and slashes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;").replace('"', "&#34;")
}

/// The filter `tojson`: Jinja2 sorts keys.
fn sorted_json(value: &JinjaValue, indent: Option<JinjaValue>, arguments: Kwargs) -> Result<JinjaValue, Error> {
    minijinja::filters::tojson(&sorted(value), indent, arguments)
}

fn sorted(value: &JinjaValue) -> JinjaValue {
    let items = || value.try_iter().into_iter().flatten();
    match value.kind() {
        ValueKind::Map => {
            let entries: BTreeMap<String, JinjaValue> = items()
                .map(|key| (key.to_string(), value.get_item(&key).map(|item| sorted(&item)).unwrap_or_default()))
                .collect();
            JinjaValue::from_pairs(entries)
        }
        ValueKind::Seq => items().map(|item| sorted(&item)).collect(),
        _ => value.clone(),
    }
}

/// `j2_environment` of a group config: the settings that MiniJinja has too; any other is named and refused, since
/// ignoring it would render something else than Sceptre does.
fn configure(environment: &mut Environment<'_>, settings: Option<&Mapping>, file: &Path) -> Result<(), JinjaError> {
    let Some(settings) = settings else { return Ok(()) };
    let text = |name: &str, default: &str| settings.get(name).and_then(Value::as_str).unwrap_or(default).to_owned();
    let flag = |name: &str| settings.get(name).and_then(Value::as_bool).unwrap_or(false);
    const KNOWN: &[&str] = &[
        "block_start_string",
        "block_end_string",
        "variable_start_string",
        "variable_end_string",
        "comment_start_string",
        "comment_end_string",
        "trim_blocks",
        "lstrip_blocks",
        "keep_trailing_newline",
    ];
    if let Some(unknown) = settings.keys().filter_map(Value::as_str).find(|name| !KNOWN.contains(name)) {
        return Err(JinjaError::message(file, format!("`j2_environment.{unknown}` is not supported")));
    }
    let syntax = minijinja::syntax::SyntaxConfig::builder()
        .block_delimiters(text("block_start_string", "{%"), text("block_end_string", "%}"))
        .variable_delimiters(text("variable_start_string", "{{"), text("variable_end_string", "}}"))
        .comment_delimiters(text("comment_start_string", "{#"), text("comment_end_string", "#}"))
        .trim_blocks(flag("trim_blocks"))
        .lstrip_blocks(flag("lstrip_blocks"))
        .keep_trailing_newline(flag("keep_trailing_newline"))
        .build()
        .map_err(|error| JinjaError::new(file, file.parent().unwrap_or(Path::new("")), &error))?;
    environment.set_syntax(syntax);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::on_disk;

    fn rendered(text: &str, group: &str, own: &str) -> Result<Option<String>, JinjaError> {
        let group: Mapping = serde_yaml::from_str(group).unwrap();
        let own = serde_yaml::from_str(own).unwrap();
        let names = Names { group: Some(&group), own: &own, group_folder: Path::new("a/b") };
        let scope = Scope {
            variables: &serde_yaml::from_str("{x: 1, q: v}").unwrap(),
            command_path: &["a".to_owned(), "b".to_owned()],
            files: &on_disk(),
            project_folder: Path::new("/project"),
            undefined: Undefined::Strict,
        };
        render(text, Path::new("/nowhere/x.yaml"), &names, &scope)
    }

    #[track_caller]
    fn gives(text: &str, group: &str, expected: &str) {
        assert_eq!(rendered(text, group, "{}").unwrap().as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn sees_the_paths_unless_a_key_hides_them() {
        gives("{{ stack_group_path }} {{ project_path }}", "{}", "a/b /project");
        gives("{{ stack_group_config.stack_group_path }}", "{}", "a/b");
        gives("{{ stack_group_config.project_path }}", "{}", "/project");
        gives("{{ stack_group_path }}", "{stack_group_path: mine}", "mine");
        gives("{{ var.q }}", "{var: {q: 1}}", "1");
        gives("{{ command_path[1] }}", "{command_path: mine}", "b");
        assert_eq!(rendered("{{ a }}", "{a: 1}", "{a: 2}").unwrap().as_deref(), Some("2"));
    }

    #[test]
    fn delimiters_of_its_own_are_enough() {
        let group = "j2_environment: {variable_start_string: '<<', variable_end_string: '>>'}";
        gives("<< var.x >>", group, "1");
        gives("<< var.x >> {{ not }}", group, "1 {{ not }}");
        let blocks = "j2_environment: {block_start_string: '<%', block_end_string: '%>'}";
        gives("<% if true %>a<% endif %>", blocks, "a");
        assert_eq!(rendered("{{ x }}", group, "{}").unwrap(), None);
        let error = rendered("#% if x", "j2_environment: {line_statement_prefix: '#%'}", "{}").unwrap_err();
        assert_eq!(error.message, "`j2_environment.line_statement_prefix` is not supported");
        assert_eq!(rendered("a: 1", "j2_environment: {extensions: [x]}", "{}").unwrap(), None);
    }

    #[test]
    fn json_is_sorted_and_entities_are_pythons() {
        gives(
            "{{ m | tojson }}",
            "m: {b: 1, a: [{d: 1, c: '<x>'}]}",
            r#"{"a": [{"c": "\u003cx\u003e", "d": 1}], "b": 1}"#,
        );
        gives("{{ v | e }}", r#"v: "<a href='/'>\"&""#, "&lt;a href=&#39;/&#39;&gt;&#34;&amp;");
        gives("{{ v }}", "v: a&b", "a&b");
    }

    #[test]
    fn included_files_escape_unless_they_are_yaml() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["inc.j2", "inc.yaml"] {
            std::fs::write(folder.path().join(name), "{{ v }}").unwrap();
        }
        let group = serde_yaml::from_str("v: a&'b'").unwrap();
        let names = Names { group: Some(&group), own: &Mapping::new(), group_folder: Path::new("") };
        let scope = Scope {
            variables: &Mapping::new(),
            command_path: &[],
            files: &on_disk(),
            project_folder: folder.path(),
            undefined: Undefined::Strict,
        };
        let text = "{% include 'inc.j2' %} {% include 'inc.yaml' %}";
        let rendered = render(text, &folder.path().join("x.yaml"), &names, &scope).unwrap();
        assert_eq!(rendered.as_deref(), Some("a&amp;&#39;b&#39; a&'b'"));
    }
}
