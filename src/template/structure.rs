//! Is a document a CloudFormation template? Sections, the shape of their entries, and references inside the template.
//!
//! Properties of resources are cfn-lint's business; here stands what makes a document a template at all
//! (CloudFormation User Guide, "Template sections").

use std::collections::HashSet;

use super::Problem;
use super::intrinsic::{Reference, function, walk};
use crate::logical_path::{LogicalPath, Trail};
use crate::words;
use crate::yaml::Tree;

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
pub fn check(template: &Tree<'_>) -> Vec<Problem> {
    let mut checker = Checker { template, problems: Vec::new() };
    checker.run();
    checker.problems
}

struct Checker<'a> {
    template: &'a Tree<'a>,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, path: LogicalPath, message: String, help: Option<String>) {
        self.problems.push(Problem { message, path, position: None, help });
    }

    fn run(&mut self) {
        let Tree::Map(sections) = self.template else {
            let kind = self.template.kind();
            return self.report(
                LogicalPath::default(),
                format!("a template is a mapping of sections, not {kind}"),
                None,
            );
        };
        for (name, _) in sections.iter().filter(|(name, _)| !name.starts_with("Fn::")) {
            if !SECTIONS.contains(&&**name) {
                let help = words::did_you_mean(name, SECTIONS.iter().copied());
                self.report(LogicalPath::from([&**name]), format!("`{name}` is not a section of a template"), help);
            }
        }
        if self.section("Resources").next().is_none() {
            self.report(LogicalPath::default(), "a template needs at least one entry in `Resources`".into(), None);
        }
        // A macro may take and add anything.
        let is_plain = self.template.get("Transform").is_none() && !self.has_modules();
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
        let mut types = self.section("Resources").filter_map(|(_, entry)| entry.get("Type")?.as_str());
        types.any(|kind| kind.ends_with("::MODULE"))
    }

    /// The entries of a section; none if it is no mapping.
    fn section(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a Tree<'a>)> + use<'a> {
        self.template.get(name).into_iter().flat_map(Tree::entries)
    }

    /// Entries of a section: alphanumeric names, a mapping each, with one required key.
    fn entries(&mut self, section: &str, required: &str, known: Option<&[&str]>) {
        let Some(value) = self.template.get(section) else { return };
        let Tree::Map(entries) = value else {
            let message = format!("`{section}` is {}, not a mapping", value.kind());
            return self.report(LogicalPath::from([section]), message, None);
        };
        for (name, entry) in entries.iter().filter(|(name, _)| !name.starts_with("Fn::")) {
            let path = || LogicalPath::from([section, &**name]);
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                self.report(path(), format!("the name `{name}` may only have letters and digits"), None);
            }
            let Tree::Map(attributes) = entry else {
                self.report(path(), format!("`{name}` is {}, not a mapping", entry.kind()), None);
                continue;
            };
            if !attributes.iter().any(|(key, _)| key == required) {
                self.report(path(), format!("`{name}` has no `{required}`"), None);
            }
            for (key, _) in attributes {
                if let Some(known) = known
                    && !known.contains(&&**key)
                {
                    let help = words::did_you_mean(key, known.iter().copied())
                        .or_else(|| Some("properties belong below `Properties`".to_owned()));
                    self.report(path().join(&**key), format!("`{key}` is not an attribute of a resource"), help);
                }
            }
        }
    }

    /// Every name that a function uses must exist.
    fn references(&mut self) {
        let names = Names::of(self);
        let mut unknown = Vec::new();
        let mut look_up = |trail: &Trail<'_>, reference| {
            if !names.has(reference) {
                unknown.push((trail.path(), reference));
            }
        };
        for section in ["Resources", "Outputs", "Conditions"] {
            if let Some(value) = self.template.get(section) {
                walk(value, &Trail::Key(&Trail::Root, section), &mut look_up);
            }
        }
        if let Some(conditions) = self.template.get("Conditions") {
            named_conditions(conditions, &Trail::Key(&Trail::Root, "Conditions"), &mut look_up);
        }
        for section in ["Resources", "Outputs"] {
            let above = Trail::Key(&Trail::Root, section);
            for (name, entry) in self.section(section) {
                let trail = Trail::Key(&above, name);
                if let Some(condition) = entry.get("Condition").and_then(Tree::as_str) {
                    look_up(&Trail::Key(&trail, "Condition"), Reference::Condition(condition));
                }
                for target in depends_on(entry) {
                    look_up(&Trail::Key(&trail, "DependsOn"), Reference::Resource(target));
                }
            }
        }
        for (path, reference) in unknown {
            let (name, what, known) = names.of_kind(reference);
            let help = words::did_you_mean(name, known);
            self.report(path, format!("there is no {what} `{name}` in this template"), help);
        }
    }

    /// The name of an export, and of what is imported, must be known before any resource is there (CloudFormation
    /// Template Reference, "Outputs" and "`Fn::ImportValue`").
    fn names_between_stacks(&mut self) {
        let resources: HashSet<&str> = self.section("Resources").map(|(id, _)| id).collect();
        let mut found = Vec::new();
        let mut look_at = |trail: &Trail<'_>, name: &Tree<'_>, what: &str| {
            walk(name, trail, &mut |_, reference| match reference {
                Reference::Value(id) | Reference::Resource(id) if resources.contains(id) => {
                    found.push((trail.path(), format!("{what} cannot depend on a resource, here `{id}`")));
                }
                _ => {}
            });
        };
        let outputs = Trail::Key(&Trail::Root, "Outputs");
        for (id, output) in self.section("Outputs") {
            if let Some(name) = output.get("Export").and_then(|export| export.get("Name")) {
                let output = Trail::Key(&outputs, id);
                let export = Trail::Key(&output, "Export");
                look_at(&Trail::Key(&export, "Name"), name, "the name of an export");
            }
        }
        for section in ["Resources", "Outputs"] {
            if let Some(value) = self.template.get(section) {
                imports(value, &Trail::Key(&Trail::Root, section), &mut |trail, name| {
                    look_at(trail, name, "the name of an import");
                });
            }
        }
        for (path, message) in found {
            self.report(path, message, Some("make it of parameters and pseudo parameters".to_owned()));
        }
    }
}

