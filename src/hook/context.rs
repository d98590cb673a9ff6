//! What the plugin tells about the stack that a hook or resolver runs for (`docs/hook-protocol.md`).

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The version of the protocol that this program speaks.
pub const PROTOCOL: u64 = 1;

/// The first line on standard input.
#[derive(Clone, Debug, Deserialize)]
pub struct Context {
    /// The protocol's version.
    pub sesame: u64,
    /// The Sceptre project folder, absolute.
    pub project_path: PathBuf,
    /// When Sceptre began, ISO 8601: what CloudFormation changed before then is not this run's doing.
    #[serde(default)]
    pub started: Option<String>,
    /// The stack.
    pub stack: StackContext,
}

/// A stack as Sceptre sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct StackContext {
    /// Sceptre's name: `prod/ses`.
    pub name: String,
    /// The name in CloudFormation.
    #[serde(default)]
    pub external_name: String,
    /// Whether Sceptre refuses to change it.
    #[serde(default)]
    pub protected: bool,
    /// The resolved parameters: texts and lists of texts.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The resolved `template_bucket_name`.
    #[serde(default)]
    pub template_bucket_name: Option<String>,
    /// What will be deployed.
    #[serde(default)]
    pub template: Option<TemplateContext>,
    /// The group config: every key of it that is not Sceptre's own.
    #[serde(default)]
    pub group_config: Value,
}

/// A template as Sceptre will send it.
#[derive(Clone, Debug, Deserialize)]
pub struct TemplateContext {
    /// Its handler, such as `file` or `s3`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Where it lies, if it is a file.
    #[serde(default)]
    pub path: Option<String>,
    /// Its text.
    pub body: String,
}

impl Context {
    /// Reads the first line.
    ///
    /// # Errors
    /// A sentence, if it is not a context of this protocol version.
    pub fn read(line: &str) -> Result<Context, String> {
        let context: Context =
            serde_json::from_str(line).map_err(|error| format!("standard input is not a hook context: {error}"))?;
        if context.sesame != PROTOCOL {
            return Err(format!(
                "the plugin speaks protocol {} and this program {PROTOCOL}: install both from the same package",
                context.sesame
            ));
        }
        Ok(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_versions_are_refused() {
        let error = Context::read(r#"{"sesame": 2, "project_path": "/p", "stack": {"name": "a"}}"#).unwrap_err();
        assert!(error.starts_with("the plugin speaks protocol 2 and this program 1"));
        assert!(Context::read("{}").unwrap_err().starts_with("standard input is not a hook context"));
    }
}
