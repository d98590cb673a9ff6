//! From a line of rendered text back to the line of its source.

use std::cmp::Reverse;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The line (from 1) of the source that a line (from 1) of the rendered text most likely comes from.
///
/// Lines that Jinja left alone are matched exactly; a changed line maps to the line that is most like it between its
/// unchanged neighbours.
#[must_use]
pub fn source_line(source: &str, rendered: &str, line: usize) -> usize {
    line_map(source, rendered).get(line.saturating_sub(1)).copied().unwrap_or(source.lines().count().min(line))
}

/// The line (from 1) of the source that a line (from 1) of the rendered text certainly could come from: the most likely
/// one if its text fits, else the nearest whose text does. `None` if there is none, as with what a macro or an included
/// file writes.
fn known_source_line(source: &str, rendered: &str, line: usize) -> Option<usize> {
    let wanted = rendered.lines().nth(line.checked_sub(1)?)?.trim();
    let likely = source_line(source, rendered, line);
    let fitting = source.lines().enumerate().filter(|(_, text)| fits(text.trim(), wanted));
    fitting.map(|(index, _)| index + 1).min_by_key(|fit| (fit.abs_diff(likely), *fit))
}

/// The text and the line in it (from 1) that a line (from 1) of the rendered text could come from. The first text is the
/// source; the others are pieces that sources include, where only a line that stands as it was rendered counts. Of several
/// lines it is the one whose surroundings agree most.
#[must_use]
pub fn known_source(texts: &[&str], rendered: &str, line: usize) -> Option<(usize, usize)> {
    let (source, pieces) = texts.split_first()?;
    let lines: Vec<&str> = rendered.lines().map(str::trim).collect();
    let at = line.checked_sub(1)?;
    let wanted = lines.get(at)?;
    let in_source = known_source_line(source, rendered, line).map(|line| (0, line));
    let in_pieces = pieces.iter().enumerate().flat_map(|(piece, text)| {
        let same = text.lines().enumerate().filter(|(_, line)| line.trim() == *wanted);
        same.map(move |(index, _)| (piece + 1, index + 1))
    });
    let agree = |(text, line): &(usize, usize)| agreement(texts[*text], line - 1, &lines, at);
    in_source.into_iter().chain(in_pieces).min_by_key(|known| Reverse(agree(known)))
}

/// How many lines before and after one line of a source fit those around one line of the rendered text, a few at most.
fn agreement(source: &str, index: usize, rendered: &[&str], at: usize) -> usize {
    const ENOUGH: usize = 8;
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_text = |line: &&&str| !line.starts_with("{%") && !line.starts_with("{#");
    let agree = |(source, rendered): &(&&str, &&str)| fits(source, rendered);
    let before = lines[..index].iter().rev().filter(is_text).zip(rendered[..at].iter().rev()).take(ENOUGH);
    let after = lines[index + 1..].iter().filter(is_text).zip(&rendered[at + 1..]).take(ENOUGH);
    before.take_while(agree).count() + after.take_while(agree).count()
}

/// Whether a rendered line can come from a source line: it is the same, or has its texts around each `{{ … }}`.
fn fits(source: &str, rendered: &str) -> bool {
    let is_text = |text: &str| text.contains(char::is_alphanumeric);
    let (mut source, mut rest, mut has_text, mut is_first) = (source, rendered, false, true);
    while let Some((text, after)) = source.split_once("{{") {
        let Some(found) = rest.find(text) else { return false };
        if is_first && found > 0 {
            return false;
        }
        is_first = false;
        has_text |= is_text(text);
        rest = &rest[found + text.len()..];
        let Some((_, after)) = after.split_once("}}") else { return false };
        source = after;
        if !source.contains("{{") {
            return (has_text || is_text(source)) && rest.ends_with(source);
        }
    }
    source == rest
}

