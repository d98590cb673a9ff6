//! `dkim-selector`: the name before `._domainkey` of a DKIM record, as SES takes it.
//!
//! SES v2 API, `DkimSigningAttributes.DomainSigningSelector`: 1 to 63 characters,
//! `^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))$`. RFC 6376 §3.1 would allow dots; SES does not.

use super::FormatError;

/// In characters (SES v2 API).
const LONGEST: usize = 63;

/// See [`super::Format::pattern`].
pub const PATTERN: &str = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";

/// Whether `text` is a selector such as `ses-2025a`.
///
/// # Errors
///
/// The problem says what SES would refuse; for a whole record name it suggests the selector in it.
pub fn check(text: &str) -> Result<(), FormatError> {
    if text.is_empty() {
        return Err(FormatError::new("it is empty"));
    }
    if text.trim() != text {
        return Err(FormatError::new("spaces stand around it").suggest(text.trim(), check));
    }
    if let Some((selector, _)) = text.split_once("._domainkey") {
        return Err(FormatError::new("it is a record name, not a selector").suggest(selector, check));
    }
    if text.contains('.') {
        return Err(FormatError::new("it has a dot: SES takes one DNS label"));
    }
    if let Some(letter) = text.chars().find(|letter| !letter.is_ascii_alphanumeric() && *letter != '-') {
        let letter = letter.escape_debug();
        return Err(FormatError::new(format!("it has `{letter}`: SES takes only letters, digits and hyphens")));
    }
    if text.len() > LONGEST {
        return Err(FormatError::new(format!("it has {} characters, more than {LONGEST}", text.len())));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err(FormatError::new("it starts or ends with a hyphen").suggest(text.trim_matches('-'), check));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_one_label() {
        accepts(check, &["ses-2025a", "a", "7", "S1", "a--b", &"a".repeat(63)]);
    }

    #[test]
    fn refuses_what_ses_refuses() {
        refuses(
            check,
            &[
                ("", "it is empty", ""),
                (" s1", "spaces stand around it", "s1"),
                ("s1._domainkey.acme.co.jp", "it is a record name, not a selector", "s1"),
                ("s.1._domainkey", "it is a record name, not a selector", ""),
                ("s1.mail", "it has a dot: SES takes one DNS label", ""),
                ("s_1", "it has `_`: SES takes only letters, digits and hyphens", ""),
                ("選択", "it has `選`: SES takes only letters, digits and hyphens", ""),
                ("-s1", "it starts or ends with a hyphen", "s1"),
                ("s1-", "it starts or ends with a hyphen", "s1"),
                ("-", "it starts or ends with a hyphen", ""),
                (&"a".repeat(64), "it has 64 characters, more than 63", ""),
            ],
        );
    }
}
