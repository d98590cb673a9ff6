//! Jinja in config files, with the variables that Sceptre gives them.

use std::path::Path;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use crate::files::Files;
use crate::jinja::{self, Dict, Environment, JinjaError, Key, Rendered, Syntax, mapping_value, syntax_of, value_of};

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
pub fn render(text: &str, file: &Path, names: &Names<'_>, scope: &Scope<'_>) -> Result<Option<Rendered>, JinjaError> {
    let settings = names.get("j2_environment").and_then(Value::as_mapping);
    // What is wrong in the settings matters only where they are used.
    let syntax = match syntax_of(settings, file) {
        Ok(syntax) if !syntax.is_in(text) => return Ok(None),
        Err(_) if !Syntax::default().is_in(text) && !has_marks_of(settings, text) => return Ok(None),
        read => read?,
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let environment =
        Environment::new(scope.files, folder, syntax, escapes).lenient(scope.undefined == Undefined::Lenient);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let given = jinja::Given { globals: &|_| None, context: &|name| value(name, names, scope) };
    environment.render_text(&name, text, given, true).map(Some)
}

/// Whether a text has a mark that these settings name.
fn has_marks_of(settings: Option<&Mapping>, text: &str) -> bool {
    const MARKS: &[&str] = &[
        "block_start_string",
        "variable_start_string",
        "comment_start_string",
        "line_statement_prefix",
        "line_comment_prefix",
    ];
    let mark = |name: &&str| settings.and_then(|settings| settings.get(*name)?.as_str());
    MARKS.iter().filter_map(mark).any(|mark| !mark.is_empty() && text.contains(mark))
}

/// What a file sees under a name; a key of a config hides Sceptre's own name, save the last two.
fn value(name: &str, names: &Names<'_>, scope: &Scope<'_>) -> Option<jinja::Value> {
    let path = |path: &Path| jinja::Value::from(&*path.to_string_lossy());
    match name {
        "environment_variable" => return Some(environment_variables()),
        "command_path" => {
            return Some(jinja::Value::list(scope.command_path.iter().map(|part| part.as_str().into()).collect()));
        }
        _ => {}
    }
    if let Some(value) = names.get(name) {
        return Some(value_of(value));
    }
    match name {
        "var" => Some(mapping_value(scope.variables)),
        "project_path" => Some(path(scope.project_folder)),
        "stack_group_path" => Some(path(names.group_folder)),
        "stack_group_config" => {
            let mut entries = Dict::default();
            entries.insert(Key::text("project_path"), path(scope.project_folder));
            entries.insert(Key::text("stack_group_path"), path(names.group_folder));
            for (key, value) in names.group? {
                entries.insert(Key::of(value_of(key)).ok()?, value_of(value));
            }
            Some(jinja::Value::dict(entries))
        }
        _ => None,
    }
}

fn environment_variables() -> jinja::Value {
    let entries = std::env::vars_os()
        .filter_map(|(name, value)| Some((Key::text(&name.into_string().ok()?), value.into_string().ok()?.into())));
    jinja::Value::dict(entries.collect::<Dict>())
}

/// Sceptre escapes what is written in included files, unless their name ends in `.yaml`.
fn escapes(name: &str) -> bool {
    !name.to_lowercase().ends_with(".yaml")
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
        let rendered = render(text, Path::new("/nowhere/x.yaml"), &names, &scope)?;
        Ok(rendered.map(|rendered| rendered.text.to_string()))
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
        gives("#% if var.x\na\n#% endif\nb", "j2_environment: {line_statement_prefix: '#%'}", "a\nb");
        let error = rendered("{{ var.x }}", "j2_environment: {finalize: x}", "{}").unwrap_err();
        assert_eq!(error.message, "`j2_environment.finalize` is not supported");
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
        assert_eq!(rendered.map(|rendered| rendered.text.to_string()).as_deref(), Some("a&amp;&#39;b&#39; a&'b'"));
    }
}
