//! Where one value of a stack comes from and what it comes to: every file that had a say, the merge rule, the resolvers
//! followed to their ends, what the template declares, and for a path of the template the stack's evaluated value.
//!
//! It reads what all other stages read, judges nothing, and shows no secret.

mod hidden;
mod human;
mod json;
mod layers;
mod model;
mod path;
mod resolvers;
mod template;
mod variables;

pub use human::write;
pub use json::write as write_json;
pub use layers::{Kind, Part};
pub use model::{Declared, Explanation, InTemplate, Origin, Outcome, Shown, Step, Use};
pub use variables::{SetBy, Variable, VariableSources};

use serde_json::{Map, Value as Json};
use serde_yaml::Value;
use thiserror::Error;

use crate::check;
use crate::deployment::{TemplateFile, given};
use crate::finding::{Finding, Place};
use crate::link::{LinkedProject, LinkedStack, link};
use crate::logical_path::{LogicalPath, Segment};
use crate::project::{CONFIG_UNREADABLE, Config, Project, ProjectError, Selection, Stack, environment};
use crate::template::Template;
use crate::validate::{Secrets, schema_of};
use crate::words;
use crate::yaml::{Index, scalar_text};
use path::{Walk, walk};

/// Why nothing can be explained.
#[derive(Debug, Error)]
pub enum ExplainError {
    /// The project, or the stack in it.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A group was named.
    #[error("`{0}` is a group; name one of its stacks")]
    IsGroup(String),
    /// A file of the stack, or its template, cannot be read.
    #[error("{}", .0.one_line())]
    Unreadable(Box<Finding>),
    /// The path names nothing.
    #[error("`{stack}` has no `{path}`{}", .help.as_deref().map(|help| format!("; {help}")).unwrap_or_default())]
    NoSuchPath {
        /// The stack file.
        stack: String,
        /// As asked for.
        path: String,
        /// The nearest path, or what takes it away.
        help: Option<String>,
    },
}

/// What an explanation is made from.
struct Scene<'a> {
    project: &'a LinkedProject<'a>,
    stack: &'a Stack,
    /// With the template, if that can be read.
    linked: &'a LinkedStack,
    template: Option<&'a Template<'a>>,
    secrets: &'a Secrets,
    sources: VariableSources<'a>,
}

/// Explains a path of a stack, such as `parameters.DomainName` or `Resources.Topic.Properties`.
///
/// # Errors
/// If the stack or its files cannot be read, or the path names nothing.
pub fn explain(
    project: &Project,
    stack: &str,
    path: &str,
    sources: VariableSources<'_>,
) -> Result<Explanation, ExplainError> {
    let selection = Selection::of(&project.folders, Some(stack))?;
    let Some(stack) = selection.stacks().first().filter(|first| *first == selection.command_path()) else {
        return Err(ExplainError::IsGroup(stack.to_owned()));
    };
    let stack = project.stack(stack).map_err(|findings| unreadable(&findings, &project.folders.config.join(stack)))?;

    let (stacks, secrets) = everything(project)?;
    let all = LinkedProject::new(&project.folders, stacks);

    let text = TemplateFile::of(&stack, &project.folders)
        .and_then(|file| file.map(|file| file.read(&stack).map(|text| (file, text))).transpose());
    let loaded = match &text {
        Ok(Some((file, text))) => file.parse(text).map(|template| Some((file, template))),
        Ok(None) => Ok(None),
        Err(findings) => Err(findings.clone()),
    };
    let mut own = LinkedStack::new(stack.clone());
    if let Ok(Some((file, template))) = &loaded {
        own.template = Some(link(&stack, file, template, &given(&stack).0));
    }
    let template = loaded.as_ref().ok().and_then(|loaded| Some(&loaded.as_ref()?.1));
    let scene = Scene { project: &all, stack: &stack, linked: &own, template, secrets: &secrets, sources };

    let asked = path::parse(path).ok_or_else(|| no_such_path(&scene, path.to_owned(), None))?;
    let asked = parameter_of(asked);
    let first = asked.0.first().map(path::key_of).unwrap_or_default();
    if template::SECTIONS.contains(&first.as_str()) && stack.config.get(&first).is_none() {
        return match (&loaded, template) {
            (Err(findings), _) => Err(unreadable(findings, &stack.file)),
            (_, Some(template)) => template::explain(&scene, template, asked),
            _ => Err(no_such_path(&scene, path.to_owned(), Some("its template cannot be read offline".to_owned()))),
        };
    }
    of_config(&scene, asked)
}