/// The names that references may use.
struct Names<'a> {
    resources: HashSet<&'a str>,
    parameters: HashSet<&'a str>,
    conditions: HashSet<&'a str>,
    mappings: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(checker: &Checker<'a>) -> Names<'a> {
        let names = |section| checker.section(section).map(|(name, _)| name).collect();
        Names {
            resources: names("Resources"),
            parameters: names("Parameters"),
            conditions: names("Conditions"),
            mappings: names("Mappings"),
        }
    }

    fn has(&self, reference: Reference<'_>) -> bool {
        match reference {
            Reference::Value(name) => {
                self.resources.contains(name) || self.parameters.contains(name) || name.starts_with("AWS::")
            }
            Reference::Resource(name) => self.resources.contains(name),
            Reference::Condition(name) => self.conditions.contains(name),
            Reference::Mapping(name) => self.mappings.contains(name),
        }
    }

    /// What a reference names, what that is called, and the names that there are, in alphabetical order.
    fn of_kind<'r>(&self, reference: Reference<'r>) -> (&'r str, &'static str, Vec<&'a str>) {
        let (name, what, known): (_, _, &[_]) = match reference {
            Reference::Value(name) => (name, "resource or parameter", &[&self.resources, &self.parameters]),
            Reference::Resource(name) => (name, "resource", &[&self.resources]),
            Reference::Condition(name) => (name, "condition", &[&self.conditions]),
            Reference::Mapping(name) => (name, "mapping", &[&self.mappings]),
        };
        let mut known: Vec<&str> = known.iter().flat_map(|names| names.iter().copied()).collect();
        known.sort_unstable();
        (name, what, known)
    }
}

/// `{Condition: Name}`, the long form of `!Condition Name`, which only means that inside `Conditions`.
fn named_conditions<'a>(value: &'a Tree<'_>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, Reference<'a>)) {
    match value {
        Tree::Map(entries) => {
            for (key, item) in entries {
                match (&**key, item) {
                    ("Condition", Tree::Text(name)) => found(trail, Reference::Condition(name)),
                    _ => named_conditions(item, &Trail::Key(trail, key), found),
                }
            }
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                named_conditions(item, &Trail::Index(trail, index), found);
            }
        }
        Tree::Tagged(tagged) => named_conditions(&tagged.1, trail, found),
        _ => {}
    }
}

/// Calls `found` for the argument of every `Fn::ImportValue`, with the path of the function.
fn imports(value: &Tree<'_>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, &Tree<'_>)) {
    if let Some((name, argument)) = function(value) {
        if name == "ImportValue" {
            found(trail, argument);
        }
        return imports(argument, trail, found);
    }
    match value {
        Tree::Map(entries) => {
            for (key, item) in entries {
                imports(item, &Trail::Key(trail, key), found);
            }
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                imports(item, &Trail::Index(trail, index), found);
            }
        }
        _ => {}
    }
}

fn depends_on<'a>(resource: &'a Tree<'_>) -> Vec<&'a str> {
    match resource.get("DependsOn") {
        Some(Tree::Text(one)) => vec![one],
        Some(Tree::List(many)) => many.iter().filter_map(Tree::as_str).collect(),
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
