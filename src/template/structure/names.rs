//! What functions name, and what they are: every call of a template is looked at once.

use std::collections::HashMap;

use super::circles::Needs;
use super::{functions, section};
use crate::logical_path::{LogicalPath, Trail};
use crate::template::intrinsic::{Call, PSEUDO_PARAMETERS, calls, references, walk};
use crate::template::{
    Macros, NOT_CLOUDFORMATION, PSEUDO_PARAMETER, Problem, Reference, TEMPLATE_CIRCLE, TEMPLATE_CONDITION,
    TEMPLATE_FUNCTION,
};
use crate::words;
use crate::yaml::Tree;

/// Functions and names in a template that no macro of somebody's own reads first.
pub fn check(template: &Tree<'_>, macros: Macros, problems: &mut Vec<Problem>) {
    let mut checker = Checker { template, macros, names: Names::of(template), problems };
    let (mut resources, mut conditions) = (Needs::default(), Needs::default());
    checker.loops();
    checker.resources(&mut resources);
    checker.outputs();
    checker.conditions(&mut conditions);
    checker.rules();
    checker.attributes(&mut resources);
    if macros.shows_all_names() {
        checker.circles("Resources", resources);
        checker.circles("Conditions", conditions);
    }
}

struct Checker<'a, 'p> {
    template: &'a Tree<'a>,
    macros: Macros,
    names: Names<'a>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Checker<'a, '_> {
    /// A loop over whole entries needs the transform, as any other.
    fn loops(&mut self) {
        if !self.macros.repeats || self.macros.has_extensions {
            return;
        }
        for section_name in ["Resources", "Conditions", "Outputs"] {
            for (name, _) in section(self.template, section_name).filter(|(name, _)| name.starts_with("Fn::ForEach")) {
                let path = LogicalPath::from([section_name, name]);
                self.problems.push(functions::needs_extensions("Fn::ForEach", path));
            }
        }
    }

    fn resources(&mut self, needs: &mut Needs) {
        let above = Trail::Key(&Trail::Root, "Resources");
        for (position, (id, entry)) in section(self.template, "Resources").enumerate() {
            let trail = Trail::Key(&above, id);
            if !matches!(entry, Tree::Map(_)) {
                calls(entry, &trail, false, &mut |trail, call| self.call(trail, call, &mut |_| {}));
                continue;
            }
            for (key, value) in entry.entries() {
                let counts = key == "Properties";
                calls(value, &Trail::Key(&trail, key), false, &mut |trail, call| {
                    let counts = counts && !call.is_optional;
                    self.call(trail, call, &mut |needed| {
                        if counts {
                            needs.add(position, needed);
                        }
                    });
                });
            }
        }
    }

    fn outputs(&mut self) {
        let above = Trail::Key(&Trail::Root, "Outputs");
        for (name, output) in section(self.template, "Outputs") {
            let trail = Trail::Key(&above, name);
            calls(output, &trail, false, &mut |trail, call| self.call(trail, call, &mut |_| {}));
            if let Some(name) = output.get("Export").and_then(|export| export.get("Name")) {
                let export = Trail::Key(&trail, "Export");
                self.name_between_stacks(&Trail::Key(&export, "Name"), name, "the name of an export");
            }
        }
    }

    fn conditions(&mut self, needs: &mut Needs) {
        let above = Trail::Key(&Trail::Root, "Conditions");
        let position_of = |name: &str| section(self.template, "Conditions").position(|(other, _)| other == name);
        for (position, (name, definition)) in section(self.template, "Conditions").enumerate() {
            let trail = Trail::Key(&above, name);
            calls(definition, &trail, false, &mut |trail, call| {
                self.early(trail, call, "a condition");
                if let ("Condition", Tree::Text(other)) = (call.name, call.argument) {
                    position_of(other).into_iter().for_each(|other| needs.add(position, other));
                }
            });
            named_conditions(definition, &trail, &mut |trail, other| {
                self.look_up(trail, Reference::Condition(other));
                position_of(other).into_iter().for_each(|other| needs.add(position, other));
            });
        }
    }

    fn rules(&mut self) {
        let above = Trail::Key(&Trail::Root, "Rules");
        for (name, rule) in section(self.template, "Rules") {
            calls(rule, &Trail::Key(&above, name), false, &mut |trail, call| self.early(trail, call, "a rule"));
        }
    }

    /// `Condition` and `DependsOn`, which name without a function.
    fn attributes(&mut self, needs: &mut Needs) {
        for section_name in ["Resources", "Outputs"] {
            let above = Trail::Key(&Trail::Root, section_name);
            for (position, (name, entry)) in section(self.template, section_name).enumerate() {
                let trail = Trail::Key(&above, name);
                if let Some(Tree::Text(condition)) = entry.get("Condition") {
                    self.look_up(&Trail::Key(&trail, "Condition"), Reference::Condition(condition));
                }
                for target in depends_on(entry) {
                    let found = self.look_up(&Trail::Key(&trail, "DependsOn"), Reference::Resource(target));
                    found.into_iter().for_each(|target| needs.add(position, target));
                }
            }
        }
    }

