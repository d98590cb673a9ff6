//! Is a document a CloudFormation template? Sections, the shape of their entries, and references inside the template.
//!
//! Properties of resources are cfn-lint's business; here stands what makes a document a template at all
//! (CloudFormation User Guide, "Template sections").

mod circles;
mod functions;
mod limits;
mod names;
mod parameters;

use super::{Macros, NOT_CLOUDFORMATION, Problem};
use crate::logical_path::LogicalPath;
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
    // Of custom resources.
    "Version",
];

/// Every problem of a document that should be a template, without positions.
pub fn check(template: &Tree<'_>, macros: Macros) -> Vec<Problem> {
    let mut checker = Checker { template, problems: Vec::new() };
    checker.run(macros);
    let mut problems = checker.problems;
    if !macros.is_custom {
        names::check(template, macros, &mut problems);
        limits::check(template, &mut problems);
        parameters::check(template, &mut problems);
    }
    problems
}

/// The sections of a document, and their entries.
struct Checker<'a> {
    template: &'a Tree<'a>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, path: LogicalPath, message: String, help: Option<String>) {
        self.problems.push(Problem::new(&NOT_CLOUDFORMATION, path, message).help(help));
    }

    fn run(&mut self, macros: Macros) {
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
        let has_resources = section(self.template, "Resources").next().is_some();
        if !has_resources && !macros.is_custom && !macros.includes {
            self.report(LogicalPath::default(), "a template needs at least one entry in `Resources`".into(), None);
        }
        // A macro may take and add anything.
        let is_plain = !macros.is_custom && !macros.adds && !macros.includes;
        // An included file may bring the required key too.
        let required = |key| (!macros.is_custom && !macros.includes).then_some(key);
        self.entries("Resources", required("Type"), is_plain.then_some(RESOURCE_ATTRIBUTES));
        self.entries("Parameters", Some("Type"), None);
        self.entries("Outputs", required("Value"), None);
    }

    /// Entries of a section: alphanumeric names, a mapping each, with one required key.
    fn entries(&mut self, section: &str, required: Option<&str>, known: Option<&[&str]>) {
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
            if let Some(required) = required
                && !attributes.iter().any(|(key, _)| key == required)
            {
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
}

/// The entries of a section; none if it is no mapping.
fn section<'a>(template: &'a Tree<'_>, name: &str) -> impl Iterator<Item = (&'a str, &'a Tree<'a>)> {
    template.get(name).into_iter().flat_map(Tree::entries)
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
                "7 Resources.A.DependsOn: there is no resource `B` in this template",
            ]
        );
    }
}
