//! How the areas of one map are named on it: all by their full names, or all by their short ones.

use super::ink::Ink;
use crate::coverage::Area;
use crate::level::Level;
use crate::spec::Language;
use std::collections::BTreeMap;

/// A way of naming areas. One map keeps to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// 易县, 丰宁满族自治县; provinces are known by their short names and have these.
    Full,
    /// 易县, 丰宁; names that would be taken for one another stay whole: 井陉县, 井陉矿区.
    Short,
}

/// The names of areas on a map, in their order.
pub(super) fn names(areas: &[&Area], level: Level, naming: Naming, ink: &Ink) -> Vec<String> {
    let english = ink.language == Language::En;
    let full = |area: &Area| area.name_en.clone().filter(|_| english).unwrap_or_else(|| area.name.clone());
    let full: Vec<String> = areas.iter().map(|area| full(area)).collect();
    if naming == Naming::Full && level != Level::Province {
        return full;
    }
    let mut meant: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in &full {
        meant.entry(short(name)).or_default().push(name);
    }
    let is_clear = |short: &String| meant[short].iter().all(|name| *name == meant[short][0]);
    full.iter().map(|name| Some(short(name)).filter(is_clear).unwrap_or_else(|| name.clone())).collect()
}

/// A name on two lines, about equally long; none where it is short or has no place to break.
pub(super) fn in_two(name: &str) -> Option<[String; 2]> {
    const LONG: usize = 5;
    let count = name.chars().count();
    if count < LONG {
        return None;
    }
    let at_space = name.match_indices(' ').map(|(at, _)| at).min_by_key(|at| name.len().abs_diff(2 * at));
    let breaks = at_space.map(|at| (at, at + 1)).or_else(|| {
        if name.is_ascii() {
            return None;
        }
        let before_kind = name.find("自治").filter(|at| name[..*at].chars().count() >= 3);
        let half = name.char_indices().nth(count.div_ceil(2)).map(|(at, _)| at);
        before_kind.or(half).map(|at| (at, at))
    });
    breaks.map(|(end, start)| [name[..end].to_owned(), name[start..].to_owned()])
}

/// Peoples whose names are left out of the short name of an autonomous unit, longest first.
const PEOPLES: [&str; 57] = [
    "维吾尔族",
    "哈萨克族",
    "柯尔克孜族",
    "塔吉克族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "鄂伦春族",
    "达斡尔族",
    "塔塔尔族",
    "东乡族",
    "撒拉族",
    "保安族",
    "裕固族",
    "仡佬族",
    "布依族",
    "傈僳族",
    "景颇族",
    "拉祜族",
    "哈尼族",
    "纳西族",
    "普米族",
    "独龙族",
    "基诺族",
    "布朗族",
    "德昂族",
    "阿昌族",
    "高山族",
    "毛南族",
    "仫佬族",
    "土家族",
    "朝鲜族",
    "锡伯族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "蒙古族",
    "维吾尔",
    "哈萨克",
    "柯尔克孜",
    "塔吉克",
    "蒙古",
    "回族",
    "藏族",
    "苗族",
    "彝族",
    "壮族",
    "侗族",
    "瑶族",
    "白族",
    "傣族",
    "黎族",
    "羌族",
    "满族",
    "畲族",
    "土族",
    "佤族",
];

/// The name without the kind of unit: 河北省 is 河北, 积石山保安族东乡族撒拉族自治县 is 积石山. Two characters always stay.
pub(super) fn short(name: &str) -> String {
    let fixed = [
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("西藏自治区", "西藏"),
        ("宁夏回族自治区", "宁夏"),
        ("新疆维吾尔自治区", "新疆"),
        ("神农架林区", "神农架"),
    ];
    if let Some((_, short)) = fixed.iter().find(|(full, _)| *full == name) {
        return (*short).to_owned();
    }
    let long_enough = |text: &str| text.chars().count() >= 2;
    let endings = ["特别行政区", "自治州", "自治县", "自治旗", "地区", "新区", "矿区", "省", "市", "县", "区", "盟"];
    let stem = |ending: &&str| name.strip_suffix(*ending).filter(|stem| long_enough(stem));
    let Some(stem) = endings.iter().find_map(stem) else {
        return name.to_owned();
    };
    let mut stem = stem;
    if name.contains("自治") || name.ends_with("族区") {
        while let Some(shorter) = PEOPLES.iter().find_map(|people| stem.strip_suffix(people)).filter(|s| long_enough(s)) {
            stem = shorter;
        }
        stem = stem.strip_suffix("各族").filter(|s| long_enough(s)).unwrap_or(stem);
    }
    stem.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_what_tells_units_apart() {
        for (full, short) in [
            ("河北省", "河北"),
            ("内蒙古自治区", "内蒙古"),
            ("易县", "易县"),
            ("积石山保安族东乡族撒拉族自治县", "积石山"),
            ("延边朝鲜族自治州", "延边"),
            ("双江拉祜族佤族布朗族傣族自治县", "双江"),
            ("香港特别行政区", "香港"),
            ("神农架林区", "神农架"),
            ("土默特左旗", "土默特左旗"),
            ("浦东新区", "浦东"),
            ("清新区", "清新"),
            ("万柏林区", "万柏林"),
            ("管城回族区", "管城"),
        ] {
            assert_eq!(super::short(full), short);
        }
    }

    #[test]
    fn names_that_would_be_confused_stay_whole() {
        let area = |name: &str| Area { code: String::new(), name: name.into(), name_en: None, parent: None, polygons: vec![] };
        let areas = ["井陉县", "井陉矿区", "桥西区", "桥西区", "丰宁满族自治县"].map(area);
        let page = crate::spec::PagePlan {
            width_mm: 84.0,
            height_mm: None,
            dpi: 300.0,
            serif: false,
            text_pt: 7.0,
            outlines: true,
            language: Language::Both,
        };
        let of = |naming| names(&areas.iter().collect::<Vec<_>>(), Level::County, naming, &Ink::new(&page));
        assert_eq!(of(Naming::Short), ["井陉县", "井陉矿区", "桥西", "桥西", "丰宁"]);
        assert_eq!(of(Naming::Full)[4], "丰宁满族自治县");
    }

    #[test]
    fn long_names_break_before_their_kind_or_in_the_middle() {
        let broken = |name| in_two(name).map(|parts| parts.join("/"));
        assert_eq!(broken("围场满族蒙古族自治县").as_deref(), Some("围场满族蒙古族/自治县"));
        assert_eq!(broken("新巴尔虎右旗").as_deref(), Some("新巴尔/虎右旗"));
        assert_eq!(broken("Inner Mongolia").as_deref(), Some("Inner/Mongolia"));
        assert_eq!(broken("东乌旗"), None);
        assert_eq!(broken("Xinjiang"), None);
    }
}
