//! Boundary files as they come: the same three areas in every format, encoding and coordinate system (`tests/oracle/boundaries.py`) must
//! give the same coverage, and what cannot be read must say what to do.

use caremap::coverage::{Area, Coverage, geometry, ring_positions};
use caremap::level::Level;
use caremap::problem::{Problem, Severity};
use caremap::read::boundaries::{self, About, Boundaries, Source};
use caremap::read::features::Fields;
use caremap::world::Disk;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs/boundaries")
}

fn read(file: &str, fields: &Fields) -> Result<(Boundaries, Vec<Problem>), Vec<Problem>> {
    let world = Disk { base: folder() };
    boundaries::read_file(file, &world, fields).map(|noted| (noted.value, noted.problems))
}

fn areas_of(file: &str, fields: &Fields) -> (Coverage, About, Vec<String>) {
    let (read, problems) = read(file, fields).expect(file);
    // The lake of the first area is a hole in the coverage, in every file.
    let lines = problems.iter().filter(|problem| problem.id != "hole").map(ToString::to_string);
    (read.coverage, read.about, lines.collect())
}

/// The errors of a file, as lines.
fn refused(file: &str, fields: &Fields) -> Vec<String> {
    let problems = read(file, fields).map(|_| ()).expect_err(file);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(ToString::to_string).collect()
}

/// The rings of an area: places in millionths of a degree, each ring from its least on, and how far the farthest place is off them.
fn rings(coverage: &Coverage, area: &Area) -> (Vec<Vec<[i64; 2]>>, f64) {
    let mut off = 0.0_f64;
    let mut rings: Vec<Vec<[i64; 2]>> = Vec::new();
    for ring in area.polygons.iter().flat_map(|polygon| std::iter::once(&polygon.exterior).chain(&polygon.holes)) {
        let mut places: Vec<[i64; 2]> = Vec::new();
        for number in ring_positions(&coverage.arcs, ring).into_iter().flatten().collect::<Vec<f64>>().chunks(2) {
            let place = [(number[0] * 1e6).round(), (number[1] * 1e6).round()];
            off = off.max((number[0] - place[0] / 1e6).abs()).max((number[1] - place[1] / 1e6).abs());
            places.push(place.map(|number| number as i64));
        }
        places.dedup();
        if places.first() == places.last() {
            places.pop();
        }
        let least = places.iter().enumerate().min_by_key(|(_, place)| **place).map_or(0, |(at, _)| at);
        places.rotate_left(least);
        if places.len() > 2 && places[1] > places[places.len() - 1] {
            // Whichever way it runs: TopoJSON leaves that open.
            places[1..].reverse();
        }
        rings.push(places);
    }
    rings.sort();
    (rings, off)
}

/// Code, name and rings of each area.
type Content = Vec<(String, String, Vec<Vec<[i64; 2]>>)>;

/// What has to be the same in every format: codes, names, rings, areas in km².
fn content(coverage: &Coverage) -> (Content, Vec<f64>, f64) {
    let mut off = 0.0_f64;
    let areas = coverage.areas(Level::Unit);
    let content = areas.iter().map(|area| {
        let (rings, of_area) = rings(coverage, area);
        off = off.max(of_area);
        (area.code.clone(), area.name.clone(), rings)
    });
    let content = content.collect();
    (content, areas.iter().map(|area| geometry::area_km2(coverage, area)).collect(), off)
}

/// Every file with the three areas that this build reads.
fn files() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of inputs");
    let name = |entry: std::fs::DirEntry| entry.file_name().into_string().expect("test files have plain names");
    let mut files: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    let endings = ["geojson", "geojsonl", "geojsons", "topojson", "shp", "zip", "fgb"];
    let asked = |file: &str, feature: bool, ending: &str| feature && file.ends_with(ending);
    files.retain(|file| {
        let is_known = endings.iter().any(|ending| file.ends_with(&format!(".{ending}")));
        is_known || asked(file, cfg!(feature = "gpkg"), ".gpkg") || asked(file, cfg!(feature = "arrow"), ".parquet")
    });
    // Datums that are hundreds of metres off are no millionths of a degree any more.
    let other = ["foreign_", "strange_rings", "beijing_1954", "tokyo"];
    files.retain(|file| !other.iter().any(|start| file.starts_with(start)));
    files.sort();
    files
}

