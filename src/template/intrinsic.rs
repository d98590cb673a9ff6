//! The references that a template's functions make: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Condition`.

use serde_yaml::Value;

use crate::logical_path::LogicalPath;

/// What a function refers to by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A resource, a parameter or a pseudo parameter.
    Value(String),
    /// A resource.
    Resource(String),
    /// A condition.
    Condition(String),
    /// A mapping.
    Mapping(String),
}

/// The functions that have a short tag (CloudFormation Template Reference, "Intrinsic function reference").
pub const FUNCTIONS: &[&str] = &[
    "Sub",
    "Ref",
    "GetAtt",
    "If",
    "Join",
    "Equals",
    "Not",
    "And",
    "Or",
    "Condition",
    "ImportValue",
    "Select",
    "Split",
    "FindInMap",
    "GetAZs",
    "Base64",
    "Cidr",
    "Transform",
    "ToJsonString",
    "Length",
    "ForEach",
    "GetStackOutput",
];

/// Calls `found` for every reference below a value, with the path of the function.
pub fn walk(value: &Value, path: &LogicalPath, found: &mut impl FnMut(&LogicalPath, Reference)) {
    if let Some((function, argument)) = function(value) {
        references(function, argument, path, found);
        walk(argument, path, found);
        return;
    }
    match value {
        Value::Mapping(entries) => {
            for (key, item) in entries {
                walk(item, &path.join(crate::yaml::scalar_text(key).unwrap_or_default()), found);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &path.join(index), found);
            }
        }
        Value::Tagged(tagged) => walk(&tagged.value, path, found),
        _ => {}
    }
}

/// The function that a value calls, by its long name without `Fn::`, in either form: `!Sub x` or `{Fn::Sub: x}`.
#[must_use]
pub fn function(value: &Value) -> Option<(&str, &Value)> {
    match value {
        Value::Tagged(tagged) => {
            let name = FUNCTIONS.iter().find(|name| tagged.tag == **name)?;
            Some((name, &tagged.value))
        }
        Value::Mapping(entries) if entries.len() == 1 => {
            let (key, argument) = entries.iter().next()?;
            let key = key.as_str()?;
            match key.strip_prefix("Fn::") {
                Some(name) => Some((name, argument)),
                None if key == "Ref" => Some((key, argument)),
                None => None,
            }
        }
        _ => None,
    }
}

fn references(function: &str, argument: &Value, path: &LogicalPath, found: &mut impl FnMut(&LogicalPath, Reference)) {
    let first = || match argument {
        Value::Sequence(items) => items.first().and_then(Value::as_str),
        _ => None,
    };
    match function {
        "Ref" => {
            if let Some(name) = argument.as_str() {
                found(path, Reference::Value(name.to_owned()));
            }
        }
        "GetAtt" => {
            let name = argument.as_str().and_then(|text| text.split('.').next()).or_else(first);
            if let Some(name) = name {
                found(path, Reference::Resource(name.to_owned()));
            }
        }
        "If" => {
            if let Some(name) = first() {
                found(path, Reference::Condition(name.to_owned()));
            }
        }
        "Condition" => {
            if let Some(name) = argument.as_str() {
                found(path, Reference::Condition(name.to_owned()));
            }
        }
        "FindInMap" => {
            if let Some(name) = first() {
                found(path, Reference::Mapping(name.to_owned()));
            }
        }
        "Sub" => {
            let (text, local) = match argument {
                Value::Sequence(items) => (items.first().and_then(Value::as_str), items.get(1)),
                other => (other.as_str(), None),
            };
            for name in text.map(sub_names).unwrap_or_default() {
                if local.is_none_or(|local| local.get(name).is_none()) {
                    let target = name.split('.').next().unwrap_or(name).to_owned();
                    let is_attribute = name.contains('.') && !name.starts_with("AWS::");
                    found(path, if is_attribute { Reference::Resource(target) } else { Reference::Value(target) });
                }
            }
        }
        _ => {}
    }
}

/// The names in `${…}` of a `Fn::Sub` text; `${!Literal}` is none.
fn sub_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        if !name.starts_with('!') {
            names.push(name.trim());
        }
        rest = after;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(yaml: &str) -> Vec<(String, Reference)> {
        let value: Value = serde_yaml::from_str(yaml).unwrap();
        let mut all = Vec::new();
        walk(&value, &LogicalPath::default(), &mut |path, reference| all.push((path.to_string(), reference)));
        all
    }

    #[test]
    fn finds_both_forms_of_each_function() {
        use Reference::*;
        let value = |name: &str| Value(name.to_owned());
        assert_eq!(found("a: !Ref X"), [("a".into(), value("X"))]);
        assert_eq!(found("a: {Ref: X}"), [("a".into(), value("X"))]);
        assert_eq!(found("a: !GetAtt X.Arn"), [("a".into(), Resource("X".into()))]);
        assert_eq!(found("a: {'Fn::GetAtt': [X, Arn]}"), [("a".into(), Resource("X".into()))]);
        assert_eq!(
            found("a: !If [C, !Ref X, !Ref 'AWS::NoValue']"),
            [("a".into(), Condition("C".into())), ("a[1]".into(), value("X")), ("a[2]".into(), value("AWS::NoValue"))]
        );
        assert_eq!(found("a: !FindInMap [M, x, y]"), [("a".into(), Mapping("M".into()))]);
    }

    #[test]
    fn reads_names_in_sub() {
        use Reference::*;
        assert_eq!(
            found("a: !Sub '${X}-${Y.Arn}-${!aws:username}-${AWS::Region}'"),
            [
                ("a".into(), Value("X".into())),
                ("a".into(), Resource("Y".into())),
                ("a".into(), Value("AWS::Region".into()))
            ]
        );
        assert_eq!(
            found("a: !Sub ['${X}-${Local}', {Local: !Ref Z}]"),
            [("a".into(), Value("X".into())), ("a[1].Local".into(), Value("Z".into()))]
        );
    }

    #[test]
    fn the_condition_block_of_a_policy_is_no_reference() {
        assert_eq!(found("Condition: {Bool: {'aws:SecureTransport': 'false'}}"), []);
    }
}
