//! Lines with round joins and ends, by the distance of each pixel from the line.
//!
//! A pixel is covered by the overlap of a box of one pixel about its middle with the width of the line. The cover of a polyline is
//! the cover at its nearest point, so overlapping pieces never darken each other, and joins and ends come out round.

use super::cells::PixelRect;
use super::picture::Picture;
use super::shape::Places;

/// Lines thinner than this are drawn as if they were this wide, so that they stay visible.
const THINNEST: f64 = 0.5;

/// A thinned line stays within this distance of the whole one, in pixels.
const THINNING: f64 = 0.05;

/// Lines wider than this are drawn this wide; no picture shows a difference.
const WIDEST: f64 = 200_000.0;

/// Pieces are no longer than this (or the line's width), so that the boxes around slanting ones stay small.
const PIECE: f64 = 12.0;

/// How much of each pixel of a part of the picture a line covers, of 255.
pub(super) struct Cover {
    clip: PixelRect,
    values: Vec<u8>,
    radius: f64,
}

impl Cover {
    /// For lines of `width` pixels around places within `bounds` (left, top, right, bottom); none where nothing can be seen.
    pub(super) fn new(clip: PixelRect, bounds: [f64; 4], width: f64) -> Option<Self> {
        if !(width > 0.0 && width.is_finite()) {
            return None;
        }
        let radius = width.clamp(THINNEST, WIDEST) / 2.0;
        let reach = radius + 1.0;
        let at = |v: f64, least: u32, most: u32| v.clamp(f64::from(least), f64::from(most)) as u32;
        let clip = PixelRect {
            left: at((bounds[0] - reach).floor(), clip.left, clip.right),
            top: at((bounds[1] - reach).floor(), clip.top, clip.bottom),
            right: at((bounds[2] + reach).ceil(), clip.left, clip.right),
            bottom: at((bounds[3] + reach).ceil(), clip.top, clip.bottom),
        };
        (!clip.is_empty()).then(|| Self { clip, values: vec![0; clip.width() * clip.height()], radius })
    }

    /// Draws a line through places in pixels.
    pub(super) fn line(&mut self, places: &[(f64, f64)], closed: bool, dashes: &[f64]) {
        let mut thinned = thin(places, closed);
        if closed && thinned.len() > 1 && thinned.first() != thinned.last() {
            thinned.extend(thinned.first().copied());
        }
        let mut walk = Dashes::new(dashes, 2.0 * self.radius);
        for pair in thinned.windows(2) {
            self.segment(pair[0], pair[1], &mut walk);
        }
    }

    fn segment(&mut self, a: (f64, f64), b: (f64, f64), walk: &mut Dashes) {
        let length = ((b.0 - a.0) * (b.0 - a.0) + (b.1 - a.1) * (b.1 - a.1)).sqrt();
        let on = |t: f64| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
        match self.visible(a, b) {
            None => walk.skip(length),
            Some((start, end)) if walk.lengths.is_empty() => self.pieces(on(start), on(end), (end - start) * length),
            Some((start, end)) => {
                walk.skip(start * length);
                let (mut at, stop) = (start * length, end * length);
                while at < stop {
                    let (drawn, step) = walk.take(stop - at);
                    if drawn {
                        self.pieces(on(at / length), on((at + step) / length), step);
                    }
                    at += step.max(1e-6);
                }
                walk.skip(length - stop);
            }
        }
    }

    /// The part of a segment near the clip, from 0 to 1 along it (Liang and Barsky).
    fn visible(&self, a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
        let reach = self.radius + 1.0;
        let sides = [
            (b.0 - a.0, f64::from(self.clip.left) - reach - a.0, f64::from(self.clip.right) + reach - a.0),
            (b.1 - a.1, f64::from(self.clip.top) - reach - a.1, f64::from(self.clip.bottom) + reach - a.1),
        ];
        let (mut start, mut end) = (0.0f64, 1.0f64);
        for (step, low, high) in sides {
            if step == 0.0 {
                if low > 0.0 || high < 0.0 {
                    return None;
                }
            } else {
                let (enter, leave) = if step > 0.0 { (low / step, high / step) } else { (high / step, low / step) };
                start = start.max(enter);
                end = end.min(leave);
            }
        }
        (start <= end).then_some((start, end))
    }

