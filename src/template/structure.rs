//! Is a document a CloudFormation template? Sections, the shape of their entries, and references inside the template.
//!
//! Properties of resources are cfn-lint's business; here stands what makes a document a template at all
//! (CloudFormation User Guide, "Template sections").

use serde_yaml::{Mapping, Value};

use super::Problem;
use super::intrinsic::{Reference, function, walk};
use crate::finding::words;
use crate::logical_path::LogicalPath;
use crate::yaml::kind;

const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

const RESOURCE_ATTRIBUTES: &[&str] = &[
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// Every problem of a document that should be a template, without positions.
pub fn check(template: &Value) -> Vec<Problem> {
    let mut checker = Checker { template, problems: Vec::new() };
    checker.run();
    checker.problems
}

struct Checker<'a> {
    template: &'a Value,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, path: LogicalPath, message: String, help: Option<String>) {
        self.problems.push(Problem { message, path, position: None, help });
    }

    fn run(&mut self) {
        let Value::Mapping(sections) = self.template else {
            let kind = kind(self.template);
            return self.report(
                LogicalPath::default(),
                format!("a template is a mapping of sections, not {kind}"),
                None,
            );
        };
        for name in sections.keys().filter_map(Value::as_str).filter(|name| !name.starts_with("Fn::")) {
            if !SECTIONS.contains(&name) {
                let help = words::did_you_mean(name, SECTIONS.iter().copied());
                self.report(LogicalPath::from([name]), format!("`{name}` is not a section of a template"), help);
            }
        }
        match self.section("Resources") {
            Some(resources) if !resources.is_empty() => {}
            _ => self.report(LogicalPath::default(), "a template needs at least one entry in `Resources`".into(), None),
        }
        // A macro may take and add anything.
        let is_plain = !sections.contains_key("Transform") && !self.has_modules();
        self.entries("Resources", "Type", is_plain.then_some(RESOURCE_ATTRIBUTES));
        self.entries("Parameters", "Type", None);
        self.entries("Outputs", "Value", None);
        if is_plain {
            self.references();
            self.names_between_stacks();
        }
    }

    /// Whether a resource is a module, which brings resources of its own.
    fn has_modules(&self) -> bool {
        let types =
            self.section("Resources").into_iter().flatten().filter_map(|(_, entry)| entry.get("Type")?.as_str());
        types.into_iter().any(|kind| kind.ends_with("::MODULE"))
    }

    fn section(&self, name: &str) -> Option<&Mapping> {
        self.template.get(name).and_then(Value::as_mapping)
    }

    fn names(&self, section: &str) -> Vec<&str> {
        self.section(section).map(|entries| entries.keys().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// Entries of a section: alphanumeric names, a mapping each, with one required key.
    fn entries(&mut self, section: &str, required: &str, known: Option<&[&str]>) {
        let Some(value) = self.template.get(section) else { return };
        let Value::Mapping(entries) = value else {
            let message = format!("`{section}` is {}, not a mapping", kind(value));
            return self.report(LogicalPath::from([section]), message, None);
        };
        for (name, entry) in entries.clone() {
            let name = crate::yaml::scalar_text(&name).unwrap_or_default();
            if name.starts_with("Fn::") {
                continue;
            }
            let path = LogicalPath::from([section, name.as_str()]);
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                self.report(path.clone(), format!("the name `{name}` may only have letters and digits"), None);
            }
            let Value::Mapping(entry) = entry else {
                self.report(path, format!("`{name}` is {}, not a mapping", kind(&entry)), None);
                continue;
            };
            if !entry.contains_key(required) {
                self.report(path.clone(), format!("`{name}` has no `{required}`"), None);
            }
            for key in entry.keys().filter_map(Value::as_str) {
                if let Some(known) = known
                    && !known.contains(&key)
                {
                    let help = words::did_you_mean(key, known.iter().copied())
                        .or_else(|| Some("properties belong below `Properties`".to_owned()));
                    self.report(path.join(key), format!("`{key}` is not an attribute of a resource"), help);
                }
            }
        }
    }

    /// Every name that a function uses must exist.
    fn references(&mut self) {
        let mut found = Vec::new();
        for section in ["Resources", "Outputs", "Conditions"] {
            if let Some(value) = self.template.get(section) {
                walk(value, &LogicalPath::from([section]), &mut |path, reference| {
                    found.push((path.clone(), reference))
                });
            }
        }
        if let Some(conditions) = self.template.get("Conditions") {
            named_conditions(conditions, &LogicalPath::from(["Conditions"]), &mut found);
        }
        for section in ["Resources", "Outputs"] {
            for (name, entry) in self.section(section).into_iter().flatten() {
                let path = LogicalPath::from([section]).join(name.as_str().unwrap_or_default());
                if let Some(condition) = entry.get("Condition").and_then(Value::as_str) {
                    found.push((path.join("Condition"), Reference::Condition(condition.to_owned())));
                }
                for target in depends_on(entry) {
                    found.push((path.join("DependsOn"), Reference::Resource(target.to_owned())));
                }
            }
        }
        for (path, reference) in found {
            self.reference(path, reference);
        }
    }

    /// The name of an export, and of what is imported, must be known before any resource is there (CloudFormation
    /// Template Reference, "Outputs" and "Fn::ImportValue").
    fn names_between_stacks(&mut self) {
        let mut names = Vec::new();
        for (id, output) in self.section("Outputs").into_iter().flatten() {
            if let Some(name) = output.get("Export").and_then(|export| export.get("Name")) {
                let path = LogicalPath::from(["Outputs", id.as_str().unwrap_or_default(), "Export", "Name"]);
                names.push((path, name, "the name of an export"));
            }
        }
        for section in ["Resources", "Outputs"] {
            if let Some(value) = self.template.get(section) {
                imports(value, &LogicalPath::from([section]), &mut names);
            }
        }
        let resources = self.names("Resources");
        let mut found = Vec::new();
        for (path, name, what) in names {
            walk(name, &path, &mut |_, reference| match reference {
                Reference::Value(id) | Reference::Resource(id) if resources.contains(&id.as_str()) => {
                    found.push((path.clone(), format!("{what} cannot depend on a resource, here `{id}`")));
                }
                _ => {}
            });
        }
        for (path, message) in found {
            self.report(path, message, Some("make it of parameters and pseudo parameters".to_owned()));
        }
    }

    fn reference(&mut self, path: LogicalPath, reference: Reference) {
        let (name, what, known) = match reference {
            Reference::Value(name) if name.starts_with("AWS::") => return,
            Reference::Value(name) => {
                (name, "resource or parameter", [self.names("Resources"), self.names("Parameters")].concat())
            }
            Reference::Resource(name) => (name, "resource", self.names("Resources")),
            Reference::Condition(name) => (name, "condition", self.names("Conditions")),
            Reference::Mapping(name) => (name, "mapping", self.names("Mappings")),
        };
        if !known.contains(&name.as_str()) {
            let help = words::did_you_mean(&name, known);
            self.report(path, format!("there is no {what} `{name}` in this template"), help);
        }
    }
}

