//! Names of areas: compared in full, and what is nearly the same proposed but never taken.

use crate::problem::nearest_spelling;
use crate::table::is_blank;
use unicode_normalization::UnicodeNormalization;

/// Suffixes that say what kind of area it is, longest first.
const SUFFIXES: &[&str] = &[
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "林区",
    "特区",
    "新区",
    "地区",
    "州",
    "省",
    "市",
    "区",
    "县",
    "旗",
    "盟",
];

/// Peoples whose names stand before 自治州, 自治县 and 自治旗, as place names carry them.
const PEOPLES: &[&str] = &[
    "哈尼族",
    "彝族",
    "傣族",
    "壮族",
    "苗族",
    "土家族",
    "藏族",
    "羌族",
    "布依族",
    "侗族",
    "白族",
    "景颇族",
    "傈僳族",
    "回族",
    "蒙古族",
    "蒙古",
    "哈萨克族",
    "哈萨克",
    "柯尔克孜",
    "朝鲜族",
    "满族",
    "瑶族",
    "黎族",
    "畲族",
    "仡佬族",
    "水族",
    "毛南族",
    "仫佬族",
    "各族",
    "土族",
    "撒拉族",
    "东乡族",
    "保安族",
    "裕固族",
    "纳西族",
    "拉祜族",
    "佤族",
    "布朗族",
    "独龙族",
    "怒族",
    "普米族",
    "达斡尔族",
    "鄂温克族",
    "锡伯",
    "塔吉克",
    "达斡尔",
];

/// Words that stand where a name is expected and are never areas.
const PLACEHOLDERS: &[&str] = &[
    "合计",
    "总计",
    "全国",
    "全国合计",
    "总体",
    "平均",
    "全省",
    "全市",
    "小计",
    "共计",
    "总和",
    "县",
    "市辖区",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "其他",
    "total",
    "china",
    "national",
    "all",
    "sum",
    "subtotal",
    "grandtotal",
    "average",
];

/// The form in which names are compared: one form for every look-alike character (NFKC), no blanks, lower case.
pub fn normal(name: &str) -> String {
    name.chars().take(200).nfkc().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether a name stands for a sum or a rest, never for an area.
pub fn is_placeholder(name: &str) -> bool {
    PLACEHOLDERS.contains(&normal(name).as_str())
}

/// A name without the words for its kind: 延边 for 延边朝鲜族自治州.
pub fn stem(name: &str) -> String {
    let normal = normal(name);
    let mut stem = normal.as_str();
    for suffix in SUFFIXES {
        if let Some(rest) = stem.strip_suffix(suffix)
            && rest.chars().count() >= 2
        {
            stem = rest;
            break;
        }
    }
    while let Some(rest) = PEOPLES.iter().find_map(|people| stem.strip_suffix(people).filter(|rest| rest.chars().count() >= 2)) {
        stem = rest;
    }
    stem.to_string()
}

/// Why two names may mean the same area; none where they are too far apart. Both are given in their [`normal`] form and as
/// [`stem`]. The score is from 0 to 100.
pub fn likeness(written: (&str, &str), area: (&str, &str)) -> Option<(u32, &'static str)> {
    if written.0.is_empty() || area.0.is_empty() {
        return None;
    }
    if written.0 == area.0 {
        return Some((100, "same name"));
    }
    if written.1 == area.1 {
        return Some((90, "differs in its suffix only"));
    }
    if written.1.chars().count() >= 2 && area.0.starts_with(written.1) {
        return Some((80, "the beginning of the full name"));
    }
    // Of two characters one may differ by chance (广州 and 杭州); of three hardly, and of six letters hardly.
    let (shorter, longer) = minmax(written.1.chars().count(), area.1.chars().count());
    let long_enough = if written.1.is_ascii() { shorter >= 5 } else { shorter >= 3 };
    let near = longer - shorter <= 1 && nearest_spelling(written.1, [area.1]).is_some();
    // A wrong letter in the words for the kind (自治洲) leaves the short forms far apart, the full ones near.
    let whole = minmax(written.0.chars().count(), area.0.chars().count());
    let whole_near = whole.0 >= 5 && whole.1 - whole.0 <= 1 && differ_in_one(written.0, area.0);
    ((long_enough && near) || whole_near).then_some((60, "differs in spelling"))
}

/// Whether one letter was changed, left out or put in.
fn differ_in_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    front + back + 1 >= a.len().max(b.len())
}

fn minmax(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
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
            ("内蒙古自治区", "内蒙古"),
            ("新疆维吾尔自治区", "新疆"),
            ("黔东南苗族侗族自治州", "黔东南"),
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
    fn near_misses_are_near() {
        let likeness = |a: &str, b: &str| likeness((&normal(a), &stem(a)), (&normal(b), &stem(b)));
        assert_eq!(likeness("北京", "北京市"), Some((90, "differs in its suffix only")));
        assert_eq!(likeness("孟津县", "孟津区").map(|near| near.0), Some(90));
        assert_eq!(likeness("达尔罕茂明安旗", "达尔罕茂明安联合旗"), Some((80, "the beginning of the full name")));
        assert_eq!(likeness("七台和市", "七台河市"), Some((60, "differs in spelling")));
        assert_eq!(likeness("凉山彝族自治洲", "凉山彝族自治州"), Some((60, "differs in spelling")));
        assert_eq!(likeness("阿坝州", "阿坝藏族羌族自治州"), Some((90, "differs in its suffix only")));
        assert_eq!(likeness("彰武县", "漳浦县"), None);
        assert_eq!(likeness("Shanxi", "Shaanxi").map(|near| near.0), Some(60));
        assert_eq!(likeness("广州市", "杭州市"), None);
        assert!(is_placeholder("合 计") && !is_placeholder("合计县"));
    }
}
