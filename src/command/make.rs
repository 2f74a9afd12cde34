//! `caremap new`: a folder with a first map.

use super::shell::Shell;
use super::{Exit, read_table};
use caremap::cli::New;
use caremap::coverage;
use caremap::level::Level;
use caremap::place::key::{Gazetteer, Guess, Key, guess, sentence};
use caremap::problem::Problem;
use caremap::table::{Column, Table, formula, number};
use caremap::world::{read_file, write_whole};
use std::collections::BTreeSet;
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
        Some(table) => match own_map(table, &mut files, shell) {
            Some(name) => name,
            None => return Exit::Failed,
        },
    };
    if let Some((name, _)) = files.iter().find(|(name, _)| args.dir.join(name).symlink_metadata().is_ok()) {
        let problem = Problem::error("exists", "This file exists already, and nothing is overwritten.");
        return shell
            .fail(problem.in_file(args.dir.join(name).display().to_string()).help("Give another folder, or remove the file."));
    }
    if let Err(problem) = files.iter().try_for_each(|(name, bytes)| write_whole(&args.dir.join(name), bytes)) {
        return shell.fail(problem);
    }
    let dir = args.dir.display();
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
fn own_map(path: &Path, files: &mut Vec<(String, Vec<u8>)>, shell: &mut Shell) -> Option<String> {
    let shown = path.display().to_string();
    let table = read_table(&shown, shell)?;
    let bytes = read_file(path, &shown).map_err(|problem| shell.report(vec![problem])).ok()?;
    let Some((level, found)) = find_key(&table) else {
        let headings: Vec<_> = table.headings().collect();
        let problem =
            Problem::error("no-key-column", "No column holds codes or full names of provinces, prefectures or counties.");
        let help = format!(
            "Add a column of six-digit codes (130600) or of full names (保定市). The columns are: {}.",
            headings.join(", ")
        );
        shell.report(vec![problem.in_file(shown).help(help)]);
        return None;
    };
    let Some(value) = value_column(&table, found.key) else {
        let problem = Problem::error("no-values", "No column holds numbers to show.");
        shell.report(vec![problem.in_file(shown).help("caremap inspect shows what the columns hold.")]);
        return None;
    };
    let file = path.file_name()?.to_string_lossy().into_owned();
    let name = map_name(&file);
    shell.say(&format!(
        "{}: {} rows. {} ({} of {} rows looked at), level {level}.\n",
        table.place(),
        table.rows(),
        sentence(&table, found.key),
        found.hits,
        found.filled
    ));
    files.push((format!("{name}.toml"), map(&table, &file, level, found.key, value).into_bytes()));
    files.push((file, bytes));
    Some(name)
}

/// The finest level that serves nearly as many rows as any other.
fn find_key(table: &Table) -> Option<(Level, Guess)> {
    let gazetteer = Gazetteer::new(coverage::bundled());
    let levels = [Level::County, Level::Prefecture, Level::Province];
    let found: Vec<_> = levels.into_iter().filter_map(|level| Some((level, guess(table, level, &gazetteer)?))).collect();
    let most = found.iter().map(|(_, guess)| guess.hits).max()?;
    found.into_iter().find(|(_, guess)| guess.hits * 10 >= most * 9)
}

fn map(table: &Table, file: &str, level: Level, key: Key, value: &Column) -> String {
    let heading = |at: usize| quoted(&table.columns[at].name);
    let key = match key {
        Key::Code(at) => format!("code = {}\n", heading(at)),
        Key::Name(at, None) => format!("area = {}\n", heading(at)),
        Key::Name(at, Some(parent)) => format!("area = {}\nparent = {}\n", heading(at), heading(parent)),
    };
    let headings: Vec<String> = table.headings().map(in_formula).collect();
    format!(
        "#:schema ./map.schema.json\ntitle = {}\nlevel = \"{level}\"\ntable = {}\n{key}{}# Columns for formulas / 公式可用的列: {}\nvalue = {}\n{HINTS}",
        quoted(&value.name),
        quoted(file),
        year(table),
        headings.join(", ").replace(['\n', '\r'], " "),
        quoted(&in_formula(&value.name)),
    )
}

/// A line that keeps the last year of a table with several.
fn year(table: &Table) -> String {
    let named = |column: &&Column| ["year", "年", "年份", "年度"].contains(&column.name.to_lowercase().as_str());
    let Some(column) = table.columns.iter().find(named) else { return String::new() };
    let years: BTreeSet<i64> = column.cells.iter().filter_map(|cell| number(cell).ok()).map(|year| year as i64).collect();
    match years.last() {
        Some(last) if years.len() > 1 => format!("where = {}\n", quoted(&format!("{} == {last}", in_formula(&column.name)))),
        _ => String::new(),
    }
}

/// The first column that is mostly numbers and is not a key, a year, a number of the row or a coordinate.
fn value_column(table: &Table, key: Key) -> Option<&Column> {
    let keys = match key {
        Key::Code(at) => [Some(at), None],
        Key::Name(at, parent) => [Some(at), parent],
    };
    let about_rows = ["code", "year", "id", "lon", "lat", "lng", "编码", "代码", "年份", "年度", "序号", "编号", "经度", "纬度"];
    let fits = |(at, column): &(usize, &Column)| {
        let name = column.name.to_lowercase();
        let numbers = column.cells.iter().filter(|cell| number(cell).is_ok()).count();
        let about = about_rows
            .iter()
            .any(|word| name == *word || name.ends_with(&format!("_{word}")) || (!word.is_ascii() && name.contains(word)));
        !keys.contains(&Some(*at)) && !about && numbers * 2 > column.cells.len()
    };
    table.columns.iter().enumerate().find(fits).map(|(_, column)| column)
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
