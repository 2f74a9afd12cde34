//! What pixels are filled with, and how colours are laid over each other.

use super::cells::FULL;
use crate::colour::Colour;
use crate::scale::{Hatch, Paint};
use std::sync::Arc;

/// A paint made ready for pixels of one size.
#[derive(Debug, Clone)]
pub(super) enum Ink {
    Solid([u8; 3]),
    Hatched(Arc<Pattern>),
}

impl Ink {
    /// At `scale` pixels a millimetre.
    pub(super) fn new(paint: &Paint, scale: f64) -> Self {
        match paint {
            Paint::Solid(colour) => Ink::Solid(channels(*colour)),
            Paint::Hatch(hatch) => {
                Pattern::new(hatch, scale).map_or(Ink::Solid(channels(hatch.ground)), |pattern| Ink::Hatched(Arc::new(pattern)))
            }
        }
    }

    /// One ink a fill; hatches that are alike share their pattern.
    pub(super) fn all(fills: &[Option<Paint>], scale: f64) -> Vec<Option<Ink>> {
        let mut hatched: Vec<(Paint, Ink)> = Vec::new();
        let mut ink = |paint: &Paint| {
            if let Some((_, known)) = hatched.iter().find(|(known, _)| known == paint) {
                return known.clone();
            }
            let ink = Ink::new(paint, scale);
            if matches!(ink, Ink::Hatched(_)) {
                hatched.push((*paint, ink.clone()));
            }
            ink
        };
        fills.iter().map(|fill| fill.as_ref().map(&mut ink)).collect()
    }

    /// The colour of a whole pixel.
    pub(super) fn at(&self, column: u32, row: u32) -> [u8; 3] {
        match self {
            Ink::Solid(colour) => *colour,
            Ink::Hatched(pattern) => pattern.at(column, row),
        }
    }

    /// Fills whole pixels of a row from `column` on.
    pub(super) fn fill(&self, row: u32, column: u32, pixels: &mut [u8]) {
        for (x, pixel) in (column..).zip(pixels.chunks_exact_mut(3)) {
            pixel.copy_from_slice(&self.at(x, row));
        }
    }
}

pub(super) fn channels(colour: Colour) -> [u8; 3] {
    [colour.r, colour.g, colour.b]
}

/// Lays a colour over a pixel with a share of [`FULL`].
pub(super) fn over(pixel: &mut [u8], colour: [u8; 3], share: i32) {
    let share = share.clamp(0, FULL) as u64;
    let rest = FULL as u64 - share;
    for (value, new) in pixel.iter_mut().zip(colour) {
        *value = ((u64::from(*value) * rest + u64::from(new) * share + FULL as u64 / 2) / FULL as u64) as u8;
    }
}

/// Parallel lines: the mean colour of a pixel by where its middle lies between two lines.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// Periods a pixel to the right and a pixel down.
    step: (f64, f64),
    colours: Vec<[u8; 3]>,
}

/// Places told apart within one period.
const PLACES: usize = 2048;

impl Pattern {
    fn new(hatch: &Hatch, scale: f64) -> Option<Self> {
        let (spacing, width) = (hatch.spacing * scale, hatch.width * scale);
        let usable = spacing.is_finite() && spacing > 0.01 && width.is_finite() && width > 0.0 && hatch.angle.is_finite();
        if !usable {
            return None;
        }
        let angle = hatch.angle.to_radians();
        let normal = (libm::sin(angle), libm::cos(angle));
        let share = |place: usize| line_share(place as f64 / PLACES as f64 * spacing, spacing, width.min(spacing), normal);
        let mix = |share: f64, ground: u8, line: u8| {
            (f64::from(ground) + (f64::from(line) - f64::from(ground)) * share.clamp(0.0, 1.0) + 0.5) as u8
        };
        let (ground, line) = (hatch.ground, hatch.line);
        let colour = |share| [mix(share, ground.r, line.r), mix(share, ground.g, line.g), mix(share, ground.b, line.b)];
        let colours = (0..PLACES).map(|place| colour(share(place))).collect();
        Some(Self { step: (normal.0 / spacing, normal.1 / spacing), colours })
    }

    fn at(&self, column: u32, row: u32) -> [u8; 3] {
        let periods = (f64::from(column) + 0.5) * self.step.0 + (f64::from(row) + 0.5) * self.step.1;
        let place = ((periods - periods.floor()) * PLACES as f64 + 0.5) as usize;
        self.colours[place % PLACES]
    }
}

/// The share of a pixel that lines of `width` every `spacing` cover, its middle at distance `along` from a line, exactly: the
/// pixel's shadow on the normal is a box of the length of each component of the normal, one smoothed by the other, so the share is
/// a second difference of the twice integrated pattern.
fn line_share(along: f64, spacing: f64, width: f64, normal: (f64, f64)) -> f64 {
    let (a, b) = (normal.0.abs().max(normal.1.abs()), normal.0.abs().min(normal.1.abs()));
    let mean = width / spacing;
    if b < 1e-6 {
        return mean + (once(along + a / 2.0, spacing, width) - once(along - a / 2.0, spacing, width)) / a;
    }
    let at = |t: f64| twice(t, spacing, width);
    let (outer, inner) = ((a + b) / 2.0, (a - b) / 2.0);
    mean + (at(along + outer) - at(along + inner) - at(along - inner) + at(along - outer)) / (a * b)
}

/// Integral from a line's middle to `t` of the pattern less its mean.
fn once(t: f64, spacing: f64, width: f64) -> f64 {
    let u = t - spacing * (t / spacing).round();
    u.clamp(-width / 2.0, width / 2.0) - u * width / spacing
}

/// Integral of [`once`], which is odd about a line's middle, so that this is even and repeats.
fn twice(t: f64, spacing: f64, width: f64) -> f64 {
    let u = (t - spacing * (t / spacing).round()).abs();
    let inside = u.min(width / 2.0);
    inside * inside / 2.0 + (u - inside) * width / 2.0 - u * u * width / spacing / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_lines_agrees_with_counting_points() {
        for (spacing, width, degrees) in [(5.0, 1.5, 45.0), (2.3, 0.4, 30.0), (0.7, 0.2, 10.0), (6.0, 6.0, 0.0), (3.0, 1.0, 90.0)]
        {
            let angle: f64 = f64::to_radians(degrees);
            let normal = (angle.sin(), angle.cos());
            for along in [0.0, 0.3, 0.9, 1.7, 2.9] {
                let (mut hits, n) = (0, 400);
                for i in 0..n * n {
                    let x = (f64::from(i % n) + 0.5) / f64::from(n) - 0.5;
                    let y = (f64::from(i / n) + 0.5) / f64::from(n) - 0.5;
                    let t = along + x * normal.0 + y * normal.1;
                    hits += i32::from((t - spacing * (t / spacing).round()).abs() < width / 2.0);
                }
                let counted = f64::from(hits) / f64::from(n * n);
                let share = line_share(along, spacing, width, normal);
                assert!((share - counted).abs() < 4e-3, "{spacing} {width} {degrees} {along}: {share} {counted}");
            }
        }
    }

    #[test]
    fn laying_over_keeps_what_is_equal() {
        for value in 0..=255u8 {
            let mut pixel = [value; 3];
            over(&mut pixel, [value; 3], FULL / 3);
            assert_eq!(pixel, [value; 3]);
        }
    }
}
