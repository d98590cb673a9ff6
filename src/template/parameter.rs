//! A template's parameter, and whether it takes a value
//! (CloudFormation User Guide, "Parameters section structure").

use std::cell::RefCell;
use std::collections::HashMap;

use fancy_regex::Regex;
use serde_yaml::Value;

use crate::words;
use crate::yaml::{Tree, scalar_text};

/// The definition of a parameter.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Such as `String`, `Number`, `CommaDelimitedList`, `List<AWS::EC2::Subnet::Id>`.
    pub kind: String,
    /// The value if none is given.
    pub default: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The only values that it takes; empty if there is no such list.
    pub allowed_values: Vec<String>,
    /// A regular expression of Java that the whole value must match.
    pub allowed_pattern: Option<String>,
    /// In characters.
    pub min_length: Option<usize>,
    /// In characters.
    pub max_length: Option<usize>,
    /// The least number.
    pub min_value: Option<f64>,
    /// The greatest number.
    pub max_value: Option<f64>,
    /// What CloudFormation says to a value that breaks a constraint.
    pub constraint_description: Option<String>,
    /// Its value is a secret.
    pub no_echo: bool,
}

/// Types of resources that exist, what they are called, and what their ids begin with (CloudFormation User Guide, "Specify
/// existing resources at runtime with CloudFormation-supplied parameter types"; EC2 User Guide, "Resource IDs").
const IDS: &[(&str, &str, &str)] = &[
    ("AWS::EC2::Image::Id", "an image", "ami-"),
    ("AWS::EC2::Instance::Id", "an instance", "i-"),
    ("AWS::EC2::SecurityGroup::Id", "a security group", "sg-"),
    ("AWS::EC2::Subnet::Id", "a subnet", "subnet-"),
    ("AWS::EC2::VPC::Id", "a VPC", "vpc-"),
    ("AWS::EC2::Volume::Id", "a volume", "vol-"),
];

/// A value as Sceptre hands it to CloudFormation: text, or a list that it joins with commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// One text.
    Text(String),
    /// Several.
    List(Vec<String>),
}

/// Why a parameter does not take a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The item of a list value that is refused.
    pub index: Option<usize>,
    /// The text that is refused.
    pub got: String,
    /// What would be taken.
    pub expected: String,
    /// "did you mean …?".
    pub help: Option<String>,
}

impl ParameterValue {
    /// Makes a parameter value of a resolved config value, as Sceptre casts it; `None` if Sceptre would refuse it.
    #[must_use]
    pub fn from_config(value: &Value) -> Option<ParameterValue> {
        match value {
            Value::Sequence(items) => items.iter().map(scalar_text).collect::<Option<_>>().map(ParameterValue::List),
            scalar => scalar_text(scalar).map(ParameterValue::Text),
        }
    }

    /// The single texts of the value, for a parameter of a list type.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        match self {
            ParameterValue::Text(text) if text.is_empty() => Vec::new(),
            ParameterValue::Text(text) => text.split(',').map(str::trim).collect(),
            // Sceptre joins them with commas, and CloudFormation takes that apart again.
            ParameterValue::List(items) => items.iter().flat_map(|item| item.split(',')).map(str::trim).collect(),
        }
    }

    /// The value as one text, as CloudFormation gets it.
    #[must_use]
    pub fn joined(&self) -> String {
        match self {
            ParameterValue::Text(text) => text.clone(),
            ParameterValue::List(items) => items.join(","),
        }
    }
}

impl Parameter {
    /// Reads a definition. Fields of a wrong type count as absent; cfn-lint reports them.
    #[must_use]
    pub fn read(name: &str, definition: &Tree<'_>) -> Parameter {
        let text = |key: &str| definition.get(key).and_then(Tree::scalar_text).map(str::to_owned);
        let number = |key: &str| text(key).and_then(|text| text.parse().ok());
        let length = |key: &str| text(key).and_then(|text| text.parse().ok());
        Parameter {
            name: name.to_owned(),
            kind: text("Type").unwrap_or_default(),
            default: text("Default"),
            description: text("Description"),
            allowed_values: match definition.get("AllowedValues") {
                Some(Tree::List(values)) => values.iter().filter_map(Tree::scalar_text).map(str::to_owned).collect(),
                _ => Vec::new(),
            },
            allowed_pattern: text("AllowedPattern"),
            min_length: length("MinLength"),
            max_length: length("MaxLength"),
            min_value: number("MinValue"),
            max_value: number("MaxValue"),
            constraint_description: text("ConstraintDescription"),
            // Anything but a plain "no" makes it secret: `True` and `yes` are meant so too.
            no_echo: definition.get("NoEcho").is_some() && text("NoEcho").is_none_or(|flag| flag != "false"),
        }
    }

