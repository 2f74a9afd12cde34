//! Names in tables as people write them, from the file to the fix that its author keeps.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn caremap(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caremap"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("COLUMNS").args(words);
    command.output().expect("the program starts")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with a map of a table by county, and the table.
fn folder(table: &str, more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let map = "title = \"床位\"\nlevel = \"county\"\ntable = \"beds.csv\"\narea = \"县\"\nparent = \"市\"\nvalue = \"床位\"\nsource = \"x\"\n";
    fs::write(folder.path().join("beds.csv"), table).unwrap();
    fs::write(folder.path().join("map.toml"), format!("{map}{more}")).unwrap();
    folder
}

const TABLE: &str = "市,县,床位\n郑州市,荣阳市,10\n郑州,新密,20\n南京市,秦准区,30\n南京市,鼓楼区,40\n铜仁市,玉屏县,50\n";

/// The message of an id, with its place and help.
fn message(text: &str, id: &str) -> String {
    text.split("\n\n").find(|part| part.contains(&format!("[{id}]"))).unwrap_or_default().to_string()
}

#[test]
fn a_fix_counts_only_when_its_author_has_named_it() {
    let folder = folder(TABLE, "");
    let checked = caremap(folder.path(), &["-v", "check", "."]);
    let (first, said) = (err(&checked), String::from_utf8_lossy(&checked.stdout).into_owned());
    assert!(
        message(&first, "rows-unmatched")
            .contains("2 rows are unmatched: 荣阳市 郑州市 (perhaps 410182 荥阳市), 秦准区 南京市 (perhaps 320104 秦淮区)."),
        "{first}"
    );
    assert!(message(&first, "name-forms").contains("2 short names (新密 for 410183 新密市)"), "{first}");
    assert!(
        said.starts_with(
            "2 fixes proposed for names that are nearly those of areas: caremap check --fixes writes ./map.beds.fixes.toml\n"
        ),
        "{said}"
    );
    assert!(!folder.path().join("map.beds.fixes.toml").exists(), "check writes nothing unasked");
    let written = caremap(folder.path(), &["check", ".", "--fixes"]).stdout;
    assert!(String::from_utf8_lossy(&written).starts_with(
        "2 fixes proposed in ./map.beds.fixes.toml: keep what is right, delete what is wrong, and name it in the map: fixes = \"map.beds.fixes.toml\"\n"
    ));
    let fixes = fs::read_to_string(folder.path().join("map.beds.fixes.toml")).unwrap();
    let expected = "[[fix]]\nlines = [2]\ncolumn = \"县\"\nold = \"荣阳市\"\nnew = \"荥阳市\"\ncode = \"410182\"\nscore = 55\nreason = \"one character differs, in the same parent\"\n";
    assert!(fixes.contains(expected), "{fixes}");
    // It lies beside the map, and is no map, and nothing of it counts.
    assert!(err(&caremap(folder.path(), &["check", "."])).contains("2 rows are unmatched"));
    let map = fs::read_to_string(folder.path().join("map.toml")).unwrap();
    fs::write(folder.path().join("map.toml"), map + "fixes = \"map.beds.fixes.toml\"\n").unwrap();
    let kept = err(&caremap(folder.path(), &["-v", "check", "."]));
    assert!(!kept.contains("unmatched") && message(&kept, "fixed").contains("\"荣阳市\" is read as \"荥阳市\""), "{kept}");
    // What the author has kept stays, and what no longer fits is an error.
    fs::write(folder.path().join("beds.csv"), TABLE.replace("荣阳市", "荥阳市")).unwrap();
    let stale = caremap(folder.path(), &["check", ".", "--fixes"]);
    assert_eq!(stale.status.code(), Some(2));
    assert!(
        message(&err(&stale), "fix-old-value").contains("Line 2 of beds.csv says \"荥阳市\", the fix expects \"荣阳市\"."),
        "{}",
        err(&stale)
    );
    assert_eq!(fs::read_to_string(folder.path().join("map.beds.fixes.toml")).unwrap(), fixes);
}

