//! What macros may make of a template before CloudFormation takes it: resources, outputs and names that it does not show
//! (CloudFormation Template Reference, "`Transform`", "`Fn::Transform`", "`Fn::ForEach`", "Modules").

use super::intrinsic::function;
use crate::yaml::Tree;

/// The transform that adds functions to CloudFormation's own.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// How far the text of a template is not what CloudFormation creates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub struct Macros {
    /// A macro of somebody's own, which may read, add and remove anything.
    pub is_custom: bool,
    /// One of AWS's, or a module: it adds resources, and what is written stays.
    pub adds: bool,
    /// A part of the template comes from another file.
    pub includes: bool,
    /// `AWS::LanguageExtensions`.
    pub has_extensions: bool,
    /// An `Fn::ForEach` makes outputs.
    pub repeats_outputs: bool,
    /// An `Fn::ForEach` makes resources, conditions or outputs.
    pub repeats: bool,
}

impl Macros {
    /// The macros of a template, with its text.
    #[must_use]
    pub fn of(template: &Tree<'_>, text: &str) -> Macros {
        let mut macros = Macros::default();
        if let Some(transform) = template.get("Transform") {
            macros.add(transform);
        }
        // Most texts name none: looking into the values of those is not worth it.
        if memchr::memmem::find(text.as_bytes(), b"Transform").is_some() {
            macros.look_into(template);
        }
        let entries = |section: &str| template.get(section).into_iter().flat_map(Tree::entries);
        let repeats = |section: &str| entries(section).any(|(name, _)| name.starts_with("Fn::ForEach"));
        macros.repeats_outputs = repeats("Outputs");
        macros.repeats = macros.repeats_outputs || repeats("Resources") || repeats("Conditions");
        let mut types = entries("Resources").filter_map(|(_, entry)| entry.get("Type")?.as_str());
        macros.adds |= types.any(|kind| kind.ends_with("::MODULE"));
        macros
    }

    /// Whether there may be outputs, and exports, that the template does not show.
    #[must_use]
    pub fn may_add_outputs(self) -> bool {
        self.is_custom || self.adds || self.includes || self.repeats_outputs
    }

    /// Whether it may take from other stacks what its text does not show.
    #[must_use]
    pub fn may_take(self) -> bool {
        self.is_custom || self.includes || self.repeats
    }

    /// Whether all resources, conditions and mappings stand in the text.
    #[must_use]
    pub fn shows_all_names(self) -> bool {
        !(self.is_custom || self.adds || self.includes || self.repeats)
    }

    /// A transform, or a list of them, each a name or a mapping with `Name`.
    fn add(&mut self, transform: &Tree<'_>) {
        match transform {
            Tree::List(items) => items.iter().for_each(|item| self.add(item)),
            Tree::Map(_) => match transform.get("Name") {
                Some(Tree::Text(name)) => self.add_name(name),
                _ => self.is_custom = true,
            },
            Tree::Text(name) => self.add_name(name),
            _ => self.is_custom = true,
        }
    }

    fn add_name(&mut self, name: &str) {
        match name {
            LANGUAGE_EXTENSIONS => self.has_extensions = true,
            "AWS::Include" => self.includes = true,
            name if name.starts_with("AWS::") => self.adds = true,
            _ => self.is_custom = true,
        }
    }

    /// Transforms of parts of the template.
    fn look_into(&mut self, value: &Tree<'_>) {
        if let Some(("Transform", argument)) = function(value) {
            return self.add(argument);
        }
        match value {
            Tree::Map(entries) => {
                for (key, item) in entries {
                    if key == "Fn::Transform" { self.add(item) } else { self.look_into(item) }
                }
            }
            Tree::List(items) => items.iter().for_each(|item| self.look_into(item)),
            Tree::Tagged(tagged) => self.look_into(&tagged.1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Macros) {
        assert_eq!(Macros::of(&crate::yaml::parse_tree(text).unwrap(), text), expected, "{text}");
    }

    #[test]
    fn each_kind() {
        let none = Macros::default();
        check("Resources: {A: {Type: T}}", none);
        check("Transform: AWS::LanguageExtensions", Macros { has_extensions: true, ..none });
        check("Transform: [AWS::LanguageExtensions, Mine]", Macros { has_extensions: true, is_custom: true, ..none });
        check("Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}", Macros { includes: true, ..none });
        check("Transform: AWS::Serverless-2016-10-31", Macros { adds: true, ..none });
        check("Resources: {A: {Type: My::Own::Kind::MODULE}}", Macros { adds: true, ..none });
        check("A: {B: {Fn::Transform: {Name: Mine}, C: 1}}", Macros { is_custom: true, ..none });
        check("A: [!Transform {Name: AWS::Include}]", Macros { includes: true, ..none });
        check("Outputs: {'Fn::ForEach::A': [B, [], {}]}", Macros { repeats_outputs: true, repeats: true, ..none });
        check("Resources: {'Fn::ForEach::A': [B, [], {}]}", Macros { repeats: true, ..none });
    }
}
