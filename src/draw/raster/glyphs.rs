//! Text: the outlines of glyphs, filled by exact coverage at their place, with a line around them where one is wanted.

use super::cells::PixelRect;
use super::ink::{Ink, channels};
use super::picture::Picture;
use super::shape::{Places, Rule, fill, place, stroke};
use crate::scene::{GlyphRun, Stroke, Text};
use crate::text::{Segment, fonts};

/// Curves are replaced by chords that stay within this distance of them, in pixels.
const FLATNESS: f64 = 0.02;

/// Draws a line of text: first the halo of all its glyphs, then the glyphs.
pub(super) fn draw(picture: &mut Picture, text: &Text, scale: f64, clip: PixelRect) {
    let contours: Vec<Places> = text.runs.iter().flat_map(|run| contours(run, scale)).collect();
    if let Some((colour, width)) = text.halo {
        let line = Stroke { colour, width: 2.0 * width, dashes: Vec::new() };
        stroke(picture, &contours, true, &line, scale, clip);
    }
    fill(picture, &contours, Rule::NonZero, &Ink::Solid(channels(text.colour)), 1.0, clip);
}

/// The contours of a run's glyphs in pixels.
fn contours(run: &GlyphRun, scale: f64) -> Vec<Places> {
    let size = run.size * scale;
    let mut contours: Vec<Places> = Vec::new();
    for glyph in &run.glyphs {
        let Some(origin) = place(glyph.origin.x * scale, glyph.origin.y * scale) else { continue };
        let Some((size, _)) = place(size, 0.0) else { continue };
        let on_page = |x: f64, y: f64| (origin.0 + x * size, origin.1 + y * size);
        for segment in fonts().outline(run.font, glyph.id).segments {
            match (segment, contours.last_mut()) {
                (Segment::Move(x, y), _) => contours.push(vec![on_page(x, y)]),
                (Segment::Line(x, y), Some(contour)) => contour.push(on_page(x, y)),
                (Segment::Quad(cx, cy, x, y), Some(contour)) => curve(contour, on_page(cx, cy), on_page(x, y)),
                _ => {}
            }
        }
    }
    contours
}

/// Adds chords of a quadratic curve from the last place of `contour`.
fn curve(contour: &mut Places, control: (f64, f64), end: (f64, f64)) {
    let Some(&start) = contour.last() else { return };
    let bend = (start.0 - 2.0 * control.0 + end.0, start.1 - 2.0 * control.1 + end.1);
    let bend = (bend.0 * bend.0 + bend.1 * bend.1).sqrt();
    let count = (bend / (4.0 * FLATNESS)).sqrt().ceil().clamp(1.0, 64.0);
    for i in 1..=count as usize {
        let t = i as f64 / count;
        let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
        contour.push((a * start.0 + b * control.0 + c * end.0, a * start.1 + b * control.1 + c * end.1));
    }
}
