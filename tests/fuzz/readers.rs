//! Every reader of the program, fed with any bytes: what the fuzz targets run, and what a test of the program runs over the inputs that
//! they found. A reader may refuse what it is given; it must not panic, hang or fill the memory.

use caremap::coverage::Position;
use caremap::crs::{System, Written};
use caremap::place::history::History;
use caremap::problem::{Problem, print};
use caremap::read::boundaries::{self, Beside, Source};
use caremap::read::features::Fields;
use caremap::read::points;
use caremap::read::table::{ReadOptions, read_table};
use caremap::read::{inspect, topojson};
use caremap::spec;
use caremap::table::formula;
use caremap::table::{CellRef, Table, fixes as kept, patch as patches};
use std::borrow::Cow;

/// A reader and its name, which is that of its fuzz target and of its folder of inputs.
pub type Reader = (&'static str, fn(&[u8]));

/// All readers.
pub const READERS: &[Reader] = &[
    ("archive", archive),
    ("atlas_file", atlas_file),
    ("codes", codes),
    ("crs", crs),
    ("fixes", fixes),
    ("flatgeobuf", flatgeobuf),
    ("formula", formula),
    ("geojson", geojson),
    ("geopackage", geopackage),
    ("geoparquet", geoparquet),
    ("map_file", map_file),
    ("ndjson", ndjson),
    ("patch", patch),
    ("points", points),
    ("shapefile", shapefile),
    ("table", table),
    ("topojson", topojson),
];

/// What every message must stand: to be shown to a person, with an excerpt of the file where it is text.
fn show(problems: &[Problem], data: &[u8]) {
    let text = std::str::from_utf8(data).ok();
    for problem in problems {
        assert!(!problem.message.is_empty());
        print(problem, text, false);
    }
}

fn areas(source: &Source<'_>, file: &str, data: &[u8]) {
    match boundaries::inspect(source, file, &Fields::default()) {
        Ok(noted) => show(&noted.problems, data),
        Err(problems) => {
            assert!(!problems.is_empty());
            show(&problems, data);
        }
    }
}

/// GeoJSON.
pub fn geojson(data: &[u8]) {
    areas(&Source::of(data), "a.geojson", data);
}

/// GeoJSON, one feature a line.
pub fn ndjson(data: &[u8]) {
    areas(&Source::of(data), "a.geojsonl", data);
}

/// TopoJSON.
pub fn topojson(data: &[u8]) {
    if let Err(problems) = topojson::read(data, "a.topojson", &Fields::default()) {
        show(&problems, data);
    }
}

/// FlatGeobuf.
pub fn flatgeobuf(data: &[u8]) {
    starting_with(b"fgb\x03fgb\x01", data, "a.fgb");
}

/// GeoPackage.
pub fn geopackage(data: &[u8]) {
    starting_with(b"SQLite format 3\0", data, "a.gpkg");
}

/// GeoParquet.
pub fn geoparquet(data: &[u8]) {
    starting_with(b"PAR1", data, "a.parquet");
}

/// A ZIP archive.
pub fn archive(data: &[u8]) {
    starting_with(b"PK\x03\x04", data, "a.zip");
}

/// A file of a format that its first bytes tell; other bytes would go to another reader.
fn starting_with(start: &[u8], data: &[u8], file: &str) {
    if data.starts_with(start) {
        areas(&Source::of(data), file, data);
    }
}

/// A shapefile: its files one after the other, as [`parts`] takes them apart.
pub fn shapefile(data: &[u8]) {
    let mut source = Source::default();
    for (ending, bytes) in parts(data) {
        if ending == "shp" {
            source.bytes = Cow::Borrowed(bytes);
        } else {
            source.beside.insert(ending, Beside { name: format!("a.{ending}"), bytes: Cow::Borrowed(bytes) });
        }
    }
    if source.bytes.starts_with(b"\x00\x00\x27\x0A") {
        areas(&source, "a.shp", &source.bytes);
    }
}

/// Several files in one: of each its ending, its length as four bytes, the least significant first, and its bytes.
pub fn parts(mut data: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut parts = Vec::new();
    while let Some((head, rest)) = data.split_at_checked(7) {
        let Some(ending) = ["shp", "dbf", "shx", "prj", "cpg"].into_iter().find(|ending| head.starts_with(ending.as_bytes()))
        else {
            break;
        };
        let length = u32::from_le_bytes([head[3], head[4], head[5], head[6]]) as usize;
        let (bytes, rest) = rest.split_at(length.min(rest.len()));
        parts.push((ending, bytes));
        data = rest;
    }
    parts
}

/// A table: found, read, described, its cells read as numbers.
pub fn table(data: &[u8]) {
    for skip in [0, 1] {
        let options = ReadOptions { skip, ..ReadOptions::default() };
        match inspect::table(data, "t.csv", &options, None) {
            Ok(noted) => {
                let report = noted.value.to_string();
                assert!(report.contains("rows"));
                show(&noted.problems, data);
            }
            Err(problems) => show(&problems, data),
        }
    }
}

/// A table of points, and the search for its datum.
pub fn points(data: &[u8]) {
    match points::read(data, "p.csv", &points::Fields::default()) {
        Ok(noted) => {
            show(&noted.problems, data);
            let found = noted.value;
            assert!(found.points.iter().all(|point| point.position.iter().all(|number| number.is_finite())));
            points::mixing(&found, &found);
        }
        Err(problems) => show(&problems, data),
    }
}

/// A map file.
pub fn map_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let atlas = spec::read_atlas("title = \"图集\"\n[[themes]]\nname = \"beds\"\ntitle = \"床位\"\n", "atlas.toml");
    let atlas = atlas.ok().map(|noted| noted.value);
    for atlas in [None, atlas.as_ref()] {
        match spec::read_map(text, "m.toml", atlas) {
            Ok(noted) => show(&noted.problems, data),
            Err(problems) => show(&problems, data),
        }
    }
}

