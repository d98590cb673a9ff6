//! What CloudFormation refuses of a template with the values of one stack.

use crate::logical_path::LogicalPath;
use crate::template::MisfitKind;

/// Something that certainly stops the stack with these values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where in the template.
    pub path: LogicalPath,
    /// What is wrong.
    pub kind: FaultKind,
}

/// See [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// What exists refers to a resource whose condition is false.
    Absent {
        /// The logical id of the resource.
        resource: String,
        /// Its condition.
        condition: String,
    },
    /// `Fn::FindInMap` of a key that the mapping does not have.
    NoKey {
        /// The mapping.
        mapping: String,
        /// The keys that were asked for, up to the first that is not there.
        keys: Vec<String>,
    },
    /// `Fn::Select` behind the end of the list.
    NoItem {
        /// From 0.
        index: usize,
        /// How many items there are.
        length: usize,
    },
    /// An assertion of a rule is false.
    Refused {
        /// The rule.
        rule: String,
        /// What the template says to people.
        description: Option<String>,
        /// The parameters that the assertion reads.
        parameters: Vec<String>,
    },
    /// The parameter is not given, and its own constraints refuse its default.
    Default {
        /// The parameter.
        parameter: String,
        /// Its default, or the item of it that is refused.
        got: String,
        /// What would be taken.
        expected: String,
    },
    /// Something that its resource type does not have, whatever the values are.
    Misfit(MisfitKind),
}
