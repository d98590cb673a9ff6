//! `sesame.yaml` beside `config/`: rules switched off, or with another severity.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use serde_yaml::Value;
use thiserror::Error;

use crate::finding::{Finding, Place, Rule, RuleList, Severity, sorted};
use crate::logical_path::LogicalPath;
use crate::project::Folders;
use crate::words::{did_you_mean, printable};
use crate::yaml::{Document, kind, scalar_text};

/// The name of the file.
const NAME: &str = "sesame.yaml";

/// What a project has decided about rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// By the rule's id; `None` is off.
    severities: HashMap<&'static str, Option<Severity>>,
}

/// Why the file cannot be used. Nothing is checked then: a misspelt rule must not pass for one that is switched off.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{place}: {message}")]
pub struct SettingsError {
    /// The file, and where known the line.
    pub place: Place,
    /// One sentence.
    pub message: String,
}

impl Settings {
    /// The settings of a project, which may name any of `rules`; those of a project without the file change nothing.
    ///
    /// # Errors
    /// If the file cannot be read, or says something that has no meaning.
    pub fn read(folders: &Folders, rules: &RuleList) -> Result<Settings, SettingsError> {
        let file = folders.project.join(NAME);
        match folders.files.read_text(&file) {
            Ok(text) => Settings::parse(&text, &file, rules),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Settings::default()),
            Err(error) => Err(SettingsError { place: Place::file(file), message: format!("cannot be read: {error}") }),
        }
    }

    fn parse(text: &str, file: &Path, known: &RuleList) -> Result<Settings, SettingsError> {
        let document = Document::parse_1_2(text).map_err(|error| {
            let place = error.position.map_or_else(|| Place::file(file), |at| Place::line(file, at.line, at.column));
            SettingsError { place, message: format!("not valid YAML: {}", error.message) }
        })?;
        let at = |path: LogicalPath| {
            let place = document.index.root.find(&path.0).map(|at| Place::line(file, at.line, at.column));
            move |message| SettingsError { place: place.unwrap_or_else(|| Place::file(file)), message }
        };
        let mut settings = Settings::default();
        for (key, rules) in entries(&document.value).map_err(at(LogicalPath::default()))? {
            let path = LogicalPath::from([key.as_str()]);
            if key != "rules" {
                return Err(at(path)(format!("there is no setting `{}`, only `rules`", printable(&key))));
            }
            for (id, value) in entries(rules).map_err(at(path.clone()))? {
                let (rule, severity) = setting(&id, value, known).map_err(at(path.join(id.as_str())))?;
                settings.severities.insert(rule.id, severity);
            }
        }
        Ok(settings)
    }

    /// Whether the findings of a rule are reported.
    #[must_use]
    pub fn wants(&self, rule: &Rule) -> bool {
        self.severities.get(rule.id).map_or(!rule.off, Option::is_some)
    }

    /// The findings with their severities, without those of rules that are off.
    #[must_use]
    pub fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let decided = |finding: Finding| match self.severities.get(finding.rule.id) {
            Some(severity) => severity.map(|severity| Finding { severity, ..finding }),
            None => Some(finding).filter(|finding| !finding.rule.off),
        };
        sorted(findings.into_iter().filter_map(decided).collect())
    }
}

/// The entries of a mapping; nothing has none.
fn entries(value: &Value) -> Result<Vec<(String, &Value)>, String> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Mapping(entries) => {
            Ok(entries.iter().map(|(key, value)| (scalar_text(key).unwrap_or_default(), value)).collect())
        }
        other => Err(format!("got {}, expected a mapping such as `rules: {{export: warning}}`", kind(other))),
    }
}

