//! Drawers of a [`crate::scene::Scene`]: pixels and SVG.

pub mod raster;
pub mod svg;
