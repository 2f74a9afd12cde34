//! Geodetic datums in use in China: the way between them, and the signs by which they are told.
//!
//! Chinese map services publish longitudes and latitudes moved by 250 to 600 m (GCJ-02); Baidu adds a shift of its own (BD-09). Data of
//! different datums on one map lie that far apart, and nothing in a file says which it is in. So a datum is declared, or told from
//! evidence: [`points`] that name their areas in words, [`borders`] against the bundled boundaries, [`pairs`] of points with one
//! name. Each gives a [`Verdict`] with its numbers, and where they do not decide, the verdict says so. [`source`] compares what the
//! files of a map say and refuses to mix; [`axes`] finds coordinates that are no longitudes and latitudes at all.
//!
//! ```
//! use caremap::datum::{Datum, from_wgs84, to_wgs84};
//!
//! let shifted = from_wgs84([116.391_38, 39.907_36], Datum::Gcj02);
//! assert!((shifted[0] - 116.397_62).abs() < 1e-5 && (shifted[1] - 39.908_76).abs() < 1e-5);
//! let back = to_wgs84(shifted, Datum::Gcj02);
//! assert!((back[0] - 116.391_38).abs() < 1e-9 && (back[1] - 39.907_36).abs() < 1e-9);
//! ```

pub mod axes;
pub mod borders;
mod convert;
pub mod extent;
pub mod pairs;
pub mod points;
pub mod source;
pub mod verdict;

pub use convert::{convert, from_wgs84, to_wgs84};
pub use verdict::{Confidence, Verdict};

/// What longitude and latitude refer to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// World Geodetic System 1984; CGCS2000 agrees with it to centimetres.
    Wgs84,
    /// The shifted system of Chinese map services.
    Gcj02,
    /// Baidu's own shift on top of GCJ-02.
    Bd09,
}

impl Datum {
    /// All of them.
    pub const ALL: [Datum; 3] = [Datum::Wgs84, Datum::Gcj02, Datum::Bd09];

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Datum::Wgs84 => "WGS84",
            Datum::Gcj02 => "GCJ-02",
            Datum::Bd09 => "BD-09",
        }
    }

    /// Who publishes in it, for people who know the map but not the datum.
    pub fn whose(self) -> &'static str {
        match self {
            Datum::Wgs84 => "GPS, OpenStreetMap",
            Datum::Gcj02 => "Amap, Tencent",
            Datum::Bd09 => "Baidu",
        }
    }

    /// The word used in map files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Datum::Wgs84 => "wgs84",
            Datum::Gcj02 => "gcj02",
            Datum::Bd09 => "bd09",
        }
    }
}

impl std::fmt::Display for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
