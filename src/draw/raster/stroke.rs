//! Lines, by tiny-skia: its stroker makes the outline, with round joins and ends, its scan converter the cover of each pixel.
//!
//! All parts of a path are one outline, filled by the winding rule, so that parts that overlap, cross or meet never darken each
//! other.

use super::cells::PixelRect;
use super::picture::Picture;
use super::shape::Places;
use rayon::prelude::*;
use tiny_skia::{FillRule, LineCap, LineJoin, Mask, PathBuilder, PathSegment, Stroke, StrokeDash, Transform};

/// Lines thinner than this are drawn as if they were this wide, so that they stay visible.
const THINNEST: f64 = 0.5;

/// A thinned line stays within this distance of the whole one, in pixels.
const THINNING: f64 = 0.1;

/// Lines wider than this are drawn this wide; no picture shows a difference.
const WIDEST: f64 = 200_000.0;

/// Rows that are drawn together. Bands are drawn on several threads; their height is fixed, so the number of threads changes nothing.
const BAND: usize = 384;

/// Columns that are drawn together: the most that tiny-skia samples finely, less room for the reach of a line.
const BLOCK: usize = 8000;

/// A line in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen<'a> {
    pub width: f64,
    /// Lengths of dashes and gaps; empty for a whole line.
    pub dashes: &'a [f64],
}

/// How much of each pixel lines cover, of 255: the stretches of each row where they cover some.
#[derive(Debug, Default)]
pub(super) struct Cover {
    stretches: Vec<Stretch>,
    values: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    row: u32,
    column: u32,
    /// Where its values begin.
    start: usize,
    length: usize,
}

impl Cover {
    /// What lines through the places of each part cover within `clip`.
    pub(super) fn new(parts: &[Places], closed: bool, pen: &Pen, clip: PixelRect) -> Self {
        if !(pen.width > 0.0 && pen.width.is_finite()) {
            return Self::default();
        }
        let width = pen.width.clamp(THINNEST, WIDEST);
        let Some(clip) = reached(parts, width / 2.0, clip) else { return Self::default() };
        let thinned = |part: &Places| thin_part(part, closed);
        let mut parts: Vec<Places> = match parts.len() < 256 {
            true => parts.iter().map(thinned).collect(),
            false => parts.par_iter().with_min_len(64).map(thinned).collect(),
        };
        if let Some(dash) = usable_dashes(pen.dashes, width) {
            parts = dashed(&parts, &dash).unwrap_or(parts);
        }
        let blocks: Vec<PixelRect> = blocks(clip);
        let covers: Vec<Cover> = blocks.par_iter().map(|block| cover_block(&parts, width, *block)).collect();
        let mut all = Self::default();
        for cover in covers {
            let before = all.values.len();
            all.stretches.extend(cover.stretches.iter().map(|stretch| Stretch { start: stretch.start + before, ..*stretch }));
            all.values.extend(cover.values);
        }
        all
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.stretches.len() * size_of::<Stretch>() + self.values.len()
    }

    /// Lays a colour of an opacity from 0 to 1 over the picture where the lines are.
    pub(super) fn lay(&self, picture: &mut Picture, colour: [u8; 3], opacity: f64) {
        let strength = (if opacity.is_nan() { 0.0 } else { opacity.clamp(0.0, 1.0) } * 255.0 + 0.5) as u32;
        for stretch in &self.stretches {
            let first = (stretch.row as usize * picture.width as usize + stretch.column as usize) * 3;
            let pixels = &mut picture.rgb[first..first + stretch.length * 3];
            let values = &self.values[stretch.start..stretch.start + stretch.length];
            for (value, pixel) in values.iter().zip(pixels.chunks_exact_mut(3)) {
                mix(pixel, colour, u32::from(*value) * strength);
            }
        }
    }

    /// Adds what a mask over `block` covers.
    fn add(&mut self, mask: &Mask, block: PixelRect) {
        for (row, values) in (block.top..).zip(mask.data().chunks_exact(block.width())) {
            let mut at = 0;
            while let Some(skip) = values[at..].iter().position(|value| *value > 0) {
                let from = at + skip;
                let length = values[from..].iter().position(|value| *value == 0).unwrap_or(values.len() - from);
                self.stretches.push(Stretch { row, column: block.left + from as u32, start: self.values.len(), length });
                self.values.extend_from_slice(&values[from..from + length]);
                at = from + length;
            }
        }
    }
}

/// Lays a colour over a pixel with a share of 255 times 255.
fn mix(pixel: &mut [u8], colour: [u8; 3], share: u32) {
    const FULL: u32 = 255 * 255;
    for (value, new) in pixel.iter_mut().zip(colour) {
        *value = ((u32::from(*value) * (FULL - share) + u32::from(new) * share + FULL / 2) / FULL) as u8;
    }
}

/// The part of the clip that lines may reach.
fn reached(parts: &[Places], radius: f64, clip: PixelRect) -> Option<PixelRect> {
    let none = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let grow = |b: [f64; 4], p: &(f64, f64)| [b[0].min(p.0), b[1].min(p.1), b[2].max(p.0), b[3].max(p.1)];
    let bounds = parts.iter().flatten().fold(none, grow);
    let at = |v: f64, least: u32, most: u32| v.clamp(f64::from(least), f64::from(most)) as u32;
    let left = at((bounds[0] - radius - 1.0).floor(), clip.left, clip.right);
    let right = at((bounds[2] + radius + 1.0).ceil(), clip.left, clip.right);
    let top = at((bounds[1] - radius - 1.0).floor(), clip.top, clip.bottom);
    let bottom = at((bounds[3] + radius + 1.0).ceil(), clip.top, clip.bottom);
    let clip = PixelRect { left, top, right, bottom };
    (bounds[0] <= bounds[2] && !clip.is_empty()).then_some(clip)
}

