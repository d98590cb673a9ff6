//! What stands at the end of the help pages.

use crate::hook::{actions, points};

/// The end of `sesame --help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  no problems
  1  sesame could not do its work (wrong usage, no project, an unreadable file)
  2  errors were found
  4  warnings were found
  8  things worth knowing were found
Of several, the sum: 6 is errors and warnings.";

/// The end of `sesame explain --help`.
pub const EXPLAIN_EXAMPLES: &str = "\
Examples:
  sesame explain prod/ses.yaml parameters.AllowedSourceIPs
  sesame explain prod/ses.yaml environment.retention.log_days
  sesame explain prod/ses.yaml dependencies
  sesame explain prod/monitoring.yaml Resources.AlertTopic.Properties.TopicName";

/// The end of `sesame preflight --help`.
pub const PREFLIGHT_EXIT_CODES: &str = "\
Exit codes:
  0  nothing is in the way
  1  sesame could not do its work (wrong usage, no credentials, AWS cannot be reached)
  2  a row says `stop`: a launch would fail
  4  a row says `look`: a launch works, and a person has something to do (6: both)";

/// The end of `sesame adopt --help`.
pub const ADOPT_EXIT_CODES: &str = "\
Exit codes:
  0  done, or nothing to do
  1  sesame could not do its work, or the stack is in a state that no import begins in
  4  something exists that cannot be imported: it is in the way of a launch";

/// The end of `sesame dkim --help`.
pub const DKIM_EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  sesame could not do its work (wrong usage, AWS cannot be reached, the function refuses)
  2  `status` shows an error: mail is at risk, or a date has passed
  4  `status` shows a warning (6: both)";

/// The tables at the end of `sesame hook --help`.
pub fn hook_points() -> String {
    let mut text = String::from("Actions:\n");
    for action in actions::all() {
        text.push_str(&format!("  {:<24} {}\n", action.name, action.about));
    }
    text.push_str("\nHook points:\n");
    for (point, actions) in points::with_actions() {
        text.push_str(&format!("  {point:<24} {}\n", actions.join(", ")));
    }
    text.push_str("  Sceptre's other hook points have no actions.");
    text
}
