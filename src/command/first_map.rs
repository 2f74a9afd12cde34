//! The first map of a table: what it shows, of which areas, from when and from whom.

use caremap::coverage;
use caremap::level::Level;
use caremap::place::key::{Gazetteer, Key, Spot, spots};
use caremap::read::inspect;
use caremap::read::table::ReadOptions;
use caremap::table::{Column, Table, formula};
use std::collections::BTreeSet;

/// Areas that can be labelled without a crowd.
const LABELLED: usize = 40;

const HINTS: &str = r#"
# More, if you want it (caremap schema lists every key) / 更多设置：
# title_en = "…"              English title / 英文标题
# unit = "张/千人"             unit at the legend / 单位
# source = "…"                source line / 来源
# method = "fisher"           quantile, equal, pretty, fisher, stddev, headtail, box, maximum, geometric, log, manual
# classes = 5                 number of classes / 分级数
# palette = "ylorrd"          palette / 配色
# labels = true               names on the map / 标注名称
# within = "130000"           one province or prefecture only / 只画一个省或市
"#;

/// What the rows around a table say of it.
#[derive(Default)]
pub struct Around {
    year: Option<String>,
    source: Option<String>,
}

impl Around {
    /// Looks at the title rows above a table and the notes below it.
    pub fn of(bytes: &[u8], file: &str) -> Self {
        let Ok(report) = inspect::table(bytes, file, &ReadOptions::default(), None) else { return Self::default() };
        let lines: Vec<&str> = report.value.above.iter().chain(&report.value.below).map(|row| row.text.as_str()).collect();
        let above: Vec<&str> = report.value.above.iter().map(|row| row.text.as_str()).collect();
        Self { year: one_year(&above), source: lines.iter().find_map(|line| source_in(line)) }
    }
}

/// The year that the titles name, where they name one only.
fn one_year(titles: &[&str]) -> Option<String> {
    let before = |text: &str| text.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect::<String>();
    let named = titles.iter().flat_map(|title| title.match_indices('年').map(|(at, _)| before(&title[..at])));
    let years: BTreeSet<String> = named
        .filter(|year| year.len() == 4 && year.starts_with(['1', '2']) && year.bytes().all(|c| c.is_ascii_digit()))
        .collect();
    years.first().filter(|_| years.len() == 1).cloned()
}

/// The source that a note names; none where the note was cut short.
fn source_in(line: &str) -> Option<String> {
    let text = ["资料来源", "数据来源", "来源", "Source"].iter().find_map(|word| line.trim().strip_prefix(word))?;
    let text = text.trim_start_matches([':', '：']).trim().trim_end_matches('。');
    (!text.is_empty() && !text.ends_with('…')).then(|| text.to_owned())
}

/// The smallest unit in which all rows lie that have an area, a prefecture or a province; its code.
fn within(table: &Table, level: Level, key: Key) -> Option<String> {
    let gazetteer = Gazetteer::new(coverage::bundled());
    let areas: Vec<Spot> = spots(table, key, level, &gazetteer).into_iter().flatten().collect();
    let mut outer = [Level::Prefecture, Level::Province].into_iter().filter(|outer| level > *outer && areas.len() > 1);
    outer.find_map(|outer| {
        let units: BTreeSet<usize> = areas.iter().filter_map(|spot| gazetteer.lift(*spot, outer)).collect();
        let one = units.first().filter(|_| units.len() == 1)?;
        Some(gazetteer.area((outer, *one)).code.clone())
    })
}

/// How many areas the map shows.
fn shown(level: Level, within: Option<&str>) -> usize {
    let china = coverage::bundled();
    let lies_in = |code: &str, outer: &str| china.lineage(level, code).iter().any(|area| area.code == outer);
    china.areas(level).iter().filter(|area| within.is_none_or(|outer| lies_in(&area.code, outer))).count()
}

/// The map file.
pub fn map(table: &Table, file: &str, level: Level, key: Key, value: &Shown, around: &Around) -> String {
    let inside = within(table, level, key);
    let labels = if shown(level, inside.as_deref()) <= LABELLED { "labels = true\n" } else { "" };
    let heading = |at: usize| quoted(&table.columns[at].name);
    let line = |name: &str, value: Option<String>| value.map(|value| format!("{name} = {value}\n")).unwrap_or_default();
    let lines = [
        "#:schema ./map.schema.json\n".to_owned(),
        format!("title = {}\n", quoted(&value.title)),
        format!("level = \"{level}\"\n"),
        format!("table = {}\n", quoted(file)),
        match key {
            Key::Code(at) => format!("code = {}\n", heading(at)),
            Key::Name(at, None) => format!("area = {}\n", heading(at)),
            Key::Name(at, Some(parent)) => format!("area = {}\nparent = {}\n", heading(at), heading(parent)),
        },
        line("within", inside.as_deref().map(quoted)),
        year(table),
        format!(
            "# Columns for formulas / 公式可用的列: {}\n",
            table.headings().map(in_formula).collect::<Vec<_>>().join(", ").replace(['\n', '\r'], " ")
        ),
        format!("value = {}\n", quoted(&value.formula)),
        value.unit.clone(),
        labels.to_owned(),
        line("year", around.year.clone()),
        line("source", around.source.as_deref().map(quoted)),
        HINTS.to_owned(),
    ];
    lines.concat()
}

