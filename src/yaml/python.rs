//! Plain scalars that Sceptre reads otherwise than YAML 1.2: its PyYAML follows YAML 1.1.
//!
//! The patterns are those of PyYAML's `SafeLoader` resolver.

/// What PyYAML makes of a plain scalar that serde_yaml leaves a string (or reads otherwise), in words;
/// `None` if both agree.
#[must_use]
pub fn python_reading(plain: &str) -> Option<String> {
    match plain {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some("the boolean true".to_owned()),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some("the boolean false".to_owned()),
        _ => {}
    }
    if is_date(plain) {
        return Some("a date".to_owned());
    }
    octal(plain)
        .or_else(|| sexagesimal(plain))
        .map(|number| format!("the number {number}"))
        .or_else(|| is_exponent_without_point(plain).then(|| "a string, not a number".to_owned()))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `2010-09-09`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day]
        if [(year, 4), (month, 2), (day, 2)].iter().all(|(part, length)| part.len() == *length && digits(part)))
}

/// `010` is 8.
fn octal(text: &str) -> Option<i64> {
    let unsigned = text.trim_start_matches(['-', '+']);
    let digits = unsigned.strip_prefix('0').filter(|rest| !rest.is_empty())?;
    i64::from_str_radix(&digits.replace('_', ""), 8).ok()
}

/// `1:30` is 90.
fn sexagesimal(text: &str) -> Option<i64> {
    let (first, rest) = text.split_once(':')?;
    if !digits(first) || first.starts_with('0') {
        return None;
    }
    rest.split(':').try_fold(first.parse::<i64>().ok()?, |total, part| {
        let minutes: i64 = (digits(part) && part.len() <= 2).then(|| part.parse().ok()).flatten()?;
        (minutes < 60).then(|| total.checked_mul(60)?.checked_add(minutes)).flatten()
    })
}

/// `1e3` is a number only in YAML 1.2.
fn is_exponent_without_point(text: &str) -> bool {
    text.split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| digits(mantissa) && digits(exponent.trim_start_matches(['-', '+'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_pyyaml_reads_otherwise() {
        for (plain, reading) in [
            ("yes", "the boolean true"),
            ("OFF", "the boolean false"),
            ("010", "the number 8"),
            ("1:30", "the number 90"),
            ("2010-09-09", "a date"),
            ("1e3", "a string, not a number"),
        ] {
            assert_eq!(python_reading(plain).as_deref(), Some(reading), "{plain}");
        }
        for plain in ["y", "n", "true", "90", "09", "1.5", "goo.ne.jp", "12:99", "10.0.0.0/8", "0", "2010-9-9", ""] {
            assert_eq!(python_reading(plain), None, "{plain}");
        }
    }
}