    fn pieces(&mut self, a: (f64, f64), b: (f64, f64), length: f64) {
        let straight = (a.0 - b.0).abs() < 1e-9 || (a.1 - b.1).abs() < 1e-9;
        let count = if straight { 1.0 } else { (length / PIECE.max(2.0 * self.radius)).ceil().max(1.0) };
        let on = |i: f64| (a.0 + (b.0 - a.0) * i / count, a.1 + (b.1 - a.1) * i / count);
        for i in 0..count as usize {
            self.capsule(on(i as f64), on(i as f64 + 1.0));
        }
    }

    /// All within a certain distance of a straight piece.
    fn capsule(&mut self, a: (f64, f64), b: (f64, f64)) {
        let reach = self.radius + 0.5;
        let columns = span(a.0.min(b.0) - reach, a.0.max(b.0) + reach, self.clip.left, self.clip.right);
        let rows = span(a.1.min(b.1) - reach, a.1.max(b.1) + reach, self.clip.top, self.clip.bottom);
        let along = ((b.0 - a.0) as f32, (b.1 - a.1) as f32);
        let square = along.0 * along.0 + along.1 * along.1;
        let inverse = if square > 0.0 { 1.0 / square } else { 0.0 };
        let radius = self.radius as f32;
        for row in rows {
            let y = (f64::from(row) + 0.5 - a.1) as f32;
            let start = (row - self.clip.top) as usize * self.clip.width();
            let x0 = (f64::from(columns.start) + 0.5 - a.0) as f32;
            let first = start + (columns.start - self.clip.left) as usize;
            let values = &mut self.values[first..first + columns.len()];
            for (i, value) in values.iter_mut().enumerate() {
                let x = x0 + i as f32;
                let t = ((x * along.0 + y * along.1) * inverse).clamp(0.0, 1.0);
                let (dx, dy) = (x - along.0 * t, y - along.1 * t);
                let distance = (dx * dx + dy * dy).sqrt();
                let cover = (distance + 0.5).min(radius) - (distance - 0.5).max(-radius);
                *value = (*value).max((cover.max(0.0) * 255.0 + 0.5) as u8);
            }
        }
    }

    /// Lays the line over the picture.
    pub(super) fn lay(&self, picture: &mut Picture, colour: [u8; 3]) {
        let width = self.clip.width();
        for (row, values) in (self.clip.top as usize..).zip(self.values.chunks_exact(width)) {
            let start = (row * picture.width as usize + self.clip.left as usize) * 3;
            let pixels = &mut picture.rgb[start..start + width * 3];
            for (values, pixels) in values.chunks(16).zip(pixels.chunks_mut(48)) {
                if values.iter().all(|value| *value == 0) {
                    continue;
                }
                for (value, pixel) in values.iter().zip(pixels.chunks_exact_mut(3)) {
                    mix(pixel, colour, *value);
                }
            }
        }
    }
}

fn mix(pixel: &mut [u8], colour: [u8; 3], cover: u8) {
    let cover = u32::from(cover);
    for (value, new) in pixel.iter_mut().zip(colour) {
        *value = ((u32::from(*value) * (255 - cover) + u32::from(new) * cover + 127) / 255) as u8;
    }
}

/// The whole pixels from `from` to `to`, cut to the clip.
fn span(from: f64, to: f64, least: u32, most: u32) -> std::ops::Range<u32> {
    let at = |v: f64| v.clamp(f64::from(least), f64::from(most)) as u32;
    at(from.floor())..at(to.ceil())
}

/// Where a dashed line is in its pattern.
struct Dashes {
    lengths: Vec<f64>,
    number: usize,
    left: f64,
}

impl Dashes {
    /// From lengths of dashes and gaps in pixels. Where the round ends close every gap, the line is whole.
    fn new(dashes: &[f64], width: f64) -> Self {
        let mut lengths = if dashes.len() < 64 { dashes.to_vec() } else { Vec::new() };
        if !lengths.len().is_multiple_of(2) {
            lengths.extend_from_within(..);
        }
        let usable = lengths.iter().all(|d| d.is_finite() && *d >= 0.0);
        if !usable || lengths.iter().skip(1).step_by(2).all(|gap| *gap < 0.75 * width) {
            lengths.clear();
        }
        let left = lengths.first().copied().unwrap_or(f64::INFINITY);
        Self { lengths, number: 0, left }
    }