/// For each line of the rendered text the line (from 1) of the source, as [`source_line`] gives it: one comparison for
/// all of them.
#[must_use]
pub fn line_map(source: &str, rendered: &str) -> Vec<usize> {
    /// Pairs of lines of one changed block that are compared; in a larger block all lines are those of its start.
    const MOST_PAIRS: usize = 1_000_000;
    let (before, after): (Vec<&str>, Vec<&str>) = (source.lines().collect(), rendered.lines().collect());
    let mut lines = Vec::with_capacity(after.len());
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let (old, new) = (op.old_range(), op.new_range());
        let first = old.start.min(before.len().saturating_sub(1));
        for wanted in new.clone() {
            let index = match op {
                DiffOp::Equal { .. } => old.start + (wanted - new.start),
                _ if old.len() * new.len() > MOST_PAIRS => first,
                _ => most_alike(&before, old.clone(), after[wanted]).unwrap_or(first),
            };
            lines.push(index + 1);
        }
    }
    lines
}

/// The line that is most like another; of equally like ones the first.
fn most_alike(lines: &[&str], range: std::ops::Range<usize>, wanted: &str) -> Option<usize> {
    range.max_by_key(|index| {
        let likeness = strsim::sorensen_dice(lines[*index].trim(), wanted.trim());
        (ordered(likeness), std::cmp::Reverse(*index))
    })
}

/// A likeness between 0 and 1 as a number that can be compared.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
fn ordered(likeness: f64) -> u32 {
    (likeness * 1_000_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unchanged_lines_are_found_behind_removed_blocks() {
        let source = "a: 1\n{% if x %}\nb: 2\n{% endif %}\nc: 3\n";
        let rendered = "a: 1\nc: 3\n";
        assert_eq!(source_line(source, rendered, 1), 1);
        assert_eq!(source_line(source, rendered, 2), 5);
    }

    #[test]
    fn only_a_line_that_fits_is_known() {
        let source = "{{ macro() }}\n{% for n in names %}\n  {{ n }}: one {{ n }}.\n{% endfor %}\nsame: 1\n";
        let rendered = "made: 1\nby: macro\n  a: one a.\n  b: one b.\nsame: 1\n";
        let lines: Vec<_> = (1..=6).map(|line| known_source_line(source, rendered, line)).collect();
        assert_eq!(lines, [None, None, Some(3), Some(3), Some(5), None]);
    }

    #[test]
    fn a_line_of_an_included_file_is_found_there() {
        let source = "head: 1\n{% include piece %}\n  {{ n }}:\n    same: 1\n";
        let pieces = ["x: 1\nsame: 1\n", "{# Why. #}\ny: 1\nsame: 1\nz: {{ z }}\n"];
        let rendered = "head: 1\ny: 1\nsame: 1\nz: 3\n  name:\n    same: 1\n";
        let known: Vec<_> = (1..=6).map(|line| known_source(&[source, pieces[0], pieces[1]], rendered, line)).collect();
        assert_eq!(known, [Some((0, 1)), Some((2, 2)), Some((2, 3)), None, None, Some((0, 4))]);
    }

    #[test]
    fn every_line_has_one() {
        assert_eq!(line_map("a: 1\n{% if x %}\nb: 2\n{% endif %}\nc: 3\n", "a: 1\nc: 3\n"), [1, 5]);
        assert_eq!(line_map("", "a\nb\n"), [1, 1]);
        assert_eq!(line_map("a\n", ""), Vec::<usize>::new());
        let (source, rendered) = ("x\n".repeat(2_000), "y\n".repeat(2_000));
        assert!(line_map(&source, &rendered).iter().all(|line| *line == 1));
    }

    #[test]
    fn a_line_of_a_loop_maps_into_the_loop() {
        let source = "top:\n{% for n in names %}\n  {{ n }}: 1\n{% endfor %}\nend: 1\n";
        let rendered = "top:\n  a: 1\n  b: 1\n  c: 1\n  d: 1\nend: 1\n";
        assert_eq!(source_line(source, rendered, 6), 5);
        for line in 2..=5 {
            assert_eq!(source_line(source, rendered, line), 3, "line {line}");
        }
    }
}
