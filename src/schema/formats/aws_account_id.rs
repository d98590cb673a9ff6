//! `aws-account-id`: 12 digits, leading zeros included (AWS Account Management Reference, "View AWS account identifiers").

use super::FormatError;

/// In digits.
const LENGTH: usize = 12;

/// See [`super::Format::pattern`].
pub const PATTERN: &str = r"^[0-9]{12}$";

/// Whether `text` is an account id such as `123456789012`.
///
/// # Errors
///
/// The problem counts the digits; it suggests the id without hyphens and spaces.
pub fn check(text: &str) -> Result<(), FormatError> {
    if text.is_empty() {
        return Err(FormatError::new("it is empty"));
    }
    if let Some(other) = text.chars().find(|letter| !letter.is_ascii_digit()) {
        let problem = FormatError::new(format!("it has `{}`, an account id has digits only", other.escape_debug()));
        let bare: String = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
        return Err(if bare == text { problem } else { problem.suggest(bare, check) });
    }
    match text.len() {
        LENGTH => Ok(()),
        length if length < LENGTH => Err(FormatError::new(format!(
            "it has {length} of {LENGTH} digits: without quotes YAML drops leading zeros"
        ))),
        length => Err(FormatError::new(format!("it has {length} digits, more than {LENGTH}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_12_digits() {
        accepts(check, &["123456789012", "000000000001"]);
    }

    #[test]
    fn refuses_anything_else() {
        refuses(
            check,
            &[
                ("", "it is empty", ""),
                ("1234-5678-9012", "it has `-`, an account id has digits only", "123456789012"),
                (" 123456789012", "it has ` `, an account id has digits only", "123456789012"),
                ("12345678901a", "it has `a`, an account id has digits only", ""),
                ("１２３４５６７８９０１２", "it has `１`, an account id has digits only", ""),
                ("12345678901", "it has 11 of 12 digits: without quotes YAML drops leading zeros", ""),
                ("1234567890123", "it has 13 digits, more than 12", ""),
            ],
        );
    }
}