#[test]
fn every_file_gives_the_same_areas() {
    let (expected, km2, _) = content(&areas_of("areas.geojson", &Fields::default()).0);
    assert_eq!(
        expected.iter().map(|(code, name, _)| format!("{code} {name}")).collect::<Vec<_>>(),
        ["110102 西城区", "110105 朝阳区", "110106 丰台区"]
    );
    assert_eq!(expected.iter().map(|(_, _, rings)| rings.len()).collect::<Vec<_>>(), [3, 1, 2]);
    let files = files();
    assert!(files.len() >= 35, "{files:?}");
    for file in files {
        let fields = Fields { layer: (file == "areas.gpkg").then(|| "districts".into()), ..Fields::default() };
        let (coverage, ..) = areas_of(&file, &fields);
        let (found, found_km2, off) = content(&coverage);
        assert_eq!(found, expected, "{file}");
        assert!(off < 1e-9, "{file}: {off} degrees off");
        assert!(km2.iter().zip(&found_km2).all(|(a, b)| (a / b - 1.0).abs() < 1e-8), "{file}: {km2:?} {found_km2:?}");
        assert_eq!(coverage.areas(Level::Unit)[0].polygons.len(), 2, "{file}: the island in the lake is no hole");
        assert_eq!(
            coverage.areas(Level::Unit)[0].name_en.as_deref(),
            if file.starts_with("strange") { None } else { Some("Xicheng") }
        );
    }
}

/// What is said of each file, notes and all.
#[test]
fn what_is_done_to_a_file_is_said() {
    let said = |file: &str| areas_of(file, &Fields::default()).2;
    let expected: Vec<(&str, Vec<&str>)> = vec![
        ("areas.geojson", vec![]),
        ("areas_utf8.shp", vec![]),
        ("areas_gbk.shp", vec![]),
        ("areas_gbk_marked.shp", vec![]),
        (
            "areas_gbk_bare.shp",
            vec![
                "note: areas_gbk_bare.shp: Nothing says the encoding of the attributes; as GB18030 all of them are text.",
                "note: areas_gbk_bare.shp: No .prj file says the coordinate system; the positions are taken for longitudes and latitudes of WGS84.",
            ],
        ),
        ("areas_heights.shp", vec!["note: areas_heights.shp: The shapes have heights or measures, which are left out."]),
        (
            "albers.shp",
            vec![
                "note: albers.shp: The file is in China_Albers, on CGCS2000, which agrees with WGS84 to centimetres; it is transformed to WGS84.",
            ],
        ),
        (
            "gauss_krueger_39.geojson",
            vec![
                "note: gauss_krueger_39.geojson: The file is in EPSG:4527, on CGCS2000, which agrees with WGS84 to centimetres; it is transformed to WGS84.",
            ],
        ),
        ("utm.fgb", vec!["note: utm.fgb: The file is in EPSG:32650; it is transformed to WGS84."]),
        (
            "xian_1980_grid.shp",
            vec![
                "warning: xian_1980_grid.shp: The file is in Xian_1980_3_Degree_GK_CM_117E, on the Xian 1980 datum, whose shift to WGS84 is not public; it is transformed to WGS84 without one, and lies up to about 150 metres off. Too little to see on a map of a country or a province; for more, convert the file with a program that knows the shift.",
            ],
        ),
        (
            "strange_deleted.shp",
            vec![
                "note: strange_deleted.shp: Nothing says the encoding of the attributes; as UTF-8 all of them are text.",
                "warning: strange_deleted.shp: 1 rows of the attributes are marked as deleted; they and their shapes are left out.",
                "note: strange_deleted.shp: No .prj file says the coordinate system; the positions are taken for longitudes and latitudes of WGS84.",
            ],
        ),
    ];
    for (file, lines) in expected {
        assert_eq!(said(file), lines, "{file}");
    }
}