    /// `needed` gets the positions of the resources that are referred to.
    fn call(&mut self, trail: &Trail<'_>, call: &Call<'a, 'a>, needed: &mut impl FnMut(usize)) {
        if let Some((message, help)) = functions::check(call, self.macros) {
            return self.problems.push(Problem::new(&TEMPLATE_FUNCTION, trail.path(), message).help(help));
        }
        references(call.name, call.argument, trail, &mut |trail, reference| {
            self.look_up(trail, reference).into_iter().for_each(&mut *needed);
        });
        if call.name == "ImportValue" {
            self.name_between_stacks(trail, call.argument, "the name of an import");
        }
    }

    /// A call in what is decided before there are resources.
    fn early(&mut self, trail: &Trail<'_>, call: &Call<'a, 'a>, what: &str) {
        let mut read = None;
        references(call.name, call.argument, trail, &mut |_, reference| match reference {
            Reference::Value(name) if self.names.resource(name).is_none() => {}
            Reference::Value(name) | Reference::Resource(name) => read = Some(format!("a resource, here `{name}`")),
            _ => {}
        });
        if call.name == "ImportValue" {
            read = Some("an export of another stack".to_owned());
        }
        let Some(read) = read else { return self.call(trail, call, &mut |_| {}) };
        let help = "make it of parameters, mappings and pseudo parameters".to_owned();
        let message = format!("{what} cannot read {read}");
        self.problems.push(Problem::new(&TEMPLATE_CONDITION, trail.path(), message).help(Some(help)));
    }

    /// The name of an export, and of what is imported, must be known before any resource is there (CloudFormation
    /// Template Reference, "Outputs" and "`Fn::ImportValue`").
    fn name_between_stacks(&mut self, trail: &Trail<'_>, name: &Tree<'_>, what: &str) {
        walk(name, trail, &mut |_, reference| match reference {
            Reference::Value(id) | Reference::Resource(id) if self.names.resource(id).is_some() => {
                let help = "make it of parameters and pseudo parameters".to_owned();
                let message = format!("{what} cannot depend on a resource, here `{id}`");
                self.problems.push(Problem::new(&NOT_CLOUDFORMATION, trail.path(), message).help(Some(help)));
            }
            _ => {}
        });
    }

    /// Every name that a function uses must exist. The position of the resource, if it is one.
    fn look_up(&mut self, trail: &Trail<'_>, reference: Reference<'_>) -> Option<usize> {
        if let Reference::Value(name) = reference
            && name.starts_with("AWS::")
        {
            if !PSEUDO_PARAMETERS.contains(&name) {
                self.pseudo(trail, name);
            }
            return None;
        }
        if let Some(known) = self.names.find(reference) {
            return known;
        }
        if self.macros.shows_all_names() {
            self.unknown(trail, reference);
        }
        None
    }

    fn unknown(&mut self, trail: &Trail<'_>, reference: Reference<'_>) {
        let (name, what, known) = self.names.of_kind(reference);
        if self.macros.has_extensions && (name.contains("${") || name.contains("&{") || self.is_loop_variable(name)) {
            return;
        }
        // Shells have such variables.
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let help = match reference {
            Reference::Value(_) if !is_name => Some(format!("write `${{!{name}}}` if it is a text and no variable")),
            _ => words::did_you_mean(name, known),
        };
        let message = format!("there is no {what} `{name}` in this template");
        self.problems.push(Problem::new(&NOT_CLOUDFORMATION, trail.path(), message).help(help));
    }

    fn pseudo(&mut self, trail: &Trail<'_>, name: &str) {
        let (message, help) = match name.split_once('.') {
            Some((known, _)) if PSEUDO_PARAMETERS.contains(&known) => {
                (format!("`{known}` is a text and has no attributes, here `{name}`"), None)
            }
            _ => (
                format!("there is no pseudo parameter `{name}`"),
                words::did_you_mean(name, PSEUDO_PARAMETERS.iter().copied()),
            ),
        };
        self.problems.push(Problem::new(&PSEUDO_PARAMETER, trail.path(), message).help(help));
    }

    /// Whether an `Fn::ForEach` of the template gives the name to what it runs over.
    fn is_loop_variable(&self, name: &str) -> bool {
        /// One name, or a list of them. One that another function makes may be any.
        fn names_variable(variables: &Tree<'_>, name: &str) -> bool {
            match variables {
                Tree::Text(variable) => variable == name,
                Tree::List(all) => all.iter().any(|variable| names_variable(variable, name)),
                _ => true,
            }
        }
        fn gives(value: &Tree<'_>, name: &str) -> bool {
            match value {
                Tree::Map(entries) => entries.iter().any(|(key, item)| {
                    let variables = item.as_list().and_then(<[_]>::first).filter(|_| key.starts_with("Fn::ForEach"));
                    variables.is_some_and(|variables| names_variable(variables, name)) || gives(item, name)
                }),
                Tree::List(items) => items.iter().any(|item| gives(item, name)),
                Tree::Tagged(tagged) => gives(&tagged.1, name),
                _ => false,
            }
        }
        gives(self.template, name)
    }

