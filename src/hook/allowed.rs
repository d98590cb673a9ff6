//! What a person has allowed by name, in the environment variable `SESAME_ALLOW`.

use std::fmt;

/// Places that are allowed, with commas: `SESAME_ALLOW=prod/security.yaml:AdminUser,prod/base.yaml:Logs`.
const VARIABLE: &str = "SESAME_ALLOW";

/// A resource of a stack file. Shown as what to set to allow it.
pub struct Place(String);

/// The place of a resource, by the path of its stack file below `config/` and its logical id.
#[must_use]
pub fn place(stack: &str, id: &str) -> Place {
    Place(format!("{stack}:{id}"))
}

impl Place {
    /// Whether a person has named it.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        std::env::var(VARIABLE).is_ok_and(|text| self.is_in(&text))
    }

    fn is_in(&self, text: &str) -> bool {
        text.split(',').any(|place| place.trim() == self.0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VARIABLE}={}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_is_allowed() {
        let place = place("prod/security.yaml", "Admin");
        assert_eq!(place.to_string(), "SESAME_ALLOW=prod/security.yaml:Admin");
        for text in ["prod/security.yaml:Admin", "a:B, prod/security.yaml:Admin"] {
            assert!(place.is_in(text), "{text}");
        }
        for text in ["", "Admin", "prod/security.yaml", "prod/security.yaml:AdminUser", "dev/security.yaml:Admin", "*"]
        {
            assert!(!place.is_in(text), "{text}");
        }
    }
}