/// The pieces of a clip that are drawn each on its own, from the top.
fn blocks(clip: PixelRect) -> Vec<PixelRect> {
    let rows = (clip.top..clip.bottom).step_by(BAND);
    rows.flat_map(|top| {
        (clip.left..clip.right).step_by(BLOCK).map(move |left| PixelRect {
            left,
            top,
            right: clip.right.min(left + BLOCK as u32),
            bottom: clip.bottom.min(top + BAND as u32),
        })
    })
    .collect()
}

fn cover_block(parts: &[Places], width: f64, block: PixelRect) -> Cover {
    let mut cover = Cover::default();
    let reach = width / 2.0 + 2.0;
    let window = Window {
        low: (f64::from(block.left) - reach, f64::from(block.top) - reach),
        high: (f64::from(block.right) + reach, f64::from(block.bottom) + reach),
    };
    let mut builder = PathBuilder::new();
    for part in parts {
        window.add(part, (f64::from(block.left), f64::from(block.top)), &mut builder);
    }
    let stroke = Stroke { width: width as f32, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
    let outline = builder.finish().and_then(|path| path.stroke(&stroke, 1.0));
    let mask = Mask::new(block.right - block.left, block.bottom - block.top);
    if let (Some(outline), Some(mut mask)) = (outline, mask) {
        mask.fill_path(&outline, FillRule::Winding, true, Transform::identity());
        cover.add(&mask, block);
    }
    cover
}

/// Where lines can be seen from a block.
struct Window {
    low: (f64, f64),
    high: (f64, f64),
}

impl Window {
    /// Adds the visible stretches of a part, as seen from `origin`. A closed part that is seen whole stays closed.
    fn add(&self, part: &Places, origin: (f64, f64), builder: &mut PathBuilder) {
        let local = |p: (f64, f64)| ((p.0 - origin.0) as f32, (p.1 - origin.1) as f32);
        if let [only] = part.as_slice() {
            if self.holds(*only) {
                let (x, y) = local(*only);
                builder.move_to(x, y);
                builder.line_to(x, y);
            }
            return;
        }
        let closed = part.len() > 2 && part.first() == part.last();
        let mut pen_down = false;
        let mut whole = true;
        for pair in part.windows(2) {
            let Some((start, end)) = self.visible(pair[0], pair[1]) else {
                (pen_down, whole) = (false, false);
                continue;
            };
            let on = |t: f64| (pair[0].0 + (pair[1].0 - pair[0].0) * t, pair[0].1 + (pair[1].1 - pair[0].1) * t);
            if !pen_down || start > 0.0 {
                let (x, y) = local(if start > 0.0 { on(start) } else { pair[0] });
                builder.move_to(x, y);
            }
            let (x, y) = local(if end < 1.0 { on(end) } else { pair[1] });
            builder.line_to(x, y);
            pen_down = end >= 1.0;
            whole &= start <= 0.0 && end >= 1.0;
        }
        if closed && whole {
            builder.close();
        }
    }

    fn holds(&self, p: (f64, f64)) -> bool {
        p.0 >= self.low.0 && p.0 <= self.high.0 && p.1 >= self.low.1 && p.1 <= self.high.1
    }

    /// The part of a segment in the window, from 0 to 1 along it (Liang and Barsky 1984).
    fn visible(&self, a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
        let sides = [(b.0 - a.0, self.low.0 - a.0, self.high.0 - a.0), (b.1 - a.1, self.low.1 - a.1, self.high.1 - a.1)];
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
}

/// The dashes of a line; none where it is to be whole: where lengths are no lengths, and where the round ends close every gap.
fn usable_dashes(dashes: &[f64], width: f64) -> Option<StrokeDash> {
    let mut lengths: Vec<f32> = dashes.iter().map(|length| *length as f32).collect();
    if !lengths.len().is_multiple_of(2) {
        lengths.extend_from_within(..);
    }
    let gaps = || lengths.iter().skip(1).step_by(2);
    if lengths.len() > 64 || gaps().all(|gap| f64::from(*gap) < 0.75 * width) {
        return None;
    }
    // A dash of no length would have no direction, and so no end; a hair gives it one.
    lengths.iter_mut().step_by(2).for_each(|dash| *dash = dash.max(0.01));
    StrokeDash::new(lengths, 0.0)
}

/// The dashes of all parts; none where there would be too many.
fn dashed(parts: &[Places], dash: &StrokeDash) -> Option<Vec<Places>> {
    let mut builder = PathBuilder::new();
    for part in parts {
        for (number, place) in part.iter().enumerate() {
            let (x, y) = (place.0 as f32, place.1 as f32);
            if number == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
        }
    }
    let mut pieces: Vec<Places> = Vec::new();
    for segment in builder.finish()?.dash(dash, 1.0)?.segments() {
        match segment {
            PathSegment::MoveTo(p) => pieces.push(vec![(f64::from(p.x), f64::from(p.y))]),
            PathSegment::LineTo(p) => {
                if let Some(piece) = pieces.last_mut() {
                    piece.push((f64::from(p.x), f64::from(p.y)));
                }
            }
            PathSegment::QuadTo(..) | PathSegment::CubicTo(..) | PathSegment::Close => {}
        }
    }
    Some(pieces)
}

fn thin_part(places: &Places, closed: bool) -> Places {
    let mut places = thin(places, closed);
    if closed && places.len() > 1 && places.first() != places.last() {
        places.extend(places.first().copied());
    }
    places
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
}
