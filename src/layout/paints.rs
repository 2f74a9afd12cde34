//! Fills of areas.

use crate::colour::Colour;
use crate::scale::{Hatch, Paint, Reading, Scale};

/// Hatch of values that should not be leaned on.
pub(super) fn hatch(ground: Colour, line: Colour) -> Paint {
    Paint::Hatch(Hatch { ground, line, spacing: 0.9, width: 0.18, angle: 45.0 })
}

/// Fill of an area by its reading.
pub(super) fn of(scale: &Scale, reading: &Reading) -> Paint {
    scale.paint(reading)
}
