//! Names that differ by a slip of the hand, and not by what they mean.

/// Names that are shorter differ by one letter without meaning the same.
const SHORTEST: usize = 5;

/// The known name that a name, or a pattern that ends in `*`, differs from by one letter: one too many, too few, another,
/// or two that changed places. Names that differ in a number, or in a part of one letter (`queue-1`, `app-b`), are two names.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known.filter(|known| is_near(name, known)).min()
}

fn is_near(name: &str, known: &str) -> bool {
    let (name, known) = match name.split_once(['*', '?']) {
        // What stands before the wildcard, against as much of the name.
        Some((start, _)) => (start, known.get(..start.len()).unwrap_or(known)),
        None => (name, known),
    };
    let (name, known) = (name.trim_start_matches('/'), known.trim_start_matches('/'));
    name.len().abs_diff(known.len()) <= 1
        && name.len().min(known.len()) >= SHORTEST
        && strsim::damerau_levenshtein(name, known) == 1
        && is_slip(name, known)
}

/// Whether the two words in which names differ look like one word.
fn is_slip(name: &str, known: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_alphanumeric()).map(str::to_owned).collect()
    };
    let (left, right) = (words(name), words(known));
    if left.len() != right.len() {
        // A separator is lost, or one too many.
        return true;
    }
    let letters = |word: &str| word.chars().filter(|character| !character.is_ascii_digit()).collect::<String>();
    left.iter()
        .zip(&right)
        .filter(|(left, right)| left != right)
        .all(|(left, right)| left.chars().count().min(right.chars().count()) > 2 && letters(left) != letters(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand() {
        for (name, known, is_it) in [
            ("ses-prod-alrets", "ses-prod-alerts", true),
            ("ses-prod-alert", "ses-prod-alerts", true),
            ("ses-prd-alerts", "ses-prod-alerts", true),
            ("sesprod-alerts", "ses-prod-alerts", true),
            ("ses-prod-alerts", "ses-prod-alerts", false),
            ("ses-prod-bounces", "ses-prod-alerts", false),
            ("ses-dev-alerts", "ses-prod-alerts", false),
            ("queue-1", "queue-2", false),
            ("node10", "node1", false),
            ("app-a", "app-b", false),
            ("eu-in", "eu-on", false),
            ("logs", "log", false),
            ("/aws/lambda/mask-i*", "/aws/lambda/musk-it", true),
            ("/ses/stat", "/ses/state", true),
        ] {
            assert_eq!(is_near(name, known), is_it, "{name} {known}");
        }
    }
}
