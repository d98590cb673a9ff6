//! What will happen and when.

use jiff::Timestamp;

use super::Answer;
use super::time::{distance, minute};

/// One line for each step, in Tokyo time.
#[must_use]
pub fn plan(answer: &Answer, now: Timestamp) -> String {
    let mut text = format!("{}, times of Tokyo\n", answer.domain);
    if let Some(stopped) = &answer.state.stopped {
        text.push_str(&format!("nothing is begun before `sesame dkim resume`: stopped by {}\n", stopped.by));
    }
    for step in &answer.plan {
        text.push_str(&format!("  {}  {:<12}  {}\n", minute(&step.at), distance(&step.at, now), step.what));
    }
    if answer.plan.is_empty() {
        text.push_str("  nothing\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::answer::example::{read, retiring, steady};
    use super::*;

    #[test]
    fn has_dates_and_distances() {
        let now = "2027-11-28T03:00:00Z".parse().unwrap();
        assert_eq!(
            plan(&read(retiring()), now),
            "example.com, times of Tokyo
  2027-12-03 09:00  in 5 days     ask to delete the record of ses-20261125-1, delete its key
  2028-10-26 09:00  in 333 days   make and announce the next key
"
        );
        let mut answer = steady();
        answer["plan"] = serde_json::json!([]);
        answer["state"]["stopped"] =
            serde_json::json!({"by": "yamada", "reason": "test", "at": "2027-11-28T00:00:00Z"});
        assert_eq!(
            plan(&read(answer), now),
            "example.com, times of Tokyo
nothing is begun before `sesame dkim resume`: stopped by yamada
  nothing
"
        );
    }
}
