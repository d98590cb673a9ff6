//! Comments that ignore findings: `# sesame: ignore=RULE[,RULE] reason="…"`, on the line or above it.

/// One comment of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where its `#` stands: line and column, from 1.
    pub line: usize,
    pub column: usize,
    /// The line that it speaks of: its own, or the next one that is not a comment.
    pub target: usize,
    /// As written.
    pub rules: Vec<String>,
    /// Whether it says why.
    pub has_reason: bool,
}

/// The comments of a text, in its order. Config files and templates are Jinja before they are YAML, so that the text is
/// taken line by line, not parsed.
pub fn comments_in(text: &str) -> Vec<Comment> {
    // Nearly all files have none.
    if !text.contains("sesame:") {
        return Vec::new();
    }
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut comments = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((column, content)) = comment_of(line) else { continue };
        let below = || lines.iter().skip(index).position(|line| !is_aside(line)).unwrap_or_default();
        let target = if is_aside(line) { index + below() } else { index };
        comments.push(Comment {
            line: index + 1,
            column,
            target: target + 1,
            rules: rules_of(content),
            has_reason: has_reason(content),
        });
    }
    comments
}

/// The column of a comment for sesame, and what stands behind `ignore`.
fn comment_of(line: &str) -> Option<(usize, &str)> {
    let mut quote = None;
    let mut before = ' ';
    for (number, (index, character)) in line.char_indices().enumerate() {
        match quote {
            Some(open) if character == open && before != '\\' => quote = None,
            Some(_) => {}
            // Elsewhere it is an apostrophe.
            None if matches!(character, '"' | '\'') && (before.is_whitespace() || "[{(,:=".contains(before)) => {
                quote = Some(character);
            }
            None if character == '#' && (before.is_whitespace() || before == '{') => {
                let content = line[index + 1..].trim_start().strip_prefix("sesame:")?;
                let content = content.trim_start().strip_prefix("ignore")?;
                return content
                    .starts_with(|next: char| next == '=' || next.is_whitespace())
                    .then_some((number + 1, content));
            }
            None => {}
        }
        before = character;
    }
    None
}

/// Whether a line has nothing but a comment, YAML's or Jinja's, or nothing at all.
fn is_aside(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line.starts_with("{#") && line.ends_with("#}")
}

fn rules_of(content: &str) -> Vec<String> {
    let Some(list) = content.trim_start().strip_prefix('=') else { return Vec::new() };
    let list = list.split("reason=").next().unwrap_or_default().trim_end_matches("#}");
    list.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned).collect()
}

fn has_reason(content: &str) -> bool {
    let reason = content.split_once("reason=\"").and_then(|(_, text)| text.split_once('"'));
    reason.is_some_and(|(reason, _)| !reason.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Comment {
        let mut comments = comments_in(text);
        assert_eq!(comments.len(), 1, "{text}");
        comments.remove(0)
    }

    #[test]
    fn on_the_line_and_above_it() {
        let same = comment("a: 1\nb: 2  # sesame: ignore=x reason=\"y\"\n");
        assert_eq!((same.line, same.column, same.target), (2, 7, 2));
        let above = comment("# sesame: ignore=x reason=\"y\"\n\n# more\n{# jinja #}\n  b: 2\n");
        assert_eq!((above.line, above.target), (1, 5));
        let jinja = comment("{# sesame: ignore=x reason=\"y\" #}\nb: 2\n");
        assert_eq!((jinja.column, jinja.target), (2, 2));
        let marked = comment("\u{feff}# sesame: ignore=x\r\na: 1\r\n");
        assert_eq!((marked.column, marked.target), (1, 2));
        let last = comment("a: 1\n# sesame: ignore=x\n");
        assert_eq!((last.line, last.target), (2, 2));
    }

    #[test]
    fn rules_and_reasons() {
        for (content, rules, has_reason) in [
            ("ignore=a reason=\"b\"", &["a"][..], true),
            ("ignore=a,b-c , yaml-1.1  reason=\"it is 'so'\"", &["a", "b-c", "yaml-1.1"], true),
            ("ignore=a", &["a"], false),
            ("ignore=a reason=\" \"", &["a"], false),
            ("ignore=a reason=why", &["a"], false),
            ("ignore=a reason=\"open", &["a"], false),
            ("ignore= reason=\"b\"", &[], true),
            ("ignore", &[], false),
        ] {
            let comment = comment(&format!("x: 1 # sesame: {content} \n"));
            assert_eq!(
                (comment.rules, comment.has_reason),
                (rules.iter().map(|&rule| rule.to_owned()).collect(), has_reason),
                "{content}"
            );
        }
        assert_eq!(comment("{# sesame: ignore=a #}\nx: 1\n").rules, ["a"]);
    }

    #[test]
    fn what_is_no_comment() {
        for text in [
            "a: \"x # sesame: ignore=x\"",
            "a: 'x # sesame: ignore=x'",
            "a: x# sesame: ignore=x",
            "# sesame: see the page",
            "# sesame: ignored=x",
            "# Rendered by sesame: ignore this",
        ] {
            assert_eq!(comments_in(text), [], "{text}");
        }
        assert_eq!(comments_in("a: don't # sesame: ignore=x").len(), 1);
        assert_eq!(comments_in("a: {b: 'x'} # sesame: ignore=x").len(), 1);
    }
}
