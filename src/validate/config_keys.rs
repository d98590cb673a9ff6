//! The keys of stack files: unknown ones have no effect in Sceptre, and a value inherited from above takes their place.

use serde_yaml::Value;

use crate::finding::{Chapter, Finding, Place, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::project::keys::{DEPRECATED_KEYS, HOOK_POINTS, IGNORED_KEYS, REQUIRED_KEYS, is_stack_key, stack_keys};
use crate::project::{GROUP_FILE, Layer, Stack, TemplateSource, environment};
use crate::words;
use crate::yaml::is_true;
use crate::yaml::scalar_text;

rules! {
    static DEPRECATED_KEY: Rule = Rule::warning("deprecated-key", Chapter::ConfigFiles)
        .about("an old name of a key, which Sceptre 5 will not know")
        .page(
            "`template_path`, `iam_role`, `iam_role_session_duration` or `role_arn`: old names that Sceptre 4.7 \
             takes with a warning, and 5 will not",
        );
    static HOOK_POINT: Rule = Rule::error("hook-point", Chapter::ConfigFiles)
        .about("hooks at a point that Sceptre does not have, and so never runs")
        .page("hooks at a point that Sceptre does not have (`after_creat`, `on_failure`), and so never runs");
    static INEFFECTIVE_KEY: Rule = Rule::warning("ineffective-key", Chapter::ConfigFiles)
        .about("a key that has no effect where it stands")
        .page(
            "a key that does nothing where it stands: in a group config one that Sceptre does not know, but that \
             looks like a key of it (`protected`, `tags`, a slip of the hand), unless some file's Jinja or a \
             `!stack_attr` reads it; another key than `path` and `type` in the `template:` of a file; `on_failure` \
             beside `disable_rollback`",
        );
    static MISSING_KEY: Rule = Rule::error("missing-key", Chapter::ConfigFiles)
        .about("a stack without `project_code`, `region` or `template`");
    static UNKNOWN_KEY: Rule = Rule::error("unknown-key", Chapter::ConfigFiles)
        .about("a key of a stack file that Sceptre does not know, and so ignores");
}

/// Whether a key is read by somebody.
pub type IsRead<'a> = &'a dyn Fn(&str) -> bool;

/// Old keys, and keys that do nothing, in one file.
pub fn of_layer(layer: &Layer, is_read: IsRead<'_>) -> Vec<Finding> {
    let Value::Mapping(keys) = &layer.document.value else { return Vec::new() };
    let is_group = layer.file.file_name().is_some_and(|name| name == GROUP_FILE);
    let mut findings: Vec<Finding> = hook_points_of(layer);
    let at = |key: &str| layer.document.index.root.key(key).map_or(Place::file(&layer.file), |at| layer.place(at));
    for key in keys.keys().filter_map(scalar_text) {
        let path = LogicalPath::from([key.as_str()]);
        if let Some((_, new)) = DEPRECATED_KEYS.iter().find(|(old, _)| *old == key) {
            // Both together are an error of their own.
            if keys.contains_key(*new) {
                continue;
            }
            let advice =
                if *new == "template" { "write `template: {path: …}`".to_owned() } else { format!("write `{new}`") };
            let message = format!("`{key}` is an old name, which Sceptre 5 will not know");
            findings.push(DEPRECATED_KEY.finding(at(&key), message).at(path).help(advice));
        } else if is_group && key != environment::KEY && !is_stack_key(&key) {
            // A group may have keys of its own, for the Jinja of the files below it.
            let ignored = IGNORED_KEYS.iter().find(|(ignored, _)| *ignored == key);
            let near = || words::did_you_mean(&key, stack_keys());
            let help = ignored.map(|(_, advice)| (*advice).to_owned()).or_else(near);
            if let Some(help) = help.filter(|_| !is_read(&key)) {
                let message = format!("Sceptre knows no key `{key}`, and nothing reads it");
                findings.push(INEFFECTIVE_KEY.finding(at(&key), message).at(path).help(help));
            }
        }
    }
    findings
}

/// Keys of `template:` that the handler of files does not look at.
fn template_keys(stack: &Stack) -> Vec<Finding> {
    const KEYS: &[&str] = &["path", "type"];
    let Some(TemplateSource::File(..)) = stack.template() else { return Vec::new() };
    let Some(Value::Mapping(template)) = stack.config.get("template") else { return Vec::new() };
    let finding = |key: String| {
        let path = LogicalPath::from(["template", key.as_str()]);
        let message = format!("`template` has no key `{key}`, and Sceptre ignores it");
        INEFFECTIVE_KEY
            .finding(stack.config.place_of(&path), message)
            .at(path)
            .help(words::did_you_mean(&key, KEYS.iter().copied()))
    };
    template.keys().filter_map(scalar_text).filter(|key| !KEYS.contains(&key.as_str())).map(finding).collect()
}

/// Hooks at points that Sceptre does not have.
fn hook_points_of(layer: &Layer) -> Vec<Finding> {
    let Some(Value::Mapping(hooks)) = layer.document.value.get("hooks") else { return Vec::new() };
    let unknown = hooks.keys().filter_map(scalar_text).filter(|point| !HOOK_POINTS.contains(&point.as_str()));
    let finding = |point: String| {
        let path = LogicalPath::from(["hooks", point.as_str()]);
        let near = || words::did_you_mean(&point, HOOK_POINTS.iter().copied());
        let help = match point.as_str() {
            "on_failure" => Some("CloudFormation's `on_failure` stands beside `hooks:`, not in it".to_owned()),
            _ => near(),
        };
        let hooks = layer.document.index.root.value("hooks");
        let at = hooks.and_then(|hooks| hooks.key(&point));
        let place = at.map_or_else(|| Place::file(&layer.file), |at| layer.place(at));
        HOOK_POINT
            .finding(place, format!("Sceptre has no hook point `{point}`: these hooks never run"))
            .at(path)
            .help(help)
    };
    unknown.map(finding).collect()
}

/// Unknown and missing keys, and one that another takes the effect from.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let own_layers = stack.config.layers.iter().skip(stack.group.layers.len());
    for layer in own_layers {
        let Value::Mapping(keys) = &layer.document.value else { continue };
        for key in keys.keys().filter_map(crate::yaml::scalar_text) {
            if is_stack_key(&key) {
                continue;
            }
            let advice =
                IGNORED_KEYS.iter().find(|(ignored, _)| *ignored == key).map(|(_, advice)| (*advice).to_owned());
            let help = advice.or_else(|| words::did_you_mean(&key, stack_keys()));
            let place = layer.document.index.root.key(&key).map_or(Place::file(&layer.file), |at| layer.place(at));
            findings.push(
                UNKNOWN_KEY
                    .finding(place, format!("Sceptre knows no key `{key}` and ignores it"))
                    .at(LogicalPath::from([key.as_str()]))
                    .help(help),
            );
        }
    }
    let missing = |name: &str| {
        MISSING_KEY
            .finding(Place::file(&stack.file), format!("`{name}` is set neither here nor in a group config above"))
    };
    findings.extend(REQUIRED_KEYS.iter().filter(|key| stack.config.get(key).is_none()).map(|key| missing(key)));
    if stack.template().is_none() {
        findings.push(missing("template"));
    }
    findings.extend(template_keys(stack));
    let is_set = |key: &str| stack.config.get(key).is_some_and(is_true);
    if is_set("on_failure") && is_set("disable_rollback") {
        let path = LogicalPath::from(["on_failure"]);
        let message = "`on_failure` has no effect: `disable_rollback` is set too".to_owned();
        findings.push(
            INEFFECTIVE_KEY
                .finding(stack.config.place_of(&path), message)
                .at(path)
                .help("CloudFormation takes one of them: remove the other".to_owned()),
        );
    }
    findings
}
