//! Resolvers that look a value up.

use std::path::Path;

use serde_yaml::Value;

use super::{Context, Resolution, ResolverError, error};
use crate::project::environment;
use crate::yaml::scalar_text;

/// `!sesame networks.people`: a value of the group's `environment:`. Only AWS knows `!sesame aws.account_id`.
pub fn sesame(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let key = scalar_text(argument).ok_or_else(|| error("`!sesame` takes a dotted key of `environment:`"))?;
    if key == environment::ACCOUNT_ID {
        return Ok(Resolution::Unknown);
    }
    let value = environment::lookup(context.stack.environment(), &key)?;
    Ok(match context.look_up(&format!("!sesame {key}"), value)? {
        Resolution::Known(value) => Resolution::Known(as_texts(value)),
        other => other,
    })
}

/// Our resolver gives Sceptre a text or a list of texts; a mapping is refused where the value is used.
fn as_texts(value: Value) -> Value {
    match value {
        Value::Sequence(items) => items.into_iter().map(as_texts).collect::<Vec<_>>().into(),
        other => scalar_text(&other).map_or(other, Value::from),
    }
}

/// `!environment_variable HOME`. Sceptre leaves the parameter out if the variable is not set; whether it will be set at
/// launch is not known now.
pub fn environment_variable(argument: &Value, _context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let name = scalar_text(argument).ok_or_else(|| error("`!environment_variable` takes a name"))?;
    if name.is_empty() || name.contains(['=', '\0']) {
        return Ok(Resolution::Unknown);
    }
    Ok(std::env::var(&name).map_or(Resolution::Unknown, |value| Resolution::Known(value.into())))
}

/// `!file_contents /absolute/path`, with line ends as Python reads them.
pub fn file_contents(argument: &Value, context: &Context<'_>) -> Result<Resolution, ResolverError> {
    let file = scalar_text(argument).ok_or_else(|| error("`!file_contents` takes a path"))?;
    match context.stack.folders.files.read_text(Path::new(&file)) {
        Ok(text) => Ok(Resolution::Known(text.replace("\r\n", "\n").replace('\r', "\n").into())),
        Err(reason) => Err(error(format!("`!file_contents` cannot read `{file}`: {reason}"))),
    }
}

/// `!no_value`.
#[expect(clippy::unnecessary_wraps, reason = "the form of every resolver")]
pub fn no_value(_argument: &Value, _context: &Context<'_>) -> Result<Resolution, ResolverError> {
    Ok(Resolution::Nothing)
}

#[cfg(test)]
mod tests {
    use crate::project::resolvers::testing::resolved;

    #[test]
    fn files_are_read_as_python_reads_them() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\r\nb\rc\n").unwrap();
        let stack = |path: &str| format!("parameters: {{A: !file_contents {path}}}");
        assert_eq!(resolved("", &stack(&file.path().to_string_lossy())), "\"a\\nb\\nc\\n\"");
        assert_eq!(
            resolved("", &stack("/dev/zero")),
            "`!file_contents` cannot read `/dev/zero`: it is not a regular file"
        );
    }

    #[test]
    fn the_environment_gives_texts() {
        let group = "environment: {flag: true, days: 1.50, list: [1, no]}\n";
        let stack = |key: &str| format!("parameters: {{A: !sesame {key}}}");
        assert_eq!(resolved(group, &stack("flag")), "\"true\"");
        assert_eq!(resolved(group, &stack("days")), "\"1.5\"");
        assert_eq!(resolved(group, &stack("list")), "[\"1\",\"false\"]");
        assert_eq!(resolved(group, &stack("aws.account_id")), "unknown");
        assert_eq!(resolved(group, "parameters: {A: !environment_variable a=b}"), "unknown");
    }
}