    /// Whether its value is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Whether its value, or each item of it, is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.kind.as_str(), "Number" | "List<Number>")
    }

    /// Checks a value, or each item of it, against type and constraints. Empty if CloudFormation would take it.
    #[must_use]
    pub fn refusals(&self, value: &ParameterValue) -> Vec<Refusal> {
        if self.is_list() {
            let items = value.items();
            return items.into_iter().enumerate().filter_map(|(index, item)| self.refusal(Some(index), item)).collect();
        }
        self.refusal(None, &value.joined()).into_iter().collect()
    }

    fn refusal(&self, index: Option<usize>, text: &str) -> Option<Refusal> {
        let expected = self.broken_constraint(text)?;
        let help = words::did_you_mean(text, self.allowed_values.iter().map(String::as_str));
        Some(Refusal { index, got: text.to_owned(), expected, help })
    }

    /// What the id of an existing resource begins with, if the type, or that of each item, says so.
    fn id(&self) -> Option<(&'static str, &'static str)> {
        let kind = self.kind.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(&self.kind);
        IDS.iter().find(|(known, _, _)| *known == kind).map(|(_, what, prefix)| (*what, *prefix))
    }

    /// What the first constraint that a text breaks asks for.
    fn broken_constraint(&self, text: &str) -> Option<String> {
        let described = |otherwise: String| self.constraint_description.clone().unwrap_or(otherwise);
        let length = text.chars().count();
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        if self.is_number() && number.is_none() {
            return Some("a number".to_owned());
        }
        if let Some((what, prefix)) = self.id()
            && !text.starts_with(prefix)
            && !text.contains("{{resolve:")
        {
            return Some(format!("the id of {what}: `{prefix}…`"));
        }
        if !self.allowed_values.is_empty() && !self.allowed_values.iter().any(|allowed| allowed == text) {
            return Some(format!("one of {}", words::list(&self.allowed_values).replace(" and ", " or ")));
        }
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            return Some(described(format!("at least {}", words::count(least, "character"))));
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            return Some(described(format!("at most {}", words::count(most, "character"))));
        }
        if let (Some(least), Some(number)) = (self.min_value, number)
            && number < least
        {
            return Some(described(format!("at least {least}")));
        }
        if let (Some(most), Some(number)) = (self.max_value, number)
            && number > most
        {
            return Some(described(format!("at most {most}")));
        }
        let pattern = self.allowed_pattern.as_deref()?;
        // CloudFormation's patterns are Java's and match the whole value. One that this engine cannot read is left to
        // CloudFormation, as is a value that makes it give up.
        let matches = matches(pattern, text)?;
        (!matches).then(|| described(format!("a match of `{pattern}`")))
    }
}

/// Whether a whole text matches a pattern; `None` if the engine cannot say. A pattern is compiled once: many templates
/// share the same few.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok());
        regex.as_ref()?.is_match(text).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(yaml: &str) -> Parameter {
        Parameter::read("P", &crate::yaml::parse_tree(yaml).unwrap())
    }

    fn refused(yaml: &str, value: &str) -> Vec<String> {
        let value = ParameterValue::from_config(&serde_yaml::from_str(value).unwrap()).unwrap();
        parameter(yaml)
            .refusals(&value)
            .into_iter()
            .map(|refusal| {
                let index = refusal.index.map(|index| format!("[{index}] ")).unwrap_or_default();
                let help = refusal.help.map(|help| format!("; {help}")).unwrap_or_default();
                format!("{index}{}: {}{help}", refusal.got, refusal.expected)
            })
            .collect()
    }

    #[test]
    fn types() {
        assert_eq!(refused("Type: Number", "'90'"), Vec::<String>::new());
        assert_eq!(refused("Type: Number", "ninety"), ["ninety: a number"]);
        assert_eq!(refused("Type: List<Number>", "[1, x]"), ["[1] x: a number"]);
        assert_eq!(refused("Type: List<Number>", "'1,x'"), ["[1] x: a number"]);
        assert_eq!(refused("Type: String", "[a, b]"), Vec::<String>::new());
        assert_eq!(refused("Type: AWS::EC2::VPC::Id", "subnet-1"), ["subnet-1: the id of a VPC: `vpc-…`"]);
        assert_eq!(
            refused("Type: List<AWS::EC2::Subnet::Id>", "'subnet-1, vpc-1'"),
            ["[1] vpc-1: the id of a subnet: `subnet-…`"]
        );
        assert_eq!(refused("Type: AWS::EC2::VPC::Id", "'{{resolve:ssm:/vpc}}'"), Vec::<String>::new());
        assert_eq!(refused("Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "/image"), Vec::<String>::new());
    }

    #[test]
    fn constraints() {
        assert_eq!(
            refused("{Type: String, AllowedValues: [dev, prod]}", "porD"),
            ["porD: one of `dev` or `prod`; did you mean `prod`?"]
        );
        assert_eq!(refused("{Type: String, MinLength: 3}", "ab"), ["ab: at least 3 characters"]);
        assert_eq!(refused("{Type: String, MaxLength: '3'}", "日本語だ"), ["日本語だ: at most 3 characters"]);
        assert_eq!(refused("{Type: Number, MinValue: 30}", "29"), ["29: at least 30"]);
        assert_eq!(refused("{Type: Number, MaxValue: 30}", "30.5"), ["30.5: at most 30"]);
        assert_eq!(refused("{Type: String, AllowedPattern: '[a-z]+'}", "abc1"), ["abc1: a match of `[a-z]+`"]);
        assert_eq!(
            refused(
                "{Type: CommaDelimitedList, AllowedPattern: '\\d+', ConstraintDescription: digits}",
                "[1, b, 3, d]"
            ),
            ["[1] b: digits", "[3] d: digits"]
        );
    }

    #[test]
    fn booleans_and_numbers_are_cast_as_sceptre_does() {
        assert_eq!(ParameterValue::from_config(&Value::from(true)), Some(ParameterValue::Text("true".to_owned())));
        assert_eq!(ParameterValue::from_config(&Value::Null), None);
    }
}
