//! The types of parameters (CloudFormation User Guide, "CloudFormation `Parameters` syntax", and "Specify existing
//! resources at runtime with CloudFormation-supplied parameter types").

use crate::logical_path::LogicalPath;
use crate::template::{PARAMETER_TYPE_UNKNOWN, Problem};
use crate::words;
use crate::yaml::Tree;

/// Types that are none of AWS's resources. The page does not name `List<String>`, and cfn-lint takes it.
const PLAIN: &[&str] =
    &["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList", "AWS::SSM::Parameter::Name"];

/// Types of what exists in the account; each also as `List<…>`.
const OF_AWS: &[&str] = &[
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::Volume::Id",
    "AWS::EC2::VPC::Id",
    "AWS::Route53::HostedZone::Id",
];

/// Parameters of a type that does not exist.
pub fn check(template: &Tree<'_>, problems: &mut Vec<Problem>) {
    for (name, definition) in template.get("Parameters").into_iter().flat_map(Tree::entries) {
        let Some(Tree::Text(kind)) = definition.get("Type") else { continue };
        if !is_known(kind)
            && let Some(help) = advice(kind)
        {
            let path = LogicalPath::from(["Parameters", name, "Type"]);
            let message = format!("there is no parameter type `{kind}`");
            problems.push(Problem::new(&PARAMETER_TYPE_UNKNOWN, path, message).help(Some(help)));
        }
    }
}

fn is_known(kind: &str) -> bool {
    let list_of = kind.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
    PLAIN.contains(&kind)
        || OF_AWS.contains(&list_of.unwrap_or(kind))
        || kind.starts_with("AWS::SSM::Parameter::Value<") && kind.ends_with('>')
}

/// What to write for a type that is not known; nothing if AWS may have added it.
fn advice(kind: &str) -> Option<String> {
    let known: Vec<String> = OF_AWS.iter().flat_map(|kind| [(*kind).to_owned(), format!("List<{kind}>")]).collect();
    let known = PLAIN.iter().copied().chain(known.iter().map(String::as_str));
    match kind {
        kind if kind.contains("AWS::") => words::did_you_mean(kind, known),
        kind => words::did_you_mean(kind, known)
            .or_else(|| Some("write `String`, `Number`, `CommaDelimitedList` or a type of AWS".to_owned())),
    }
}
