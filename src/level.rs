//! The levels of administrative areas.

use std::fmt;

/// The level of an administrative area in China, or `Unit` for areas of a user's own boundary file without such a level.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 省级: provinces, autonomous regions, municipalities, special administrative regions.
    Province,
    /// 地级: prefectures and prefecture-level cities; areas directly under a province stand here as themselves.
    Prefecture,
    /// 县级: counties, county-level cities, districts; the four cities without counties stand here as themselves.
    County,
    /// Areas of a user's own boundary file.
    Unit,
}

impl Level {
    /// The word used in map files and file names.
    pub fn word(self) -> &'static str {
        match self {
            Level::Province => "province",
            Level::Prefecture => "prefecture",
            Level::County => "county",
            Level::Unit => "unit",
        }
    }

    /// The Chinese word.
    pub fn word_zh(self) -> &'static str {
        match self {
            Level::Province => "省级",
            Level::Prefecture => "地级",
            Level::County => "县级",
            Level::Unit => "区域",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
