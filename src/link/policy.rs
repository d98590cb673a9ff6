//! Policy documents in the properties of a resource (IAM User Guide, "IAM JSON policy elements reference").

use crate::evaluate::{Reads, Resource, Value};
use crate::logical_path::{LogicalPath, Trail};

/// One statement of a policy document.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// Its elements.
    pub value: &'a Value,
    /// Where it stands in the template.
    pub path: LogicalPath,
}

/// All statements in the properties of a resource, for somebody who reads them: of trust policies, inline policies, bucket,
/// topic and key policies.
#[must_use]
pub fn statements(resource: &Resource, reads: Reads) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    in_properties(resource, |trail| walk(resource.properties(reads), trail, &mut found));
    found
}

/// The statements in one property of a resource.
#[must_use]
pub fn statements_of<'a>(resource: &'a Resource, reads: Reads, property: &str) -> Vec<Statement<'a>> {
    let mut found = Vec::new();
    if let Some(value) = resource.properties(reads).get(property) {
        in_properties(resource, |trail| walk(value, &Trail::Key(trail, property), &mut found));
    }
    found
}

fn in_properties(resource: &Resource, visit: impl FnOnce(&Trail<'_>)) {
    let resources = Trail::Key(&Trail::Root, "Resources");
    visit(&Trail::Key(&Trail::Key(&resources, &resource.id), "Properties"));
}

fn walk<'a>(value: &'a Value, trail: &Trail<'_>, found: &mut Vec<Statement<'a>>) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let trail = Trail::Key(trail, key);
                match value {
                    Value::List(items) if key == "Statement" => {
                        let path = |index| Trail::Index(&trail, index).path();
                        found.extend(
                            items.iter().enumerate().map(|(index, value)| Statement { value, path: path(index) }),
                        );
                    }
                    Value::Map(_) if key == "Statement" => found.push(Statement { value, path: trail.path() }),
                    _ => walk(value, &trail, found),
                }
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &Trail::Index(trail, index), found);
            }
        }
        _ => {}
    }
}

impl<'a> Statement<'a> {
    /// Whether it certainly allows, or denies, as `effect` says.
    #[must_use]
    pub fn has_effect(&self, effect: &str) -> bool {
        self.value.get("Effect").and_then(Value::as_text) == Some(effect)
    }

    /// The items of an element; one value counts as a list of one.
    #[must_use]
    pub fn items(&self, element: &str) -> &'a [Value] {
        self.value.get(element).map(Value::items).unwrap_or_default()
    }

    /// Whether its `Action` names an action: the whole name, or with wildcards. Case does not matter.
    #[must_use]
    pub fn names_action(&self, action: &str) -> bool {
        let is_wildcard = |byte: u8| matches!(byte, b'*' | b'?');
        // Most items are of other services: the first letters tell.
        let may_match = |item: &&str| {
            let mut letters = item.bytes().zip(action.bytes()).take_while(|(item, _)| !is_wildcard(*item));
            letters.all(|(item, action)| item.eq_ignore_ascii_case(&action))
        };
        let mut items = self.items("Action").iter().filter_map(Value::as_text).filter(may_match);
        items.any(|item| matches(&item.to_lowercase(), &action.to_lowercase()))
    }

    /// Whether its `Principal` lets a service in; `None` if that cannot be known.
    #[must_use]
    pub fn lets_in(&self, service: &str) -> Option<bool> {
        let principal = self.value.get("Principal")?;
        let is_anyone = |value: &Value| value.as_text() == Some("*");
        let of_kind = |kind: &str| principal.get(kind).map(Value::items).unwrap_or_default();
        let is_in = is_anyone(principal)
            || of_kind("AWS").iter().any(is_anyone)
            || of_kind("Service").iter().any(|item| is_anyone(item) || item.as_text() == Some(service));
        (is_in || !principal.is_uncertain()).then_some(is_in)
    }
}

/// Whether a pattern with `*` and `?` matches a whole text.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut from) = (0, 0);
    // After a `*`: where it stands, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(one) if *one == '?' || *one == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                from = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, is_match) in [
            ("ses:*", "ses:sendemail", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("ses:send", "ses:sendemail", false),
            ("*x", "abc", false),
        ] {
            assert_eq!(matches(pattern, text), is_match, "{pattern} {text}");
        }
    }
}
