//! What Sceptre refuses when it makes a stack of its merged config (`sceptre/stack.py`, `sceptre/config/reader.py`), or
//! when it looks for the template (`sceptre/template_handlers/`).

use std::path::Path;

use serde_yaml::Value;

use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::keys::{DEPRECATED_KEYS, TEMPLATE_SUFFIXES, with_slashes};
use crate::project::{Folders, Stack, TemplateSource, all_stacks};
use crate::words;
use crate::yaml::{date, is_true, kind};

rules! {
    static STACK_CONFIG: Rule = Rule::error("stack-config", Chapter::ConfigFiles)
        .about("a template, parameter, flag or name that Sceptre would refuse")
        .page("a `template`, `parameters`, flag or name that Sceptre would refuse; a key beside its older name");
    static DEPENDENCY: Rule = Rule::error("dependency", Chapter::ConfigFiles)
        .about("an entry of `dependencies:` that names no stack");
}

/// Sceptre's own template handlers, each with the key that it needs.
const HANDLERS: &[(&str, &str)] = &[("file", "path"), ("http", "url"), ("s3", "path")];

/// Keys that are yes or no, with what another value does.
const FLAGS: &[(&str, &str)] = &[
    ("disable_rollback", "Sceptre refuses it"),
    ("ignore", "Sceptre refuses it"),
    ("obsolete", "Sceptre refuses it"),
    ("protect", "Sceptre takes any text for true"),
];

/// Every such problem of a stack.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let mut findings = template(stack);
    findings.extend(old_and_new(stack));
    findings.extend(names(stack));
    findings.extend(parameters(stack));
    findings.extend(FLAGS.iter().filter_map(|(key, effect)| flag(stack, key, effect)));
    findings.extend(dependencies(stack));
    findings
}

fn problem(stack: &Stack, path: LogicalPath, message: impl Into<String>) -> Finding {
    STACK_CONFIG.finding(stack.config.place_of(&path), message).at(path)
}

fn set<'a>(stack: &'a Stack, key: &str) -> Option<&'a Value> {
    stack.config.get(key).filter(|value| is_true(value))
}

fn template(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let at = |key: &str| LogicalPath::from([key]);
    if set(stack, "template").is_some() && set(stack, "template_path").is_some() {
        let message = "both `template` and `template_path` are set; Sceptre takes one of them";
        findings.push(
            problem(stack, at("template_path"), message).help("remove `template_path`, the older name".to_owned()),
        );
    }
    match set(stack, "template") {
        Some(Value::Mapping(_)) => findings.extend(handler(stack)),
        Some(Value::Tagged(_)) | None => {}
        Some(other) => {
            let name = other.as_str().unwrap_or("…");
            findings.push(
                problem(stack, at("template"), format!("`template` is {}, not a mapping", kind(other)))
                    .help(format!("write `template: {{path: {name}}}`")),
            );
        }
    }
    findings.extend(suffix(stack));
    findings
}

/// `type` and the key that the handler of this type needs.
fn handler(stack: &Stack) -> Option<Finding> {
    let template = stack.config.get("template")?;
    let path = LogicalPath::from(["template"]);
    let name = match template.get("type") {
        None | Some(Value::Null) => "file",
        Some(Value::String(name)) => name,
        Some(Value::Tagged(_)) => return None,
        Some(other) => {
            let message = format!("`template.type` is {}, not the name of a template handler", kind(other));
            return Some(problem(stack, path.join("type"), message));
        }
    };
    let Some((_, key)) = HANDLERS.iter().find(|(known, _)| *known == name) else {
        // A plugin may bring any other.
        let help = words::did_you_mean(name, HANDLERS.iter().map(|(known, _)| *known))?;
        return Some(problem(stack, path.join("type"), format!("Sceptre has no template handler `{name}`")).help(help));
    };
    match template.get(*key) {
        Some(Value::String(_) | Value::Tagged(_)) => None,
        Some(other) if !other.is_null() => {
            let message = format!("`template.{key}` is {}, not a text", kind(other));
            Some(problem(stack, path.join(*key), message))
        }
        _ => {
            let known = template.as_mapping().into_iter().flat_map(serde_yaml::Mapping::keys);
            let near = words::nearest(key, known.filter_map(Value::as_str));
            let help = near.map(|near| format!("is `{near}` meant to be `{key}`?"));
            Some(problem(stack, path, format!("`template` has no `{key}`")).help(help))
        }
    }
}

