//! `caremap new`: a folder with a first map.

use super::shell::Shell;
use super::{Exit, read_table};
use caremap::cli::New;
use caremap::coverage;
use caremap::figure::{Shared, check_map};
use caremap::level::Level;
use caremap::place::key::{Gazetteer, Key, find_level, resolve, sentence, spots};
use caremap::problem::{Problem, Severity};
use caremap::spec::{KeyPlan, read_map};
use caremap::table::{Column, Table, formula};
use caremap::world::{Memory, read_file, write_whole};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The first map where the user has no table yet.
const SAMPLE: &str = r#"#:schema ./map.schema.json
# A first map, of a table inside the program. With a table of your own: caremap new DIR --table FILE
# 第一幅地图，用内置数据。用自己的表：caremap new DIR --table FILE
title = "2018 年每千人口执业（助理）医师"
title_en = "Physicians per 1,000 people, 2018"
level = "province"
table = "bundled:province_physicians_2018"
value = "physicians / (population_10k * 10)"
unit = { zh = "人/千人", en = "per 1,000 people" }
source = "中国卫生统计年鉴 2019"
"#;

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

/// Makes the folder; overwrites nothing.
pub fn run(args: &New, shell: &mut Shell) -> Exit {
    let mut files = vec![("atlas.toml".to_owned(), atlas(&args.dir).into_bytes())];
    files.push(("map.schema.json".into(), super::pretty(&caremap::spec::map_schema()).into_bytes()));
    let said = match &args.table {
        None => {
            files.push(("physicians.toml".into(), SAMPLE.into()));
            "physicians".to_owned()
        }
        Some(table) => match own_map(table, &args.dir, &mut files, shell) {
            Some(name) => name,
            None => return Exit::Failed,
        },
    };
    // What the maps of the folder share is there already when the second map comes; a table of the same bytes as well.
    let there = |name: &str, bytes: &[u8]| {
        let shared = args.table.is_some() && ["atlas.toml", "map.schema.json"].contains(&name);
        shared || std::fs::read(args.dir.join(name)).is_ok_and(|known| known == bytes)
    };
    let exists = |name: &str| args.dir.join(name).symlink_metadata().is_ok();
    files.retain(|(name, bytes)| !(exists(name) && there(name, bytes)));
    if let Some((name, _)) = files.iter().find(|(name, _)| exists(name)) {
        let problem = Problem::error("exists", "This file exists already, and nothing is overwritten.");
        let help = "Give another folder, or give the file another name.";
        return shell.fail(problem.in_file(args.dir.join(name).display().to_string()).help(help));
    }
    if let Err(problem) = files.iter().try_for_each(|(name, bytes)| write_whole(&args.dir.join(name), bytes)) {
        return shell.fail(problem);
    }
    let dir = args.dir.display();
    if shell.count(Severity::Error) > 0 {
        let table = args.table.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        shell.say(&format!(
            "Made {dir}/{said}.toml, which does not draw yet: see above. Edit it or {dir}/{table}, then / 改好后：\n\n  caremap check {dir}\n"
        ));
        return Exit::Failed;
    }
    shell.say(&format!(
        "Made {dir}/{said}.toml. Open it, change the title, then / 打开它，改好标题，然后：\n\n  caremap check {dir}\n  caremap render {dir}/{said}.toml -o {said}.png\n  caremap build {dir}\n"
    ))
}

fn atlas(dir: &Path) -> String {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let title = quoted(if name.trim().is_empty() { "地图集" } else { name.trim() });
    format!(
        "# What all maps of this folder share / 本文件夹所有地图的共同设置\ntitle = {title}\n# note = \"…\"   a line under every map / 每幅图下的说明\n"
    )
}