fn setting(id: &str, value: &Value, known: &RuleList) -> Result<(&'static Rule, Option<Severity>), String> {
    let rule = known.by_id(id).ok_or_else(|| no_such_rule(id, known))?;
    let severity = match value.as_str() {
        Some("off") => None,
        Some("error") => Some(Severity::Error),
        Some("warning") => Some(Severity::Warning),
        Some("info") => Some(Severity::Info),
        _ => {
            let got =
                scalar_text(value).map_or_else(|| kind(value).to_owned(), |text| format!("`{}`", printable(&text)));
            return Err(format!("got {got} for rule `{id}`, expected `off`, `error`, `warning` or `info`"));
        }
    };
    if rule.firm && severity != Some(rule.severity) {
        return Err(format!("rule `{id}` cannot be changed: it says that something could not be checked"));
    }
    Ok((rule, severity))
}

/// The sentence about an id that no rule has.
pub fn no_such_rule(id: &str, known: &RuleList) -> String {
    let help = did_you_mean(id, known.iter().map(|rule| rule.id)).map(|help| format!("; {help}")).unwrap_or_default();
    format!("there is no rule `{}`{help}", printable(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Chapter;

    static EXPORT: Rule = Rule::error("export", Chapter::Project);
    static IMPORT: Rule = Rule::error("import", Chapter::Project);
    static SCHEMA: Rule = Rule::error("schema", Chapter::Values).firm();
    static YAML_1_1: Rule = Rule::warning("yaml-1.1", Chapter::ConfigFiles);

    fn parse(text: &str) -> Result<Settings, String> {
        let rules = RuleList::of(vec![&EXPORT, &IMPORT, &SCHEMA, &YAML_1_1]);
        Settings::parse(text, Path::new("sesame.yaml"), &rules).map_err(|error| error.to_string())
    }

    #[test]
    fn changes_severities_and_drops_what_is_off() {
        let settings = parse("rules:\n  export: off\n  import: warning\n  yaml-1.1: info\n").unwrap();
        let finding = |rule: &'static Rule| rule.finding(Place::file("a.yaml"), rule.id);
        let left = settings.apply([&YAML_1_1, &EXPORT, &IMPORT, &SCHEMA].map(finding).to_vec());
        assert_eq!(
            left.iter().map(|finding| (finding.rule.id, finding.severity)).collect::<Vec<_>>(),
            [("schema", Severity::Error), ("import", Severity::Warning), ("yaml-1.1", Severity::Info)]
        );
    }

    #[test]
    fn nothing_said_changes_nothing() {
        for text in ["", "# nothing\n", "rules:\n", "rules: {}\n"] {
            assert_eq!(parse(text), Ok(Settings::default()), "{text}");
        }
    }

    #[test]
    fn what_has_no_meaning_is_one_error_with_its_line() {
        for (text, message) in [
            ("rules:\n  exprot: off\n", "sesame.yaml:2:11: there is no rule `exprot`; did you mean `export`?"),
            (
                "rules:\n  export: of\n",
                "sesame.yaml:2:11: got `of` for rule `export`, expected `off`, `error`, `warning` or `info`",
            ),
            (
                "rules: {export: false}\n",
                "sesame.yaml:1:17: got `false` for rule `export`, expected `off`, `error`, `warning` or `info`",
            ),
            (
                "rules:\n  export: [off]\n",
                "sesame.yaml:2:3: got a list for rule `export`, expected `off`, `error`, `warning` or `info`",
            ),
            (
                "rules:\n  schema: off\n",
                "sesame.yaml:2:11: rule `schema` cannot be changed: it says that something could not be checked",
            ),
            ("\nrule: {}\n", "sesame.yaml:2:1: there is no setting `rule`, only `rules`"),
            ("rules: [export]\n", "sesame.yaml:1:1: got a list, expected a mapping such as `rules: {export: warning}`"),
            (
                "rules:\n  export: off\n  export: off\n",
                "sesame.yaml:3:3: not valid YAML: key `export` stands twice, first in line 2",
            ),
        ] {
            assert_eq!(parse(text), Err(message.to_owned()), "{text}");
        }
    }
}
