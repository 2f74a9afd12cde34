//! Measures: each computes indicators for areas and says its source, formula, units and limits.

pub mod geodesic;
pub mod nearest;
