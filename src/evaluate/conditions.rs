//! Conditions and rules: what holds with the values of a stack.

use super::functions::Evaluator;
use super::{ACCOUNT_ID, Fault, FaultKind, Value};
use crate::logical_path::Trail;
use crate::template::{Reference, function, walk_references};
use crate::yaml::Tree;

impl Evaluator<'_> {
    /// Whether a condition holds; `None` if that cannot be known.
    pub fn condition(&mut self, name: &str) -> Option<bool> {
        if let Some(known) = self.conditions.get(name) {
            return *known;
        }
        let mut all = self.template.get("Conditions")?.entries();
        let (name, definition) = all.find(|(other, _)| *other == name)?;
        // Unknown while it is worked out, so that one which refers to itself ends.
        self.conditions.insert(name, None);
        let above = Trail::Key(&Trail::Root, "Conditions");
        let holds = self.holds(definition, &Trail::Key(&above, name));
        self.conditions.insert(name, holds);
        holds
    }

    /// The assertions of `Rules` that are certainly false.
    pub fn assertions(&mut self) {
        let rules = Trail::Key(&Trail::Root, "Rules");
        for (name, rule) in self.template.get("Rules").into_iter().flat_map(Tree::entries) {
            let trail = Trail::Key(&rules, name);
            let applies = rule.get("RuleCondition").map_or(Some(true), |condition| self.holds(condition, &trail));
            if applies != Some(true) {
                continue;
            }
            let above = Trail::Key(&trail, "Assertions");
            for (index, assertion) in rule.get("Assertions").and_then(Tree::as_list).into_iter().flatten().enumerate() {
                let above = Trail::Index(&above, index);
                let trail = Trail::Key(&above, "Assert");
                let Some(assert) = assertion.get("Assert") else { continue };
                if self.holds(assert, &trail) == Some(false) {
                    let description = assertion.get("AssertDescription").and_then(Tree::scalar_text);
                    let kind = FaultKind::Refused {
                        rule: name.to_owned(),
                        description: description.map(str::to_owned),
                        parameters: parameters_of(assert),
                    };
                    self.faults.push(Fault { path: trail.path(), kind });
                }
            }
        }
    }

    fn holds(&mut self, definition: &Tree<'_>, trail: &Trail<'_>) -> Option<bool> {
        if let Some(Tree::Text(name)) = definition.get("Condition") {
            return self.condition(name);
        }
        let (name, argument) = function(definition)?;
        let arguments = argument.as_list().unwrap_or_default();
        match (name, arguments) {
            ("Equals", [left, right]) => {
                let (left, right) = self.both(left, right, trail);
                is_same(&left, &right)
            }
            ("Contains" | "EachMemberEquals" | "EachMemberIn", [left, right]) => {
                let (left, right) = self.both(left, right, trail);
                of_members(name, &left, &right)
            }
            ("Not", [one]) => self.holds(one, &Trail::Index(trail, 0)).map(|holds| !holds),
            ("And", all) => self.all(all, trail, false),
            ("Or", any) => self.all(any, trail, true),
            ("Condition", _) => self.condition(argument.as_str()?),
            _ => None,
        }
    }

    fn both(&mut self, left: &Tree<'_>, right: &Tree<'_>, trail: &Trail<'_>) -> (Value, Value) {
        (self.value(left, &Trail::Index(trail, 0)), self.value(right, &Trail::Index(trail, 1)))
    }

    /// `decisive` is the value of one operand that decides the whole: false for `And`, true for `Or`.
    fn all(&mut self, operands: &[Tree<'_>], trail: &Trail<'_>, decisive: bool) -> Option<bool> {
        let mut is_known = true;
        let mut is_decided = false;
        for (index, operand) in operands.iter().enumerate() {
            let holds = self.holds(operand, &Trail::Index(trail, index));
            is_known &= holds.is_some();
            is_decided |= holds == Some(decisive);
        }
        if is_decided { Some(decisive) } else { is_known.then_some(!decisive) }
    }
}

/// Whether two values are the same; `None` if that cannot be known. The number of the account may be any.
fn is_same(left: &Value, right: &Value) -> Option<bool> {
    // What CloudFormation says to a text and a list is not written anywhere.
    let are_alike = std::mem::discriminant(left) == std::mem::discriminant(right);
    if left.is_uncertain() || right.is_uncertain() || !are_alike {
        return None;
    }
    match left == right {
        true => Some(true),
        false => (!names_account(left) && !names_account(right)).then_some(false),
    }
}

fn names_account(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains(ACCOUNT_ID),
        Value::List(items) => items.iter().any(names_account),
        Value::Map(entries) => entries.iter().any(|(_, value)| names_account(value)),
        Value::Null | Value::Unknown => false,
    }
}

/// The functions of lists that only rules have (CloudFormation Template Reference, "Rule functions").
fn of_members(name: &str, left: &Value, right: &Value) -> Option<bool> {
    let Value::List(members) = left else { return None };
    let among = |value: &Value, list: &[Value]| {
        let same: Vec<Option<bool>> = list.iter().map(|item| is_same(value, item)).collect();
        if same.contains(&Some(true)) { Some(true) } else { same.iter().all(Option::is_some).then_some(false) }
    };
    if members.is_empty() || left.is_uncertain() {
        return None;
    }
    let every = |holds: &dyn Fn(&Value) -> Option<bool>| {
        let all: Vec<Option<bool>> = members.iter().map(holds).collect();
        if all.contains(&Some(false)) { Some(false) } else { all.iter().all(Option::is_some).then_some(true) }
    };
    match (name, right) {
        ("Contains", value @ Value::Text(_)) => among(value, members),
        ("EachMemberEquals", value @ Value::Text(_)) => every(&|member| is_same(member, value)),
        ("EachMemberIn", Value::List(list)) => every(&|member| among(member, list)),
        _ => None,
    }
}

/// The parameters that an assertion reads, in the order of the text.
fn parameters_of(assert: &Tree<'_>) -> Vec<String> {
    let mut parameters = Vec::new();
    walk_references(assert, &Trail::Root, &mut |_, reference| {
        if let Reference::Value(name) = reference {
            parameters.push(name.to_owned());
        }
    });
    parameters
}