/// The file of an atlas, and a map that takes over what it says.
pub fn atlas_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match spec::read_atlas(text, "atlas.toml") {
        Ok(noted) => {
            let map = "title = \"床位\"\ntable = \"beds.csv\"\nvalue = \"beds\"\nlevel = \"province\"\n";
            if let Err(problems) = spec::read_map(map, "m.toml", Some(&noted.value)) {
                show(&problems, data);
            }
        }
        Err(problems) => show(&problems, data),
    }
}

/// A small table, as patches and fixes find it.
fn small_table() -> Table {
    let text = "code,name,year,beds\n110000,北京,2014,\"1,000\"\n110000,北京,2015,20\n120000,天津,2014,\n";
    read_table(text.as_bytes(), "beds.csv", &ReadOptions::default()).expect("a sound table").value
}

/// A patch file.
pub fn patch(data: &[u8]) {
    let (mut table, before) = (small_table(), small_table());
    match patches::apply(&mut table, data, "patch.csv") {
        Ok(noted) => show(&noted.problems, data),
        Err(problems) => {
            assert_eq!(table, before, "a refused patch changes nothing");
            show(&problems, data);
        }
    }
}

/// A file of fixes.
pub fn fixes(data: &[u8]) {
    let (mut table, before) = (small_table(), small_table());
    match kept::apply(&mut table, data, "beds.fixes.toml") {
        Ok(noted) => show(&noted.problems, data),
        Err(problems) => {
            assert_eq!(table, before, "refused fixes change nothing");
            show(&problems, data);
        }
    }
}

/// A formula: read, printed, read again, worked out.
pub fn formula(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match formula::parse(text) {
        Ok(found) => {
            let again = formula::parse(&found.to_string());
            assert!(again.is_ok_and(|again| again.to_string() == found.to_string()), "{found}");
            for cell in [CellRef::Number(0.0), CellRef::Number(f64::MAX), CellRef::Text("1,2x"), CellRef::Text("北京")] {
                if let Ok(number) = found.evaluate(&|_| cell) {
                    assert!(number.is_finite(), "{found} is {number}");
                }
                found.holds(&|_| cell).ok();
            }
        }
        Err(error) => show(&[error.problem("m.toml", 0)], data),
    }
}

/// A coordinate system: a name, a PROJ string, well-known text or PROJ's JSON; and positions in it.
pub fn crs(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let json = serde_json::from_str(text).map(Written::Json);
    for written in [Some(Written::of_name(text)), Some(Written::Wkt(text.into())), json.ok()].into_iter().flatten() {
        written.name();
        let Ok(system) = System::of(&written) else { continue };
        system.fate().ok();
        let places: [Position; 5] =
            [[500_000.0, 4_000_000.0], [39_500_000.0, 0.0], [0.0, 90.0], [-1e300, 1e-300], [f64::NAN, 0.0]];
        for place in places {
            let mut moved = [place];
            if system.to_wgs84(&mut moved).is_ok() {
                assert!(moved[0].iter().all(|number| number.is_finite()), "{place:?} is {moved:?}");
            }
        }
    }
}

/// The lists of codes, and codes carried through them.
pub fn codes(data: &[u8]) {
    let Ok(history) = History::read(data, b"") else { return };
    let codes: Vec<String> = history.in_force(2000).take(5).map(|record| record.code.clone()).collect();
    for code in codes.iter().map(String::as_str).chain(["110101", "x"]) {
        for (from, to) in [(1981, 2025), (2025, 1981), (2000, 2010)] {
            history.carry(code, from, to).ok();
        }
    }
    history.vintage(codes.iter().map(String::as_str));
}
