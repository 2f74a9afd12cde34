//! `caremap new`: a folder with a first map.

use super::first_map::{Around, map, quoted, to_show};
use super::shell::Shell;
use super::{Exit, read_table};
use caremap::cli::New;
use caremap::coverage;
use caremap::figure::{Shared, check_map};
use caremap::level::Level;
use caremap::place::key::{Gazetteer, find_level, resolve, sentence};
use caremap::problem::{Problem, Severity};
use caremap::spec::{KeyPlan, read_map};
use caremap::table::Table;
use caremap::world::{Memory, read_file, write_whole};
use std::collections::BTreeMap;
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
    let text = map(&table, &file, level, found.key, &value, &Around::of(&bytes, &shown));
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

/// The name of the map, from that of the table.
fn map_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if plain.trim_matches('_').is_empty() || plain == "index" || plain == "atlas" { "map".into() } else { plain }
}
