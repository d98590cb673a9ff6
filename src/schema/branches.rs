//! `anyOf` and `oneOf`: one readable failure instead of the failures of every branch.

use super::describe;
use super::documents::Documents;
use super::failure::Failure;
use super::located::Located;
use super::wording::Wording;
use crate::logical_path::LogicalPath;
use crate::words;
use serde_json::Value;

/// What remains of the failures of each branch of an `anyOf` or `oneOf`.
///
/// A branch may be what was meant if the value has its type, and its `const` and `enum` properties. If there is one such
/// branch, what is wrong deeper in the value is told as that branch tells it. What is wrong with the value itself is
/// one failure, which expects any of the branches.
pub(super) fn condense(
    documents: &Documents,
    located: &Located<'_>,
    path: LogicalPath,
    value: &Value,
    failures: Vec<Vec<Failure>>,
    more_than_one: bool,
) -> Vec<Failure> {
    let schemas = located.value(&located.keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let name = |branch: &Value| describe::schema(documents, located.schema.file, branch);
    if more_than_one {
        let matching = schemas.iter().zip(&failures).filter(|(_, failures)| failures.is_empty());
        let mut matching: Vec<String> = matching.map(|(branch, _)| name(branch)).collect();
        words::remove_repetitions(&mut matching);
        let rule = format!("exactly one of: {}", schemas.iter().map(name).collect::<Vec<_>>().join(", "));
        let mut several = Failure::of_value(located, path, value, Wording::rule(rule));
        several.reason = Some(format!("it is more than one of them: {}", matching.join(", ")));
        return vec![several];
    }
    let (meant, others): (Vec<_>, Vec<_>) = failures.into_iter().partition(|branch| may_be_meant(branch, &path));
    let is_here = |failure: &&Failure| failure.path == path;
    let alone = meant.len() == 1;
    if alone && !meant[0].iter().any(|failure| is_here(&failure)) {
        return meant.into_iter().flatten().collect();
    }
    let rule = words::alternatives(schemas.iter().map(name).collect());
    let mut folded = Failure::of_value(located, path.clone(), value, Wording::rule(rule));
    let mut reasons: Vec<String> =
        meant.iter().flatten().filter(is_here).filter_map(|failure| failure.reason.clone()).collect();
    words::remove_repetitions(&mut reasons);
    folded.reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    let helpful = if meant.is_empty() { &others } else { &meant };
    folded.help = helpful.iter().flatten().filter(is_here).find_map(|failure| failure.help.clone());
    folded.mentions = meant.iter().chain(&others).flatten().map(|failure| failure.path.clone()).collect();
    let deeper = meant.into_iter().flatten().filter(|failure| alone && failure.path != path);
    std::iter::once(folded).chain(deeper).collect()
}

/// Whether a branch fails for the details only: not for the value's type, nor for a property that tells kinds apart.
fn may_be_meant(failures: &[Failure], path: &LogicalPath) -> bool {
    !failures.iter().any(|failure| match failure.keyword.as_str() {
        "type" | "false" => failure.path == *path,
        "const" | "enum" => failure.path.0.starts_with(&path.0) && failure.path.0.len() <= path.0.len() + 1,
        _ => false,
    })
}