#[test]
fn rings_that_run_the_wrong_way_are_told_by_what_they_contain_and_counted() {
    let (expected, ..) = content(&areas_of("areas.geojson", &Fields::default()).0);
    let fields = Fields { name: Some("NAME_CHINESE".into()), ..Fields::default() };
    let (coverage, about, said) = areas_of("strange_rings.shp", &fields);
    let (found, ..) = content(&coverage);
    assert_eq!(found[..3], expected[..]);
    assert_eq!((found[3].0.as_str(), found[3].2.len()), ("110107", 0), "the shape of nothing keeps its row");
    assert_eq!(about.repairs.map(|repairs| repairs.reversed_rings), Some(5));
    let about_names = said.iter().find(|line| line.contains("ten bytes")).unwrap();
    assert_eq!(
        about_names,
        "note: strange_rings.shp: A shapefile cuts the names of fields to ten bytes: \"NAME_CHINE\" is read as \"NAME_CHINESE\"."
    );
    assert!(said.iter().any(|line| line == "warning: strange_rings.shp: 110107: The feature has no geometry. Export the file again with the geometries of all features."), "{said:#?}");
    // Nothing has to be said for a name that is known.
    let (by_itself, ..) = areas_of("strange_rings.shp", &Fields::default());
    assert_eq!(by_itself.areas(Level::Unit)[0].name, "西城区");
}

#[test]
fn old_datums_are_shifted_where_the_shift_is_known() {
    // By PROJ: the first corner of 110105 on Beijing 1954 moved by "Beijing 1954 to WGS 84 (4)".
    let (coverage, _, said) = areas_of("beijing_1954.shp", &Fields::default());
    let corner = ring_positions(&coverage.arcs, &coverage.areas(Level::Unit)[1].polygons[0].exterior);
    let near = corner.iter().map(|[x, y]| (x - BEIJING_1954[0]).abs().max((y - BEIJING_1954[1]).abs())).fold(1.0, f64::min);
    assert!(near < 2e-9, "{near}: {corner:?}");
    assert!(said[0].starts_with("warning: beijing_1954.shp: The file is in GCS_Beijing_1954"), "{said:?}");
}

/// pyproj: `Transformer` of that name, of (116.6, 40.0).
const BEIJING_1954: [f64; 2] = [116.600644157, 40.000296353];

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let with = |change: fn(&mut Fields)| {
        let mut fields = Fields::default();
        change(&mut fields);
        fields
    };
    let plain = Fields::default();
    let cases: Vec<(&str, Fields, &str)> = vec![
        (
            "tokyo.shp",
            plain.clone(),
            "error: tokyo.shp: The file is in GCS_Tokyo, on a datum whose shift to WGS84 this program does not know. Convert it to WGS84 with a program that knows the shift; or, if the boundaries may lie some hundred metres off, say crs = \"EPSG:4326\".",
        ),
        (
            "foreign_points.shp",
            plain.clone(),
            "error: foreign_points.shp: 110102: The file holds Point features, not areas. Boundaries are Polygon or MultiPolygon features; points belong under [points].",
        ),
        (
            "foreign_lines.shp",
            plain.clone(),
            "error: foreign_lines.shp: 110102: The file holds LineString features, not areas. Boundaries are Polygon or MultiPolygon features; points belong under [points].",
        ),
        (
            "areas_utf8.shp",
            with(|fields| fields.crs = Some("EPSG:99999".into())),
            "error: areas_utf8.shp: The coordinate system \"EPSG:99999\" is not known to this program. Say which it is in the map file: boundaries = { file = \"…\", crs = \"EPSG:…\" }; or convert the file first: ogr2ogr -t_srs EPSG:4326 out.geojson in.shp",
        ),
        (
            "areas_utf8.shp",
            with(|fields| fields.encoding = Some("Klingon".into())),
            "error: areas_utf8.shp: There is no encoding \"Klingon\". Say its usual name, such as GBK, UTF-8 or Big5.",
        ),
        (
            "areas.zip",
            with(|fields| fields.layer = Some("县".into())),
            "error: areas.zip: The file has no layer \"县\". Its layers are: \"区\".",
        ),
        (
            "areas.topojson",
            with(|fields| fields.layer = Some("county".into())),
            "error: areas.topojson: The file has no object \"county\". Its objects of areas are: \"districts\".",
        ),
    ];
    for (file, fields, expected) in cases {
        assert_eq!(refused(file, &fields), [expected], "{file}");
    }
}

