//! Measures: each computes indicators for areas and says its source, formula, units and limits.

pub mod access;
pub mod count;
pub mod crowd;
pub mod equity;
pub mod geodesic;
pub mod grid;
pub mod index;
pub mod nearest;
pub mod people;