/// A line that keeps the last year of a table with several.
fn year(table: &Table) -> String {
    let named = |column: &&Column| ["year", "年", "年份", "年度"].contains(&column.name.to_lowercase().as_str());
    let Some(column) = table.columns.iter().find(named) else { return String::new() };
    let years: BTreeSet<i64> = column.numbers().flatten().map(|year| year as i64).collect();
    match years.last() {
        Some(last) if years.len() > 1 => format!("where = {}\n", quoted(&format!("{} == {last}", in_formula(&column.name)))),
        _ => String::new(),
    }
}

/// What the map shows.
pub struct Shown {
    pub title: String,
    formula: String,
    /// A line of the map file, or nothing.
    unit: String,
}

/// Beds or staff by people, where the table has both; else its first column of numbers that does not count people.
pub fn to_show(table: &Table, key: Key) -> Option<Shown> {
    let columns = value_columns(table, key);
    let named = |column: &&&Column, words: &[&str]| words.iter().any(|word| column.name.to_lowercase().contains(word));
    // Thousands of people or shares of them under such a heading would make a rate a thousand times off.
    let persons = |column: &&&Column| column.numbers().flatten().all(|number| number >= 5_000.0);
    let counted = |column: &&&Column| named(column, &["万人", "万）", "万)"]) || persons(column);
    let people = columns.iter().find(|column| named(column, &["人口", "population"]) && counted(column));
    let count = columns.iter().find(|column| {
        named(column, &["床位", "医师", "医生", "护士", "卫生人员", "技术人员", "beds", "physicians", "nurses", "doctors"])
            && !named(column, &["每", "率", "比", "per", "rate"])
    });
    if let (Some(people), Some(count)) = (people, count) {
        let (beds, all) = (in_formula(&count.name), in_formula(&people.name));
        let formula =
            if people.name.contains('万') { format!("{beds} / ({all} * 10)") } else { format!("{beds} / {all} * 1000") };
        let title = format!("每千人口{}", count.name);
        let unit = match named(&count, &["床", "bed"]) {
            true => "unit = { zh = \"张/千人\", en = \"beds per 1,000 people\" }\n",
            false => "unit = { zh = \"人/千人\", en = \"per 1,000 people\" }\n",
        };
        return Some(Shown { title, formula, unit: unit.to_owned() });
    }
    let first = columns.iter().find(|column| !named(column, &["人口", "population"])).or(columns.first())?;
    let unit = first.unit.as_ref().map(|unit| format!("unit = {}\n", quoted(unit))).unwrap_or_default();
    Some(Shown { title: first.name.clone(), formula: in_formula(&first.name), unit })
}

/// The columns that are mostly numbers and are not a key, a year, a number of the row or a coordinate.
fn value_columns(table: &Table, key: Key) -> Vec<&Column> {
    let keys = match key {
        Key::Code(at) => [Some(at), None],
        Key::Name(at, parent) => [Some(at), parent],
    };
    let about_rows = ["code", "year", "id", "lon", "lat", "lng", "编码", "代码", "年份", "年度", "序号", "编号", "经度", "纬度"];
    let fits = |(at, column): &(usize, &Column)| {
        let name = column.name.to_lowercase();
        let numbers = column.numbers().flatten().count();
        let about = about_rows
            .iter()
            .any(|word| name == *word || name.ends_with(&format!("_{word}")) || (!word.is_ascii() && name.contains(word)));
        !keys.contains(&Some(*at)) && !about && numbers * 2 > column.len()
    };
    table.columns.iter().enumerate().filter(fits).map(|(_, column)| column).collect()
}

/// A column's name as a formula takes it: in backquotes where it is not a plain word.
fn in_formula(name: &str) -> String {
    let plain =
        formula::parse(name).is_ok_and(|formula| formula.names().iter().any(|used| used.text == name && !name.contains('.')));
    if plain { name.to_owned() } else { format!("`{name}`") }
}

/// Text as TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_around_a_table_say_year_and_source() {
        let text = "表 3 各县床位（2022年）\n单位：张\n代码,地区,床位\n130602,竞秀区,1\n130606,莲池区,2\n130607,满城区,3\n资料来源：市卫生健康委。\n";
        let around = Around::of(text.as_bytes(), "t.csv");
        assert_eq!((around.year.as_deref(), around.source.as_deref()), (Some("2022"), Some("市卫生健康委")));
        assert_eq!(one_year(&["2020年与2021年"]), None);
        assert_eq!(one_year(&["近年", "22年"]), None);
        assert_eq!(source_in("注：来源不明"), None);
        assert_eq!(source_in("来源：很长的…"), None);
    }
}
