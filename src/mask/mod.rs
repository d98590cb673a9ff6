//! Masks personal data in mail logs, by the same rules and to the same bytes as the function
//! `templates/functions/mask_events`.

mod address;
mod encoded;
mod event;
mod ip;
mod name;
mod number;
mod patterns;

/// Stands for text that cannot be read, or that holds nothing but names.
const HIDDEN: &str = "***";
/// Masking can uncover an address; text that never settles is hidden.
const ROUNDS: usize = 8;

/// Masks one line of a log, without its line break: JSON as an SES event, anything else as free text.
#[must_use]
pub fn mask_line(line: &str) -> String {
    serde_json::from_str(line)
        .ok()
        .and_then(|value| event::mask(&value, "", 0))
        .and_then(|masked| serde_json::to_string(&masked).ok())
        .unwrap_or_else(|| mask_text(line, false))
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