/// All stacks that can be read, and all secrets: a value of the environment may be the password of another stack.
fn everything(project: &Project) -> Result<(Vec<LinkedStack>, Secrets), ProjectError> {
    let selection = Selection::of(&project.folders, None)?;
    let (checked, linked) = check::stacks(project, &selection, |_| true)?;
    let mut secrets = checked.secrets;
    // What no template tells to be harmless is not shown. (A file without a template is only there to be inherited from.)
    for other in linked.iter().filter(|other| other.template.is_none() && other.stack.template().is_some()) {
        secrets.extend(Secrets::behind(&other.stack, |_| true));
    }
    Ok((linked, secrets))
}

fn unreadable(findings: &[Finding], file: &std::path::Path) -> ExplainError {
    let finding = findings.first().cloned();
    ExplainError::Unreadable(Box::new(
        finding.unwrap_or_else(|| CONFIG_UNREADABLE.finding(Place::file(file), "cannot be read")),
    ))
}

/// `Parameters.X` of the template is what the stack gives as `parameters.X`.
fn parameter_of(mut path: LogicalPath) -> LogicalPath {
    if let [Segment::Key(section), _, ..] = path.0.as_mut_slice()
        && section == "Parameters"
    {
        *section = "parameters".to_owned();
        path.0.truncate(2);
    }
    path
}

fn of_config(scene: &Scene<'_>, path: LogicalPath) -> Result<Explanation, ExplainError> {
    let config = &scene.stack.config;
    let parameter = template::declared(scene, &path);
    let first = path.0.first().map(path::key_of).unwrap_or_default();
    let raw = match config.get(&first).map(|value| walk(value, &path.0[1..])) {
        Some(Walk::Found(value) | Walk::Resolver(value, _)) => Some(value),
        _ => None,
    };
    let mut steps = Vec::new();
    let outcome = match (raw, &parameter) {
        (Some(value), _) => {
            resolvers::follow(value, scene, &mut steps);
            outcome_at(scene, &path).ok_or_else(|| missing(scene, &path))?
        }
        (None, Some(parameter)) if path.0.len() == 2 => template::default_of(parameter),
        (None, _) => return Err(missing(scene, &path)),
    };
    let schema = schema(scene, &path);
    let origin = origin_of(config, scene, &path);
    Ok(Explanation { stack: scene.stack.path.clone(), path, outcome, origin, steps, parameter, template: None, schema })
}

/// The files that had a say about a path of a config; `None` if there are none.
fn origin_of(config: &Config, scene: &Scene<'_>, path: &LogicalPath) -> Option<Origin> {
    let groups = scene.stack.group.layers.len().min(config.layers.len());
    let trace = layers::trace(config, groups, path);
    let key = path.0.first().map(path::key_of)?;
    let shown = |say: &layers::Say<'_>| Shown {
        place: say.layer.place(say.layer.document.index.root.walk(&say.path.0).0),
        kind: say.kind,
        part: say.part,
        value: if is_secret_parameter(scene, path) && !matches!(say.value, Value::Tagged(_)) {
            hidden::HIDDEN.into()
        } else {
            hidden::shown(say.value, &say.path, say.layer, scene.secrets)
        },
        variables: variables::variables_of(say.layer, &say.path, &scene.sources),
    };
    let layers: Vec<Shown> = trace.says.iter().map(shown).collect();
    (!layers.is_empty()).then_some(Origin { layers, rule: trace.rule, key, inheritance: trace.inheritance })
}

/// Whether a path is that of a parameter which is secret, or may be for all that is known.
fn is_secret_parameter(scene: &Scene<'_>, path: &LogicalPath) -> bool {
    let [Segment::Key(section), Segment::Key(name), ..] = path.0.as_slice() else { return false };
    let is_secret = |template: &Template| template.parameter(name).is_some_and(|parameter| parameter.no_echo);
    section == "parameters" && scene.template.is_none_or(is_secret)
}

/// What the value at a path of the stack's config comes to; `None` if it is not there.
fn outcome_at(scene: &Scene<'_>, path: &LogicalPath) -> Option<Outcome> {
    let (Segment::Key(first), rest) = path.0.split_first()? else { return None };
    let value = match walk(scene.stack.config.get(first)?, rest) {
        Walk::Found(value) => value,
        Walk::Resolver(value, rest) => {
            let above = LogicalPath(path.0[..path.0.len() - rest.len()].to_vec());
            return inside(leaf(scene, &above, value), rest);
        }
        Walk::Missing(..) => return None,
    };
    if is_secret_parameter(scene, path) {
        return Some(Outcome::Hidden);
    }
    let part = |segment: Segment| match outcome_at(scene, &path.join(segment)) {
        Some(Outcome::Known(value)) => Some(value),
        Some(Outcome::Hidden) => Some(hidden::HIDDEN.into()),
        Some(Outcome::Nothing) => None,
        _ => Some(Json::Null),
    };
    Some(match value {
        Value::Mapping(entries) => {
            let entry = |key: String| Some((key.clone(), part(Segment::Key(key))?));
            Outcome::Known(entries.keys().filter_map(scalar_text).filter_map(entry).collect::<Map<_, _>>().into())
        }
        Value::Sequence(items) => {
            Outcome::Known((0..items.len()).filter_map(|index| part(Segment::Index(index))).collect())
        }
        value => leaf(scene, path, value),
    })
}

