//! The scale bar: as long as the ellipsoid is where it stands.

use super::frame::Frame;
use super::ink::{BLACK, Block, GREY, Ink, WHITE, line};
use super::numbers::{round_below, whole};
use crate::coverage::Position;
use crate::problem::Problem;
use crate::project::latitude_text;
use crate::scale::Paint;
use crate::scene::{Path, Point, Rect, Shape, Stroke};
use geo::{Distance, Geodesic};

/// How the bar answers to a scale that is not the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bar {
    /// The scale varies less than 1 %: one bar, nothing to say.
    Plain,
    /// Up to 5 %: one bar and the latitude at which it holds.
    Stated,
    /// More: one bar for each of two latitudes.
    Split(f64, f64),
    /// More than a quarter: none would be honest.
    None,
}

/// Geodesic distance in metres on WGS84 (Karney 2013).
pub(super) fn geodesic(a: Position, b: Position) -> f64 {
    Geodesic.distance(geo::Point::new(a[0], a[1]), geo::Point::new(b[0], b[1]))
}

/// Chooses by the range of the scale along the parallel over places of the map.
pub(super) fn choose(frame: &Frame, places: &[Position]) -> Bar {
    let mut scales: Vec<(f64, f64)> = places.iter().map(|p| (frame.projection.point_scale(*p).1, p[1])).collect();
    scales.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(least), Some(most)) = (scales.first(), scales.last()) else { return Bar::None };
    match most.0 / least.0 - 1.0 {
        range if range < 0.01 => Bar::Plain,
        range if range < 0.05 => Bar::Stated,
        range if range < 0.25 => {
            let (south, north) = places.iter().fold((90.0_f64, -90.0_f64), |(s, n), p| (s.min(p[1]), n.max(p[1])));
            let near = |latitude: f64| {
                let round = (latitude / 5.0).round() * 5.0;
                if round > north {
                    round - 5.0
                } else if round < south {
                    round + 5.0
                } else {
                    round
                }
            };
            Bar::Split(near(least.1), near(most.1))
        }
        _ => Bar::None,
    }
}

/// Width on the page, in millimetres, of a horizontal bar about `middle` that is `metres` long on the ellipsoid.
pub(super) fn width_at(frame: &Frame, middle: Point, metres: f64) -> Option<f64> {
    let mut width = metres * frame.scale;
    for _ in 0..20 {
        let ends = [-0.5, 0.5].map(|side| frame.position(Point { x: middle.x + side * width, y: middle.y }));
        let [Some(a), Some(b)] = ends else { return None };
        let true_length = geodesic(a, b);
        if true_length.is_nan() || true_length <= 0.0 {
            return None;
        }
        let step = metres / true_length;
        width *= step;
        if (step - 1.0).abs() < 1e-12 {
            break;
        }
    }
    width.is_finite().then_some(width)
}

/// A round length in metres that is at most `widest` millimetres long.
pub(super) fn round_metres(frame: &Frame, widest: f64) -> f64 {
    round_below(widest / frame.scale)
}

/// The room a bar of at most `widest` millimetres takes: width and height.
pub(super) fn room(ink: &Ink, widest: f64, bar: Bar) -> (f64, f64) {
    let size = ink.sized(0.86);
    match bar {
        Bar::None => (0.0, 0.0),
        Bar::Plain => (widest + size * 3.2, size * 2.1),
        Bar::Stated => (widest + size * 3.2, size * 3.2),
        Bar::Split(..) => (widest + size * 3.0, size * 3.4),
    }
}

/// Draws the bar into a rectangle that [`room`] has measured, as long as it is true there.
pub(super) fn block(frame: &Frame, ink: &Ink, rect: &Rect, widest: f64, bar: Bar) -> Result<Block, Problem> {
    block_for(frame, ink, rect, widest, bar, None)
}

