//! `!stack_attr`: another value of the same stack, by the names that Sceptre's stack object has
//! (`sceptre/resolvers/stack_attr.py`).

use serde_yaml::Value;

use super::{Context, Resolution, ResolverError, error};
use crate::logical_path::{LogicalPath, Segment};
use crate::project::keys::stack_keys;
use crate::project::stack::Stack;
use crate::words;
use crate::yaml::{self, scalar_text};

/// Names of Sceptre's stack object, each with the key of a stack file that it comes from.
const ALIASES: &[(&str, &str)] = &[
    ("template_handler_config", "template"),
    ("protected", "protect"),
    ("external_name", "stack_name"),
    ("tags", "stack_tags"),
];

/// `!stack_attr stack_tags.Owner`.
pub fn stack_attr(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let key = scalar_text(argument).ok_or_else(|| error("`!stack_attr` takes a dotted key"))?;
    let stack = context.stack;
    let path = path_of(&key);
    let (Some(Segment::Key(first)), rest) = (path.0.first(), path.0.get(1..).unwrap_or_default()) else {
        return Ok(Resolution::Unknown);
    };
    let top = match first.as_str() {
        "name" => return Ok(Resolution::Known(stack.name().into())),
        "stack_name" => return Ok(Resolution::Known(stack.external_name().into())),
        "stack_group_config" => return of_group(&key, rest, context),
        "template" => template(stack),
        first => stack.config.get(first).cloned().or_else(|| default_of(first)),
    };
    let Some(top) = top else { return no_attribute(&key, first) };
    walk(&key, &top, rest, context)
}

/// An attribute of Sceptre's own object that no file sets, or nothing.
fn no_attribute(key: &str, first: &str) -> Result<Resolution, ResolverError> {
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    let known = stack_keys().chain(aliases).chain(["name", "stack_group_config", "template"]);
    match words::nearest(first, known) {
        Some(near) if near != first => Err(ResolverError {
            message: format!("`!stack_attr {key}` names nothing"),
            help: Some(format!("did you mean `{near}`?")),
        }),
        _ => Ok(Resolution::Unknown),
    }
}

/// The path, in the config, of the value that a key names.
pub fn path_of(key: &str) -> LogicalPath {
    let mut path = LogicalPath::from_dotted(key);
    if let Some(Segment::Key(first)) = path.0.first_mut()
        && let Some((_, key)) = ALIASES.iter().find(|(alias, _)| alias == first)
    {
        *first = (*key).to_owned();
    }
    path
}

fn of_group(key: &str, path: &[Segment], context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let Some((Segment::Key(first), rest)) = path.split_first() else { return Ok(Resolution::Unknown) };
    if first == "project_path" && rest.is_empty() {
        return Ok(Resolution::Known(context.stack.folders.project.to_string_lossy().into()));
    }
    match context.stack.group.get(first) {
        Some(top) => walk(key, top, rest, context),
        None => Err(no_such_key(key, context.stack.group.own_values().keys())),
    }
}

/// `template`, also if it is given as the older `template_path`.
fn template(stack: &Stack) -> Option<Value> {
    let older = || {
        let path = stack.config.get("template_path")?.clone();
        Some(Value::Mapping([("type".into(), "file".into()), ("path".into(), path)].into_iter().collect()))
    };
    stack.config.get("template").filter(|template| !template.is_null()).cloned().or_else(older)
}

/// What Sceptre takes for a key that no file has.
fn default_of(key: &str) -> Option<Value> {
    match key {
        "protect" | "ignore" | "obsolete" | "disable_rollback" => Some(false.into()),
        "stack_timeout" => Some(0.into()),
        "parameters" | "sceptre_user_data" | "stack_tags" | "hooks" => Some(Value::Mapping(serde_yaml::Mapping::new())),
        "dependencies" | "notifications" => Some(Value::Sequence(Vec::new())),
        _ => None,
    }
}

