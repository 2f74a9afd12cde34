//! Contrast of text and lines with what lies under them (WCAG 2.2, 1.4.3).

use super::Colour;
use super::oklab::linear;

/// Contrast ratio of two colours, from 1 to 21. Text wants 4.5, lines and marks 3.
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let light = |colour| {
        let [r, g, b] = linear(colour);
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (a, b): (f64, f64) = (light(one), light(other));
    a.max(b) / a.min(b)
}

/// The ink, nearly black or white, that is easier to read on a ground.
pub fn ink_on(ground: Colour) -> Colour {
    let dark = Colour::new(0x1a, 0x1a, 0x1a);
    if contrast(dark, ground) >= contrast(Colour::WHITE, ground) { dark } else { Colour::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_21_and_some_ink_is_always_readable() {
        assert!((contrast(Colour::BLACK, Colour::WHITE) - 21.0).abs() < 1e-9);
        for level in 0..=255 {
            let ground = Colour::new(level, level, 255 - level);
            assert!(contrast(ink_on(ground), ground) >= 4.0, "{ground}");
        }
    }
}
