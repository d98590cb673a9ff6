//! From a line of rendered text back to the line of its source.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The line (from 1) of the source that a line (from 1) of the rendered text most likely comes from.
///
/// Lines that Jinja left alone are matched exactly; a changed line maps to the line that is most like it between its
/// unchanged neighbours.
#[must_use]
pub fn source_line(source: &str, rendered: &str, line: usize) -> usize {
    let (before, after): (Vec<&str>, Vec<&str>) = (source.lines().collect(), rendered.lines().collect());
    let wanted = line.saturating_sub(1);
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let (old, new) = (op.old_range(), op.new_range());
        if !new.contains(&wanted) {
            continue;
        }
        if let DiffOp::Equal { .. } = op {
            return old.start + (wanted - new.start) + 1;
        }
        let alike = |index: &usize| {
            let likeness = strsim::sorensen_dice(before[*index].trim(), after[wanted].trim());
            // Of equally like lines the first.
            (ordered(likeness), std::cmp::Reverse(*index))
        };
        return old.max_by_key(alike).unwrap_or(op.old_range().start.min(before.len().saturating_sub(1))) + 1;
    }
    before.len().min(line)
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
    fn a_line_of_a_loop_maps_into_the_loop() {
        let source = "top:\n{% for n in names %}\n  {{ n }}: 1\n{% endfor %}\nend: 1\n";
        let rendered = "top:\n  a: 1\n  b: 1\n  c: 1\n  d: 1\nend: 1\n";
        assert_eq!(source_line(source, rendered, 6), 5);
        for line in 2..=5 {
            assert_eq!(source_line(source, rendered, line), 3, "line {line}");
        }
    }
}