/// As [`block`], true for another place of the page than its own, where it stands beside the maps.
pub(super) fn block_for(
    frame: &Frame,
    ink: &Ink,
    rect: &Rect,
    widest: f64,
    bar: Bar,
    holds: Option<Point>,
) -> Result<Block, Problem> {
    let size = ink.sized(0.86);
    let metres = round_metres(frame, widest / 1.06);
    let mut block = Block::default();
    let foot = |y: f64| holds.unwrap_or(Point { x: rect.x + widest / 2.0, y: rect.y + y });
    match bar {
        Bar::None => {}
        Bar::Plain | Bar::Stated => {
            let at = foot(size * 1.6);
            if let Some(width) = width_at(frame, at, metres) {
                one(&mut block, ink, size, 0.0, size * 1.2, width, metres, None)?;
                if let (Bar::Stated, Some(place)) = (bar, frame.position(at)) {
                    let text = ink.line(&holds_at(ink, place[1]), ink.sized(0.8), false)?;
                    block.text(&text, 0.0, size * 2.05, GREY);
                }
            }
        }
        Bar::Split(first, second) => {
            let at = [first, second].map(|latitude| {
                let width = width_at(frame, frame.place([frame.projection.meridian(), latitude]), metres);
                (latitude, width.unwrap_or(0.0))
            });
            let label_x = at.iter().map(|(_, width)| *width).fold(0.0, f64::max) + size * 0.6;
            for (row, (latitude, width)) in at.into_iter().enumerate().filter(|(_, (_, width))| *width > 0.0) {
                let y = size * (1.6 + 1.25 * row as f64);
                one(&mut block, ink, size, 0.0, y, width, metres, Some((row, latitude_text(latitude), label_x)))?;
            }
        }
    }
    Ok(block.moved(rect.x, rect.y))
}

fn holds_at(ink: &Ink, latitude: f64) -> String {
    let text = latitude_text(latitude.round());
    if ink.language == crate::spec::Language::En { format!("at {text}") } else { format!("{text}处") }
}

/// One bar of two halves, black and white, with 0, the half and the whole above.
#[expect(clippy::too_many_arguments, reason = "each is a measure of the drawing")]
fn one(
    block: &mut Block,
    ink: &Ink,
    size: f64,
    x: f64,
    y: f64,
    width: f64,
    metres: f64,
    row: Option<(usize, String, f64)>,
) -> Result<(), Problem> {
    let height = size * 0.32;
    let black = Stroke { colour: BLACK, width: 0.1, dashes: vec![] };
    let mut left = Shape::filled(Path::Rect(Rect { x, y, width: width / 2.0, height }), Paint::Solid(BLACK));
    left.stroke = Some(black.clone());
    let mut right = Shape::filled(Path::Rect(Rect { x: x + width / 2.0, y, width: width / 2.0, height }), Paint::Solid(WHITE));
    right.stroke = Some(black.clone());
    block.shape(left);
    block.shape(right);
    block.grow(&Rect { x, y, width, height });
    let first = row.as_ref().is_none_or(|(row, ..)| *row == 0);
    if let Some((_, label, label_x)) = &row {
        let set = ink.line(label, ink.sized(0.8), false)?;
        block.text(&set, x + label_x, y + height / 2.0 - set.height() * 0.52, GREY);
    }
    if first {
        let (unit, value) = if metres >= 1000.0 { ("km", metres / 1000.0) } else { ("m", metres) };
        for (share, text) in
            [(0.0, "0".to_owned()), (0.5, half(value)), (1.0, format!("{} {unit}", whole(value.round() as usize)))]
        {
            let set = ink.line(&text, size, false)?;
            // The figure stands over its tick; the unit hangs out to the right, the nought does not hang out to the left.
            let figure = if share == 1.0 { ink.line(&whole(value.round() as usize), size, false)?.width() } else { set.width() };
            let at = (x + share * width - figure / 2.0).max(x);
            if share != 0.5 || width > size * 8.0 {
                let raised = if row.is_some() { 1.55 } else { 1.18 };
                block.text(&set, at, y - size * raised, BLACK);
            }
            let tick = x + share * width;
            block.shape(Shape::stroked(line(Point { x: tick, y }, Point { x: tick, y: y + height }), black.clone()));
        }
    }
    Ok(())
}

fn half(value: f64) -> String {
    super::numbers::short(value / 2.0)
}
