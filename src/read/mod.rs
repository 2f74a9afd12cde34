//! Readers, one file a format: bytes to text to rows or features.

pub mod points;
pub(crate) mod areas;
pub mod delimited;
pub mod geojson;
pub mod inspect;
pub(crate) mod json;
pub mod text;
pub mod topojson;
