//! An explanation as one JSON object. `tests/fixtures/formats/explanation.schema.json` describes it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Declared, Explanation, InTemplate, Kind, Origin, Outcome, Part, SetBy, Shown, Step};
use crate::finding::Place;
use crate::project::keys::Merge;
use crate::report::relative;
use crate::words::printable;

/// Writes the object. What is not known or not there is `null`.
///
/// # Errors
/// If the writer fails.
pub fn write(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let mut object = json!({
        "sesame": env!("CARGO_PKG_VERSION"),
        "stack": explanation.stack,
        "path": printable(&explanation.path.to_string()),
    });
    add_outcome(&mut object, &explanation.outcome);
    object["set_by"] = explanation.origin.as_ref().map_or(Value::Null, origin);
    object["resolvers"] = explanation.steps.iter().map(step).collect();
    object["parameter"] = explanation.parameter.as_ref().map_or(Value::Null, parameter);
    object["template"] = explanation.template.as_ref().map_or(Value::Null, template);
    object["schema"] = explanation.schema.as_ref().map_or(Value::Null, place);
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

/// The word for what a value comes to.
pub fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Known(_) => "known",
        Outcome::Unknown => "unknown",
        Outcome::Hidden => "hidden",
        Outcome::Nothing => "nothing",
        Outcome::Missing => "missing",
        Outcome::Broken(_) => "broken",
    }
}

fn add_outcome(object: &mut Value, outcome: &Outcome) {
    object["status"] = status(outcome).into();
    object["value"] = match outcome {
        Outcome::Known(value) => value.clone(),
        _ => Value::Null,
    };
    object["problem"] = match outcome {
        Outcome::Broken(problem) => printable(problem).into(),
        _ => Value::Null,
    };
}

fn place(place: &Place) -> Value {
    json!({"file": relative(&place.file), "line": place.line, "column": place.column})
}

fn origin(origin: &Origin) -> Value {
    json!({
        "rule": rule(origin.rule),
        "key": origin.key,
        "inheritance": origin.inheritance,
        "layers": origin.layers.iter().map(layer).collect::<Value>(),
    })
}

/// The word for a merge rule.
pub fn rule(rule: Merge) -> &'static str {
    match rule {
        Merge::ChildWins => "override",
        Merge::JoinLists => "join",
        Merge::MergeMappings => "merge",
    }
}

/// The word for what became of a file's value.
pub fn part(part: Part) -> &'static str {
    match part {
        Part::Wins => "wins",
        Part::Merged => "merged",
        Part::Overridden => "overridden",
    }
}

fn layer(layer: &Shown) -> Value {
    let kind = match layer.kind {
        Kind::Group => "group",
        Kind::SameName => "same-name",
        Kind::Stack => "stack",
    };
    let variable = |variable: &super::Variable| {
        let (set_by, at) = match &variable.set_by {
            SetBy::CommandLine => ("--var", Value::Null),
            SetBy::File(at) => ("--var-file", place(at)),
            SetBy::Nothing => ("nothing", Value::Null),
        };
        json!({"name": variable.name, "set_by": set_by, "place": at})
    };
    json!({
        "place": place(&layer.place),
        "kind": kind,
        "part": part(layer.part),
        "value": layer.value,
        "variables": layer.variables.iter().map(variable).collect::<Value>(),
    })
}

fn step(step: &Step) -> Value {
    let mut object = json!({"resolver": printable(&step.resolver), "names": printable(&step.names)});
    add_outcome(&mut object, &step.outcome);
    object["set_by"] = step.origin.as_ref().map_or(Value::Null, origin);
    object["place"] = step.place.as_ref().map_or(Value::Null, place);
    object
}

fn parameter(parameter: &Declared) -> Value {
    json!({
        "place": place(&parameter.place),
        "type": parameter.kind,
        "default": parameter.default,
        "is_default": parameter.is_default,
        "no_echo": parameter.no_echo,
        "constraints": parameter.constraints.iter().cloned().collect::<Map<_, _>>(),
    })
}

fn template(template: &InTemplate) -> Value {
    let uses = template.uses.iter().map(|used| {
        let mut object = json!({"parameter": used.name});
        add_outcome(&mut object, &used.outcome);
        object["place"] = place(&used.place);
        object
    });
    json!({
        "place": place(&template.place),
        "is_source": template.is_source,
        "type": template.kind,
        "condition": template.condition.as_ref().map(|(name, holds)| json!({"name": name, "holds": holds})),
        "parameters": uses.collect::<Value>(),
    })
}
