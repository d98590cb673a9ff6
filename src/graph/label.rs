//! What pictures write beside an edge.

use std::collections::BTreeMap;

use super::{Edge, Flow};
use crate::words::count;

/// More outputs or imports than these are only counted.
const MOST_SHOWN: usize = 3;

/// Outputs and exports by their names, physical names by their kinds; nothing for a plain dependency.
pub fn parts(edge: &Edge) -> Vec<String> {
    let (mut taken, mut named) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for flow in &edge.flows {
        match flow {
            Flow::Dependency => {}
            Flow::StackOutput(name) | Flow::ExternalOutput(name) | Flow::TemplateOutput(name) | Flow::Import(name) => {
                if !taken.contains(name) {
                    taken.push(name.clone());
                }
            }
            Flow::Name { resource, .. } => *named.entry(resource).or_default() += 1,
        }
    }
    let more = taken.len().saturating_sub(MOST_SHOWN);
    if more > 1 {
        taken.truncate(MOST_SHOWN);
        taken.push(format!("{more} more"));
    }
    let kind = |(word, number): (&str, usize)| if number == 1 { word.to_owned() } else { count(number, word) };
    taken.into_iter().chain(named.into_iter().map(kind)).collect()
}

/// Every single flow in words, for tooltips.
pub fn sentences(edge: &Edge) -> Vec<String> {
    edge.flows
        .iter()
        .map(|flow| match flow {
            Flow::Dependency => "dependency".to_owned(),
            Flow::StackOutput(name) | Flow::ExternalOutput(name) | Flow::TemplateOutput(name) => {
                format!("output {name}")
            }
            Flow::Import(name) => format!("export {name}"),
            Flow::Name { resource, name } => format!("{resource} {name}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(flows: Vec<Flow>) -> Edge {
        Edge { from: 0, to: 1, flows, redundant: false }
    }

    #[test]
    fn names_are_counted_by_kind_and_outputs_shown() {
        let bucket = |name: &str| Flow::Name { resource: "bucket", name: name.to_owned() };
        let topic = Flow::Name { resource: "topic", name: "t".to_owned() };
        let flows = vec![Flow::Dependency, Flow::StackOutput("A".to_owned()), bucket("x"), bucket("y"), topic];
        assert_eq!(parts(&edge(flows.clone())), ["A", "2 buckets", "topic"]);
        assert_eq!(sentences(&edge(flows))[..3], ["dependency", "output A", "bucket x"]);
        assert_eq!(parts(&edge(vec![Flow::Dependency])), Vec::<String>::new());
    }

    #[test]
    fn many_outputs_are_cut_short() {
        let outputs = |number: usize| (0..number).map(|n| Flow::Import(format!("e{n}"))).collect();
        assert_eq!(parts(&edge(outputs(4))), ["e0", "e1", "e2", "e3"]);
        assert_eq!(parts(&edge(outputs(6))), ["e0", "e1", "e2", "3 more"]);
    }
}
