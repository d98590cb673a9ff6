//! What holds for every text, tried on texts made at random.

use proptest::prelude::*;
use serde_yaml::Value;
use sesame::evaluate::{Inputs, evaluate};
use sesame::logical_path::{LogicalPath, Segment};
use sesame::template::Template;
use sesame::yaml::{Document, Tree, parse_tree, parse_value};

/// What YAML, CloudFormation and Jinja are made of; in any order, it is mostly wrong.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    "\"",
    "#",
    " # x",
    "|\n",
    ">-\n",
    "&x ",
    "*x",
    "<<: ",
    "? ",
    "!Ref ",
    "!Sub ",
    "!If ",
    "!!int ",
    "! ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\u{feff}",
    "\u{0}",
    "é",
    "😀",
    "Resources:\n",
    "Parameters:\n",
    "Type: AWS::S3::Bucket\n",
    "${a}",
    "${!",
    "Fn::Join: ",
    "null",
    "010",
    "yes",
    "1e3",
    "0x1F",
    "-1",
    "18446744073709551616",
    "2010-09-09",
    "Ref: ",
    "Fn::Transform: ",
    "Condition: ",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Values as templates have them: any nesting of texts, functions, lists and mappings.
fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        "[a-zA-Z${}:.!, -]{0,12}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let keys = prop::sample::select(&[
        "Ref",
        "Fn::Sub",
        "Fn::Join",
        "Fn::If",
        "Fn::Select",
        "Fn::Split",
        "Fn::FindInMap",
        "Fn::GetAtt",
        "Fn::Equals",
        "Fn::Cidr",
        "Fn::ImportValue",
        "Condition",
        "Resources",
        "Conditions",
        "Mappings",
        "Outputs",
        "Parameters",
        "Type",
        "Properties",
        "a",
    ]);
    scalar.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(keys.clone(), inner, 0..5).prop_map(|entries| Value::Mapping(
                entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
            )),
        ]
    })
}

/// Every path of a value.
fn paths(value: &Value, path: &LogicalPath, found: &mut Vec<LogicalPath>) {
    found.push(path.clone());
    match value {
        Value::Mapping(entries) => {
            for (key, value) in entries.iter().filter_map(|(key, value)| Some((key.as_str()?, value))) {
                paths(value, &path.join(key), found);
            }
        }
        Value::Sequence(items) => {
            items.iter().enumerate().for_each(|(index, item)| paths(item, &path.join(index), found));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is wrong with a text, reading it says so, at a line that it has.
    #[test]
    fn texts_are_read_or_refused(text in texts()) {
        let lines = text.lines().count() + 1;
        if let Err(error) = Document::parse(&text) {
            prop_assert!(!error.message.is_empty());
            prop_assert!(error.position.is_none_or(|at| at.line <= lines), "{error:?}");
        }
        for problem in Template::parse(&text).err().into_iter().flatten() {
            prop_assert!(!problem.message.is_empty());
            prop_assert!(problem.position.is_none_or(|at| at.line <= lines), "{problem:?}");
        }
    }

    /// Each value of a document has its place.
    #[test]
    fn values_are_found_where_they_stand(value in values()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let document = Document::parse_1_2(&text).unwrap();
        prop_assert_eq!(&document.value, &value);
        let mut all = Vec::new();
        paths(&value, &LogicalPath::default(), &mut all);
        for path in all {
            let at = document.index.root.find(&path.0);
            prop_assert!(at.is_some_and(|at| at.line <= text.lines().count()), "{path:?} in {text}");
            if let (Some(at), Some(Segment::Key(key))) = (at, path.0.last()) {
                prop_assert!(text.lines().take(at.line).any(|line| line.contains(key.as_str())), "{path:?} in {text}");
            }
        }
    }

    /// The quick reader of templates reads nothing otherwise than the general one.
    #[test]
    fn templates_are_read_the_same_quickly(text in texts(), value in values()) {
        for text in [text, serde_yaml::to_string(&value).unwrap()] {
            prop_assert_eq!(parse_tree(&text), parse_value(&text).map(Tree::from));
        }
    }

    /// Evaluation ends for every template, and comes to the same each time.
    #[test]
    fn evaluation_ends(resources in values(), conditions in values(), outputs in values()) {
        let mut template = serde_yaml::Mapping::new();
        for (name, section) in [("Resources", resources), ("Conditions", conditions), ("Outputs", outputs)] {
            template.insert(name.into(), section);
        }
        let inputs = Inputs { parameters: std::collections::BTreeMap::new(), region: "eu-west-1".into(), stack_name: "s".into(), ..Inputs::default() };
        let template = Tree::from(Value::Mapping(template));
        prop_assert_eq!(format!("{:?}", evaluate(&template, &inputs)), format!("{:?}", evaluate(&template, &inputs)));
    }
}
