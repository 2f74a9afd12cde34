//! Readers, one file a format: bytes to text to rows or features.

pub(crate) mod areas;
pub mod geojson;
pub(crate) mod json;
pub mod points;
pub mod topojson;
