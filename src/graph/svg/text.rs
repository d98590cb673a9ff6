//! How wide a text is, without its font: generous, so that it fits its box in whatever font a browser has.

/// The width of a text in pixels at a font size, in bold if that is said elsewhere: both are counted the same.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(share).sum::<f64>() * size
}

/// The width of a character as a share of the font size: about that of `DejaVu` Sans, the widest of the common fonts.
fn share(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' => 0.30,
        ' ' | '.' | ',' | ':' | ';' | '-' | '/' | 'f' | 't' | 'I' | '(' | ')' | '[' | ']' | '!' => 0.40,
        'r' | 's' | 'z' | 'k' | 'v' | 'x' | 'y' | 'c' | '_' | '"' => 0.58,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '+' | '=' | '<' | '>' | '~' | '#' | '&' | '$' | '{' | '}' => 0.98,
        'A'..='Z' => 0.77,
        _ if character.is_ascii() => 0.64,
        // Chinese, Japanese, Korean and signs are as wide as they are high.
        _ if character > '\u{1100}' => 1.02,
        _ => 0.75,
    }
}

/// The text in lines that are no wider than a limit, broken behind spaces and signs, else anywhere.
pub fn lines(text: &str, size: f64, limit: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in text.split_inclusive([' ', '-', '_', '/', '.', ',', ':']) {
        append(&mut lines, piece, size, limit);
    }
    let trimmed = lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    trimmed.collect()
}

fn append(lines: &mut Vec<String>, piece: &str, size: f64, limit: f64) {
    let fits = |line: &str, more: &str| width(line, size) + width(more.trim_end(), size) <= limit;
    let Some(line) = lines.last_mut() else { return };
    if fits(line, piece) {
        line.push_str(piece);
    } else if fits("", piece) {
        lines.push(piece.to_owned());
    } else {
        for character in piece.chars() {
            let mut buffer = [0; 4];
            let character = character.encode_utf8(&mut buffer);
            match lines.last_mut() {
                Some(line) if fits(line, character) => line.push_str(character),
                _ => lines.push(character.to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_words_end_or_anywhere() {
        assert_eq!(lines("Delivery and masking of events", 10.0, 80.0), ["Delivery and", "masking of", "events"]);
        assert_eq!(lines("enhanced-kinesis", 10.0, 60.0), ["enhanced-", "kinesis"]);
        assert!(lines(&"w".repeat(100), 10.0, 100.0).iter().all(|line| width(line, 10.0) <= 100.0));
        assert_eq!(lines(" ", 10.0, 100.0), Vec::<String>::new());
    }
}
