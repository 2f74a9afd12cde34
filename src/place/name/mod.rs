//! Names of areas: the forms in which people write them, the words for kinds, and what is no area at all.

mod kind;
mod like;
mod table;
mod written;

pub use kind::{Kind, Tongue, WORDS, Word, split};
pub use like::{is_one_of_two, likeness};
pub use table::{Forms, People, forms, peoples};
pub use written::{Written, latin_keys, latin_letters};

use crate::table::is_blank;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The form in which a text names an area. Each finds its area by a rule, with no guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The full name: 浙江省, 延边朝鲜族自治州.
    FullName,
    /// The name without its kind or without its peoples, or a customary short name: 浙江, 延边, 延边州, 科左中旗.
    ShortName,
    /// The one character that stands for a province, in a column of such characters: 浙.
    Abbreviation,
    /// A name in traditional characters or variants: 臺灣省, 瀋陽.
    Traditional,
    /// The English name, or the name with an English word for its kind: Inner Mongolia, Xihu District.
    English,
    /// Pinyin without tones: Neimenggu, Xihu Qu.
    Pinyin,
    /// A name that the area had before: 襄樊市.
    FormerName,
}

impl Form {
    /// Singular and plural, for messages.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Form::FullName => ("full name", "full names"),
            Form::ShortName => ("short name", "short names"),
            Form::Abbreviation => ("abbreviation", "abbreviations"),
            Form::Traditional => ("name in traditional characters", "names in traditional characters"),
            Form::English => ("English name", "English names"),
            Form::Pinyin => ("name in pinyin", "names in pinyin"),
            Form::FormerName => ("former name", "former names"),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::FullName => "full-name",
            Form::ShortName => "short-name",
            Form::Abbreviation => "abbreviation",
            Form::Traditional => "traditional",
            Form::English => "english",
            Form::Pinyin => "pinyin",
            Form::FormerName => "former-name",
        })
    }
}

/// Names of sums and means over areas.
const TOTALS: &[&str] = &[
    "合计",
    "总计",
    "全国",
    "全国合计",
    "全国总计",
    "总体",
    "平均",
    "全国平均",
    "全省",
    "全区",
    "全市",
    "全县",
    "全省合计",
    "全市合计",
    "小计",
    "共计",
    "总和",
    "总数",
    "total",
    "china",
    "national",
    "nationaltotal",
    "nationwide",
    "all",
    "sum",
    "subtotal",
    "grandtotal",
    "average",
    "mean",
    "mainlandchina",
    "wholecountry",
];

/// Words that stand where a name is expected and are never areas.
const OTHERS: &[&str] = &[
    "县",
    "区",
    "市",
    "市辖区",
    "市本级",
    "省本级",
    "本级",
    "市直",
    "省直",
    "直辖",
    "直辖市",
    "直辖县",
    "省直辖县",
    "省直辖行政单位",
    "省直辖县级行政单位",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "其他",
    "其它",
    "不详",
    "未知",
    "other",
    "others",
    "unknown",
];

/// The form in which names are compared first: one form for every look-alike character (NFKC), no blanks, lower case.
pub fn normal(name: &str) -> String {
    name.chars().take(200).nfkc().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether a name stands for a sum, a rest or a kind, never for an area.
pub fn is_placeholder(name: &str) -> bool {
    OTHERS.contains(&normal(name).as_str()) || is_total(name)
}

/// Whether a name is that of a sum or a mean over areas: 合计, 全国, total.
pub fn is_total(name: &str) -> bool {
    TOTALS.contains(&normal(name).as_str())
}

/// A name without the words for its kind and without the peoples of an autonomous area: 延边 for 延边朝鲜族自治州. Of a name that has
/// but one character beside them nothing is taken off: 东区.
pub fn stem(name: &str) -> String {
    let normal = normal(name);
    let (rest, kind) = split(&normal);
    // 延边州 is short already, and has its kind all the same.
    let rest = if kind == Kind::Unsaid {
        rest.strip_suffix('州').filter(|rest| rest.chars().count() >= 2).unwrap_or(rest)
    } else {
        rest
    };
    if rest.chars().count() < 2 { normal.clone() } else { without_peoples(rest).to_string() }
}

/// A name without the peoples that it ends in. 东乡族 itself is the people whose name the county has: 东乡.
pub fn without_peoples(stem: &str) -> &str {
    let mut rest = stem;
    while let Some(shorter) =
        peoples().iter().find_map(|people| rest.strip_suffix(people.chinese).filter(|rest| rest.chars().count() >= 2))
    {
        rest = shorter;
    }
    let is_people = peoples().iter().any(|people| people.chinese == rest);
    if is_people { rest.strip_suffix('族').unwrap_or(rest) } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_regard_to_width_and_blanks() {
        assert_eq!(normal(" 朝 阳　区 "), "朝阳区");
        assert_eq!(normal("Ｂｅｉｊｉｎｇ"), "beijing");
    }

    #[test]
    fn stems_lose_the_kind_and_the_peoples() {
        for (name, short) in [
            ("延边朝鲜族自治州", "延边"),
            ("延边州", "延边"),
            ("内蒙古自治区", "内蒙古"),
            ("新疆维吾尔自治区", "新疆"),
            ("黔东南苗族侗族自治州", "黔东南"),
            ("东乡族自治县", "东乡"),
            ("鄂温克族自治旗", "鄂温克"),
            ("香港特别行政区", "香港"),
            ("东区", "东区"),
            ("杭州市", "杭州"),
            ("郴州", "郴州"),
            ("北京市", "北京"),
        ] {
            assert_eq!(stem(name), short, "{name}");
        }
    }

    #[test]
    fn placeholders_are_whole_words() {
        assert!(is_placeholder("合 计") && is_placeholder("Grand Total") && !is_placeholder("合计县"));
    }
}