    /// Goes on by at most `length` within one dash or gap: whether it is a dash, and how far it went.
    fn take(&mut self, length: f64) -> (bool, f64) {
        let drawn = self.number.is_multiple_of(2);
        let step = self.left.min(length);
        self.left -= step;
        if self.left <= 0.0 {
            self.number = (self.number + 1) % self.lengths.len().max(1);
            self.left = self.lengths.get(self.number).copied().unwrap_or(f64::INFINITY);
        }
        (drawn, step)
    }

    /// Goes on without drawing.
    fn skip(&mut self, length: f64) {
        if self.lengths.is_empty() || length.is_nan() || length <= 0.0 {
            return;
        }
        let period: f64 = self.lengths.iter().sum();
        let mut rest = length % period;
        for _ in 0..=2 * self.lengths.len() {
            if rest <= 0.0 || rest.is_nan() {
                return;
            }
            rest -= self.take(rest).1;
        }
    }
}

/// Leaves out places that do not show: the line stays within [`THINNING`] of every one of them. From each place kept, the places
/// after it are passed over as long as one direction goes near all of them (sleeve fitting) and the line does not turn back.
fn thin(places: &[(f64, f64)], closed: bool) -> Places {
    let Some((&first, rest)) = places.split_first() else { return Vec::new() };
    let (mut kept, mut last, mut farthest) = (vec![first], first, 0.0);
    let mut anchor = first;
    let mut cone: Option<[(f64, f64); 2]> = None;
    for &place in rest {
        let at = (place.0 - anchor.0, place.1 - anchor.1);
        let distance = (at.0 * at.0 + at.1 * at.1).sqrt();
        let within = cone.is_none_or(|[low, high]| cross(low, at) >= 0.0 && cross(at, high) >= 0.0);
        if !within || distance + THINNING < farthest {
            kept.push(last);
            (anchor, farthest, cone) = (last, 0.0, None);
        }
        let at = (place.0 - anchor.0, place.1 - anchor.1);
        let distance = (at.0 * at.0 + at.1 * at.1).sqrt();
        if distance > THINNING {
            cone = Some(narrowed(cone, at, THINNING / distance));
        }
        farthest = f64::max(farthest, distance);
        last = place;
    }
    if last != anchor || kept.len() == 1 && !closed {
        kept.push(last);
    }
    kept
}

/// The directions that also pass near `at`.
fn narrowed(cone: Option<[(f64, f64); 2]>, at: (f64, f64), slope: f64) -> [(f64, f64); 2] {
    let low = (at.0 + at.1 * slope, at.1 - at.0 * slope);
    let high = (at.0 - at.1 * slope, at.1 + at.0 * slope);
    match cone {
        None => [low, high],
        Some([l, h]) => [if cross(l, low) > 0.0 { low } else { l }, if cross(high, h) > 0.0 { high } else { h }],
    }
}

fn cross(a: (f64, f64), b: (f64, f64)) -> f64 {
    a.0 * b.1 - a.1 * b.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let square = dx * dx + dy * dy;
        let t = if square > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
        ((p.0 - a.0 - dx * t).powi(2) + (p.1 - a.1 - dy * t).powi(2)).sqrt()
    }

    proptest! {
        #[test]
        fn a_thinned_line_stays_near_every_place(steps in prop::collection::vec((-0.3..0.4f64, -0.3..0.3f64), 1..400)) {
            let mut at = (0.0, 0.0);
            let places: Vec<_> = steps.iter().map(|s| { at = (at.0 + s.0, at.1 + s.1); at }).collect();
            let thinned = thin(&places, false);
            prop_assert_eq!(thinned.last(), places.last());
            for p in &places {
                let near = thinned.windows(2).map(|w| distance(*p, w[0], w[1])).fold(f64::INFINITY, f64::min);
                prop_assert!(near <= 2.0 * THINNING, "{} away", near);
            }
        }
    }

    #[test]
    fn a_straight_line_keeps_its_ends_only() {
        let places: Vec<_> = (0..100).map(|i| (f64::from(i), f64::from(i) * 0.5)).collect();
        assert_eq!(thin(&places, false), vec![places[0], places[99]]);
    }

    #[test]
    fn dashes_go_on_where_they_were() {
        let mut dashes = Dashes::new(&[3.0, 2.0], 1.0);
        assert_eq!(dashes.take(2.0), (true, 2.0));
        assert_eq!(dashes.take(9.0), (true, 1.0));
        dashes.skip(5.0);
        assert_eq!(dashes.take(9.0), (false, 2.0));
        dashes.skip(1e300);
        assert!(Dashes::new(&[0.0, f64::NAN], 1.0).lengths.is_empty());
    }
}
