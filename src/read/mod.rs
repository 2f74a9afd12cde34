//! Readers, one file a format: bytes to text to rows or features.

pub(crate) mod areas;
pub mod boundaries;
mod delimited;
mod doubts;
pub mod features;
mod gathering;
pub mod geojson;
mod heading;
pub mod inspect;
pub(crate) mod json;
pub mod points;
pub mod table;
pub mod text;
pub mod topojson;
