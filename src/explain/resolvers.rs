//! Follows the resolvers of a value: what each names, where that is set, and what it comes to.

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use super::hidden::{HIDDEN, has_secret_name, reads_secret, secret_parameters, shown_plainly};
use super::model::{Outcome, Step};
use super::path::{Walk, walk};
use super::{Scene, origin_of};
use crate::evaluate;
use crate::finding::Place;
use crate::link::LinkedStack;
use crate::logical_path::{LogicalPath, Segment};
use crate::project::resolvers::{Resolution, named_path, resolve};
use crate::template::Parameter;
use crate::yaml::{date, scalar_text};

/// The most steps that are shown of one value.
const MOST_STEPS: usize = 100;

/// Follows every resolver in a value, outermost first.
pub fn follow(value: &Value, scene: &Scene<'_>, steps: &mut Vec<Step>) {
    match value {
        Value::Sequence(items) => items.iter().for_each(|item| follow(item, scene, steps)),
        Value::Mapping(entries) => entries.values().for_each(|item| follow(item, scene, steps)),
        Value::Tagged(_) if date(value).is_some() => {}
        Value::Tagged(tagged) => {
            let text = written(value);
            if steps.len() == MOST_STEPS || steps.iter().any(|step| step.resolver == text) {
                return;
            }
            let argument = scalar_text(&tagged.value).unwrap_or_default();
            match tagged.tag.to_string().as_str() {
                "!sesame" | "!stack_attr" => {
                    if let Some(next) = looked_up(value, text, scene, steps) {
                        follow(&next, scene, steps);
                    }
                }
                "!stack_output" => steps.push(stack_output(text, &argument, scene)),
                "!stack_output_external" => steps.push(external(text, &argument, scene)),
                "!environment_variable" => {
                    let is_set = std::env::var_os(&argument).is_some();
                    let state = if is_set { "set in this shell" } else { "not set in this shell" };
                    let outcome = if is_set { Outcome::Hidden } else { Outcome::Unknown };
                    steps.push(plain(text, format!("the environment variable `{argument}`, {state}"), outcome));
                }
                "!file_contents" => {
                    let place = Some(Place::file(argument.as_str()));
                    steps.push(Step { place, ..plain(text, "the contents of a file".to_owned(), Outcome::Hidden) });
                }
                "!no_value" => steps.push(plain(text, "nothing: Sceptre leaves it out".to_owned(), Outcome::Nothing)),
                "!join" | "!split" | "!select" | "!sub" => follow(&tagged.value, scene, steps),
                _ => steps.push(plain(text, "something that only its plugin knows".to_owned(), Outcome::Unknown)),
            }
        }
        _ => {}
    }
}

fn plain(resolver: String, names: String, outcome: Outcome) -> Step {
    Step { resolver, names, origin: None, place: None, outcome }
}

/// A resolver as it stands in the file, as far as it may be shown.
fn written(value: &Value) -> String {
    let Value::Tagged(tagged) = value else { return String::new() };
    match scalar_text(&tagged.value) {
        Some(argument) => format!("{} {argument}", tagged.tag).trim_end().to_owned(),
        None => format!("{} …", tagged.tag),
    }
}

/// `!sesame` and `!stack_attr`: adds the step, and gives the value that it leads to.
fn looked_up(value: &Value, text: String, scene: &Scene<'_>, steps: &mut Vec<Step>) -> Option<Value> {
    let path = named_path(value)?;
    // `!sesame` asks the group, whatever the stack file says.
    let is_of_group = text.starts_with("!sesame") || text.contains("stack_group_config.");
    let config = if is_of_group { &*scene.stack.group } else { &scene.stack.config };
    let origin = origin_of(config, scene, &path);
    let outcome = outcome(value, None, scene);
    let next = match path.0.first() {
        Some(Segment::Key(first)) => match config.get(first).map(|value| walk(value, &path.0[1..])) {
            Some(Walk::Found(next) | Walk::Resolver(next, _)) => Some(next.clone()),
            _ => None,
        },
        _ => None,
    };
    let names = match next {
        Some(_) => format!("`{path}`"),
        None if matches!(outcome, Outcome::Broken(_)) => format!("`{path}`, which is not there"),
        None => format!("`{path}`, which Sceptre makes up"),
    };
    steps.push(Step { resolver: text, names, origin, place: None, outcome });
    next
}