fn suffix(stack: &Stack) -> Option<Finding> {
    let TemplateSource::File(name, named_at) = stack.template()? else { return None };
    let suffix = Path::new(&name).extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
    if TEMPLATE_SUFFIXES.contains(&suffix) {
        return None;
    }
    let known: Vec<String> = TEMPLATE_SUFFIXES.iter().map(|known| format!(".{known}")).collect();
    let message = format!("Sceptre takes no template `{name}`, only {}", words::list(&known));
    Some(problem(stack, named_at, message))
}

/// A key beside its older name. (`template` has a sentence of its own.)
fn old_and_new(stack: &Stack) -> Vec<Finding> {
    let both = DEPRECATED_KEYS
        .iter()
        .filter(|(old, new)| *new != "template" && set(stack, old).is_some() && set(stack, new).is_some());
    both.map(|(old, new)| {
        let message = format!("both `{new}` and `{old}` are set; Sceptre takes one of them");
        problem(stack, LogicalPath::from([*old]), message).help(format!("remove `{old}`, the older name"))
    })
    .collect()
}

/// The two texts that the name in CloudFormation is made of.
fn names(stack: &Stack) -> Option<Finding> {
    let (key, value) = match set(stack, "stack_name") {
        Some(name) => ("stack_name", name),
        None => ("project_code", stack.config.get("project_code")?),
    };
    let message = format!("`{key}` is {}, not a text", kind(value));
    // serde_yaml's own `is_string` looks behind tags.
    (!matches!(value, Value::String(_)))
        .then(|| problem(stack, LogicalPath::from([key]), message).help("put it in quotes".to_owned()))
}

fn parameters(stack: &Stack) -> Vec<Finding> {
    let path = LogicalPath::from(["parameters"]);
    match set(stack, "parameters") {
        Some(Value::Mapping(entries)) => {
            entries.iter().filter_map(|(name, value)| date_parameter(stack, path.join(name.as_str()?), value)).collect()
        }
        Some(other) => vec![problem(stack, path, format!("`parameters` is {}, not a mapping", kind(other)))],
        None => Vec::new(),
    }
}

/// Sceptre makes texts of numbers and booleans, and stops at a date.
fn date_parameter(stack: &Stack, path: LogicalPath, value: &Value) -> Option<Finding> {
    let text = date(value).or_else(|| value.as_sequence()?.iter().find_map(date))?;
    let message = format!("`{text}` is a date for Sceptre, and a parameter takes none");
    Some(problem(stack, path, message).help("put it in quotes".to_owned()))
}

fn flag(stack: &Stack, key: &str, effect: &str) -> Option<Finding> {
    let value = stack.config.get(key).filter(|value| !matches!(value, Value::Bool(_)))?;
    // A text may be `yes` where it is not known whether it stands in quotes.
    if matches!(value, Value::String(_)) && stack.config.node(key).is_none() {
        return None;
    }
    let message = format!("`{key}` is {}, not a boolean; {effect}", kind(value));
    Some(problem(stack, LogicalPath::from([key]), message).help("write `true` or `false`".to_owned()))
}

fn dependencies(stack: &Stack) -> Vec<Finding> {
    let Some(Value::Sequence(items)) = stack.config.get("dependencies") else { return Vec::new() };
    let folders = &stack.folders;
    let mut findings = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item {
            Value::String(name) if is_stack(&with_slashes(name), folders) => {}
            Value::String(name) => {
                let known = all_stacks(folders).unwrap_or_default();
                let plain = plain_path(name).filter(|plain| known.contains(plain));
                let help = plain
                    .map(|plain| format!("write `{plain}`: Sceptre compares the text, not the file"))
                    .or_else(|| words::did_you_mean(name, known.iter().map(String::as_str)))
                    .or_else(|| Some("name its file relative to `config/`, such as `prod/ses.yaml`".to_owned()));
                let message = format!("there is no stack `{name}`");
                findings.push(dependency(stack, item, index, message).help(help));
            }
            other => {
                let message = format!("a dependency is the file of a stack, not {}", kind(other));
                findings.push(dependency(stack, item, index, message));
            }
        }
    }
    findings
}

/// Whether a dependency is a stack as Sceptre looks for it: by the same text, so `./a.yaml` is none.
fn is_stack(name: &str, folders: &Folders) -> bool {
    let is_plain = name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let is_group = name.rsplit('/').next() == Some("config.yaml");
    is_plain && !is_group && name.ends_with(".yaml") && folders.files.is_file(&folders.config.join(name))
}

