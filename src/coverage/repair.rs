//! Cleaning rings before neighbours are made to share their borders. Nothing is moved; what is left out encloses no area.

use super::Position;
use super::outlines::{Outlines, stretch};

/// What was mended in the rings of a boundary file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Repairs {
    /// Rings that did not end where they began.
    pub unclosed_rings: usize,
    /// Positions that repeat the one before them.
    pub repeated_positions: usize,
    /// Positions at which a ring turns back on itself.
    pub spikes: usize,
    /// Rings that run the wrong way round for RFC 7946.
    pub reversed_rings: usize,
    /// Rings left out because they enclose nothing.
    pub empty_rings: usize,
}

impl Repairs {
    /// How many of each kind, and what was done.
    pub fn list(&self) -> [(usize, &'static str); 5] {
        [
            (self.reversed_rings, "rings ran the wrong way round and were turned"),
            (self.unclosed_rings, "rings did not end where they began and were closed"),
            (self.repeated_positions, "positions repeated the one before and were left out"),
            (self.spikes, "spikes, where a ring turns back on itself, were left out"),
            (self.empty_rings, "rings enclosed nothing and were left out"),
        ]
    }
}

/// Cleans all rings. Afterwards no ring repeats its first position at its end, exteriors run anticlockwise and holes clockwise.
pub(super) fn clean(outlines: &mut Outlines) -> Repairs {
    let mut repairs = Repairs::default();
    let mut rings = Vec::with_capacity(outlines.rings.len());
    let mut polygons = Vec::with_capacity(outlines.polygons.len());
    let mut areas = Vec::with_capacity(outlines.areas.len());
    let mut written = 0;
    let mut written_polygons = 0;
    for area in 0..outlines.areas.len() {
        for polygon in stretch(&outlines.areas, area) {
            let before = rings.len();
            for (place, ring) in stretch(&outlines.polygons, polygon).enumerate() {
                let is_exterior = place == 0;
                let end = clean_ring(&mut outlines.positions, stretch(&outlines.rings, ring), written, is_exterior, &mut repairs);
                if end > written {
                    written = end;
                    rings.push(written);
                } else if is_exterior {
                    // Holes of nothing are nothing.
                    repairs.empty_rings += stretch(&outlines.polygons, polygon).len() - 1;
                    break;
                }
            }
            if rings.len() > before {
                polygons.push(rings.len());
                written_polygons += 1;
            }
        }
        areas.push(written_polygons);
    }
    outlines.positions.truncate(written);
    (outlines.rings, outlines.polygons, outlines.areas) = (rings, polygons, areas);
    repairs
}

/// Cleans the ring at `ring` and moves it to `target`, which is not behind it; returns where it ends there.
fn clean_ring(
    positions: &mut [Position],
    ring: std::ops::Range<usize>,
    target: usize,
    is_exterior: bool,
    repairs: &mut Repairs,
) -> usize {
    let (start, mut end) = (ring.start, ring.end);
    if end - start >= 2 && positions[start] == positions[end - 1] {
        end -= 1;
    } else {
        repairs.unclosed_rings += 1;
    }
    let mut top = target;
    for at in start..end {
        let position = positions[at];
        if top > target && positions[top - 1] == position {
            repairs.repeated_positions += 1;
        } else if top > target + 1 && positions[top - 2] == position {
            repairs.spikes += 1;
            top -= 1;
        } else {
            positions[top] = position;
            top += 1;
        }
    }
    top = clean_seam(positions, target, top, repairs);
    let area = doubled_area(&positions[target..top]);
    if top - target < 3 || area == 0.0 {
        repairs.empty_rings += 1;
        return target;
    }
    if (area > 0.0) != is_exterior {
        repairs.reversed_rings += 1;
        positions[target..top].reverse();
    }
    top
}

/// Mends repeats and spikes where the end of the ring meets its beginning; only the end is shortened.
fn clean_seam(positions: &mut [Position], target: usize, mut top: usize, repairs: &mut Repairs) -> usize {
    while top - target >= 3 {
        if positions[top - 1] == positions[target] {
            repairs.repeated_positions += 1;
            top -= 1;
        } else if positions[top - 2] == positions[target] {
            repairs.spikes += 1;
            top -= 2;
        } else if positions[top - 1] == positions[target + 1] {
            // The first position is the tip of the spike: drop it by putting the last in its place.
            repairs.spikes += 1;
            positions[target] = positions[top - 1];
            positions.copy_within(target + 2..top - 1, target + 1);
            top -= 2;
        } else {
            break;
        }
    }
    top
}

/// Twice the area of a ring in square degrees, positive where it runs anticlockwise. Taken about its first position, so that small
/// rings far from the origin keep their sign.
pub(crate) fn doubled_area(ring: &[Position]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    ring.windows(2).map(|pair| (pair[0][0] - x0) * (pair[1][1] - y0) - (pair[1][0] - x0) * (pair[0][1] - y0)).sum()
}
