//! A stack: one file below `config/`, merged with everything that it inherits.

use std::path::PathBuf;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::environment;
use super::folders::Folders;
use super::keys::with_slashes;
use super::layer::Config;
use crate::logical_path::LogicalPath;
use crate::yaml::{is_true, scalar_text};

/// A stack of the project.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Its file relative to `config/`, with slashes: `prod/ses.yaml`.
    pub path: String,
    /// The file, absolute.
    pub file: PathBuf,
    /// Its merged config.
    pub config: Config,
    /// The merged config of its group.
    pub group: Arc<Config>,
    /// The project that it belongs to.
    pub folders: Arc<Folders>,
}

/// Where a stack's template comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// A file below `templates/`, by its path relative to that folder, and where it is named in the config.
    File(String, LogicalPath),
    /// Another template handler, such as `s3` or `http`: nothing that can be read offline.
    Other(String),
}

impl Stack {
    /// Sceptre's name: `prod/ses`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.strip_suffix(".yaml").unwrap_or(&self.path)
    }

    /// The name in CloudFormation: `stack_name`, else project code and path joined by dashes.
    #[must_use]
    pub fn external_name(&self) -> String {
        self.set("stack_name").and_then(scalar_text).unwrap_or_else(|| self.default_name())
    }

    /// Project code and path joined by dashes: the name in CloudFormation of a stack without `stack_name`.
    #[must_use]
    pub fn default_name(&self) -> String {
        let project_code = self.set("project_code").and_then(scalar_text).unwrap_or_default();
        format!("{project_code}-{}", self.name().replace('/', "-"))
    }

    /// Whether Sceptre refuses to change it.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.set("protect").is_some()
    }

    /// The value of a key, if Python takes it for true: an empty one is as good as none.
    fn set(&self, key: &str) -> Option<&Value> {
        self.config.get(key).filter(|value| is_true(value))
    }

    /// The template, from `template: {path, type}` or the older `template_path`.
    #[must_use]
    pub fn template(&self) -> Option<TemplateSource> {
        if let Some(template) = self.set("template") {
            let kind = template.get("type").and_then(Value::as_str).unwrap_or("file");
            return Some(match template.get("path") {
                Some(Value::String(path)) if kind == "file" => {
                    TemplateSource::File(with_slashes(path).into_owned(), LogicalPath::from(["template", "path"]))
                }
                _ => TemplateSource::Other(kind.to_owned()),
            });
        }
        Some(match self.set("template_path")? {
            Value::String(path) => {
                TemplateSource::File(with_slashes(path).into_owned(), LogicalPath::from(["template_path"]))
            }
            // A resolver, or nothing that Sceptre could use.
            _ => TemplateSource::Other("file".to_owned()),
        })
    }

    /// Whether templates go through S3, which lifts CloudFormation's limit for inline bodies.
    #[must_use]
    pub fn has_template_bucket(&self) -> bool {
        self.config.get("template_bucket_name").is_some_and(|bucket| !bucket.is_null())
    }

    /// The `environment:` mapping of its group.
    #[must_use]
    pub fn environment(&self) -> Option<&Value> {
        self.group.get(environment::KEY)
    }

    /// `sceptre_user_data`, for Jinja templates.
    #[must_use]
    pub fn user_data(&self) -> Option<&Mapping> {
        self.config.get("sceptre_user_data").and_then(Value::as_mapping)
    }
}
