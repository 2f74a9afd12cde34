//! Readers, one file a format: bytes to text to rows or features.

pub(crate) mod areas;
pub mod boundaries;
#[cfg(feature = "arrow")]
mod columnar;
mod delimited;
mod doubts;
pub mod features;
pub mod format;
mod gathering;
pub mod geojson;
mod heading;
pub mod inspect;
pub(crate) mod json;
pub mod points;
mod records;
mod rows;
pub mod table;
pub mod text;
pub mod topojson;
pub(crate) mod unit;
pub mod workbook;