/// `{Condition: Name}`, the long form of `!Condition Name`, which only means that inside `Conditions`.
fn named_conditions(value: &Value, path: &LogicalPath, found: &mut Vec<(LogicalPath, Reference)>) {
    match value {
        Value::Mapping(entries) => {
            for (key, item) in entries {
                let key = crate::yaml::scalar_text(key).unwrap_or_default();
                match (key.as_str(), item) {
                    ("Condition", Value::String(name)) => {
                        found.push((path.clone(), Reference::Condition(name.clone())))
                    }
                    _ => named_conditions(item, &path.join(key), found),
                }
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                named_conditions(item, &path.join(index), found);
            }
        }
        Value::Tagged(tagged) => named_conditions(&tagged.value, path, found),
        _ => {}
    }
}

/// The arguments of all `Fn::ImportValue`.
fn imports<'a>(value: &'a Value, path: &LogicalPath, found: &mut Vec<(LogicalPath, &'a Value, &'static str)>) {
    if let Some((name, argument)) = function(value) {
        if name == "ImportValue" {
            found.push((path.clone(), argument, "the name of an import"));
        }
        return imports(argument, path, found);
    }
    match value {
        Value::Mapping(entries) => {
            for (key, item) in entries {
                imports(item, &path.join(crate::yaml::scalar_text(key).unwrap_or_default()), found);
            }
        }
        Value::Sequence(items) => {
            items.iter().enumerate().for_each(|(index, item)| imports(item, &path.join(index), found));
        }
        _ => {}
    }
}

