//! The template's side: what it declares for a parameter, and what a path of it comes to with the stack's parameters.

use serde_json::Value as Json;

use super::hidden::{HIDDEN, is_secret_name, secret_parameters};
use super::model::{Declared, Explanation, InTemplate, Outcome, Use};
use super::path::{did_you_mean, key_of};
use super::resolvers::of_template;
use super::{ExplainError, Scene, no_such_path, outcome_at};
use crate::deployment::given;
use crate::evaluate::{Inputs, Value, condition, value_of};
use crate::link::inputs;
use crate::logical_path::{LogicalPath, Segment, Trail};
use crate::project::parameters;
use crate::template::{Reference, Template, walk_references};
use crate::yaml::Tree;

/// The sections that a path may begin with.
pub const SECTIONS: &[&str] =
    &["Conditions", "Description", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"];

/// What the template declares for a path that is a parameter's.
pub fn declared(scene: &Scene<'_>, path: &LogicalPath) -> Option<Declared> {
    let [Segment::Key(section), Segment::Key(name), ..] = path.0.as_slice() else { return None };
    let template = scene.template.filter(|_| section == "parameters")?;
    let parameter = template.parameter(name)?;
    let definition = template.body.get("Parameters")?.get(name)?;
    let is_secret = parameter.no_echo || is_secret_name(name);
    let default = definition.get("Default").map(|value| if is_secret { HIDDEN.into() } else { plainly(value) });
    let constraints = definition
        .entries()
        .filter(|(key, _)| !matches!(*key, "Type" | "Default" | "NoEcho" | "Description"))
        .map(|(key, value)| (key.to_owned(), plainly(value)))
        .collect();
    let is_given = given(scene.stack).0.iter().any(|given| given.name == *name);
    Some(Declared {
        place: scene.project.template_place(scene.linked, &["Parameters", name].into()),
        kind: parameter.kind.clone(),
        is_default: !is_given && default.is_some(),
        default,
        no_echo: parameter.no_echo,
        constraints,
    })
}

/// What a parameter comes to that the stack does not give.
pub fn default_of(parameter: &Declared) -> Outcome {
    match &parameter.default {
        Some(_) if parameter.no_echo => Outcome::Hidden,
        Some(Json::String(text)) if text == HIDDEN => Outcome::Hidden,
        Some(default) => Outcome::Known(default.clone()),
        None => Outcome::Missing,
    }
}

/// Explains a path of the template.
pub fn explain(scene: &Scene<'_>, template: &Template<'_>, path: LogicalPath) -> Result<Explanation, ExplainError> {
    let mut inputs = inputs(scene.stack, template, &given(scene.stack).0);
    for name in secret_parameters(scene.stack, scene.secrets, &template.parameters) {
        inputs.parameters.remove(&name);
    }
    let raw = walk(&template.body, &path.0).ok();
    let outcome = outcome_of(template, &inputs, &path);
    let Some(outcome) = outcome.or_else(|| raw.map(|_| Outcome::Nothing)) else {
        return Err(missing(scene, template, &path));
    };
    let outcome = match path.0.last() {
        Some(Segment::Key(key)) if is_secret_name(key) && matches!(outcome, Outcome::Known(Json::String(_))) => {
            Outcome::Hidden
        }
        _ => outcome,
    };
    let entry = match path.0.as_slice() {
        [Segment::Key(section), entry, ..] => template.body.get(section).and_then(|of| step(of, entry)),
        _ => None,
    };
    let text = |key: &str| entry.and_then(|entry| entry.get(key)).and_then(Tree::as_str).map(str::to_owned);
    let is_resource = matches!(path.0.first(), Some(Segment::Key(section)) if section == "Resources");
    let place = scene.project.template_place(scene.linked, &path);
    let in_template = InTemplate {
        is_source: scene.linked.template.as_ref().is_some_and(|own| own.file != place.file),
        place,
        kind: text("Type").filter(|_| is_resource),
        condition: text("Condition").map(|name| {
            let holds = condition(&template.body, &inputs, &name);
            (name, holds)
        }),
        uses: raw.or(entry).map(|raw| uses(scene, template, raw)).unwrap_or_default(),
    };
    Ok(Explanation {
        stack: scene.stack.path.clone(),
        path,
        outcome,
        origin: None,
        steps: Vec::new(),
        parameter: None,
        template: Some(in_template),
        schema: None,
    })
}

/// What a path comes to; `None` if there is no such path.
fn outcome_of(template: &Template<'_>, inputs: &Inputs, path: &LogicalPath) -> Option<Outcome> {
    let (section, rest) = path.0.split_first()?;
    let section = key_of(section);
    let all = template.body.get(&section)?;
    let Some((entry, rest)) = rest.split_first() else {
        return Some(of_template(&value_of(&template.body, inputs, all)));
    };
    let raw = step(all, entry)?;
    if section == "Conditions" && rest.is_empty() {
        let holds = condition(&template.body, inputs, &key_of(entry));
        return Some(holds.map_or(Outcome::Unknown, |holds| Outcome::Known(holds.into())));
    }
    let mut value = value_of(&template.body, inputs, raw);
    for segment in rest {
        value = match (&value, segment) {
            (Value::Unknown, _) => return Some(Outcome::Unknown),
            (Value::List(items), Segment::Index(index)) => items.get(*index)?.clone(),
            (value, segment) => value.get(&key_of(segment))?.clone(),
        };
    }
    Some(of_template(&value))
}

/// The parameters that a piece of the template takes, each once.
fn uses(scene: &Scene<'_>, template: &Template<'_>, raw: &Tree<'_>) -> Vec<Use> {
    let mut names: Vec<String> = Vec::new();
    let mut conditions: Vec<String> = Vec::new();
    let mut take = |raw: &Tree<'_>, conditions: &mut Vec<String>| {
        walk_references(raw, &Trail::Root, &mut |_, reference| match reference {
            Reference::Value(name) if template.parameter(name).is_some() => add(&mut names, name),
            Reference::Condition(name) => add(conditions, name),
            _ => {}
        });
    };
    take(raw, &mut conditions);
    conditions.extend(raw.get("Condition").and_then(Tree::as_str).map(str::to_owned));
    // A condition takes parameters too, perhaps through others.
    let mut next = 0;
    while let Some(name) = conditions.get(next).cloned() {
        next += 1;
        if let Some(definition) = template.body.get("Conditions").and_then(|all| all.get(&name)) {
            take(definition, &mut conditions);
        }
    }
    let used = |name: String| {
        let path = LogicalPath::from(["parameters", &name]);
        let declared = declared(scene, &path)?;
        let given = outcome_at(scene, &path);
        let place = match given {
            Some(_) => {
                let setting = parameters(scene.stack).into_iter().find(|setting| setting.name == name);
                scene.stack.config.place_of(&setting.map_or(path, |setting| setting.origin))
            }
            None => declared.place.clone(),
        };
        Some(Use { outcome: given.unwrap_or_else(|| default_of(&declared)), place, name })
    };
    names.into_iter().filter_map(used).collect()
}