/// The parts of a shapefile, for damage.
fn parts(stem: &str) -> BTreeMap<&'static str, Vec<u8>> {
    let endings = ["shp", "dbf", "shx", "prj", "cpg"];
    endings
        .into_iter()
        .filter_map(|ending| Some((ending, std::fs::read(folder().join(format!("{stem}.{ending}"))).ok()?)))
        .collect()
}

fn read_parts(parts: BTreeMap<&'static str, Vec<u8>>) -> Result<Vec<String>, Vec<String>> {
    let world = caremap::world::Memory(parts.into_iter().map(|(ending, bytes)| (format!("a.{ending}"), bytes)).collect());
    let lines = |problems: Vec<Problem>| {
        problems.iter().filter(|problem| problem.id != "hole").map(ToString::to_string).collect::<Vec<_>>()
    };
    match boundaries::read_file("a.shp", &world, &Fields::default()) {
        Ok(noted) => Ok(lines(noted.problems)),
        Err(problems) => Err(lines(problems)),
    }
}

#[test]
fn a_shapefile_with_parts_missing_or_damaged_says_so() {
    let damaged = |change: fn(&mut BTreeMap<&'static str, Vec<u8>>)| {
        let mut parts = parts("areas_gbk");
        change(&mut parts);
        read_parts(parts)
    };
    let first = |result: Result<Vec<String>, Vec<String>>| result.unwrap_err().remove(0);
    assert_eq!(damaged(|parts| drop(parts.remove("shx"))), Ok(vec![]), "the index may be missing");
    assert_eq!(
        first(damaged(|parts| drop(parts.remove("dbf")))),
        "error: a.shp: The file of attributes (.dbf) that belongs to the shapefile is not beside it. Put it there under the same name; it holds the codes and names."
    );
    assert_eq!(
        first(damaged(|parts| parts.get_mut("shp").unwrap().truncate(400))),
        "error: a.shp: The shapefile should have 904 bytes and has 400: it is cut short. Get it again, and compare its size."
    );
    assert_eq!(
        first(damaged(|parts| parts.get_mut("dbf").unwrap().truncate(700))),
        "error: a.shp: The file of attributes should have 3 rows and ends before: it is cut short. Get the file of attributes (.dbf) again, and compare its size."
    );
    // A count of positions that the record has no room for.
    assert_eq!(
        first(damaged(|parts| parts.get_mut("shp").unwrap()[148..152].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]))),
        "error: a.shp: 110102 西城区: The shape does not hold the rings and positions it says it has. Get the shapefile again; it is damaged."
    );
    assert_eq!(
        first(damaged(|parts| parts.get_mut("dbf").unwrap()[4] = 2)),
        "error: a.shp: The file of shapes (.shp) has 3 shapes and that of attributes (.dbf) 2 rows, which do not belong together. Get all files of the shapefile again, from one place."
    );
    let wrong = damaged(|parts| drop(parts.insert("cpg", b"UTF-8".to_vec()))).unwrap();
    assert_eq!(
        wrong,
        [
            "warning: a.shp: The .cpg file says the text is in \"UTF-8\", which it is not; it is looked at instead. Look at the names that inspect shows; where they are wrong, say boundaries = { file = \"…\", encoding = \"GBK\" } in the map file.",
            "note: a.shp: Nothing says the encoding of the attributes; as GB18030 all of them are text.",
        ]
    );
}

#[test]
fn positions_of_an_unsaid_grid_come_with_a_proposal() {
    let mut parts = parts("gauss_krueger_39");
    parts.remove("prj");
    let expected = "error: a.shp: 110102 西城区: The position (39448609.2";
    let found = read_parts(parts).unwrap_err().remove(0);
    assert!(found.starts_with("error: a.shp: 110102 西城区: The position (39"), "{found} {expected}");
    assert!(
        found.ends_with("is not in degrees; the file seems to be in metres of a map projection. So it is in all 3 areas. If it is CGCS2000, 3-degree zone 39, say so in the map file: boundaries = { file = \"…\", crs = \"EPSG:4527\" }."),
        "{found}"
    );
    // Said so, it is read.
    let world = Disk { base: folder() };
    let mut source = Source::open("gauss_krueger_39.shp", &world).unwrap();
    source.beside.remove("prj");
    let fields = Fields { crs: Some("EPSG:4527".into()), ..Fields::default() };
    let read = boundaries::read(&source, "a.shp", &fields).unwrap().value;
    let (expected, ..) = content(&areas_of("areas.geojson", &Fields::default()).0);
    assert_eq!(content(&read.coverage).0, expected);
}