/// A map that fits the table, and a copy of the table; hands back the map's name.
fn own_map(path: &Path, dir: &Path, files: &mut Vec<(String, Vec<u8>)>, shell: &mut Shell) -> Option<String> {
    let shown = path.display().to_string();
    let table = read_table(&shown, shell)?;
    let bytes = read_file(path, &shown).map_err(|problem| shell.report(vec![problem])).ok()?;
    let Some((level, found)) = find_level(&table, &Gazetteer::new(coverage::bundled())) else {
        shell.report(vec![no_key(&table)]);
        return None;
    };
    let Some(value) = to_show(&table, found.key) else {
        let problem = Problem::error("no-values", "No column holds numbers to show.");
        shell.report(vec![problem.in_file(shown).help("caremap inspect shows what the columns hold.")]);
        return None;
    };
    let file = path.file_name()?.to_string_lossy().into_owned();
    let plain = map_name(&file);
    let free = |name: &String| dir.join(format!("{name}.toml")).symlink_metadata().is_err();
    let numbered = (2..1000).map(|number| format!("{plain}-{number}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(free)?;
    shell.say(&format!(
        "{}: {} rows. {} ({} of {} rows looked at), level {level}.\n",
        table.place(),
        table.rows(),
        sentence(&table, found.key),
        found.hits,
        found.filled
    ));
    let text = map(&table, &file, level, found.key, &value);
    check(&name, &text, &file, &bytes, shell);
    files.push((format!("{name}.toml"), text.into_bytes()));
    files.push((file, bytes));
    Some(name)
}

/// What stands in the way of a key, at the level at which the table comes nearest to one.
fn no_key(table: &Table) -> Problem {
    let gazetteer = Gazetteer::new(coverage::bundled());
    let levels = [Level::Prefecture, Level::County, Level::Province];
    let mut problems = levels.into_iter().filter_map(|level| resolve(table, &KeyPlan::Auto, level, &gazetteer).err());
    let first = problems.next();
    let nearer = first.clone().into_iter().chain(problems).find(|problem| problem.message.contains("The nearest"));
    let help = "Add a column of six-digit codes (130600) or of full names (保定市).";
    let none = || Problem::error("no-key-column", "No column holds codes or full names.").in_file(table.place());
    nearer.or(first.map(|problem| problem.help(help))).unwrap_or_else(none)
}

/// Says what `caremap check` would say of the map.
fn check(name: &str, text: &str, table: &str, bytes: &[u8], shell: &mut Shell) {
    let file = format!("{name}.toml");
    let world = Memory(BTreeMap::from([(table.to_owned(), bytes.to_vec())]));
    let mut problems = match read_map(text, &file, None) {
        Ok(plan) => [plan.problems, check_map(&plan.value, &world, &Shared::default())].concat(),
        Err(problems) => problems,
    };
    problems.retain(|problem| problem.severity > Severity::Note);
    shell.remember(&file, text);
    shell.report(problems);
}

/// The one province or none in which all rows lie that have an area; its code.
fn within(table: &Table, level: Level, key: Key) -> Option<String> {
    let gazetteer = Gazetteer::new(coverage::bundled());
    let areas = spots(table, key, level, &gazetteer);
    let provinces: BTreeSet<usize> =
        areas.into_iter().flatten().filter_map(|spot| gazetteer.lift(spot, Level::Province)).collect();
    let one = provinces.first().filter(|_| provinces.len() == 1 && level > Level::Province && table.rows() > 1)?;
    Some(gazetteer.area((Level::Province, *one)).code.clone())
}

fn map(table: &Table, file: &str, level: Level, key: Key, value: &Shown) -> String {
    let inside = within(table, level, key).map_or(String::new(), |code| format!("within = \"{code}\"\n"));
    let heading = |at: usize| quoted(&table.columns[at].name);
    let key = match key {
        Key::Code(at) => format!("code = {}\n", heading(at)),
        Key::Name(at, None) => format!("area = {}\n", heading(at)),
        Key::Name(at, Some(parent)) => format!("area = {}\nparent = {}\n", heading(at), heading(parent)),
    };
    let headings: Vec<String> = table.headings().map(in_formula).collect();
    format!(
        "#:schema ./map.schema.json\ntitle = {}\nlevel = \"{level}\"\ntable = {}\n{key}{inside}{}# Columns for formulas / 公式可用的列: {}\nvalue = {}\n{}{HINTS}",
        quoted(&value.title),
        quoted(file),
        year(table),
        headings.join(", ").replace(['\n', '\r'], " "),
        quoted(&value.formula),
        value.unit,
    )
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
struct Shown {
    title: String,
    formula: String,
    /// A line of the map file, or nothing.
    unit: &'static str,
}

/// Beds or staff by people, where the table has both; else its first column of numbers that does not count people.
fn to_show(table: &Table, key: Key) -> Option<Shown> {
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
        return Some(Shown { title, formula, unit: "unit = { zh = \"每千人口\", en = \"per 1,000 people\" }\n" });
    }
    let first = columns.iter().find(|column| !named(column, &["人口", "population"])).or(columns.first())?;
    Some(Shown { title: first.name.clone(), formula: in_formula(&first.name), unit: "" })
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
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The name of the map, from that of the table.
fn map_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if plain.trim_matches('_').is_empty() || plain == "index" || plain == "atlas" { "map".into() } else { plain }
}
