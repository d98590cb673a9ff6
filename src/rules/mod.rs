//! All rules, of all stages: what `sesame rules` prints, what SARIF describes, and what `sesame.yaml` and comments may name.

mod page;

pub use page::{contents, contents_ja, page};

use std::sync::LazyLock;

use crate::finding::RuleList;
use crate::{deployment, hook, link, project, render, template, triage, validate};

/// All of them.
#[must_use]
pub fn all() -> &'static RuleList {
    static ALL: LazyLock<RuleList> = LazyLock::new(|| {
        let by_file = [
            project::RULES,
            render::RULES,
            &[template::RULES],
            deployment::RULES,
            validate::RULES,
            hook::RULES,
            triage::RULES,
        ];
        RuleList::of(by_file.concat().concat().into_iter().chain(link::rules::rules()).collect())
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looking one up depends on the first.
    #[test]
    fn ids_are_different_and_every_rule_says_what_it_finds() {
        let rules: Vec<_> = all().iter().collect();
        assert!(rules.is_sorted_by(|a, b| a.id < b.id), "two rules have one id");
        for rule in rules {
            assert!(!rule.about.is_empty(), "`{}` does not say what it is about", rule.id);
            assert_eq!(all().by_id(rule.id), Some(rule));
        }
        assert_eq!(all().by_id("no-such-rule"), None);
    }
}
