//! Kinds of areas, as names end in them, and the words that people write for them.

/// What kind of area a name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 省.
    Province,
    /// 自治区.
    Region,
    /// 特别行政区.
    Special,
    /// 市, of whatever rank.
    City,
    /// 地区.
    Prefecture,
    /// 自治州.
    AutonomousPrefecture,
    /// 盟.
    League,
    /// 区.
    District,
    /// 新区.
    NewArea,
    /// 特区.
    SpecialDistrict,
    /// 林区.
    ForestryDistrict,
    /// 县.
    County,
    /// 自治县.
    AutonomousCounty,
    /// 旗.
    Banner,
    /// 自治旗.
    AutonomousBanner,
    /// The name says nothing.
    Unsaid,
}

use Kind::*;

impl Kind {
    /// Whether the name of such an area also names the peoples that share it.
    pub fn is_autonomous(self) -> bool {
        matches!(self, Region | AutonomousPrefecture | AutonomousCounty | AutonomousBanner)
    }
}

/// What full names end in. Of two that fit, the longer comes first.
const ENDINGS: [(&str, Kind); 16] = [
    ("特别行政区", Special),
    ("自治区", Region),
    ("自治州", AutonomousPrefecture),
    ("自治县", AutonomousCounty),
    ("自治旗", AutonomousBanner),
    ("行政区", Prefecture),
    ("地区", Prefecture),
    ("新区", NewArea),
    ("特区", SpecialDistrict),
    ("林区", ForestryDistrict),
    ("省", Province),
    ("市", City),
    ("区", District),
    ("县", County),
    ("旗", Banner),
    ("盟", League),
];

/// A full name without its ending, and the kind that the ending says.
///
/// ```
/// use caremap::place::name::{Kind, split};
/// assert_eq!(split("杭州市"), ("杭州", Kind::City));
/// assert_eq!(split("碑林区"), ("碑林", Kind::District));
/// assert_eq!(split("浦东新区"), ("浦东", Kind::NewArea));
/// ```
pub fn split(name: &str) -> (&str, Kind) {
    let fits = |ending: &str, kind: Kind| {
        let rest = name.strip_suffix(ending)?;
        // 碑林区 is the district of 碑林, 万柏林区 that of 万柏林: only 神农架 is a district of forests.
        let wood = kind != ForestryDistrict || rest == "神农架";
        let shortest = if ending.chars().count() == 1 { 1 } else { 2 };
        (wood && rest.chars().count() >= shortest).then_some((rest, kind))
    };
    ENDINGS.iter().find_map(|(ending, kind)| fits(ending, *kind)).unwrap_or((name, Unsaid))
}

/// In which language a word for a kind is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Chinese characters.
    Chinese,
    /// Pinyin.
    Pinyin,
    /// English.
    English,
}

use Tongue::*;

/// A word that people write after a name, and the kinds of areas that it may mean.
pub struct Word {
    /// The word, in the letters of [`super::Written`].
    pub text: &'static str,
    /// What it may mean.
    pub kinds: &'static [Kind],
    /// Its language.
    pub tongue: Tongue,
}

const fn word(text: &'static str, kinds: &'static [Kind], tongue: Tongue) -> Word {
    Word { text, kinds, tongue }
}

/// Words for kinds. 州 and 县 stand for 自治州 and 自治县 as well: 延边州, 积石山县.
pub static WORDS: [Word; 55] = [
    word("省", &[Province], Chinese),
    word("自治区", &[Region], Chinese),
    word("特别行政区", &[Special], Chinese),
    word("特区", &[SpecialDistrict, Special], Chinese),
    word("市", &[City], Chinese),
    word("地区", &[Prefecture], Chinese),
    word("盟", &[League], Chinese),
    word("自治州", &[AutonomousPrefecture], Chinese),
    word("州", &[AutonomousPrefecture], Chinese),
    word("区", &[District], Chinese),
    word("新区", &[NewArea], Chinese),
    word("林区", &[ForestryDistrict], Chinese),
    word("县", &[County, AutonomousCounty], Chinese),
    word("自治县", &[AutonomousCounty], Chinese),
    word("旗", &[Banner, AutonomousBanner], Chinese),
    word("自治旗", &[AutonomousBanner], Chinese),
    word("sheng", &[Province], Pinyin),
    word("zizhiqu", &[Region], Pinyin),
    word("tebiexingzhengqu", &[Special], Pinyin),
    word("shi", &[City], Pinyin),
    word("diqu", &[Prefecture], Pinyin),
    word("meng", &[League], Pinyin),
    word("zizhizhou", &[AutonomousPrefecture], Pinyin),
    word("zhou", &[AutonomousPrefecture], Pinyin),
    word("qu", &[District], Pinyin),
    word("xinqu", &[NewArea], Pinyin),
    word("tequ", &[SpecialDistrict], Pinyin),
    word("linqu", &[ForestryDistrict], Pinyin),
    word("xian", &[County, AutonomousCounty], Pinyin),
    word("zizhixian", &[AutonomousCounty], Pinyin),
    word("qi", &[Banner, AutonomousBanner], Pinyin),
    word("zizhiqi", &[AutonomousBanner], Pinyin),
    word("province", &[Province], English),
    word("autonomousregion", &[Region], English),
    word("ar", &[Region], English),
    word("region", &[Region], English),
    word("specialadministrativeregion", &[Special], English),
    word("sar", &[Special], English),
    word("city", &[City], English),
    word("municipality", &[City], English),
    word("prefecturelevelcity", &[City], English),
    word("countylevelcity", &[City], English),
    word("prefecture", &[Prefecture, AutonomousPrefecture], English),
    word("autonomousprefecture", &[AutonomousPrefecture], English),
    word("league", &[League], English),
    word("district", &[District, NewArea, SpecialDistrict, ForestryDistrict], English),
    word("newarea", &[NewArea], English),
    word("newdistrict", &[NewArea], English),
    word("specialdistrict", &[SpecialDistrict], English),
    word("forestrydistrict", &[ForestryDistrict], English),
    word("county", &[County, AutonomousCounty], English),
    word("autonomouscounty", &[AutonomousCounty], English),
    word("banner", &[Banner, AutonomousBanner], English),
    word("autonomousbanner", &[AutonomousBanner], English),
    word("parish", &[District], English),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off_where_a_name_is_left() {
        for (name, stem, kind) in [
            ("延边朝鲜族自治州", "延边朝鲜族", AutonomousPrefecture),
            ("香港特别行政区", "香港", Special),
            ("清新区", "清新", District),
            ("沈北新区", "沈北", NewArea),
            ("万柏林区", "万柏林", District),
            ("神农架林区", "神农架", ForestryDistrict),
            ("井陉矿区", "井陉矿", District),
            ("六枝特区", "六枝", SpecialDistrict),
            ("东区", "东", District),
            ("郴州市", "郴州", City),
            ("县", "县", Unsaid),
            ("海西蒙古族藏族自治州直辖", "海西蒙古族藏族自治州直辖", Unsaid),
        ] {
            assert_eq!(split(name), (stem, kind), "{name}");
        }
    }
}
