//! Resolvers and hooks that Sceptre does not have, or cannot read: it stops before it does anything.

use serde_yaml::Value;

use crate::finding::{Chapter, Finding, Rule, rules};
use crate::project::keys::meant_tag;
use crate::project::{Stack, each_tagged};
use crate::yaml::kind;

rules! {
    static RESOLVER_FORM: Rule = Rule::error("resolver-form", Chapter::ConfigFiles)
        .about("a misspelt resolver or hook, or a `!stack_output` that does not name a stack and an output")
        .page(
            "a tag that is nearly one of Sceptre's resolvers or hooks, or of this plugin; a tag that is not near any of \
             them may be that of another plugin. Also a `!stack_output` that is not `stack.yaml::Output`, and a \
             `!stack_output_external` that is not `stack-name::Output`, perhaps with a profile behind it",
        )
        .hides_line();
}

/// What is wrong, and advice.
type Fault = (String, String);

/// Every such resolver and hook of a stack.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    each_tagged(stack, &mut |path, tagged| {
        let fault = fault(&tagged.tag.to_string(), &tagged.value);
        let is_right = fault.is_none();
        findings.extend(fault.map(|(message, help)| {
            RESOLVER_FORM.finding(stack.config.place_of(path), message).at(path.clone()).help(Some(help))
        }));
        is_right
    });
    findings
}

/// What Sceptre 4.7.0 refuses: an unknown tag when it reads the file, and the argument in `sceptre/resolvers/stack_output.py`.
fn fault(tag: &str, argument: &Value) -> Option<Fault> {
    if let Some(meant) = meant_tag(tag) {
        return Some((format!("there is no `{tag}`"), format!("did you mean `{meant}`?")));
    }
    let (form, most) = match tag {
        "!stack_output" => ("stack.yaml::Output", 2),
        "!stack_output_external" => ("stack-name::Output", usize::MAX),
        _ => return None,
    };
    let Value::String(text) = argument else {
        return Some((format!("`{tag}` has {}, not a text", kind(argument)), format!("write `{tag} {form}`")));
    };
    let first = if most == 2 { text.as_str() } else { text.split_whitespace().next().unwrap_or_default() };
    let parts: Vec<&str> = first.split("::").collect();
    let is_right = (2..=most).contains(&parts.len()) && parts.iter().take(2).all(|part| !part.is_empty());
    (!is_right)
        .then(|| (format!("`{tag} {text}` does not name a stack and an output"), format!("write `{tag} {form}`")))
}
