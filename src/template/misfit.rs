//! What a template says of AWS's resource types that they certainly do not have. A type that the table does not know, and
//! whatever a macro may have its hands in, is left alone.

use std::collections::HashMap;

use super::Macros;
use super::intrinsic::{function, sub_names};
use crate::aws::{self, ResourceType};
use crate::logical_path::{LogicalPath, Trail};
use crate::yaml::Tree;

/// Something that a type does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where in the template.
    pub path: LogicalPath,
    /// What it is.
    pub kind: MisfitKind,
}

/// See [`Misfit`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MisfitKind {
    /// A type that does not exist, one letter away from one that does.
    Type {
        /// As it is written.
        name: String,
        /// The type that is meant.
        meant: &'static str,
    },
    /// A property of the first level that does not exist, one letter away from one that does.
    Property {
        /// The type.
        of: &'static str,
        /// As it is written.
        name: String,
        /// The property that is meant.
        meant: &'static str,
    },
    /// An attribute that `Fn::GetAtt` does not take.
    Attribute {
        /// The logical id of the resource.
        resource: String,
        /// Its type.
        of: &'static str,
        /// As it is written.
        name: String,
    },
}

/// All misfits of a template.
pub fn misfits(template: &Tree<'_>, macros: Macros) -> Vec<Misfit> {
    let mut found = Vec::new();
    if macros.is_custom || macros.includes {
        return found;
    }
    let mut types = HashMap::new();
    let section = Trail::Key(&Trail::Root, "Resources");
    for (id, resource) in template.get("Resources").into_iter().flat_map(Tree::entries) {
        let Some(name) = resource.get("Type").and_then(Tree::as_str) else { continue };
        match aws::resource_type(name) {
            Some(known) => {
                types.insert(id, known);
                properties(known, resource, &Trail::Key(&Trail::Key(&section, id), "Properties"), &mut found);
            }
            None => {
                if let Some(meant) = aws::meant_type(name) {
                    let kind = MisfitKind::Type { name: name.to_owned(), meant };
                    found.push(Misfit { path: LogicalPath::from(["Resources", id, "Type"]), kind });
                }
            }
        }
    }
    for name in ["Resources", "Outputs"] {
        if let Some(section) = template.get(name) {
            attributes(section, &Trail::Key(&Trail::Root, name), &types, &mut found);
        }
    }
    found
}

fn properties(known: ResourceType, resource: &Tree<'_>, trail: &Trail<'_>, found: &mut Vec<Misfit>) {
    let Some(Tree::Map(given)) = resource.get("Properties") else { return };
    for (name, _) in given.iter().filter(|(name, _)| !name.contains("::")) {
        if known.properties().any(|property| property.name == name) {
            continue;
        }
        let is_free = |meant: &str| given.iter().all(|(other, _)| other != meant);
        let mut near = known
            .properties()
            .filter(|property| !property.is_read_only && aws::is_slip(name, property.name) && is_free(property.name));
        if let (Some(meant), None) = (near.next(), near.next()) {
            let kind = MisfitKind::Property { of: known.name, name: name.to_string(), meant: meant.name };
            found.push(Misfit { path: Trail::Key(trail, name).path(), kind });
        }
    }
}

/// Looks at every `Fn::GetAtt` and `Fn::Sub` below a value.
fn attributes(value: &Tree<'_>, trail: &Trail<'_>, types: &HashMap<&str, ResourceType>, found: &mut Vec<Misfit>) {
    if let Some((name, argument)) = function(value) {
        match name {
            "GetAtt" => {
                if let Some((id, attribute)) = attribute(argument) {
                    one(id, attribute, trail, types, found);
                }
            }
            "Sub" => in_text(argument, trail, types, found),
            _ => {}
        }
    }
    match value {
        Tree::Map(entries) => {
            entries.iter().for_each(|(key, item)| attributes(item, &Trail::Key(trail, key), types, found));
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                attributes(item, &Trail::Index(trail, index), types, found);
            }
        }
        Tree::Tagged(tagged) => attributes(&tagged.1, trail, types, found),
        _ => {}
    }
}

/// The resource and the attribute of an `Fn::GetAtt`, if both are written out.
fn attribute<'a>(argument: &'a Tree<'_>) -> Option<(&'a str, &'a str)> {
    match argument {
        Tree::List(items) => match items.as_slice() {
            [Tree::Text(id), Tree::Text(name)] => Some((id, name)),
            _ => None,
        },
        Tree::Text(text) => text.split_once('.'),
        _ => None,
    }
}

fn in_text(argument: &Tree<'_>, trail: &Trail<'_>, types: &HashMap<&str, ResourceType>, found: &mut Vec<Misfit>) {
    let (text, local) = match argument {
        Tree::List(items) => (items.first(), items.get(1)),
        text => (Some(text), None),
    };
    for name in text.and_then(Tree::as_str).into_iter().flat_map(sub_names) {
        let is_local = local.is_some_and(|local| local.get(name).is_some());
        if let Some((id, attribute)) = name.split_once('.').filter(|_| !is_local) {
            one(id, attribute, trail, types, found);
        }
    }
}

fn one(id: &str, name: &str, trail: &Trail<'_>, types: &HashMap<&str, ResourceType>, found: &mut Vec<Misfit>) {
    let Some(known) = types.get(id) else { return };
    // Some types return what is given to them too; AWS does not say which. A dynamic name is no name.
    let is_property = || {
        let first = name.split('.').next().unwrap_or_default();
        known.properties().any(|property| property.name == first)
    };
    if name.is_empty() || name.contains(['$', '{', ' ']) || known.has_attribute(name) || is_property() {
        return;
    }
    let kind = MisfitKind::Attribute { resource: id.to_owned(), of: known.name, name: name.to_owned() };
    found.push(Misfit { path: trail.path(), kind });
}
