//! What must not be shown: the values of `NoEcho` parameters and what they are read from, values whose names say that
//! they are secret, and what comes out of the process's environment or other files, where secrets are kept.

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use super::layers::{Part, trace};
use crate::logical_path::{LogicalPath, Segment};
use crate::project::resolvers::origins;
use crate::project::{Config, Layer, Stack};
use crate::template::Parameter;
use crate::validate::Secrets;
use crate::yaml::scalar_text;

/// What stands in the place of a hidden value.
pub const HIDDEN: &str = "(hidden)";

/// Last words of names whose values are secret.
const SECRET_WORDS: &[&str] = &[
    "accesskey",
    "apikey",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "secretstring",
    "token",
];

/// Resolvers whose argument only names something.
const NAMING: &[&str] = &[
    "!environment_variable",
    "!file_contents",
    "!no_value",
    "!sesame",
    "!stack_attr",
    "!stack_output",
    "!stack_output_external",
];

/// Whether a name says that its value is secret: `DbPassword`, `smtp_secret`.
pub fn is_secret_name(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    SECRET_WORDS.iter().any(|word| name.ends_with(word))
}

/// Whether the last key of a path says so.
pub fn has_secret_name(path: &LogicalPath) -> bool {
    let last = path.0.iter().rev().find_map(|segment| match segment {
        Segment::Key(key) => Some(key),
        Segment::Index(_) => None,
    });
    last.is_some_and(|key| is_secret_name(key))
}

/// Whether the value of a file at a path, or something it is part of, stands on the line of a secret.
pub fn is_on_secret_line(path: &LogicalPath, layer: &Layer, secrets: &Secrets) -> bool {
    (1..=path.0.len()).any(|depth| {
        let (position, walked) = layer.document.index.root.walk(&path.0[..depth]);
        walked == depth && secrets.hold(&layer.place(position))
    })
}

/// Whether the environment of the process was written into the line at a path.
pub fn is_from_process(path: &LogicalPath, layer: &Layer) -> bool {
    let (position, _) = layer.document.index.root.walk(&path.0);
    if layer.source.rendered.is_none() {
        return false;
    }
    // What another file or nobody is known to have written may be from anywhere.
    layer.source.line(position.line).is_none_or(|line| {
        let text = layer.source.text.lines().nth(line.saturating_sub(1));
        text.is_some_and(|text| text.contains("environment_variable"))
    })
}

/// The value of a file as it may be shown. A resolver is an object with its tag: `{"!sesame": "domain"}`.
pub fn shown(value: &Value, path: &LogicalPath, layer: &Layer, secrets: &Secrets) -> Json {
    let is_hidden = is_on_secret_line(path, layer, secrets);
    match value {
        Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let is_name = NAMING.contains(&tag.as_str()) && scalar_text(&tagged.value).is_some();
            let argument = match (is_hidden && !is_name, &tagged.value) {
                (true, _) => HIDDEN.into(),
                (false, argument) => shown_plainly(argument),
            };
            Json::Object(Map::from_iter([(tag, argument)]))
        }
        Value::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| {
                let key = scalar_text(key).unwrap_or_default();
                let value = shown(value, &path.join(key.as_str()), layer, secrets);
                (key, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Sequence(items) => {
            items.iter().enumerate().map(|(index, item)| shown(item, &path.join(index), layer, secrets)).collect()
        }
        Value::Null => Json::Null,
        _ if is_hidden || has_secret_name(path) || is_from_process(path, layer) => HIDDEN.into(),
        scalar => plain(scalar),
    }
}

/// A value with nothing to hide but what its names say.
pub fn shown_plainly(value: &Value) -> Json {
    match value {
        Value::Tagged(tagged) => Json::Object(Map::from_iter([(tagged.tag.to_string(), shown_plainly(&tagged.value))])),
        Value::Mapping(entries) => {
            let entry = |(key, value): (&Value, &Value)| {
                let key = scalar_text(key).unwrap_or_default();
                let is_hidden = is_secret_name(&key) && scalar_text(value).is_some();
                (key, if is_hidden { HIDDEN.into() } else { shown_plainly(value) })
            };
            entries.iter().map(entry).collect::<Map<_, _>>().into()
        }
        Value::Sequence(items) => items.iter().map(shown_plainly).collect(),
        scalar => plain(scalar),
    }
}

/// The parameters whose values must not be shown although their template does not call them secret.
pub fn secret_parameters(stack: &Stack, secrets: &Secrets, declared: &[Parameter]) -> Vec<String> {
    // The template's evaluation leaves `NoEcho` parameters out by itself.
    let open = declared.iter().filter(|parameter| !parameter.no_echo);
    let is_secret = |parameter: &&Parameter| {
        let path = LogicalPath::from(["parameters", &parameter.name]);
        has_secret_name(&path)
            || is_hidden_at(&path, &stack.config, stack, secrets)
            || stack.config.value_at(&path).is_some_and(|value| reads_secret(value, stack, secrets))
    };
    open.filter(is_secret).map(|parameter| parameter.name.clone()).collect()
}

/// Whether a value is read from something that must not be shown, directly or through others.
pub fn reads_secret(value: &Value, stack: &Stack, secrets: &Secrets) -> bool {
    let is_secret = |path: &LogicalPath| {
        is_hidden_at(path, &stack.config, stack, secrets) || is_hidden_at(path, &stack.group, stack, secrets)
    };
    names_process(value) || origins(value, stack).iter().any(is_secret)
}

/// Whether what the files say at a path must not be shown.
fn is_hidden_at(path: &LogicalPath, config: &Config, stack: &Stack, secrets: &Secrets) -> bool {
    let groups = stack.group.layers.len().min(config.layers.len());
    let says = trace(config, groups, path).says;
    says.into_iter().filter(|say| say.part != Part::Overridden).any(|say| {
        names_process(say.value)
            || has_secret_name(&say.path) && scalar_text(say.value).is_some()
            || is_on_secret_line(&say.path, say.layer, secrets)
            || is_from_process(&say.path, say.layer)
            || has_hidden(&shown(say.value, &say.path, say.layer, secrets))
    })
}

/// Whether a value takes something from the process's environment or a file.
fn names_process(value: &Value) -> bool {
    match value {
        Value::Tagged(tagged) => {
            matches!(tagged.tag.to_string().as_str(), "!environment_variable" | "!file_contents")
                || names_process(&tagged.value)
        }
        Value::Sequence(items) => items.iter().any(names_process),
        Value::Mapping(entries) => entries.values().any(names_process),
        _ => false,
    }
}

/// Whether something in a shown value is hidden.
fn has_hidden(value: &Json) -> bool {
    match value {
        Json::String(text) => text == HIDDEN,
        Json::Array(items) => items.iter().any(has_hidden),
        Json::Object(entries) => entries.values().any(has_hidden),
        _ => false,
    }
}

fn plain(scalar: &Value) -> Json {
    serde_json::to_value(scalar).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["DbPassword", "smtp_secret", "API-KEY", "token", "SecretString", "DomainSigningPrivateKey"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["SecretName", "TokenLifetime", "DomainName", "Key", "passwords_folder"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
