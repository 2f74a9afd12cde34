//! The South China Sea inset: when a sheet carries it, and what it reaches (rules C1 to C6 of the public-map rules).

use super::frame::{Bounds, Frame, project_line};
use crate::coverage::{Coverage, Position};
use crate::level::Level;
use crate::project::{Extent, Projection};
use crate::scene::{Point, Rect};

/// West beyond Hanoi (105.85° E), east beyond Manila (120.98° E) and the second dash of the maritime line, north well beyond the first dash
/// (the mainland and Taiwan south of the Tropic among it), south beyond Zengmu Ansha (3.97° N) and the last dash (3.41° N).
pub(super) const EXTENT: Extent = Extent { west: 105.7, south: 2.8, east: 122.9, north: 24.9 };

/// South of this lie only islands that the inset shows; Hainan's southern tip is at 18.15° N.
pub(super) const MAIN_FRAME_SOUTH: f64 = 18.0;

/// Whether a polygon (by its box in degrees) belongs to the inset alone: islands south of Hainan, and those of Hainan far east of it.
pub(super) fn is_for_inset_alone(code: &str, degrees: &Bounds) -> bool {
    degrees.max[1] < MAIN_FRAME_SOUTH || (is_hainan(code) && degrees.min[0] > 111.4)
}

/// Kind of the lines of a coverage that make up the maritime line.
pub(super) const MARITIME: &str = "maritime";

/// Whether a coverage is one of China by GB/T 2260 codes: it has Hainan where Hainan is.
pub(super) fn is_china(coverage: &Coverage) -> bool {
    coverage.layers.values().flatten().any(|area| is_hainan(&area.code) && area.name.chars().all(|c| !c.is_ascii()))
        && coverage.arcs.positions().iter().any(|p| (108.5..111.2).contains(&p[0]) && (18.0..20.2).contains(&p[1]))
}

fn is_hainan(code: &str) -> bool {
    code.len() == 6 && code.starts_with("46") && code.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the areas shown are all of China or contain all of Hainan (rule C6).
pub(super) fn is_needed(coverage: &Coverage, level: Level, shown: &[usize]) -> bool {
    if !is_china(coverage) {
        return false;
    }
    let areas = coverage.areas(level);
    let mut is_shown = vec![false; areas.len()];
    for index in shown {
        if let Some(flag) = is_shown.get_mut(*index) {
            *flag = true;
        }
    }
    let mut hainan = areas.iter().zip(&is_shown).filter(|(area, _)| is_hainan(&area.code)).peekable();
    hainan.peek().is_some() && hainan.all(|(_, shown)| *shown)
}

/// The projection of the inset and its box in metres.
pub(super) fn plane() -> (Projection, Bounds) {
    let projection = Projection::fitted(EXTENT);
    let Extent { west, south, east, north } = EXTENT;
    let mut around = vec![];
    let corners: [Position; 5] = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    for pair in corners.windows(2) {
        for step in 0..=40 {
            let t = f64::from(step) / 40.0;
            around.push([pair[0][0] + t * (pair[1][0] - pair[0][0]), pair[0][1] + t * (pair[1][1] - pair[0][1])]);
        }
    }
    let line = project_line(&around, &projection);
    (projection, Bounds::of(&line))
}

/// Width over height.
pub(super) fn aspect() -> f64 {
    let (_, bounds) = plane();
    bounds.width() / bounds.height()
}

/// The frame of the inset at the top of a rectangle of the page that has its [`aspect`] or is higher.
pub(super) fn frame(rect: Rect) -> Frame {
    let (projection, bounds) = plane();
    let scale = (rect.width / bounds.width()).min(rect.height / bounds.height());
    let middle = [(bounds.min[0] + bounds.max[0]) / 2.0, (bounds.min[1] + bounds.max[1]) / 2.0];
    let origin =
        Point { x: rect.x + rect.width / 2.0 - middle[0] * scale, y: rect.y + bounds.height() * scale / 2.0 + middle[1] * scale };
    Frame { projection, scale, origin, rect }
}
