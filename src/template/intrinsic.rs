//! The references that a template's functions make: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Condition`.

use crate::logical_path::Trail;
use crate::yaml::Tree;

/// What a function refers to by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// A resource, a parameter or a pseudo parameter.
    Value(&'a str),
    /// A resource.
    Resource(&'a str),
    /// A condition.
    Condition(&'a str),
    /// A mapping.
    Mapping(&'a str),
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
pub fn walk<'a>(value: &'a Tree<'_>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, Reference<'a>)) {
    if let Some((function, argument)) = function(value) {
        references(function, argument, trail, found);
        walk(argument, trail, found);
        return;
    }
    match value {
        Tree::Map(entries) => {
            for (key, item) in entries {
                walk(item, &Trail::Key(trail, key), found);
            }
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &Trail::Index(trail, index), found);
            }
        }
        Tree::Tagged(tagged) => walk(&tagged.1, trail, found),
        _ => {}
    }
}

/// The function that a value calls, by its long name without `Fn::`, in either form: `!Sub x` or `{Fn::Sub: x}`.
#[must_use]
pub fn function<'a, 't>(value: &'a Tree<'t>) -> Option<(&'a str, &'a Tree<'t>)> {
    match value {
        Tree::Tagged(tagged) => {
            let name = FUNCTIONS.iter().find(|name| tagged.0 == **name)?;
            Some((name, &tagged.1))
        }
        Tree::Map(entries) => {
            let [(key, argument)] = entries.as_slice() else { return None };
            match key.strip_prefix("Fn::") {
                Some(name) => Some((name, argument)),
                None if key == "Ref" => Some((key, argument)),
                None => None,
            }
        }
        _ => None,
    }
}

fn references<'a>(
    function: &str,
    argument: &'a Tree<'_>,
    trail: &Trail<'_>,
    found: &mut impl FnMut(&Trail<'_>, Reference<'a>),
) {
    let first = || match argument {
        Tree::List(items) => items.first().and_then(Tree::as_str),
        _ => None,
    };
    let one = match function {
        "Ref" => argument.as_str().map(Reference::Value),
        "GetAtt" => {
            let name = argument.as_str().and_then(|text| text.split('.').next()).or_else(first);
            name.map(Reference::Resource)
        }
        "If" => first().map(Reference::Condition),
        "Condition" => argument.as_str().map(Reference::Condition),
        "FindInMap" => first().map(Reference::Mapping),
        "Sub" => return sub_references(argument, trail, found),
        _ => None,
    };
    if let Some(reference) = one {
        found(trail, reference);
    }
}

fn sub_references<'a>(argument: &'a Tree<'_>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, Reference<'a>)) {
    let (text, local) = match argument {
        Tree::List(items) => (items.first().and_then(Tree::as_str), items.get(1)),
        other => (other.as_str(), None),
    };
    for name in text.map(sub_names).unwrap_or_default() {
        if local.is_none_or(|local| local.get(name).is_none()) {
            let target = name.split('.').next().unwrap_or(name);
            let is_attribute = name.contains('.') && !name.starts_with("AWS::");
            found(trail, if is_attribute { Reference::Resource(target) } else { Reference::Value(target) });
        }
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

    #[track_caller]
    fn check(yaml: &str, expected: &[(&str, Reference<'_>)]) {
        let tree = crate::yaml::parse_tree(yaml).unwrap();
        let mut all = Vec::new();
        walk(&tree, &Trail::Root, &mut |trail, reference| all.push((trail.path().to_string(), reference)));
        let expected: Vec<_> = expected.iter().map(|(path, reference)| ((*path).to_owned(), *reference)).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn finds_both_forms_of_each_function() {
        use Reference::*;
        check("a: !Ref X", &[("a", Value("X"))]);
        check("a: {Ref: X}", &[("a", Value("X"))]);
        check("a: !GetAtt X.Arn", &[("a", Resource("X"))]);
        check("a: {'Fn::GetAtt': [X, Arn]}", &[("a", Resource("X"))]);
        check(
            "a: !If [C, !Ref X, !Ref 'AWS::NoValue']",
            &[("a", Condition("C")), ("a[1]", Value("X")), ("a[2]", Value("AWS::NoValue"))],
        );
        check("a: !FindInMap [M, x, y]", &[("a", Mapping("M"))]);
    }

    #[test]
    fn reads_names_in_sub() {
        use Reference::*;
        check(
            "a: !Sub '${X}-${Y.Arn}-${!aws:username}-${AWS::Region}'",
            &[("a", Value("X")), ("a", Resource("Y")), ("a", Value("AWS::Region"))],
        );
        check("a: !Sub ['${X}-${Local}', {Local: !Ref Z}]", &[("a", Value("X")), ("a[1].Local", Value("Z"))]);
    }

    #[test]
    fn the_condition_block_of_a_policy_is_no_reference() {
        check("Condition: {Bool: {'aws:SecureTransport': 'false'}}", &[]);
    }
}
