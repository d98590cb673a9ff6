//! `domain-name`: a DNS name as SES takes it for an identity or a MAIL FROM domain.
//!
//! Letters, digits and hyphens (RFC 1034 §3.5, RFC 1123 §2.1), 63 octets a label and 253 characters the whole
//! (RFC 1035 §2.3.4), and no number as the last label (RFC 3696 §2). Lower case, no trailing dot: so that the same
//! name is the same text everywhere.

use super::FormatError;

/// 255 octets on the wire less the length octets at both ends (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 253;
/// In characters, which are octets here (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;

/// See [`super::Format::pattern`].
pub const PATTERN: &str =
    r"^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$";

/// Whether `text` is a domain name such as `acme.co.jp`.
///
/// # Errors
///
/// The problem names the label that is wrong; it suggests the name in lower case, without spaces and trailing dot.
pub fn check(text: &str) -> Result<(), FormatError> {
    let tidy = text.trim().trim_end_matches('.').to_lowercase();
    why_not(text).map_or(Ok(()), |reason| {
        let problem = FormatError::new(reason);
        Err(if tidy == text { problem } else { problem.suggest(tidy, check) })
    })
}

fn why_not(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if text.trim() != text {
        return Some("spaces stand around it".to_owned());
    }
    if text.ends_with('.') {
        return Some("it ends with a dot".to_owned());
    }
    if text.contains('@') {
        return Some("it is an email address".to_owned());
    }
    if text.len() > LONGEST_NAME {
        return Some(format!("it has {} characters, more than {LONGEST_NAME}", text.len()));
    }
    let labels: Vec<&str> = text.split('.').collect();
    if let Some(reason) = labels.iter().find_map(|label| why_not_label(label)) {
        return Some(reason);
    }
    match labels.as_slice() {
        [_] => Some("it has one label, a domain name has at least two".to_owned()),
        [.., last] if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(format!("its last label `{last}` is a number, as in an IP address"))
        }
        _ => None,
    }
}

fn why_not_label(label: &str) -> Option<String> {
    if label.is_empty() {
        return Some("a label is empty".to_owned());
    }
    if !label.is_ascii() {
        return Some(format!("label `{label}` is not ASCII: write it as xn--… (RFC 5890)"));
    }
    if label.len() > LONGEST_LABEL {
        return Some(format!("label `{label}` has {} characters, more than {LONGEST_LABEL}", label.len()));
    }
    if let Some(letter) = label.chars().find(|letter| !letter.is_ascii_alphanumeric() && *letter != '-') {
        return Some(format!("label `{label}` has `{}`: only letters, digits and hyphens", letter.escape_debug()));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Some(format!("label `{label}` starts or ends with a hyphen"));
    }
    label.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| format!("label `{label}` is not in lower case"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_names() {
        let longest_label = format!("{}.jp", "a".repeat(63));
        let longest_name = format!("{}.jp", ["a".repeat(49).as_str(); 5].join(".") + "a");
        assert_eq!(longest_name.len(), 253);
        accepts(
            check,
            &[
                "acme.co.jp",
                "dev.acme.co.jp",
                "a.b",
                "3com.com",
                "xn--wgv71a.jp",
                "a-b.c1",
                &longest_label,
                &longest_name,
            ],
        );
    }

    #[test]
    fn suggests_the_tidy_name() {
        refuses(
            check,
            &[
                ("Acme.CO.jp", "label `Acme` is not in lower case", "acme.co.jp"),
                ("acme.co.jp.", "it ends with a dot", "acme.co.jp"),
                (" acme.co.jp", "spaces stand around it", "acme.co.jp"),
                ("acme.", "it ends with a dot", ""),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_name() {
        let long = "a".repeat(64);
        refuses(
            check,
            &[
                ("", "it is empty", ""),
                ("jp", "it has one label, a domain name has at least two", ""),
                ("acme..jp", "a label is empty", ""),
                (".acme.jp", "a label is empty", ""),
                ("-acme.jp", "label `-acme` starts or ends with a hyphen", ""),
                ("acme-.jp", "label `acme-` starts or ends with a hyphen", ""),
                ("_dmarc.acme.jp", "label `_dmarc` has `_`: only letters, digits and hyphens", ""),
                ("*.acme.jp", "label `*` has `*`: only letters, digits and hyphens", ""),
                ("acme ne.jp", "label `acme ne` has ` `: only letters, digits and hyphens", ""),
                ("日本.jp", "label `日本` is not ASCII: write it as xn--… (RFC 5890)", ""),
                ("postmaster@acme.co.jp", "it is an email address", ""),
                ("202.217.75.98", "its last label `98` is a number, as in an IP address", ""),
                (&format!("{long}.jp"), &format!("label `{long}` has 64 characters, more than 63"), ""),
                (&["a"; 128].join("."), "it has 255 characters, more than 253", ""),
            ],
        );
    }
}
