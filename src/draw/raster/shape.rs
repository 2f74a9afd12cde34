//! Shapes: outlines in pixels, exact fills, lines.

use super::cache::RunCache;
use super::cells::{Cell, Corner, FULL, PixelRect, Tracer, corner, sweep};
use super::ink::{Ink, channels, over};
use super::picture::Picture;
use super::stroke::{Cover, Pen};
use crate::scene::{Path, Point, Shape, Stroke};

/// Lines through at least so many points are remembered: the borders that all maps on one frame share.
const LONG: usize = 1000;

/// Places in pixels.
pub(super) type Places = Vec<(f64, f64)>;

/// What counts as inside where an outline winds about a place more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    EvenOdd,
    NonZero,
}

/// Draws a shape: its fill, then its line.
pub(super) fn draw(picture: &mut Picture, shape: &Shape, scale: f64, clip: PixelRect, cache: &RunCache) {
    if let (Path::Lines { parts, closed }, None, Some(line)) = (&shape.path, &shape.fill, &shape.stroke)
        && parts.iter().map(Vec::len).sum::<usize>() >= LONG
    {
        let make = || cover(&outline(&shape.path, scale).0, *closed, line, scale, clip);
        let cover = cache.cover(parts, *closed, line, scale, clip, make);
        return cover.lay(picture, channels(line.colour), shape.stroke_opacity);
    }
    let (parts, closed) = outline(&shape.path, scale);
    if let Some(paint) = &shape.fill {
        fill(picture, &parts, Rule::EvenOdd, &Ink::new(paint, scale), shape.fill_opacity, clip);
    }
    if let Some(line) = &shape.stroke {
        cover(&parts, closed, line, scale, clip).lay(picture, channels(line.colour), shape.stroke_opacity);
    }
}

/// The parts of a path in pixels, and whether they are closed. Places that are no numbers are left out.
fn outline(path: &Path, scale: f64) -> (Vec<Places>, bool) {
    match path {
        Path::Lines { parts, closed } => {
            let part = |part: &Vec<Point>| part.iter().filter_map(|p| place(p.x * scale, p.y * scale)).collect();
            (parts.iter().map(part).collect(), *closed)
        }
        Path::Circle { centre, radius } => (vec![circle(centre.x * scale, centre.y * scale, radius * scale)], true),
        Path::Rect(r) => {
            let (left, top, right, bottom) = (r.x * scale, r.y * scale, r.right() * scale, r.bottom() * scale);
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            (vec![corners.into_iter().filter_map(|(x, y)| place(x, y)).collect()], true)
        }
    }
}

/// A place in pixels, kept near enough to the page to reckon with; none where it is not a place.
pub(super) fn place(x: f64, y: f64) -> Option<(f64, f64)> {
    (x.is_finite() && y.is_finite()).then(|| (x.clamp(-1e9, 1e9), y.clamp(-1e9, 1e9)))
}

/// A circle as a polygon of the same area, nowhere more than a hundredth of a pixel off.
fn circle(x: f64, y: f64, radius: f64) -> Places {
    let Some((x, y)) = place(x, y).filter(|_| radius > 0.0) else { return Vec::new() };
    let radius = radius.min(1e9);
    let count = (4.0 * (radius * 500.0).sqrt().ceil()).clamp(16.0, 4096.0) as usize;
    let step = std::f64::consts::TAU / count as f64;
    let radius = radius * (step / libm::sin(step)).sqrt();
    (0..count).map(|i| (x + radius * libm::cos(step * i as f64), y + radius * libm::sin(step * i as f64))).collect()
}

/// Fills parts, each closed, by exact coverage.
pub(super) fn fill(picture: &mut Picture, parts: &[Places], rule: Rule, ink: &Ink, opacity: f64, clip: PixelRect) {
    let opacity = if opacity.is_nan() { 0.0 } else { opacity.clamp(0.0, 1.0) };
    let (mut cells, mut corners): (Vec<Cell>, Vec<Corner>) = (Vec::new(), Vec::new());
    for part in parts {
        corners.clear();
        corners.extend(part.iter().filter_map(|p| corner(p.0, p.1)));
        Tracer::new(clip, &mut cells).ring(&corners);
    }
    let strength = (opacity * 65536.0 + 0.5) as i64;
    sweep(&mut cells, clip.right, |row, column, length, share| {
        let share = ((i64::from(inside(share, rule)) * strength + (1 << 15)) >> 16) as i32;
        let start = (row as usize * picture.width as usize + column as usize) * 3;
        let pixels = &mut picture.rgb[start..start + length as usize * 3];
        if share == FULL {
            return ink.fill(row, column, pixels);
        }
        for (x, pixel) in (column..).zip(pixels.chunks_exact_mut(3)) {
            over(pixel, ink.at(x, row), share);
        }
    });
}

/// The share that is inside, from the share added up over all windings.
fn inside(share: i32, rule: Rule) -> i32 {
    let share = share.unsigned_abs();
    let full = FULL as u32;
    match rule {
        Rule::NonZero => share.min(full) as i32,
        Rule::EvenOdd => {
            let rest = share % (2 * full);
            rest.min(2 * full - rest) as i32
        }
    }
}

/// Draws lines along parts; overlapping parts of one path do not darken each other.
pub(super) fn stroke(picture: &mut Picture, parts: &[Places], closed: bool, line: &Stroke, scale: f64, clip: PixelRect) {
    cover(parts, closed, line, scale, clip).lay(picture, channels(line.colour), 1.0);
}

fn cover(parts: &[Places], closed: bool, line: &Stroke, scale: f64, clip: PixelRect) -> Cover {
    let dashes: Vec<f64> = line.dashes.iter().map(|length| length * scale).collect();
    Cover::new(parts, closed, &Pen { width: line.width * scale, dashes: &dashes }, clip)
}