/// Goes down from a value; a resolver on the way is resolved first.
fn walk(key: &str, top: &Value, path: &[Segment], context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let name = format!("!stack_attr {key}");
    let mut value = top;
    for (depth, segment) in path.iter().enumerate() {
        let next = match (value, segment) {
            (Value::Tagged(_), _) if yaml::date(value).is_none() => {
                return match context.look_up(&name, value)? {
                    Resolution::Known(resolved) => walk(key, &resolved, &path[depth..], context),
                    other => Ok(other),
                };
            }
            (Value::Mapping(entries), Segment::Key(part)) => entries.get(part.as_str()),
            (Value::Mapping(entries), Segment::Index(index)) => entries.get(index.to_string()),
            (Value::Sequence(items), Segment::Index(index)) => items.get(*index),
            (Value::Sequence(items), Segment::Key(part)) => from_end(items, part),
            _ => None,
        };
        value =
            next.ok_or_else(|| no_such_key(key, value.as_mapping().into_iter().flat_map(serde_yaml::Mapping::keys)))?;
    }
    match value {
        Value::Null => Ok(Resolution::Nothing),
        value => context.look_up(&name, value),
    }
}

/// `-1` is the last item.
fn from_end<'a>(items: &'a [Value], part: &str) -> Option<&'a Value> {
    let back: usize = part.strip_prefix('-')?.parse().ok()?;
    items.get(items.len().checked_sub(back)?)
}

fn no_such_key<'a>(key: &str, known: impl Iterator<Item = &'a Value>) -> ResolverError {
    let last = key.rsplit('.').next().unwrap_or(key);
    let help = words::did_you_mean(last, known.filter_map(Value::as_str));
    ResolverError { message: format!("`!stack_attr {key}` names nothing"), help }
}

#[cfg(test)]
mod tests {
    use crate::project::resolvers::testing::resolved;

    fn attribute(key: &str) -> String {
        let group = "stack_tags: {o: me}\nfoo: {bar: baz, '1': one}\nmine: !ssm x\n";
        let stack = "template: {path: t.yaml}\nprofile: null\nsceptre_user_data:\n  list: [a, {k: v}]\n  n: 80\n  r: !split ['-', x-y]\n  u: !stack_output a.yaml::b\n";
        resolved(group, &format!("{stack}parameters: {{A: !stack_attr {key}}}\n"))
    }

    #[test]
    fn has_sceptres_names() {
        for (key, value) in [
            ("name", "\"p/x\""),
            ("external_name", "\"pc-p-x\""),
            ("stack_name", "\"pc-p-x\""),
            ("region", "\"eu\""),
            ("tags.o", "\"me\""),
            ("stack_tags.o", "\"me\""),
            ("template_handler_config.path", "\"t.yaml\""),
            ("template.path", "\"t.yaml\""),
            ("protect", "false"),
            ("protected", "false"),
            ("foo.bar", "\"baz\""),
            ("foo.1", "\"one\""),
            ("stack_group_config.foo.bar", "\"baz\""),
            ("stack_group_config.mine", "unknown"),
            ("sceptre_user_data.list.0", "\"a\""),
            ("sceptre_user_data.list.-1.k", "\"v\""),
            ("sceptre_user_data.n", "80"),
            ("sceptre_user_data.r.1", "\"y\""),
            ("sceptre_user_data.u.x", "unknown"),
            ("profile", "nothing"),
            ("connection_manager", "unknown"),
            ("0", "unknown"),
        ] {
            assert_eq!(attribute(key), value, "{key}");
        }
    }

    #[test]
    fn a_key_that_does_not_exist_is_a_problem() {
        for key in ["foo.baz", "foo.bar.x", "sceptre_user_data.list.7", "stack_group_config.nope", "tags.p"] {
            assert_eq!(attribute(key), format!("`!stack_attr {key}` names nothing"));
        }
    }

    #[test]
    fn the_older_template_path_counts_as_template() {
        let stack = "template_path: t.yaml\nparameters: {A: !stack_attr template.path}\n";
        assert_eq!(resolved("", stack), "\"t.yaml\"");
    }
}
