//! Units as tables name them: in brackets behind a heading, in a row of their own, in a title (单位：万人).

use crate::table::is_blank;

/// Numbers that stand before a unit: 万人, 1/10万.
const SCALES: &[&str] = &["十万", "百万", "千万", "万亿", "十", "百", "千", "万", "亿"];
/// Units, in lower case.
const UNITS: &[&str] = &[
    "人",
    "人次",
    "人年",
    "户",
    "家",
    "所",
    "座",
    "个",
    "张",
    "台",
    "件",
    "例",
    "例次",
    "名",
    "次",
    "位",
    "辆",
    "床",
    "床日",
    "岁",
    "年",
    "天",
    "日",
    "月",
    "周",
    "小时",
    "时",
    "分钟",
    "分",
    "秒",
    "元",
    "美元",
    "%",
    "‰",
    "百分点",
    "百分比",
    "公里",
    "千米",
    "米",
    "厘米",
    "毫米",
    "平方公里",
    "平方千米",
    "平方米",
    "公顷",
    "亩",
    "立方米",
    "吨",
    "公斤",
    "千克",
    "克",
    "千瓦时",
    "度",
    "倍",
    "枚",
    "篇",
    "项",
    "种",
    "间",
    "套",
    "处",
    "口",
    "km",
    "km2",
    "km²",
    "m",
    "m2",
    "m²",
    "ha",
    "kg",
    "t",
    "h",
    "min",
    "years",
    "year",
    "days",
    "day",
    "hours",
    "minutes",
    "persons",
    "person",
    "people",
    "beds",
    "bed",
    "yuan",
    "cny",
    "rmb",
    "usd",
    "percent",
    "per cent",
    "households",
    "deaths",
    "cases",
];
/// What stands before a unit in a title or in a row of units.
const LABELS: &[&str] = &["单位", "计量单位", "unit", "units"];

/// Whether the text is a unit: 万人, 元/人, 张/千人, 1/10万, %, per 1,000 people.
pub(super) fn is_unit(text: &str) -> bool {
    let text = plain(text);
    if text.is_empty() || text.chars().count() > 24 {
        return false;
    }
    let text = text.strip_prefix("per ").or_else(|| text.strip_prefix("1/")).unwrap_or(&text);
    let mut parts = text.split(['/', '每']).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(is_part)
}

/// A unit with perhaps a number before it, or a number that others are measured by (10万, 1,000 people).
fn is_part(part: &str) -> bool {
    let part = part.trim();
    let bare = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',' || c == ' ');
    let has_digits = bare.len() < part.len() && part.starts_with(|c: char| c.is_ascii_digit());
    // A number alone, as under a heading that is one.
    if bare.is_empty() || (has_digits && bare == "年") {
        return false;
    }
    let without = SCALES.iter().find_map(|scale| bare.strip_prefix(scale)).unwrap_or(bare);
    (without.is_empty() && has_digits) || UNITS.contains(&bare) || UNITS.contains(&without)
}

/// Whether two units are the same but for the number before them: 万人 and 人.
pub(crate) fn differ_in_scale(one: &str, other: &str) -> bool {
    let bare =
        |unit: &str| SCALES.iter().find_map(|scale| unit.strip_prefix(scale)).map_or_else(|| unit.to_owned(), str::to_owned);
    let (one, other) = (plain(one), plain(other));
    one != other && is_unit(&one) && bare(&one) == bare(&other)
}

/// The ordinary form: full-width characters narrow, brackets around it away, lower case.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c if is_blank(c) => ' ',
        c => c,
    };
    let text: String = text.chars().map(narrow).collect::<String>().to_lowercase();
    let text = text.trim();
    let inner =
        [('(', ')'), ('[', ']'), ('【', '】')].iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.unwrap_or(text).trim().to_owned()
}