#[test]
fn the_author_s_word_on_the_system_counts_and_a_contradiction_is_said() {
    let fields = Fields { crs: Some("EPSG:4490".into()), ..Fields::default() };
    let (_, about, said) = areas_of("xian_1980.shp", &fields);
    assert_eq!(about.crs.said.as_deref(), Some("EPSG:4490"));
    assert_eq!(said[0], "warning: xian_1980.shp: The file says it is in GCS_Xian_1980; it is read as EPSG:4490, as crs says.");
}

#[cfg(not(feature = "arrow"))]
#[test]
fn a_parquet_file_names_the_feature_it_needs() {
    assert_eq!(
        refused("areas.parquet", &Fields::default()),
        [
            "error: areas.parquet: This is a Parquet file, which this build of the program does not read. Convert it: ogr2ogr out.geojson in; or build the program with it: cargo install --path . --features arrow"
        ]
    );
}

#[cfg(not(feature = "gpkg"))]
#[test]
fn a_geopackage_names_the_feature_it_needs() {
    assert_eq!(
        refused("areas.gpkg", &Fields::default()),
        [
            "error: areas.gpkg: This is a GeoPackage file, which this build of the program does not read. Convert it: ogr2ogr out.geojson in; or build the program with it: cargo install --path . --features gpkg"
        ]
    );
}

#[cfg(feature = "gpkg")]
#[test]
fn the_first_layer_of_areas_is_read_and_that_is_said() {
    let (coverage, about, said) = areas_of("areas.gpkg", &Fields::default());
    assert_eq!(coverage.areas(Level::Unit).len(), 3);
    assert_eq!(
        (about.layers.as_slice(), about.layer.as_deref()),
        (&["places", "districts", "other"].map(String::from)[..], Some("districts"))
    );
    assert_eq!(
        said,
        [
            "warning: areas.gpkg: The file has 2 layers of areas; the first, \"districts\", is read. Say which one: boundaries = { file = \"…\", layer = \"…\" } in the map file. They are: \"districts\", \"other\"."
        ]
    );
    let other = Fields { layer: Some("other".into()), ..Fields::default() };
    assert_eq!(areas_of("areas.gpkg", &other).0.areas(Level::Unit)[0].name, "别的");
    let points = Fields { layer: Some("places".into()), ..Fields::default() };
    assert_eq!(
        refused("areas.gpkg", &points),
        [
            "error: areas.gpkg: x: The file holds Point features, not areas. Boundaries are Polygon or MultiPolygon features; points belong under [points]."
        ]
    );
}

/// Bytes cut off and changed anywhere are read or refused, and never a panic. A generator of its own, so that every run is the same.
#[test]
fn damaged_files_are_read_or_refused() {
    let mut state = 2000_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let mut files = files();
    files.retain(|file| file.starts_with("areas") || file.starts_with("albers"));
    let world = Disk { base: folder() };
    for file in files {
        let whole = Source::open(&file, &world).unwrap();
        for _ in 0..ROUNDS {
            let mut source = whole.clone();
            damage(source.bytes.to_mut(), &mut random);
            for beside in source.beside.values_mut() {
                if random(3) == 0 {
                    damage(beside.bytes.to_mut(), &mut random);
                }
            }
            let _ = boundaries::read(&source, &file, &Fields::default());
        }
    }
}

const ROUNDS: usize = 300;

/// Cuts off the end in one case of four, else changes one to eight bytes; counts stand near the beginning, so half of them there.
fn damage(bytes: &mut Vec<u8>, random: &mut impl FnMut(usize) -> usize) {
    if random(4) == 0 {
        bytes.truncate(random(bytes.len()));
        return;
    }
    for _ in 0..=random(8) {
        let reach = if random(2) == 0 { bytes.len().min(256) } else { bytes.len() };
        if let Some(byte) = bytes.get_mut(random(reach)) {
            *byte = [0, 1, 0x7f, 0x80, 0xff, random(256) as u8][random(6)];
        }
    }
}