/// The published table of 2013 prints "Shanxi" twice.
#[test]
fn two_rows_of_shanxi_stop_the_map_and_propose_shaanxi() {
    let folder = tempfile::tempdir().unwrap();
    let table = "Province,People\nBeijing,2115\nShanxi,3630\nInner Mongolia,2498\nShanxi,3764\n";
    fs::write(folder.path().join("people.csv"), table).unwrap();
    let map = "title = \"人口\"\nlevel = \"province\"\ntable = \"people.csv\"\nvalue = \"People\"\nsource = \"x\"\n";
    fs::write(folder.path().join("people.toml"), map).unwrap();
    let built = caremap(folder.path(), &["build", ".", "--out", "gallery"]);
    assert_eq!(built.status.code(), Some(2));
    let text = message(&err(&built), "duplicate-key");
    assert!(text.contains("lines 3 and 5") && text.contains("One of them may be 610000 陕西省, which has no row"), "{text}");
    let fixes = fs::read_to_string(folder.path().join("gallery/data/people.people.fixes.toml")).unwrap();
    assert!(fixes.contains("lines = [3, 5]\ncolumn = \"Province\"\nold = \"Shanxi\"\nnew = \"陕西省\"\ncode = \"610000\"\nscore = 85\nreason = \"pinyin of the same characters\"\n"), "{fixes}");
    // Its author keeps the one line that is meant.
    fs::write(folder.path().join("people.fixes.toml"), fixes.replace("lines = [3, 5]", "lines = [5]")).unwrap();
    fs::write(folder.path().join("people.toml"), format!("{map}fixes = \"people.fixes.toml\"\n")).unwrap();
    let rendered = caremap(folder.path(), &["render", "people.toml", "-o", "people.svg"]);
    assert_eq!(rendered.status.code(), Some(0), "{}", err(&rendered));
}

#[test]
fn inspect_says_in_which_forms_names_are_written() {
    let folder =
        folder("地区,床位\n郑州市荥阳市,1\n新密,2\n南京市鼓楼区,3\n\"Jiangning District, Nanjing\",4\n秦准区,5\n合计,15\n", "");
    let report = String::from_utf8(caremap(folder.path(), &["inspect", "beds.csv"]).stdout).unwrap();
    assert!(
        report.contains(
            "  areas      names in column \"地区\": 4 rows name 4 areas, most of them at county level\n  names      2 full names, 1 short name, 1 English name\n  unknown    秦准区\n"
        ),
        "{report}"
    );
}

/// Bundled tables join by nothing but their names.
#[test]
fn bundled_tables_find_their_areas() {
    let folder = tempfile::tempdir().unwrap();
    let areas = |table: &str| {
        let report = caremap(folder.path(), &["inspect", "--json", table]).stdout;
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        let key = report["table"]["key"].clone();
        (
            key["by"].as_str().unwrap().to_owned(),
            key["areas"].as_u64().unwrap(),
            key["ambiguous"].as_u64().unwrap(),
            key["unknown"].as_array().unwrap().len(),
        )
    };
    assert_eq!(areas("bundled:nbs_gdp_province_2006_2024"), ("names".into(), 31, 0, 0));
    assert_eq!(areas("bundled:tertiary_travel_time_province_2014_2024"), ("names".into(), 31, 0, 0));
    assert_eq!(areas("bundled:tertiary_travel_time_city_2014_2024"), ("names".into(), 333, 0, 0));
}

/// The independent English names of 333 cities lead to the cities that the same rows name in Chinese, or are doubtful.
#[test]
fn english_names_of_another_source_lead_to_the_same_cities() {
    let bytes = fs::read("assets/tables/tertiary_travel_time_city_2014_2024.csv").unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let headings = reader.headers().unwrap().clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let (english, chinese) = (at("city_EN"), at("city_CN"));
    let gazetteer = caremap::place::gazetteer::Gazetteer::new(caremap::coverage::bundled());
    let mut doubtful = std::collections::BTreeSet::new();
    for record in reader.records() {
        let record = record.unwrap();
        let found = gazetteer.named(&record[english]);
        let at_level: Vec<&str> = found
            .iter()
            .filter(|found| found.spot.0 == caremap::level::Level::Prefecture)
            .map(|found| gazetteer.area(found.spot).name.as_str())
            .collect();
        assert!(at_level.contains(&&record[chinese]), "{record:?}: {at_level:?}");
        if at_level.len() > 1 {
            doubtful.insert(record[english].to_string());
        }
    }
    assert_eq!(doubtful.into_iter().collect::<Vec<_>>(), ["Fuzhou", "Suzhou", "Taizhou", "Yichun", "Yulin"]);
}
