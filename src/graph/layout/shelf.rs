//! Boxes that nothing ties to others, in rows.

/// Where they stand, and how much room they take.
#[derive(Debug, Default)]
pub struct Shelf {
    pub places: Vec<(f64, f64)>,
    pub width: f64,
    pub height: f64,
}

/// Rows from left to right, as wide as what is given, or so that they make a picture wider than high.
pub fn shelve(sizes: &[(f64, f64)], width: f64, margin: f64) -> Shelf {
    let area: f64 = sizes.iter().map(|(width, height)| (width + margin) * (height + margin)).sum();
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let limit = width.max(widest).max((area * 1.6).sqrt());
    let mut shelf = Shelf::default();
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0);
    for (width, height) in sizes {
        if x > 0.0 && x + width > limit {
            (x, y, row) = (0.0, y + row + margin, 0.0);
        }
        shelf.places.push((x, y));
        shelf.width = f64::max(shelf.width, x + width);
        row = f64::max(row, *height);
        x += width + margin;
    }
    shelf.height = if sizes.is_empty() { 0.0 } else { y + row };
    shelf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "sums of whole numbers are exact")]
    fn rows_are_filled_and_then_begun_anew() {
        let shelf = shelve(&[(40.0, 10.0), (40.0, 20.0), (40.0, 10.0)], 100.0, 10.0);
        assert_eq!(shelf.places, [(0.0, 0.0), (50.0, 0.0), (0.0, 30.0)]);
        assert_eq!((shelf.width, shelf.height), (90.0, 40.0));
        assert_eq!(shelve(&[], 100.0, 10.0).height, 0.0);
    }
}
