//! Times as operators read them: in Tokyo, where the schedule of the rotation lives.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// `2027-11-26 09:00` for `2027-11-26T00:00:00Z`; the text itself if it is no time.
pub fn minute(text: &str) -> String {
    local(text, "%Y-%m-%d %H:%M")
}

/// `2027-11-26`.
pub fn day(text: &str) -> String {
    local(text, "%Y-%m-%d")
}

/// `today`, `in 3 days`, `3 days ago`, counted in calendar days of Tokyo.
pub fn distance(text: &str, now: Timestamp) -> String {
    let Ok(then) = text.parse::<Timestamp>() else { return String::new() };
    let date = |time: Timestamp| time.to_zoned(tokyo()).date();
    let days = date(now).until(date(then)).map_or(0, |span| span.get_days());
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        ahead @ 1.. => format!("in {ahead} days"),
        past => format!("{} days ago", -past),
    }
}

/// How many hours ago; `None` if the text is no time.
pub fn hours_since(text: &str, now: Timestamp) -> Option<i64> {
    let then: Timestamp = text.parse().ok()?;
    Some((now.as_second() - then.as_second()) / 3600)
}

fn local(text: &str, format: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.to_zoned(tokyo()).strftime(format).to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Japan has no summer time.
fn tokyo() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_change_at_midnight_in_tokyo() {
        assert_eq!(minute("2027-11-26T15:00:00Z"), "2027-11-27 00:00");
        assert_eq!(day("2027-11-26T14:59:59Z"), "2027-11-26");
        let now = "2027-11-26T14:00:00Z".parse().unwrap();
        for (time, words) in [
            ("2027-11-26T00:00:00Z", "today"),
            ("2027-11-26T15:00:00Z", "tomorrow"),
            ("2027-11-25T14:00:00Z", "yesterday"),
            ("2027-12-26T14:00:00Z", "in 30 days"),
            ("2026-11-26T14:00:00Z", "365 days ago"),
            ("soon", ""),
        ] {
            assert_eq!(distance(time, now), words, "{time}");
        }
        assert_eq!(hours_since("2027-11-26T10:30:00Z", now), Some(3));
    }
}
