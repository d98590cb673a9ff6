//! The YAML tags that editors should know, in the form of yaml-language-server's setting `yaml.customTags`.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::values::{RESOLVER_TYPE, SESAME_TYPE};
use crate::project::keys::{SCEPTRE_TAGS, SESAME_TAG};
use crate::yaml::date;

/// A tag, and what it stands before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagUse {
    /// With its exclamation mark.
    pub tag: String,
    /// `scalar`, `sequence` or `mapping`.
    pub node: &'static str,
}

/// CloudFormation's functions in their short form (CloudFormation Template Reference, "Intrinsic function reference"),
/// for templates.
const CLOUDFORMATION: &[(&str, &[&str])] = &[
    ("!And", &["sequence"]),
    ("!Base64", &["scalar", "mapping"]),
    ("!Cidr", &["sequence"]),
    ("!Condition", &["scalar"]),
    ("!Equals", &["sequence"]),
    ("!FindInMap", &["sequence"]),
    ("!ForEach", &["sequence"]),
    ("!GetAZs", &["scalar", "mapping"]),
    ("!GetAtt", &["scalar", "sequence"]),
    ("!GetStackOutput", &["mapping"]),
    ("!If", &["sequence"]),
    ("!ImportValue", &["scalar", "mapping"]),
    ("!Join", &["sequence"]),
    ("!Length", &["sequence", "mapping"]),
    ("!Not", &["sequence"]),
    ("!Or", &["sequence"]),
    ("!Ref", &["scalar"]),
    ("!Select", &["sequence"]),
    ("!Split", &["sequence"]),
    ("!Sub", &["scalar", "sequence"]),
    ("!ToJsonString", &["sequence", "mapping"]),
    ("!Transform", &["mapping"]),
];

/// Adds the tags of a config file.
pub fn collect(value: &Value, tags: &mut BTreeSet<TagUse>) {
    match value {
        Value::Tagged(_) if date(value).is_some() => {}
        Value::Tagged(tagged) => {
            let node = match &tagged.value {
                Value::Sequence(_) => "sequence",
                Value::Mapping(_) => "mapping",
                _ => "scalar",
            };
            tags.insert(TagUse { tag: tagged.tag.to_string(), node });
            collect(&tagged.value, tags);
        }
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, tags)),
        Value::Mapping(entries) => entries.values().for_each(|item| collect(item, tags)),
        _ => {}
    }
}

/// The entries of the setting: ours, Sceptre's, those that the project uses beside these, and CloudFormation's.
#[must_use]
pub fn setting(used: &BTreeSet<TagUse>) -> Vec<String> {
    let uses = |list: &'static [(&str, &[&'static str])]| {
        list.iter().flat_map(|(tag, nodes)| nodes.iter().map(|node| TagUse { tag: (*tag).to_owned(), node }))
    };
    let mut of_configs: BTreeSet<TagUse> = uses(SCEPTRE_TAGS).chain(used.iter().cloned()).collect();
    let sesame = TagUse { tag: SESAME_TAG.to_owned(), node: "scalar" };
    of_configs.remove(&sesame);
    let mut entries = vec![format!("{SESAME_TAG} scalar:{SESAME_TYPE}")];
    entries.extend(of_configs.iter().map(|tag| format!("{} {}:{RESOLVER_TYPE}", tag.tag, tag.node)));
    entries.extend(uses(CLOUDFORMATION).map(|tag| format!("{} {}", tag.tag, tag.node)));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::FUNCTIONS;

    #[test]
    fn every_function_that_templates_may_use_is_known() {
        let mut functions: Vec<String> = FUNCTIONS.iter().map(|name| format!("!{name}")).collect();
        functions.sort_unstable();
        assert_eq!(CLOUDFORMATION.iter().map(|(tag, _)| *tag).collect::<Vec<_>>(), functions);
    }

    #[test]
    fn tags_of_plugins_are_those_that_the_project_uses() {
        let config =
            serde_yaml::from_str("{a: !ssm /x, b: [!ssm {name: !env y}], c: !sesame z, d: !sesame [z]}").unwrap();
        let mut used = BTreeSet::new();
        collect(&config, &mut used);
        let entries = setting(&used);
        for entry in [
            "!sesame scalar:object",
            "!sesame sequence:null",
            "!ssm scalar:null",
            "!ssm mapping:null",
            "!env scalar:null",
        ] {
            assert!(entries.iter().any(|one| one == entry), "{entry}: {entries:?}");
        }
        assert_eq!(entries.iter().filter(|entry| entry.starts_with("!sesame ")).count(), 2);
    }
}
