//! What somebody looks into of the resources of a template.

use super::{Resource, Value};

/// Resources whose properties are looked into. Type and name are there for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reads {
    types: &'static [&'static str],
    policies: bool,
}

impl Reads {
    /// None.
    pub const NOTHING: Reads = Reads::properties_of(&[]);

    /// All.
    pub const EVERYTHING: Reads = Reads::properties_of(&[""]);

    /// Those with a policy document, of whatever type.
    pub const POLICIES: Reads = Reads { policies: true, ..Reads::NOTHING };

    /// Those of these types, such as `AWS::Events::Rule`, or services, such as `AWS::IAM::`.
    #[must_use]
    pub const fn properties_of(types: &'static [&'static str]) -> Reads {
        Reads { types, policies: false }
    }

    /// Those, and whatever has a policy document.
    #[must_use]
    pub const fn and_policies(self) -> Reads {
        Reads { policies: true, ..self }
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn cover(&self, resource: &Resource) -> bool {
        self.types.iter().any(|known| resource.kind.starts_with(known))
            || self.policies && has_statement(&resource.properties)
    }
}

/// Whether there may be a policy document in a value.
fn has_statement(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries.iter().any(|(key, value)| key == "Statement" || has_statement(value)),
        Value::List(items) => items.iter().any(has_statement),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Inputs, evaluate};

    const TEMPLATE: &str = "
Resources:
  Identity: {Type: 'AWS::SES::EmailIdentity', Properties: {EmailIdentity: a.example}}
  Key: {Type: 'AWS::KMS::Key', Properties: {KeyPolicy: {Statement: []}}}
  Role: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  User: {Type: 'AWS::IAM::User', Properties: {UserName: a}}
";

    #[test]
    fn what_is_not_declared_is_not_there() {
        let evaluated = evaluate(&crate::yaml::parse_tree(TEMPLATE).unwrap(), &Inputs::default());
        for (reads, seen) in [
            (Reads::NOTHING, &[][..]),
            (Reads::EVERYTHING, &["Identity", "Key", "Role", "User"]),
            (Reads::POLICIES, &["Key", "Role"]),
            (Reads::properties_of(&["AWS::IAM::User"]), &["User"]),
            (Reads::properties_of(&["AWS::IAM::", "AWS::SES::EmailIdentity"]), &["Identity", "Role", "User"]),
        ] {
            let has_properties = |resource: &&Resource| *resource.properties(reads) != Value::Null;
            let ids: Vec<&str> = evaluated.resources.iter().filter(has_properties).map(|one| one.id.as_str()).collect();
            assert_eq!(ids, seen, "{reads:?}");
        }
    }
}
