//! The clock: nothing else asks for the time (`clippy.toml` forbids it). Tests set it.

use jiff::Timestamp;

/// The environment variable that stands for the system's clock: `SESAME_NOW=2027-01-31T09:00:00Z`. Only what is shown and
/// the name of a backup's folder follow it; what is due is decided in AWS.
pub const VARIABLE: &str = "SESAME_NOW";

/// The time.
///
/// # Errors
/// A sentence, if [`VARIABLE`] is set to something that is no time.
pub fn now() -> Result<Timestamp, String> {
    match std::env::var_os(VARIABLE) {
        Some(text) => read(&text.to_string_lossy()),
        None => Ok(of_the_system()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the only place that asks for the time")]
fn of_the_system() -> Timestamp {
    Timestamp::now()
}

fn read(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("{VARIABLE} must be a time such as `2027-01-31T09:00:00Z`, got `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_zone() {
        assert_eq!(read("2027-01-31T18:00:00+09:00"), read("2027-01-31T09:00:00Z"));
        assert_eq!(read("2028-02-29T23:59:59.5Z").unwrap().to_string(), "2028-02-29T23:59:59.5Z");
        for text in ["", "tomorrow", "2027-02-29T00:00:00Z", "2027-01-31", "2027-01-31T09:00:00"] {
            let error = read(text).unwrap_err();
            assert_eq!(error, format!("SESAME_NOW must be a time such as `2027-01-31T09:00:00Z`, got `{text}`"));
        }
    }
}
