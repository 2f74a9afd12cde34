//! Fills of areas.

use crate::colour::Colour;
use crate::scale::{Hatch, Paint, Reading, Scale};

/// Hatch of values that should not be leaned on.
pub(super) fn hatch(ground: Colour, line: Colour) -> Paint {
    Paint::Hatch(Hatch { ground, line, spacing: 0.9, width: 0.18, angle: 45.0 })
}
