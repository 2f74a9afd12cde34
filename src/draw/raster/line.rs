//! Lines with round joins and ends, by the distance of each pixel from the line.
//!
//! A pixel is covered by the overlap of a box of one pixel about its middle with the width of the line. The cover of a polyline is
//! the cover at its nearest point, so overlapping pieces never darken each other, and joins and ends come out round.

use super::cells::PixelRect;
use super::picture::Picture;
use super::shape::Places;
use rayon::prelude::*;

/// Lines thinner than this are drawn as if they were this wide, so that they stay visible.
const THINNEST: f64 = 0.5;

/// A thinned line stays within this distance of the whole one, in pixels.
const THINNING: f64 = 0.1;

/// Lines wider than this are drawn this wide; no picture shows a difference.
const WIDEST: f64 = 200_000.0;

/// Pieces are no longer than this (or the line's width), so that the boxes around slanting ones stay small.
const PIECE: f64 = 12.0;

/// Rows that are drawn together. Bands are drawn on several threads; their height is fixed, so the number of threads changes nothing.
const BAND: usize = 256;

/// Lines of one colour and width, in pixels.
pub(super) struct Pen<'a> {
    pub colour: [u8; 3],
    pub width: f64,
    /// Lengths of dashes and gaps; empty for a whole line.
    pub dashes: &'a [f64],
}

/// A thinned part, and the topmost and lowest of its places.
struct Part {
    places: Places,
    top: f64,
    bottom: f64,
}

/// Draws lines through the places of each part.
pub(super) fn draw(picture: &mut Picture, parts: &[Places], closed: bool, pen: &Pen, clip: PixelRect) {
    if !(pen.width > 0.0 && pen.width.is_finite()) {
        return;
    }
    let radius = pen.width.clamp(THINNEST, WIDEST) / 2.0;
    let Some(clip) = reached(parts, radius, clip) else { return };
    let parts: Vec<Part> = if parts.len() < 256 {
        parts.iter().map(|part| Part::new(part, closed)).collect()
    } else {
        parts.par_iter().with_min_len(64).map(|part| Part::new(part, closed)).collect()
    };
    let stride = picture.width as usize * 3;
    let rows = &mut picture.rgb[clip.top as usize * stride..clip.bottom as usize * stride];
    let band = |(number, rows): (usize, &mut [u8])| {
        let top = clip.top + (number * BAND) as u32;
        let bottom = top + (rows.len() / stride) as u32;
        let mut cover = Cover::new(PixelRect { top, bottom, ..clip }, radius);
        for part in &parts {
            cover.part(part, pen.dashes);
        }
        cover.lay(rows, stride, pen.colour);
    };
    if clip.height() <= BAND {
        band((0, rows));
    } else {
        rows.par_chunks_mut(stride * BAND).enumerate().for_each(band);
    }
}

/// The part of the clip that lines may reach.
fn reached(parts: &[Places], radius: f64, clip: PixelRect) -> Option<PixelRect> {
    let none = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let grow = |b: [f64; 4], p: &(f64, f64)| [b[0].min(p.0), b[1].min(p.1), b[2].max(p.0), b[3].max(p.1)];
    let bounds = parts.iter().flatten().fold(none, grow);
    let columns = span(bounds[0] - radius - 1.0, bounds[2] + radius + 1.0, clip.left, clip.right);
    let rows = span(bounds[1] - radius - 1.0, bounds[3] + radius + 1.0, clip.top, clip.bottom);
    let clip = PixelRect { left: columns.start, top: rows.start, right: columns.end, bottom: rows.end };
    (bounds[0] <= bounds[2] && !clip.is_empty()).then_some(clip)
}

impl Part {
    fn new(places: &[(f64, f64)], closed: bool) -> Self {
        let mut places = thin(places, closed);
        if closed && places.len() > 1 && places.first() != places.last() {
            places.extend(places.first().copied());
        }
        let (top, bottom) = places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(t, b), p| (t.min(p.1), b.max(p.1)));
        Self { places, top, bottom }
    }
}

/// How much of each pixel of a part of the picture lines cover, of 255.
struct Cover {
    clip: PixelRect,
    values: Vec<u8>,
    radius: f64,
}

impl Cover {
    fn new(clip: PixelRect, radius: f64) -> Self {
        Self { clip, values: vec![0; clip.width() * clip.height()], radius }
    }

    fn part(&mut self, part: &Part, dashes: &[f64]) {
        let reach = self.radius + 1.0;
        if part.bottom + reach < f64::from(self.clip.top) || part.top - reach > f64::from(self.clip.bottom) {
            return;
        }
        let mut walk = Dashes::new(dashes, 2.0 * self.radius);
        for pair in part.places.windows(2) {
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

    /// Lays the lines over the rows of the clip.
    fn lay(&self, rows: &mut [u8], stride: usize, colour: [u8; 3]) {
        let width = self.clip.width();
        let left = self.clip.left as usize * 3;
        for (row, values) in rows.chunks_exact_mut(stride).zip(self.values.chunks_exact(width)) {
            let pixels = &mut row[left..left + width * 3];
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