    fn circles(&mut self, section_name: &str, needs: Needs) {
        let count = self.template.get(section_name).map_or(0, |section| section.entries().count());
        for circle in needs.circles(count) {
            let name = |position: usize| section(self.template, section_name).nth(position).map(|(name, _)| name);
            let circle: Vec<&str> = circle.into_iter().filter_map(name).collect();
            let next = circle.get(1).or(circle.first()).copied().unwrap_or_default();
            let (path, message) = match circle.as_slice() {
                [one] => (self.path_of(section_name, one, next), format!("`{one}` needs itself")),
                [first, ..] => {
                    let way: Vec<String> = circle.iter().chain([first]).map(|name| format!("`{name}`")).collect();
                    (
                        self.path_of(section_name, first, next),
                        format!("these need one another in a circle: {}", way.join(" → ")),
                    )
                }
                [] => continue,
            };
            self.problems.push(Problem::new(&TEMPLATE_CIRCLE, path, message));
        }
    }

    /// Where an entry of a section names another.
    fn path_of(&self, section_name: &str, from: &str, to: &str) -> LogicalPath {
        let above = Trail::Key(&Trail::Root, section_name);
        let trail = Trail::Key(&above, from);
        let Some(entry) = self.template.get(section_name).and_then(|section| section.get(from)) else {
            return trail.path();
        };
        let mut path = None;
        walk(entry, &trail, &mut |trail, reference| {
            let (Reference::Value(name) | Reference::Resource(name) | Reference::Condition(name)) = reference else {
                return;
            };
            if name == to && path.is_none() {
                path = Some(trail.path());
            }
        });
        let depends = Trail::Key(&trail, "DependsOn");
        path.unwrap_or_else(|| if depends_on(entry).contains(&to) { depends.path() } else { trail.path() })
    }
}

/// The names that references may use.
struct Names<'a> {
    template: &'a Tree<'a>,
    /// Parameters, and resources with their positions.
    values: HashMap<&'a str, Option<usize>>,
}

impl<'a> Names<'a> {
    fn of(template: &'a Tree<'_>) -> Names<'a> {
        let parameters = section(template, "Parameters").map(|(name, _)| (name, None));
        let resources = section(template, "Resources").enumerate().map(|(position, (id, _))| (id, Some(position)));
        Names { template, values: parameters.chain(resources).collect() }
    }

    /// The position of a resource.
    fn resource(&self, name: &str) -> Option<usize> {
        *self.values.get(name)?
    }

    /// What is there: a resource by its position, or something else.
    #[expect(clippy::option_option, reason = "the outer one says whether it is there")]
    fn find(&self, reference: Reference<'_>) -> Option<Option<usize>> {
        let in_section = |name: &str, key: &str| self.template.get(name)?.get(key).map(|_| None);
        match reference {
            Reference::Value(name) => self.values.get(name).copied(),
            Reference::Resource(name) => self.resource(name).map(Some),
            Reference::Condition(name) => in_section("Conditions", name),
            Reference::Mapping(name) => in_section("Mappings", name),
        }
    }

    /// What a reference names, what that is called, and the names that there are, in alphabetical order.
    fn of_kind<'r>(&self, reference: Reference<'r>) -> (&'r str, &'static str, Vec<&'a str>) {
        let (name, what, sections): (_, _, &[&str]) = match reference {
            Reference::Value(name) => (name, "resource or parameter", &["Resources", "Parameters"]),
            Reference::Resource(name) => (name, "resource", &["Resources"]),
            Reference::Condition(name) => (name, "condition", &["Conditions"]),
            Reference::Mapping(name) => (name, "mapping", &["Mappings"]),
        };
        let names = sections.iter().flat_map(|name| section(self.template, name));
        let mut known: Vec<&str> = names.map(|(name, _)| name).collect();
        known.sort_unstable();
        (name, what, known)
    }
}

/// `{Condition: Name}`, the long form of `!Condition Name`, which only means that inside `Conditions`.
fn named_conditions<'a>(value: &'a Tree<'_>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, &'a str)) {
    match value {
        Tree::Map(entries) => {
            for (key, item) in entries {
                match (&**key, item) {
                    ("Condition", Tree::Text(name)) => found(trail, name),
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

fn depends_on<'a>(resource: &'a Tree<'_>) -> Vec<&'a str> {
    match resource.get("DependsOn") {
        Some(Tree::Text(one)) => vec![one],
        Some(Tree::List(many)) => many.iter().filter_map(Tree::as_str).collect(),
        _ => Vec::new(),
    }
}