fn depends_on(resource: &Value) -> Vec<&str> {
    match resource.get("DependsOn") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Sequence(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::template::Template;

    fn problems(text: &str) -> Vec<String> {
        let problems = Template::parse(text).err().unwrap_or_default();
        problems
            .into_iter()
            .map(|problem| {
                let line = problem.position.map_or(0, |at| at.line);
                let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
                format!("{line} {}: {}{help}", problem.path, problem.message)
            })
            .collect()
    }

    #[test]
    fn a_sound_template_has_none() {
        let text = "Parameters:\n  Name: {Type: String}\nConditions:\n  On: !Equals [!Ref Name, x]\nResources:\n  A:\n    Type: T\n    Condition: On\n    Properties: {N: !Sub '${Name}-${AWS::Region}'}\n  B:\n    Type: T\n    DependsOn: A\n    Properties: {N: !If [On, !GetAtt A.Arn, !Ref 'AWS::NoValue']}\nOutputs:\n  O: {Value: !Ref B}\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn names_between_stacks_are_known_before_resources() {
        let template = |export: &str, import: &str| {
            format!(
                "Parameters: {{P: {{Type: String}}}}\nResources:\n  A: {{Type: T}}\n  B: {{Type: T, Properties: {{N: {import}}}}}\nOutputs:\n  O: {{Value: x, Export: {{Name: {export}}}}}\n"
            )
        };
        let fine = "!Sub '${AWS::StackName}-${P}'";
        assert_eq!(problems(&template(fine, "!ImportValue {'Fn::Sub': '${P}'}")), Vec::<String>::new());
        for wrong in ["!Ref A", "!GetAtt A.Arn", "!Sub '${A}-x'"] {
            assert_eq!(
                problems(&template(wrong, "x")),
                [
                    "6 Outputs.O.Export.Name: the name of an export cannot depend on a resource, here `A`; make it of parameters and pseudo parameters"
                ]
            );
        }
        assert_eq!(
            problems(&template(fine, "!ImportValue {'Fn::Sub': '${A}'}")),
            [
                "4 Resources.B.Properties.N: the name of an import cannot depend on a resource, here `A`; make it of parameters and pseudo parameters"
            ]
        );
    }

    #[test]
    fn shape() {
        assert_eq!(problems("- 1\n"), ["1 : a template is a mapping of sections, not a list"]);
        assert_eq!(problems("Resources: {}\n"), ["1 : a template needs at least one entry in `Resources`"]);
        assert_eq!(
            problems("Resource: {}\nResources:\n  A-b:\n    Typ: T\n"),
            [
                "1 Resource: `Resource` is not a section of a template; did you mean `Resources`?",
                "3 Resources.A-b: the name `A-b` may only have letters and digits",
                "3 Resources.A-b: `A-b` has no `Type`",
                "4 Resources.A-b.Typ: `Typ` is not an attribute of a resource; did you mean `Type`?",
            ]
        );
    }

    #[test]
    fn references_to_nothing() {
        let text = "Parameters:\n  DomainName: {Type: String}\nResources:\n  A:\n    Type: T\n    Condition: Missing\n    DependsOn: [B]\n    Properties:\n      N: !Ref DomianName\n";
        assert_eq!(
            problems(text),
            [
                "9 Resources.A.Properties.N: there is no resource or parameter `DomianName` in this template; did you mean `DomainName`?",
                "6 Resources.A.Condition: there is no condition `Missing` in this template",
                "7 Resources.A.DependsOn: there is no resource `B` in this template; did you mean `A`?",
            ]
        );
    }
}