fn stack_output(text: String, argument: &str, scene: &Scene<'_>) -> Step {
    let Some((path, output)) = argument.split_once("::") else {
        return plain(text, "nothing".to_owned(), Outcome::Broken("`!stack_output` takes `STACK::OUTPUT`".to_owned()));
    };
    let names = format!("the output `{output}` of `{path}`");
    match scene.project.stack(path) {
        Some(stack) => output_of(text, names, stack, output, scene),
        None if scene.project.is_unread(path) => plain(text, names, Outcome::Unknown),
        None => plain(text, names, Outcome::Broken(format!("there is no stack `{path}`"))),
    }
}

fn external(text: String, argument: &str, scene: &Scene<'_>) -> Step {
    let (name, rest) = argument.split_once("::").unwrap_or((argument, ""));
    let mut words = rest.split_whitespace();
    let output = words.next().unwrap_or_default();
    let names = format!("the output `{output}` of the stack `{name}` in CloudFormation");
    let is_it = |other: &&LinkedStack| {
        other.account == scene.linked.account
            && other.region == scene.linked.region
            && other.stack.external_name() == name
    };
    let known = scene.project.stacks.iter().find(is_it).filter(|_| words.next().is_none());
    match known {
        Some(stack) => output_of(text, names, stack, output, scene),
        None => plain(text, names, Outcome::Unknown),
    }
}

fn output_of(text: String, names: String, stack: &LinkedStack, output: &str, scene: &Scene<'_>) -> Step {
    let found = stack.evaluated().map(|evaluated| evaluated.outputs.iter().find(|known| known.name == output));
    let outcome = match found {
        None => Outcome::Unknown,
        Some(None) => Outcome::Broken(format!("`{}` has no output `{output}`", stack.stack.path)),
        Some(Some(output)) if super::hidden::is_secret_name(&output.name) => Outcome::Hidden,
        // What the other stack is given, and must not be shown, may be part of what it hands out.
        Some(Some(_)) if !secret_parameters(&stack.stack, scene.secrets, declared(stack)).is_empty() => Outcome::Hidden,
        Some(Some(output)) => of_template(&output.value),
    };
    let place = found.flatten().map(|_| scene.project.template_place(stack, &["Outputs", output].into()));
    Step { place, ..plain(text, names, outcome) }
}

/// The parameters that a stack's template declares.
fn declared(stack: &LinkedStack) -> &[Parameter] {
    stack.template.as_ref().map(|template| template.parameters.as_slice()).unwrap_or_default()
}

/// What a value of a template comes to.
pub fn of_template(value: &evaluate::Value) -> Outcome {
    match value {
        evaluate::Value::Unknown => Outcome::Unknown,
        evaluate::Value::Null => Outcome::Nothing,
        value => Outcome::Known(json_of(value, "")),
    }
}

/// A value of a template as it may be shown, below a key; what only AWS knows is `null`.
fn json_of(value: &evaluate::Value, key: &str) -> Json {
    match value {
        evaluate::Value::Text(_) if super::hidden::is_secret_name(key) => HIDDEN.into(),
        evaluate::Value::Text(text) => text.as_str().into(),
        evaluate::Value::List(items) => items.iter().map(|item| json_of(item, key)).collect(),
        evaluate::Value::Map(entries) => {
            entries.iter().map(|(key, value)| (key.to_string(), json_of(value, key))).collect::<Map<_, _>>().into()
        }
        evaluate::Value::Null | evaluate::Value::Unknown => Json::Null,
    }
}

/// What a value of the config comes to. `path` is its own, if it is known.
pub fn outcome(value: &Value, path: Option<&LogicalPath>, scene: &Scene<'_>) -> Outcome {
    if reads_secret(value, scene.stack, scene.secrets)
        || path.is_some_and(|path| has_secret_name(path) && !is_collection(value))
    {
        return Outcome::Hidden;
    }
    match resolve(value, scene.stack) {
        Ok(Resolution::Known(value)) => Outcome::Known(shown_plainly(&value)),
        Ok(Resolution::Nothing) => Outcome::Nothing,
        Ok(Resolution::Unknown) => from_outputs(value, scene),
        Err(problem) => Outcome::Broken(match problem.help {
            Some(help) => format!("{}; {help}", problem.message),
            None => problem.message,
        }),
    }
}

fn is_collection(value: &Value) -> bool {
    matches!(value, Value::Mapping(_) | Value::Sequence(_))
}

/// An output of another stack may be known from its template.
fn from_outputs(value: &Value, scene: &Scene<'_>) -> Outcome {
    let Value::Tagged(tagged) = value else { return Outcome::Unknown };
    let argument = scalar_text(&tagged.value).unwrap_or_default();
    match tagged.tag.to_string().as_str() {
        "!stack_output" => stack_output(String::new(), &argument, scene).outcome,
        "!stack_output_external" => external(String::new(), &argument, scene).outcome,
        _ => Outcome::Unknown,
    }
}