fn missing(scene: &Scene<'_>, template: &Template<'_>, path: &LogicalPath) -> ExplainError {
    let help = walk(&template.body, &path.0).err().and_then(|(at, depth)| {
        let names: Vec<String> = at.entries().map(|(name, _)| name.to_owned()).collect();
        did_you_mean(path, depth, &names)
    });
    no_such_path(scene, path.to_string(), help)
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// One step down. A number also names a key that is one.
fn step<'a, 't>(value: &'a Tree<'t>, segment: &Segment) -> Option<&'a Tree<'t>> {
    match (value, segment) {
        (Tree::List(items), Segment::Index(index)) => items.get(*index),
        (Tree::Map(_), segment) => value.get(&key_of(segment)),
        _ => None,
    }
}

/// Walks along some steps, to their end or to a function on the way; an error holds the value that does not have the next
/// step, and the number of that.
fn walk<'a, 't>(value: &'a Tree<'t>, path: &[Segment]) -> Result<&'a Tree<'t>, (&'a Tree<'t>, usize)> {
    let mut at = value;
    for (depth, segment) in path.iter().enumerate() {
        if matches!(at, Tree::Tagged(_)) {
            break;
        }
        at = step(at, segment).ok_or((at, depth))?;
    }
    Ok(at)
}

/// A value of the template as it is written.
fn plainly(value: &Tree<'_>) -> Json {
    match value {
        Tree::Null => Json::Null,
        Tree::Bool(flag) => (*flag).into(),
        Tree::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| text.as_ref().into()),
        Tree::Text(text) => text.as_ref().into(),
        Tree::List(items) => items.iter().map(plainly).collect(),
        Tree::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.to_string(), plainly(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Tree::Tagged(tagged) => serde_json::json!({ (format!("!{}", tagged.0)): plainly(&tagged.1) }),
    }
}
