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

/// The functions that only `Rules` may use; they have no short tag (the same reference, "Rule functions").
pub const RULE_FUNCTIONS: &[&str] =
    &["Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll"];

/// The pseudo parameters (CloudFormation Template Reference, "Pseudo parameters reference").
pub const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// A function as a template calls it, whether CloudFormation has it or not.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a, 't> {
    /// Without `Fn::`.
    pub name: &'a str,
    /// What it is called with.
    pub argument: &'a Tree<'t>,
    /// Whether it is a short tag.
    is_short: bool,
    /// Whether it stands in an `Fn::If`, so that it may not count.
    pub is_optional: bool,
}

impl Call<'_, '_> {
    /// The function as the template writes it: `!Sub`, `Fn::Sub`.
    #[must_use]
    pub fn written(&self) -> String {
        match self.name {
            name if self.is_short => format!("!{name}"),
            "Ref" => "Ref".to_owned(),
            name => format!("Fn::{name}"),
        }
    }
}

/// Calls `found` for every call of a function below a value, with its path.
pub fn calls<'a, 't>(
    value: &'a Tree<'t>,
    trail: &Trail<'_>,
    is_optional: bool,
    found: &mut impl FnMut(&Trail<'_>, &Call<'a, 't>),
) {
    match value {
        Tree::Map(entries) => {
            if let [(key, argument)] = entries.as_slice()
                && let Some(name) = key.strip_prefix("Fn::").or((key == "Ref").then_some("Ref"))
            {
                return call(Call { name, argument, is_short: false, is_optional }, trail, found);
            }
            for (key, item) in entries {
                calls(item, &Trail::Key(trail, key), is_optional, found);
            }
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                calls(item, &Trail::Index(trail, index), is_optional, found);
            }
        }
        Tree::Tagged(tagged) => {
            let (name, argument) = &**tagged;
            call(Call { name, argument, is_short: true, is_optional }, trail, found);
        }
        _ => {}
    }
}

fn call<'a, 't>(one: Call<'a, 't>, trail: &Trail<'_>, found: &mut impl FnMut(&Trail<'_>, &Call<'a, 't>)) {
    found(trail, &one);
    calls(one.argument, trail, one.is_optional || one.name == "If", found);
}

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

/// The references that one function makes itself.
pub fn references<'a>(
    function: &str,
    argument: &'a Tree<'_>,
    trail: &Trail<'_>,
    found: &mut impl FnMut(&Trail<'_>, Reference<'a>),
) {
    // What another function comes to is no name.
    let plain = |value: &'a Tree<'_>| match value {
        Tree::Text(text) => Some(&**text),
        _ => None,
    };
    let first = || match argument {
        Tree::List(items) => items.first().and_then(plain),
        _ => None,
    };
    let one = match function {
        "Ref" => plain(argument).map(Reference::Value),
        "GetAtt" => {
            let name = plain(argument).and_then(|text| text.split('.').next()).or_else(first);
            name.map(Reference::Resource)
        }
        "If" => first().map(Reference::Condition),
        "Condition" => plain(argument).map(Reference::Condition),
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
    for name in text.into_iter().flat_map(sub_names) {
        if local.is_none_or(|local| local.get(name).is_none()) {
            found(
                trail,
                match name.split_once('.') {
                    Some((resource, _)) if !name.starts_with("AWS::") => Reference::Resource(resource),
                    _ => Reference::Value(name),
                },
            );
        }
    }
}

/// The names in `${…}` of a `Fn::Sub` text; `${!Literal}` is none.
pub fn sub_names(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (name, after) = rest.split_once("${")?.1.split_once('}')?;
            rest = after;
            if !name.starts_with('!') {
                return Some(name.trim());
            }
        }
    })
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
    fn what_another_function_comes_to_is_no_name() {
        check("a: !FindInMap [!Ref Env, k, v]", &[("a[0]", Reference::Value("Env"))]);
        check("a: {'Fn::FindInMap': [{Ref: Env}, k, v]}", &[("a[0]", Reference::Value("Env"))]);
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