/// A path without `.` and `..`; `None` if it leads out of its folder.
fn plain_path(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A problem of one dependency. The list is joined of those of several files: the place is the item in the innermost
/// file that has it.
fn dependency(stack: &Stack, item: &Value, index: usize, message: String) -> Finding {
    let path = LogicalPath::from(["dependencies"]);
    let own = stack.config.layers.iter().rev().find_map(|layer| {
        let items = layer.document.value.get("dependencies")?.as_sequence()?;
        let path = path.join(items.iter().position(|one| one == item)?);
        let place = layer.place(layer.document.index.root.find(&path.0)?);
        Some(DEPENDENCY.finding(place, message.clone()).at(path))
    });
    own.unwrap_or_else(|| Finding { rule: &DEPENDENCY, ..problem(stack, path.join(index), message) })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::project::{Folders, Project, Undefined};

    /// The problems of a stack file below a group, each in one line.
    fn problems(group: &str, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("config/p")).unwrap();
        let group =
            format!("{}region: eu\n{group}", if group.contains("project_code") { "" } else { "project_code: pc\n" });
        std::fs::write(root.join("config/config.yaml"), group).unwrap();
        std::fs::write(root.join("config/p/other.yaml"), "").unwrap();
        std::fs::write(root.join("config/p/x.yaml"), text).unwrap();
        let project = Project::new(Folders::find(Some(&root)).unwrap(), serde_yaml::Mapping::new(), Undefined::Strict);
        let findings = check(&project.stack("p/x.yaml").unwrap());
        let prefix = format!("{}/config/", root.display());
        let line = |finding: crate::finding::Finding| {
            let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("{}{help}", finding.one_line()).replace(&prefix, "")
        };
        findings.into_iter().map(line).collect()
    }

    const TEMPLATE: &str = "template: {path: t.yaml}\n";

    #[test]
    fn a_sound_stack_has_none() {
        for text in [
            "template: {path: t.yaml}\nprotect: true\nignore: false\ndependencies: [p/other.yaml]\nparameters: {A: 1}\n",
            "template_path: t.py\ntemplate:\nparameters:\ndependencies:\nstack_name: ''\n",
            "template: {type: s3, path: b/t.yml}\nignore: yes\nobsolete: Off\n",
            "template: {type: http, url: 'https://example.com/t'}\n",
            "template: {type: my_plugin, where: x}\n",
            "template: {path: !stack_attr sceptre_user_data.t}\nstack_name: x\n",
            "",
        ] {
            assert_eq!(problems("", text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(problems("project_code: 12\n", "template: {path: t.j2}\nstack_name: x\n"), Vec::<String>::new());
    }

    #[test]
    fn templates() {
        for (text, problem) in [
            (
                "template: t.yaml\n",
                "p/x.yaml:1:11: template: `template` is a string, not a mapping; write `template: {path: t.yaml}`",
            ),
            (
                "template: [a]\n",
                "p/x.yaml:1:1: template: `template` is a list, not a mapping; write `template: {path: …}`",
            ),
            (
                "template: {pth: t.yaml}\n",
                "p/x.yaml:1:1: template: `template` has no `path`; is `pth` meant to be `path`?",
            ),
            ("template: {type: http}\n", "p/x.yaml:1:1: template: `template` has no `url`"),
            ("template: {path: 5}\n", "p/x.yaml:1:18: template.path: `template.path` is a number, not a text"),
            (
                "template: {type: fiel, path: t.yaml}\n",
                "p/x.yaml:1:18: template.type: Sceptre has no template handler `fiel`; did you mean `file`?",
            ),
            (
                "template: {type: [s3], path: t.yaml}\n",
                "p/x.yaml:1:12: template.type: `template.type` is a list, not the name of a template handler",
            ),
            (
                "template: {path: t.yml}\n",
                "p/x.yaml:1:18: template.path: Sceptre takes no template `t.yml`, only `.json`, `.yaml`, `.template`, `.j2` and `.py`",
            ),
            (
                "template_path: t\n",
                "p/x.yaml:1:16: template_path: Sceptre takes no template `t`, only `.json`, `.yaml`, `.template`, `.j2` and `.py`",
            ),
            (
                "template: {path: t.yaml}\ntemplate_path: t.yaml\n",
                "p/x.yaml:2:16: template_path: both `template` and `template_path` are set; Sceptre takes one of them; remove `template_path`, the older name",
            ),
        ] {
            assert_eq!(problems("", text), [problem], "{text}");
        }
    }

    #[test]
    fn values_of_the_wrong_kind() {
        for (text, problem) in [
            ("parameters: [A]\n", "p/x.yaml:2:1: parameters: `parameters` is a list, not a mapping"),
            (
                "ignore: 'yes'\n",
                "p/x.yaml:2:9: ignore: `ignore` is a string, not a boolean; Sceptre refuses it; write `true` or `false`",
            ),
            (
                "obsolete:\n",
                "p/x.yaml:2:9: obsolete: `obsolete` is nothing, not a boolean; Sceptre refuses it; write `true` or `false`",
            ),
            (
                "ignore: !stack_attr protect\n",
                "p/x.yaml:2:9: ignore: `ignore` is a tagged value, not a boolean; Sceptre refuses it; write `true` or `false`",
            ),
            (
                "parameters: !stack_attr sceptre_user_data\n",
                "p/x.yaml:2:13: parameters: `parameters` is a tagged value, not a mapping",
            ),
            (
                "protect: 'false'\n",
                "p/x.yaml:2:10: protect: `protect` is a string, not a boolean; Sceptre takes any text for true; write `true` or `false`",
            ),
            ("stack_name: 12\n", "p/x.yaml:2:13: stack_name: `stack_name` is a number, not a text; put it in quotes"),
        ] {
            assert_eq!(problems("", &format!("{TEMPLATE}{text}")), [problem], "{text}");
        }
        assert_eq!(
            problems("project_code: 12\n", TEMPLATE),
            ["config.yaml:2:15: project_code: `project_code` is a number, not a text; put it in quotes"]
        );
    }

    #[test]
    fn a_key_beside_its_older_name() {
        let text = format!("{TEMPLATE}sceptre_role: arn:new\niam_role: arn:old\n");
        assert_eq!(
            problems("", &text),
            [
                "p/x.yaml:3:11: iam_role: both `sceptre_role` and `iam_role` are set; Sceptre takes one of them; remove `iam_role`, the older name"
            ]
        );
    }

    #[test]
    fn dependencies_must_exist() {
        let text = format!("{TEMPLATE}dependencies:\n- p/other.yaml\n- p/othr.yaml\n- nope\n- 5\n- p\n");
        assert_eq!(
            problems("dependencies: [gone.yaml]\n", &text),
            [
                "config.yaml:3:16: dependencies[0]: there is no stack `gone.yaml`; name its file relative to `config/`, such as `prod/ses.yaml`",
                "p/x.yaml:4:3: dependencies[1]: there is no stack `p/othr.yaml`; did you mean `p/other.yaml`?",
                "p/x.yaml:5:3: dependencies[2]: there is no stack `nope`; name its file relative to `config/`, such as `prod/ses.yaml`",
                "p/x.yaml:6:3: dependencies[3]: a dependency is the file of a stack, not a number",
                "p/x.yaml:7:3: dependencies[4]: there is no stack `p`; name its file relative to `config/`, such as `prod/ses.yaml`",
            ]
        );
    }

    /// Sceptre looks for the text of a dependency among the names of the stacks.
    #[test]
    fn dependencies_are_compared_as_texts() {
        let text = format!("{TEMPLATE}dependencies: [./p/other.yaml, p/../p/other.yaml, config.yaml]\n");
        let advice = "write `p/other.yaml`: Sceptre compares the text, not the file";
        assert_eq!(
            problems("", &text)[..2],
            [
                format!("p/x.yaml:2:16: dependencies[0]: there is no stack `./p/other.yaml`; {advice}"),
                format!("p/x.yaml:2:32: dependencies[1]: there is no stack `p/../p/other.yaml`; {advice}"),
            ]
        );
        assert_eq!(problems("", &text).len(), 3);
    }

    #[test]
    fn a_parameter_is_no_date() {
        let text = format!("{TEMPLATE}parameters: {{A: 2020-01-02, B: '2020-01-02', C: 010}}\n");
        assert_eq!(
            problems("", &text),
            [
                "p/x.yaml:2:17: parameters.A: `2020-01-02` is a date for Sceptre, and a parameter takes none; put it in quotes"
            ]
        );
    }
}