/// What a value that is no collection comes to.
fn leaf(scene: &Scene<'_>, path: &LogicalPath, value: &Value) -> Outcome {
    let groups = scene.stack.group.layers.len();
    let trace = layers::trace(&scene.stack.config, groups, path);
    let is_hidden = trace.says.iter().filter(|say| say.part != Part::Overridden).any(|say| {
        hidden::is_on_secret_line(&say.path, say.layer, scene.secrets) || hidden::is_from_process(&say.path, say.layer)
    });
    match value {
        _ if is_hidden || is_secret_parameter(scene, path) => Outcome::Hidden,
        Value::Null => Outcome::Nothing,
        value => resolvers::outcome(value, Some(path), scene),
    }
}

/// What lies further down in what a resolver gives.
fn inside(outcome: Outcome, rest: &[Segment]) -> Option<Outcome> {
    let Outcome::Known(mut value) = outcome else { return Some(outcome) };
    for segment in rest {
        value = match segment {
            Segment::Index(index) => value.get(*index),
            Segment::Key(key) => value.get(key),
        }?
        .clone();
    }
    Some(Outcome::Known(value))
}

/// A path that names nothing: with the nearest one, or with what takes it away.
fn missing(scene: &Scene<'_>, path: &LogicalPath) -> ExplainError {
    let config = &scene.stack.config;
    let replaced = config.layers.iter().find_map(|layer| match walk(&layer.document.value, &path.0) {
        Walk::Found(_) => Some(layer.place(layer.document.index.root.walk(&path.0).0)),
        _ => None,
    });
    let near = || {
        let first = path.0.first().map(path::key_of)?;
        let (depth, mut names) = match config.get(&first).map(|value| walk(value, &path.0[1..])) {
            Some(Walk::Missing(value, depth)) => (depth + 1, path::names_in(value)),
            Some(_) => return None,
            None => {
                let keys = config.layers.iter().flat_map(|layer| path::names_in(&layer.document.value));
                // Of two that are equally near, the one that is written alike.
                let is_section = first.starts_with(|letter: char| letter.is_uppercase());
                let sections = template::SECTIONS.iter().filter(|_| is_section).map(|section| (*section).to_owned());
                (0, keys.chain(sections).collect())
            }
        };
        if depth == 1 && first == "parameters" {
            names.extend(scene.template.into_iter().flat_map(|template| &template.parameters).map(|p| p.name.clone()));
        }
        path::did_you_mean(path, depth, &names)
    };
    let help = match replaced {
        Some(place) => {
            let key = path.0.first().map(path::key_of).unwrap_or_default();
            Some(format!("`{place}` sets it, and a file further in replaces all of `{key}`"))
        }
        None => near(),
    };
    no_such_path(scene, path.to_string(), help)
}

fn no_such_path(scene: &Scene<'_>, path: String, help: Option<String>) -> ExplainError {
    ExplainError::NoSuchPath { stack: scene.stack.path.clone(), path: words::printable(&path), help }
}

/// The schema that judges a path, and where in it, as far as that can be told.
fn schema(scene: &Scene<'_>, path: &LogicalPath) -> Option<Place> {
    let (first, rest) = path.0.split_first()?;
    let name = match path::key_of(first).as_str() {
        "parameters" => schema_of(&scene.linked.template.as_ref()?.name)?,
        environment::KEY => "environment.schema.json".to_owned(),
        _ => return None,
    };
    let folders = scene.project.folders();
    let file = folders.schemas.as_ref()?.join(name);
    let text = folders.files.read_text(&file).ok()?;
    let steps = rest.iter().flat_map(|segment| [Segment::from("properties"), segment.clone()]);
    let Ok(index) = Index::of(&text) else { return Some(Place::file(file)) };
    let (at, depth) = index.root.walk(&steps.collect::<Vec<_>>());
    // A schema that does not name it, or only by reference, judges it as a whole.
    Some(if depth < 2 { Place::file(file) } else { Place::line(file, at.line, at.column) })
}
