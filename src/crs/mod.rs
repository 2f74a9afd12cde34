//! The coordinate systems of boundary files: how they are written, which are understood, and the way to WGS84.
//!
//! A system is written as an EPSG code, as WKT (a shapefile's `.prj`, a GeoPackage), as PROJJSON (GeoParquet) or as a name (GeoJSON).
//! All of them end as one PROJ string, which `proj4rs` works on; [`System::fate`] says what that means for the positions:
//! they are WGS84 already, they are transformed, or the file is refused because nobody can say where they lie.
//!
//! ```
//! use caremap::crs::{System, Written};
//!
//! let zone = System::of(&Written::of_name("urn:ogc:def:crs:EPSG::4527")).expect("CGCS2000, 3-degree zone 39");
//! let mut corner = [[39_500_000.0, 4_000_000.0]];
//! zone.to_wgs84(&mut corner).expect("a place of the zone");
//! assert_eq!(corner, [[117.0, 36.130_292_921]]);
//! ```

mod datum;
mod projjson;
mod system;
#[cfg(test)]
mod tests;

pub use system::{Failure, Fate, Remark, System};

use serde_json::Value;

/// What a system is called that has no name.
pub(crate) const NAMELESS: &str = "without a name";

/// What a file says of its coordinate system.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Written {
    /// Nothing.
    #[default]
    Unsaid,
    /// A code of the EPSG register.
    Code(u32),
    /// Well-known text, of either version.
    Wkt(String),
    /// A PROJ string.
    Proj(String),
    /// PROJ's JSON.
    Json(Value),
    /// A name that is none of these.
    Name(String),
}

impl Written {
    /// Its name, as messages call it; none where nothing is said.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Unsaid => None,
            Self::Code(code) => Some(format!("EPSG:{code}")),
            Self::Wkt(text) => Some(text.split('"').nth(1).unwrap_or(NAMELESS).into()),
            Self::Json(json) => Some(projjson::name(json).into()),
            Self::Proj(text) | Self::Name(text) => Some(text.clone()),
        }
    }

    /// What a name stands for: `EPSG:4326`, `urn:ogc:def:crs:OGC:1.3:CRS84`, an address ending in `/EPSG/0/4490`, a PROJ string, or WKT.
    pub fn of_name(name: &str) -> Self {
        let name = name.trim();
        let upper = name.to_uppercase();
        let last = upper.rsplit([':', '/']).next().unwrap_or("");
        if name.starts_with('+') {
            Self::Proj(name.into())
        } else if upper.contains('[') {
            Self::Wkt(name.into())
        } else if matches!(last, "CRS84" | "CRS84H" | "WGS84" | "WGS 84") {
            Self::Code(4326)
        } else if let (true, Ok(code)) = (upper.contains("EPSG"), last.parse()) {
            Self::Code(code)
        } else {
            Self::Name(name.into())
        }
    }
}
