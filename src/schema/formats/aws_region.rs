//! `aws-region`: the code of a region, such as `ap-northeast-1`.
//!
//! The shape is checked, not membership in a list: AWS opens regions more often than we release. Areas are those of
//! `regionRegex` in botocore's `partitions.json`, directions those of all regions in it (botocore 1.44.5).
//! The list below only serves suggestions.

use super::FormatError;
use crate::words;

const AREAS: [&str; 16] = [
    "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob",
    "us-isof",
];

const DIRECTIONS: [&str; 9] =
    ["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

#[rustfmt::skip]
const KNOWN: [&str; 48] = [
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1",
    "eu-central-2", "eu-isoe-west-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
    "eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "me-west-1", "mx-central-1", "sa-east-1",
    "sa-west-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1",
    "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "us-west-1", "us-west-2",
];

/// See [`super::Format::pattern`].
pub const PATTERN: &str =
    r"^[a-z]{2,4}(?:-[a-z]{2,4})?-(?:north|south|east|west|central|(?:north|south)(?:east|west))-[1-9][0-9]?$";

/// Whether `text` has the form of a region's code.
///
/// # Errors
///
/// The problem suggests the nearest known region, and the region of an availability zone.
pub fn check(text: &str) -> Result<(), FormatError> {
    if text.is_empty() {
        return Err(FormatError::new("it is empty"));
    }
    if is_region(text) {
        return Ok(());
    }
    let zone = text.strip_suffix(|letter: char| letter.is_ascii_lowercase()).filter(|region| is_region(region));
    if let Some(region) = zone {
        return Err(FormatError::new("it is an availability zone, not a region").suggest(region, check));
    }
    let problem = FormatError::new("it is not area, direction and number, such as ap-northeast-1");
    let tidy = text.trim().to_lowercase().replace('_', "-");
    if is_region(&tidy) {
        return Err(problem.suggest(tidy, check));
    }
    Err(match words::nearest(&tidy, KNOWN) {
        Some(near) => problem.suggest(near, check),
        None => problem,
    })
}

/// The region that a text which is none is meant to be, if one is near.
#[must_use]
pub fn region_problem(text: &str) -> Option<String> {
    check(text).err()?.suggestion
}

fn is_region(text: &str) -> bool {
    let Some((rest, number)) = text.rsplit_once('-') else { return false };
    let Some((area, direction)) = rest.rsplit_once('-') else { return false };
    let numbered = matches!(number.as_bytes(), [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    numbered && AREAS.contains(&area) && DIRECTIONS.contains(&direction)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_known_and_future_regions() {
        accepts(check, &KNOWN);
        accepts(check, &["ap-northeast-4", "us-isob-east-1", "eu-southwest-12"]);
    }

    #[test]
    fn refuses_anything_else() {
        let shape = "it is not area, direction and number, such as ap-northeast-1";
        refuses(
            check,
            &[
                ("", "it is empty", ""),
                ("ap-northeast-1a", "it is an availability zone, not a region", "ap-northeast-1"),
                ("AP-NORTHEAST-1", shape, "ap-northeast-1"),
                ("ap_northeast_1", shape, "ap-northeast-1"),
                (" ap-northeast-1", shape, "ap-northeast-1"),
                ("ap-notheast-1", shape, "ap-northeast-1"),
                ("ap-northeast", shape, "ap-northeast-1"),
                ("ap-northeast-0", shape, "ap-northeast-1"),
                ("tokyo", shape, ""),
                ("aws-global", shape, ""),
                ("東京", shape, ""),
            ],
        );
    }
}