/// The unit that a heading names in its last brackets or behind its last comma: 人口(万人), 人口，万人.
pub(super) fn in_heading(heading: &str) -> Option<String> {
    let heading = heading.trim();
    let last = |open: char, close: char| {
        let inner = heading.strip_suffix(close)?;
        Some(&inner[inner.rfind(open)? + open.len_utf8()..])
    };
    let brackets = last('(', ')')
        .or_else(|| last('（', '）'))
        .or_else(|| last('[', ']'))
        .or_else(|| last('（', ')'))
        .or_else(|| last('(', '）'));
    let found = brackets.or_else(|| heading.rsplit_once(['，', ',']).map(|(_, behind)| behind))?;
    let found = without_label(found).unwrap_or(found).trim();
    is_unit(found).then(|| found.to_owned())
}

/// The text behind 单位：.
fn without_label(text: &str) -> Option<&str> {
    let lower = text.trim().to_lowercase();
    let label = LABELS.iter().find(|label| lower.starts_with(*label))?;
    let rest = text.trim().get(label.len()..)?.trim_start();
    let rest = rest.strip_prefix(['：', ':'])?;
    Some(rest.trim())
}

/// The one unit that the titles above a table name for all of it: 单位：万人, or 指标：地区生产总值(亿元).
pub(super) fn in_titles<'a>(cells: impl Iterator<Item = &'a str>) -> Option<String> {
    let cells: Vec<&str> = cells.collect();
    let mut labelled = cells.iter().filter_map(|cell| without_label(&cell[cell.find("单位").unwrap_or(0)..]));
    let of_label = labelled.next().map(|unit| unit.trim_end_matches([')', '）']).trim());
    match of_label {
        // Several units are said to hold for one column or another; which, is not said.
        Some(unit) => (is_unit(unit) && labelled.next().is_none()).then(|| unit.to_owned()),
        None => {
            let mut found: Vec<String> = cells.iter().filter_map(|cell| in_heading(cell)).collect();
            found.dedup();
            if found.len() == 1 { found.pop() } else { None }
        }
    }
}

/// Whether a cell says that units stand beside it.
pub(super) fn is_label(cell: &str) -> bool {
    LABELS.contains(&plain(cell).trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_known_with_their_scales_and_parts() {
        for unit in [
            "人",
            "万人",
            "亿元",
            "%",
            "％",
            "（万人）",
            "元/人",
            "张/千人",
            "人/平方公里",
            "1/10万",
            "km²",
            "per 1,000 people",
            "每千人",
            "百万元",
            "千人",
            "十万人",
        ] {
            assert!(is_unit(unit), "{unit}");
        }
        for other in ["", "2020年", "北京市", "人口", "男", "1000", "-", "年份", "万", "10", "个人", "a/b", "上年"]
        {
            assert!(!is_unit(other), "{other}");
        }
    }

    #[test]
    fn units_differ_in_scale_or_altogether() {
        assert!(differ_in_scale("万人", "人") && differ_in_scale("万元", "（亿元）"));
        assert!(!differ_in_scale("万人", "万人") && !differ_in_scale("万人", "万元") && !differ_in_scale("张/千人", "张"));
    }

    #[test]
    fn headings_and_titles_name_units() {
        assert_eq!(in_heading("人口(万人)").as_deref(), Some("万人"));
        assert_eq!(in_heading("地区生产总值（亿元）").as_deref(), Some("亿元"));
        assert_eq!(in_heading("比重 (%)").as_deref(), Some("%"));
        assert_eq!(in_heading("人口 (单位：万人)").as_deref(), Some("万人"));
        assert_eq!(in_heading("床位，张").as_deref(), Some("张"));
        assert_eq!(in_heading("人口(2020年)").or(in_heading("人口(男)")).or(in_heading("人口")), None);
        let titles = |cells: &[&str]| in_titles(cells.iter().copied());
        assert_eq!(titles(&["数据库：分省年度数据", "指标：地区生产总值(亿元)", "时间：最近20年"]).as_deref(), Some("亿元"));
        assert_eq!(titles(&["表1 人口", "单位：万人"]).as_deref(), Some("万人"));
        assert_eq!(titles(&["表1 人口（单位：人）"]).as_deref(), Some("人"));
        assert_eq!(titles(&["单位：张、人"]).or(titles(&["2020年卫生资源"])).or(titles(&["甲(人)", "乙(张)"])), None);
    }
}
