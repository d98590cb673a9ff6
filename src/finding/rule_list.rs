//! Rules by their ids.

use super::Rule;

/// Rules, sorted by id.
#[derive(Debug)]
pub struct RuleList(Vec<&'static Rule>);

impl RuleList {
    /// A list of these.
    #[must_use]
    pub fn of(mut rules: Vec<&'static Rule>) -> RuleList {
        rules.sort_by_key(|rule| rule.id);
        RuleList(rules)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'static Rule> {
        self.0.iter().copied()
    }

    /// A rule by its id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&'static Rule> {
        self.position(id).map(|index| self.0[index])
    }

    /// The position of a rule in the list.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.0.binary_search_by(|rule| rule.id.cmp(id)).ok()
    }
}
