//! Geodetic datums in use in China, and the way between them.

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
