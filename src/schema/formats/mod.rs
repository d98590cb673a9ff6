//! The values of `format` that JSON Schema does not have. A new one is a file here and a line in [`FORMATS`].

mod aws_account_id;
mod aws_region;
pub(super) mod cidr;
mod dkim_selector;
mod domain_name;
mod public_cidr;

pub use aws_region::region_problem;
pub use public_cidr::never_public;

use jsonschema::ValidationOptions;

/// Why a text is not of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// What is wrong with the text, such as "prefix length 33 is greater than 32".
    pub reason: String,
    /// The text that was probably meant. It is always of the format.
    pub suggestion: Option<String>,
}

impl FormatError {
    fn new(reason: impl Into<String>) -> FormatError {
        FormatError { reason: reason.into(), suggestion: None }
    }

    /// Adds a suggestion, provided that it passes the check itself. It must not be the refused text: the check would ask
    /// itself without end.
    fn suggest(mut self, text: impl Into<String>, check: fn(&str) -> Result<(), FormatError>) -> FormatError {
        let text = text.into();
        if check(&text).is_ok() {
            self.suggestion = Some(text);
        }
        self
    }
}

/// A format: its name in schemas, what it expects in words, and its check.
#[derive(Debug)]
pub(super) struct Format {
    pub name: &'static str,
    pub expected: &'static str,
    pub check: fn(&str) -> Result<(), FormatError>,
    /// As much of the check as a regular expression can say, for tools that do not know the format. It matches every
    /// text that passes the check.
    pub pattern: &'static str,
}

/// The formats of ours. The one list that registers them and that explains their failures.
pub(super) static FORMATS: [Format; 6] = [
    Format {
        name: "cidr",
        expected: "an IPv4 or IPv6 block with zero host bits",
        check: cidr::check,
        pattern: cidr::PATTERN,
    },
    Format {
        name: "public-cidr",
        expected: "a public IPv4 or IPv6 block with zero host bits",
        check: public_cidr::check,
        pattern: public_cidr::PATTERN,
    },
    Format {
        name: "domain-name",
        expected: "a domain name in lower case",
        check: domain_name::check,
        pattern: domain_name::PATTERN,
    },
    Format {
        name: "dkim-selector",
        expected: "a DKIM selector of one DNS label",
        check: dkim_selector::check,
        pattern: dkim_selector::PATTERN,
    },
    Format {
        name: "aws-account-id",
        expected: "an AWS account id of 12 digits",
        check: aws_account_id::check,
        pattern: aws_account_id::PATTERN,
    },
    Format {
        name: "aws-region",
        expected: "an AWS region, such as ap-northeast-1",
        check: aws_region::check,
        pattern: aws_region::PATTERN,
    },
];

/// The formats of JSON Schema 2020-12 (Validation, section 7.3) that are checked too.
const STANDARD: [(&str, &str); 17] = [
    ("date", "a date, such as 2025-09-03"),
    ("date-time", "a date and time, such as 2025-09-03T09:00:00+09:00"),
    ("duration", "an ISO 8601 duration, such as P30D"),
    ("email", "an email address"),
    ("hostname", "a host name"),
    ("ipv4", "an IPv4 address"),
    ("ipv6", "an IPv6 address"),
    ("iri", "an IRI"),
    ("iri-reference", "an IRI or a relative reference"),
    ("json-pointer", "a JSON pointer"),
    ("regex", "a regular expression"),
    ("relative-json-pointer", "a relative JSON pointer"),
    ("time", "a time of day with its offset, such as 09:00:00+09:00"),
    ("uri", "a URI"),
    ("uri-reference", "a URI or a relative reference"),
    ("uri-template", "a URI template"),
    ("uuid", "a UUID"),
];

/// The format of ours with this name.
pub(super) fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The pattern of a format of ours.
pub(super) fn pattern(name: &str) -> Option<&'static str> {
    find(name).map(|format| format.pattern)
}

/// What a format expects, in words.
pub(super) fn expected(name: &str) -> String {
    match (find(name), STANDARD.iter().find(|(standard, _)| *standard == name)) {
        (Some(format), _) => format.expected.to_owned(),
        (None, Some((_, expected))) => (*expected).to_owned(),
        (None, None) => format!("the format `{name}`"),
    }
}

/// The names of all formats that are checked, ours first.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name).chain(STANDARD.iter().map(|(name, _)| *name))
}

/// Adds the formats of ours to a validator's options.
pub(super) fn register(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    FORMATS.iter().fold(options, |options, format| {
        let check = format.check;
        options.with_format(format.name, move |text: &str| check(text).is_ok())
    })
}

#[cfg(test)]
pub(super) mod testing {
    use super::FormatError;

    /// Every text passes, and matches the pattern.
    #[track_caller]
    pub fn accepts(check: fn(&str) -> Result<(), FormatError>, texts: &[&str]) {
        let format = super::FORMATS.iter().find(|format| std::ptr::fn_addr_eq(format.check, check)).expect("a format");
        let pattern = fancy_regex::Regex::new(format.pattern).expect("a regular expression");
        for text in texts {
            assert_eq!(check(text), Ok(()), "{text:?}");
            assert!(pattern.is_match(text).unwrap(), "{text:?}");
        }
    }

    /// Every text fails for the reason beside it, with the suggestion beside it ("" for none).
    #[track_caller]
    pub fn refuses(check: fn(&str) -> Result<(), FormatError>, rows: &[(&str, &str, &str)]) {
        for (text, reason, suggestion) in rows {
            let problem = check(text).expect_err(text);
            assert_eq!(problem.reason, *reason, "{text:?}");
            assert_eq!(problem.suggestion.as_deref().unwrap_or_default(), *suggestion, "{text:?}");
            if let Some(suggestion) = problem.suggestion {
                assert_eq!(check(&suggestion), Ok(()), "the suggestion for {text:?} must pass");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonschema::Draft;

    #[test]
    fn every_name_is_checked_by_the_validator() {
        let options = register(jsonschema::draft202012::options());
        for name in names() {
            assert!(options.is_known_format(Draft::Draft202012, name), "{name}");
        }
        assert!(!options.is_known_format(Draft::Draft202012, "cird"));
    }

    #[test]
    fn patterns_refuse_the_commonest_slips() {
        for (name, texts) in [
            ("cidr", &["10.0.0.0/33", "10.0.0.0", "256.0.0.0/8", "10.0.0/8", "::/129", "x"][..]),
            ("public-cidr", &["10.0.0.0/8", "172.20.0.0/16", "192.168.1.0/24", "127.0.0.0/8", "0.0.0.0/0", "8.8.8.8"]),
            ("domain-name", &["Acme.jp", "acme.jp.", "acme", "-a.jp", "a@acme.jp", "a..jp", " a.jp"]),
            ("dkim-selector", &["", "s.1", "-s", "s_1"]),
            ("aws-account-id", &["12345678901", "1234-5678-9012"]),
            ("aws-region", &["tokyo", "ap-northeast-1a", "AP-NORTHEAST-1", "ap-notheast-1"]),
        ] {
            let regex = fancy_regex::Regex::new(pattern(name).unwrap()).unwrap();
            for text in texts {
                assert!(!regex.is_match(text).unwrap(), "{name}: {text}");
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let mut all: Vec<_> = names().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), FORMATS.len() + STANDARD.len());
    }

    #[test]
    fn expectations_are_words() {
        assert_eq!(expected("email"), "an email address");
        assert_eq!(expected("aws-region"), "an AWS region, such as ap-northeast-1");
        assert_eq!(expected("other"), "the format `other`");
    }
}
