//! A stack: one file below `config/`, merged with everything that it inherits.

use std::path::PathBuf;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::environment;
use super::layer::Config;
use super::merge::is_true;
use super::problems;
use super::resolvers::{self, Resolution};
use crate::finding::{Chapter, Finding, Rule, rules};
use crate::logical_path::LogicalPath;
use crate::yaml::scalar_text;

rules! {
    static RESOLVER: Rule = Rule::error("resolver", Chapter::Values)
        .about("a resolver that would fail whatever AWS says")
        .hides_line();
}

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
    /// The Sceptre project folder, absolute.
    pub project: PathBuf,
}

/// Where a stack's template comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// A file below `templates/`, by its path relative to that folder, and where it is named in the config.
    File(String, LogicalPath),
    /// Another template handler, such as `s3` or `http`: nothing that can be read offline.
    Other(String),
}

/// One parameter as the stack file gives it.
#[derive(Clone, Debug)]
pub struct ParameterSetting {
    /// Its name.
    pub name: String,
    /// What is known of its value, or what is wrong with the resolver that would give it.
    pub resolution: Result<Resolution, Finding>,
    /// The path of the config that holds the value: the parameter itself, or the key that a resolver names.
    pub origin: LogicalPath,
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
                    TemplateSource::File(path.clone(), LogicalPath::from(["template", "path"]))
                }
                _ => TemplateSource::Other(kind.to_owned()),
            });
        }
        Some(match self.set("template_path")? {
            Value::String(path) => TemplateSource::File(path.clone(), LogicalPath::from(["template_path"])),
            // A resolver, or nothing that Sceptre could use.
            _ => TemplateSource::Other("file".to_owned()),
        })
    }

    /// What Sceptre would refuse of this stack, beside its keys and the values of its parameters.
    #[must_use]
    pub fn problems(&self) -> Vec<Finding> {
        problems::of(self)
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

    /// The parameters in the order of the file, resolved as far as that is possible offline.
    #[must_use]
    pub fn parameters(&self) -> Vec<ParameterSetting> {
        let Some(Value::Mapping(parameters)) = self.config.get("parameters") else { return Vec::new() };
        parameters
            .iter()
            .filter_map(|(name, value)| Some((name.as_str()?, value)))
            .map(|(name, value)| {
                let path = LogicalPath::from(["parameters", name]);
                ParameterSetting {
                    name: name.to_owned(),
                    resolution: resolvers::resolve(value, self).map_err(|problem| {
                        RESOLVER
                            .finding(self.config.place_of(&path), problem.message)
                            .at(path.clone())
                            .help(problem.help)
                    }),
                    origin: resolvers::origin(value, self).unwrap_or(path),
                }
            })
            .collect()
    }

    /// `sceptre_user_data`, for Jinja templates.
    #[must_use]
    pub fn user_data(&self) -> Option<&Mapping> {
        self.config.get("sceptre_user_data").and_then(Value::as_mapping)
    }
}
