//! Masks personal data in mail logs, by the same rules and to the same bytes as the function
//! `templates/functions/mask_events`.

mod address;
mod encoded;
mod event;
mod ip;
mod name;
mod number;
mod patterns;
mod wide;

/// Stands for text that cannot be read, or that holds nothing but names.
const HIDDEN: &str = "***";
/// Masking can uncover an address; text that never settles is hidden.
const ROUNDS: usize = 8;

/// Masks one line of a log, without its line break: JSON as an SES event, anything else as free text.
#[must_use]
pub fn mask_line(line: &str) -> String {
    let masked = match wide::set_aside(line) {
        Some(aside) => mask_json(&aside).map(|masked| wide::put_back(&masked)),
        None => mask_json(line),
    };
    masked.unwrap_or_else(|| mask_text(line, false))
}

/// `None` if the line is not JSON, or is nested too deeply.
fn mask_json(line: &str) -> Option<String> {
    let masked = event::mask(&serde_json::from_str(line).ok()?, "", 0)?;
    serde_json::to_string(&masked).ok()
}

/// Masks what looks like personal data; `server`: IP addresses are those of mail servers.
fn mask_text(text: &str, server: bool) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let masked = mask_once(&text, server);
        if masked == text {
            return text;
        }
        text = masked;
    }
    HIDDEN.to_owned()
}

fn mask_once(text: &str, server: bool) -> String {
    let mut text = text.to_owned();
    if text.contains("=?") {
        text = encoded::mask(&text);
    }
    if text.contains('様') {
        text = name::mask_honoured(&text);
    }
    if address::any(&text) {
        text = address::mask(&name::mask_display_names(&text));
    }
    if !server {
        text = ip::mask(&text);
    }
    number::mask(&text)
}
