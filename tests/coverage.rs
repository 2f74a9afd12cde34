//! Boundaries: the bundled set, building, dissolving, simplifying and hostile files.

use caremap::coverage::build::build;
use caremap::coverage::check::check;
use caremap::coverage::dissolve::dissolve;
use caremap::coverage::locate::Locator;
use caremap::coverage::outlines::Outlines;
use caremap::coverage::quantise::Grid;
use caremap::coverage::simplify::{simplify, tolerances};
use caremap::coverage::{self, Area, Coverage, Position, borders, geometry, write};
use caremap::datum::{Datum, to_wgs84};
use caremap::level::Level;
use caremap::problem::{Problem, Severity};
use caremap::read::topojson;
use caremap::read::{features::Fields, geojson};
use proptest::prelude::*;
use std::collections::BTreeSet;

// ---- the bundled set ----

#[test]
fn the_bundled_set_is_whole() {
    let china = coverage::bundled();
    let count = |level| china.areas(level).len();
    assert_eq!([count(Level::Province), count(Level::Prefecture), count(Level::County)], [34, 370, 2875]);
    assert_eq!(china.lines.iter().filter(|line| line.kind == "maritime").count(), 10);
    assert_eq!(china.origin.notice_zh.as_deref(), Some("示意图，未经审核"));
    assert_eq!((china.origin.vintage, china.origin.sha256.len()), (Some(2021), 64));
    assert!(coverage::bundled_topojson().len() <= 8_000_000);
    for (level, coarser) in [(Level::Prefecture, Level::Province), (Level::County, Level::Prefecture)] {
        let parents: BTreeSet<&str> = china.areas(coarser).iter().map(|area| area.code.as_str()).collect();
        let codes: Vec<&str> = china.areas(level).iter().map(|area| area.code.as_str()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "sorted, every code once");
        for area in china.areas(level) {
            assert!(area.parent.as_ref().is_some_and(|parent| parents.contains(parent.as_str())), "{}", area.code);
        }
    }
    for code in ["441900", "442000", "460400", "620200", "429004", "710000"] {
        let at = |level| china.areas(level).iter().find(|area| area.code == code).map(|area| area.polygons.clone());
        assert_eq!(at(Level::County).map(|p| p.len()), at(Level::Prefecture).map(|p| p.len()), "{code} stands at both levels");
    }
}

#[test]
fn the_bundled_set_is_a_partition_of_the_right_size() {
    let china = coverage::bundled();
    let km2 = |area: &Area| geometry::area_km2(china, area);
    let total = |level| china.areas(level).iter().map(km2).sum::<f64>();
    let provinces = total(Level::Province);
    assert!((9.4e6..9.7e6).contains(&provinces), "{provinces}");
    for level in [Level::Prefecture, Level::County] {
        assert!((total(level) / provinces - 1.0).abs() < 1e-9, "{level}");
        assert!(china.areas(level).iter().all(|area| km2(area) > 0.5), "{level}");
        let findings = check(china, level);
        assert_eq!((findings.overlaps, findings.crossings, findings.slivers), (vec![], vec![], vec![]), "{level}");
        assert_eq!(findings.gaps, vec![], "{level}");
    }
}

#[test]
fn areas_agree_with_pyproj() {
    let china = coverage::bundled();
    for line in include_str!("oracle/areas.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let level = if cells[0] == "province" { Level::Province } else { Level::County };
        let area = china.areas(level).iter().find(|area| area.code == cells[1]).unwrap();
        let (ours, theirs) = (geometry::area_km2(china, area), cells[2].parse::<f64>().unwrap());
        assert!((ours / theirs - 1.0).abs() < 1e-7, "{line}: {ours}");
    }
}

#[test]
fn the_whole_ellipsoid_has_its_known_area() {
    let half = geometry::ring_positions_km2(&[[-90.0, -90.0], [90.0, -90.0], [90.0, 90.0], [-90.0, 90.0], [-90.0, -90.0]]);
    // 510,065,621.724 km² (Moritz 2000, from the defining constants of WGS84).
    assert!((2.0 * half - 510_065_621.724).abs() < 0.01, "{half}");
}

#[test]
fn anchors_and_interior_points_lie_in_their_areas() {
    let china = coverage::bundled();
    for level in [Level::Province, Level::County] {
        let locator = Locator::new(china, level);
        for (number, area) in china.areas(level).iter().enumerate() {
            let anchor = geometry::anchor(china, area).unwrap();
            assert_eq!(locator.locate(anchor), Some(number), "{} {anchor:?}", area.name);
            let point = geometry::interior_point(china, area).unwrap();
            assert_eq!(locator.locate(point), Some(number), "{} {point:?}", area.name);
        }
    }
}

#[test]
fn a_position_on_a_border_belongs_to_the_smaller_code() {
    let china = coverage::bundled();
    let counties = Locator::new(china, Level::County);
    for (arc, side) in borders::sides(china, Level::County).into_iter().enumerate().step_by(7) {
        let positions = china.arcs.get(arc);
        if positions.len() > 2 {
            let expected = side.into_iter().flatten().min();
            assert_eq!(counties.locate(positions[positions.len() / 2]), expected);
        }
    }
    assert_eq!(counties.locate([0.0, 0.0]), None);
    assert_eq!(counties.locate([f64::NAN, 30.0]), None);
}

#[test]
fn borders_have_the_rank_of_the_coarsest_areas_they_part() {
    let china = coverage::bundled();
    let (county, province) = (borders::sides(china, Level::County), borders::sides(china, Level::Province));
    for (arc, rank) in borders::ranks(china).into_iter().enumerate() {
        match rank {
            Some(borders::Rank::Edge) => assert!(county[arc].contains(&None)),
            Some(borders::Rank::Inner(level)) => {
                assert!(!county[arc].contains(&None));
                assert_eq!(level == Level::Province, province[arc][0] != province[arc][1]);
            }
            None => panic!("arc {arc} has no area"),
        }
    }
}

#[test]
fn writing_and_reading_topojson_gives_the_same_coverage_and_the_same_bytes() {
    // Without the English names, which lie beside the file.
    let china = topojson::read(coverage::bundled_topojson(), "china.topojson", &Fields::default()).expect("readable").value;
    let text = write::topojson(&china, &Grid { origin: [73.0, 3.0], step: 2e-5 });
    let differs = text.bytes().zip(coverage::bundled_topojson()).position(|(ours, bundled)| ours != *bundled);
    assert_eq!(differs.map(|at| text[at.saturating_sub(40)..].chars().take(80).collect::<String>()), None);
    assert_eq!(text.len(), coverage::bundled_topojson().len());
}

// ---- building, dissolving, simplifying ----

/// A partition of a square into rows x columns areas with wavy borders, as rings of their own; some areas are parted by an island.
fn partition(rows: usize, columns: usize, detail: usize, seed: u64) -> (Outlines, Vec<String>) {
    let noise = |a: usize, b: usize, c: usize| {
        let mut mixed = seed ^ ((a as u64) << 40) ^ ((b as u64) << 20) ^ c as u64;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    // Node, and the wavy lines east and north of it; amplitudes are small enough that lines do not cross.
    let node = |i: usize, j: usize| [100.0 + i as f64 + 0.2 * noise(i, j, 1), 30.0 + j as f64 + 0.2 * noise(i, j, 2)];
    let line = |from: [usize; 2], to: [usize; 2]| -> Vec<Position> {
        let (a, b) = (node(from[0], from[1]), node(to[0], to[1]));
        let across = [-(b[1] - a[1]), b[0] - a[0]];
        (0..=detail)
            .map(|k| {
                let t = k as f64 / detail as f64;
                let wave = if k == 0 || k == detail {
                    0.0
                } else {
                    0.4 * t * (1.0 - t) * noise(from[0] * 2 + to[0], from[1] * 2 + to[1], 7 + k)
                };
                [a[0] + t * (b[0] - a[0]) + wave * across[0], a[1] + t * (b[1] - a[1]) + wave * across[1]]
            })
            .collect()
    };
    let mut outlines = Outlines::default();
    let mut codes = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let mut ring = line([i, j], [i + 1, j]);
            ring.extend(line([i + 1, j], [i + 1, j + 1]));
            ring.extend(line([i, j + 1], [i + 1, j + 1]).into_iter().rev());
            ring.extend(line([i, j], [i, j + 1]).into_iter().rev());
            ring.dedup();
            if (i + j) % 2 == 1 {
                // Sources begin rings anywhere and run them either way.
                ring.pop();
                let middle = ring.len() / 3;
                ring.rotate_left(middle);
                ring.push(ring[0]);
                ring.reverse();
            }
            outlines.ring(ring);
            let island: Vec<Position> = (0..12)
                .map(|k| {
                    let angle = k as f64 / 12.0 * std::f64::consts::TAU;
                    let radius = 0.1 * (1.0 + noise(i, j, 50 + k % 12));
                    [100.5 + i as f64 + radius * angle.cos(), 30.5 + j as f64 + radius * angle.sin()]
                })
                .collect();
            let closed = island.iter().chain(&island[..1]).copied();
            outlines.ring(closed.clone());
            outlines.close_polygon();
            outlines.close_area();
            codes.push(format!("{j}{i}"));
            outlines.ring(closed);
            outlines.close_polygon();
            outlines.close_area();
            codes.push(format!("{j}{i}-island"));
        }
    }
    (outlines, codes)
}

fn coverage_of(outlines: Outlines, codes: &[String]) -> Coverage {
    let built = build(outlines);
    let areas = built.areas.into_iter().zip(codes);
    let areas =
        areas.map(|(polygons, code)| Area { code: code.clone(), name: code.clone(), name_en: None, parent: None, polygons });
    let mut coverage = Coverage { arcs: built.arcs, ..Coverage::default() };
    let mut areas: Vec<Area> = areas.collect();
    areas.sort_by(|a, b| a.code.cmp(&b.code));
    coverage.layers.insert(Level::Unit, areas);
    coverage
}

fn total_km2(coverage: &Coverage) -> f64 {
    coverage.areas(Level::Unit).iter().map(|area| geometry::area_km2(coverage, area)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_partition_stays_one(rows in 1usize..5, columns in 1usize..5, detail in 1usize..30, seed in any::<u64>(), tolerance in 10.0..60_000.0f64) {
        let (outlines, codes) = partition(rows, columns, detail, seed);
        let mut coverage = coverage_of(outlines, &codes);
        let areas = coverage.areas(Level::Unit).to_vec();
        let findings = check(&coverage, Level::Unit);
        prop_assert_eq!((findings.overlaps, findings.crossings, findings.gaps), (vec![], vec![], vec![]));

        // Every border once: inner lines have two sides, the edge one; the island arcs are shared with their holes.
        let lines = columns * (rows + 1) + rows * (columns + 1);
        let corners = if rows == 1 && columns == 1 { 3 } else { 4 };
        prop_assert_eq!(coverage.arcs.len(), lines - corners + rows * columns);

        let whole = dissolve(&coverage.arcs, areas.iter().flat_map(|area| &area.polygons));
        prop_assert_eq!((whole.len(), whole[0].holes.len()), (1, 0));
        let sum = total_km2(&coverage);
        prop_assert!((geometry::polygons_km2(&coverage, &whole) / sum - 1.0).abs() < 1e-10);

        let grid = Grid { origin: [99.0, 29.0], step: 1e-6 };
        coverage.arcs = coverage.arcs.map(|position| grid.position(grid.cell(position)));
        let before = borders::neighbours(&coverage, Level::Unit);
        let (arcs, report) = simplify(&coverage.arcs, &tolerances(&coverage.arcs), tolerance, &grid, &areas);
        prop_assert_eq!(report.met_before, 0);
        coverage.arcs = arcs;
        let findings = check(&coverage, Level::Unit);
        prop_assert_eq!((findings.overlaps, findings.crossings), (vec![], vec![]));
        prop_assert_eq!(borders::neighbours(&coverage, Level::Unit), before);
        for area in coverage.areas(Level::Unit) {
            prop_assert!(geometry::area_km2(&coverage, area) > 0.0);
        }
        let whole = dissolve(&coverage.arcs, areas.iter().flat_map(|area| &area.polygons));
        prop_assert!((geometry::polygons_km2(&coverage, &whole) / total_km2(&coverage) - 1.0).abs() < 1e-10);

        let text = write::topojson(&coverage, &grid);
        let read = topojson::read(text.as_bytes(), "t", &Fields { layer: Some("unit".into()), ..Fields::default() }).unwrap().value;
        prop_assert_eq!(read.areas(Level::Unit), coverage.areas(Level::Unit));
        prop_assert_eq!(&read.arcs, &coverage.arcs);
    }

    #[test]
    fn readers_take_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..400) {
        let _ = geojson::read(&bytes, "x", &Fields::default());
        let _ = topojson::read(&bytes, "x", &Fields::default());
        let text = SQUARES.as_bytes();
        let _ = geojson::read(&text[..cut.min(text.len())], "x", &Fields::default());
        let mut changed = text.to_vec();
        for (place, byte) in bytes.iter().enumerate().take(3) {
            let at = (cut * (place + 1) * 7) % changed.len();
            changed[at] = *byte;
        }
        let _ = geojson::read(&changed, "x", &Fields::default());
    }
}

#[test]
fn territories_that_touch_at_a_corner_stay_apart_and_pinched_holes_are_holes() {
    // A ring of eight cells about an empty one, of which two opposite corners are taken away: the hole touches the outside there.
    let mut outlines = Outlines::default();
    for (x, y) in [(1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2)] {
        let (x, y) = (f64::from(x), f64::from(y));
        outlines.ring([[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0], [x, y]]);
        outlines.close_polygon();
    }
    outlines.close_area();
    let built = build(outlines);
    let union = dissolve(&built.arcs, &built.areas[0]);
    assert_eq!(union.len(), 2, "the two halves meet at corners only");
    assert!(union.iter().all(|polygon| polygon.holes.is_empty()));
}

// ---- repairs and findings ----

const SQUARES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"adcode":110101,"name":"左"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
{"type":"Feature","properties":{"adcode":110102,"name":"右"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[1,1],[2,1],[2,0],[1,0]]]}}]}"#;

fn problems_of(text: &str) -> Vec<Problem> {
    match geojson::read(text.as_bytes(), "a.geojson", &Fields::default()) {
        Ok(noted) => noted.problems,
        Err(problems) => problems,
    }
}

fn lines_of(text: &str) -> Vec<String> {
    problems_of(text).iter().map(ToString::to_string).collect()
}

#[test]
fn numbers_become_codes_and_a_shared_border_one_arc() {
    let read = geojson::read(SQUARES.as_bytes(), "a.geojson", &Fields { level: Level::County, ..Fields::default() }).unwrap();
    let coverage = read.value;
    assert_eq!(coverage.areas(Level::County)[0].code, "110101");
    assert_eq!(coverage.arcs.len(), 3);
    assert_eq!(borders::neighbours(&coverage, Level::County), [vec![1], vec![0]]);
    assert_eq!(read.problems.iter().map(|p| p.id).collect::<Vec<_>>(), ["repaired"], "the right square runs clockwise");
}

#[test]
fn repairs_are_counted() {
    let text = SQUARES.replace("[[1,0],[1,1],[2,1],[2,0],[1,0]]", "[[1,0],[2,0],[2,0],[2,1],[3,1],[2,1],[1,1]]");
    assert_eq!(
        lines_of(&text),
        [
            "note: a.geojson: 1 rings did not end where they began and were closed.",
            "note: a.geojson: 1 positions repeated the one before and were left out.",
            "note: a.geojson: 1 spikes, where a ring turns back on itself, were left out.",
        ]
    );
}

#[test]
fn overlaps_gaps_and_crossings_are_found() {
    let twice = SQUARES.replace("[[1,0],[1,1],[2,1],[2,0],[1,0]]", "[[0,0],[1,0],[1,1],[0,1],[0,0]]");
    assert!(lines_of(&twice)[0].contains("1 pairs of areas overlap: 110101 左 and 110102 右."), "{:?}", lines_of(&twice));
    let across = SQUARES.replace("[[1,0],[1,1],[2,1],[2,0],[1,0]]", "[[0.5,0.5],[2,0.5],[2,0.7],[0.5,0.7],[0.5,0.5]]");
    assert_eq!(problems_of(&across)[0].id, "crossing");
    let world = SQUARES.replace("[[1,0],[1,1],[2,1],[2,0],[1,0]]", "[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]");
    assert!(problems_of(&world).iter().all(|problem| problem.severity != Severity::Error), "as wide as the world");
    let bow_tie = SQUARES.replace("[[0,0],[1,0],[1,1],[0,1],[0,0]]", "[[0,0],[1,0],[0,1],[0.9,1.2],[0,0]]");
    assert!(problems_of(&bow_tie).iter().any(|problem| problem.id == "crossing"));
    let gap = SQUARES.replace("[[1,0],[1,1],[2,1],[2,0],[1,0]]", "[[1,0],[1.0001,0.5],[1,1],[2,1],[2,0],[1,0]]");
    assert!(problems_of(&gap).iter().any(|problem| problem.id == "gap"), "{:?}", lines_of(&gap));
}

// ---- hostile files ----

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let with = |from: &str, to: &str| SQUARES.replace(from, to);
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "error: a.geojson: The file is empty. Give a GeoJSON file of areas."),
        (
            SQUARES[..200].to_string(),
            "error: a.geojson:3: The file ends in the middle, at column 17: it is cut short. Download or export it again, and compare its size.",
        ),
        (
            with("[1,1],[0,1]", "[NaN,1],[0,1]"),
            "error: a.geojson:2: Not valid JSON at column 121: expected value. JSON has no NaN or infinity; export the file without such coordinates.",
        ),
        (
            with("[2,1]", "[2,1e999]"),
            "error: a.geojson:3: Not valid JSON at column 127: number out of range. The number is too large to be a coordinate.",
        ),
        (
            with("[2,1],[2,0]", "[30,114.5],[2,0]"),
            "error: a.geojson: 110102 右: The position (30, 114.5) has longitude and latitude swapped, it seems. Export the file with the longitude (73 to 135 in China) before the latitude (3 to 54).",
        ),
        (
            with("[2,1],[2,0]", "[456123.5,4400000],[2,0]"),
            "error: a.geojson: 110102 右: The position (456123.5, 4400000) is not in degrees; the file seems to be in metres of a map projection. Ask who made the file for its coordinate system and say it in the map file, such as boundaries = { file = \"…\", crs = \"EPSG:4547\" }.",
        ),
        (
            with("110102", "110101"),
            "error: a.geojson: 110101 左: 2 features have this code, another one named \"右\". Give each area a code of its own, or name the property that holds one: boundaries = { file = \"…\", code = \"…\" }.",
        ),
        (
            with("\"Polygon\",\"coordinates\":[[[0,0]", "\"MultiPolygon\",\"coordinates\":[[[0,0]"),
            "error: a.geojson: 110101 左: The coordinates do not have the shape of a MultiPolygon. RFC 7946, section 3.1: a Polygon is a list of rings, a MultiPolygon a list of polygons.",
        ),
        (
            r#"{"type":"Point","coordinates":[1,2]}"#.to_string(),
            "error: a.geojson: The file holds Point features, not areas. Boundaries are Polygon or MultiPolygon features; points belong under [points].",
        ),
        (
            r#"{"a":1}"#.to_string(),
            "error: a.geojson: The file is JSON, but not GeoJSON: it has no \"type\". A boundary file is a FeatureCollection of Polygon and MultiPolygon features.",
        ),
        (
            with(
                "\"type\":\"FeatureCollection\",",
                "\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::99999\"}},",
            ),
            "error: a.geojson: The coordinate system \"EPSG:99999\" is not known to this program. Say which it is in the map file: boundaries = { file = \"…\", crs = \"EPSG:…\" }; or convert the file first: ogr2ogr -t_srs EPSG:4326 out.geojson in.shp",
        ),
        (
            with("\"adcode\"", "\"x\"").replace("\"name\"", "\"y\""),
            "error: a.geojson: No property of the features is known to hold a code or a name. Say which one does: boundaries = { file = \"…\", code = \"…\" } in the map file. The properties are: x, y.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(lines_of(&text).first().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn systems_that_agree_with_wgs84_are_read() {
    for (name, problems) in [("urn:ogc:def:crs:OGC:1.3:CRS84", 1), ("EPSG:4326", 1), ("urn:ogc:def:crs:EPSG::4490", 2)] {
        let crs = format!("\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}},\"features\"");
        let found = problems_of(&SQUARES.replace("\"features\"", &crs));
        assert_eq!(found.len(), problems, "{found:?}");
        assert!(found.iter().all(|problem| problem.severity == Severity::Note));
    }
}

#[test]
fn single_features_and_geometries_are_areas_too() {
    let polygon = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
    let feature = format!(r#"{{"geometry":{polygon},"id":"A","type":"Feature","properties":null}}"#);
    let collection = format!(
        r#"{{"type":"Feature","id":7,"geometry":{{"geometries":[{polygon},{polygon}],"type":"GeometryCollection"}},"properties":{{}}}}"#
    );
    assert_eq!(geojson::read(feature.as_bytes(), "f", &Fields::default()).unwrap().value.areas(Level::Unit)[0].code, "A");
    assert_eq!(geojson::read(collection.as_bytes(), "f", &Fields::default()).unwrap().value.areas(Level::Unit)[0].code, "7");
    assert_eq!(geojson::features(polygon.as_bytes(), "f").unwrap().value.outlines.len(), 1);
}

#[test]
fn depth_length_and_markup_are_harmless() {
    let deep = format!(r#"{{"type":"Polygon","coordinates":{}}}"#, "[".repeat(100_000));
    assert_eq!(problems_of(&deep)[0].severity, Severity::Error);
    let digits = SQUARES.replace("[2,1]", &format!("[2.{},1]", "1".repeat(10_000)));
    assert!(geojson::read(digits.as_bytes(), "a", &Fields::default()).is_ok());
    let markup = SQUARES.replace("左", "<script>alert(1)</script>");
    let read = geojson::read(markup.as_bytes(), "a", &Fields::default()).unwrap().value;
    assert_eq!(read.areas(Level::Unit)[0].name, "<script>alert(1)</script>");
    assert!(geojson::read(format!("\u{feff}{SQUARES}").as_bytes(), "a", &Fields::default()).is_ok());
}

#[test]
fn broken_topojson_is_refused() {
    let read = |arcs: &str, refs: &str| {
        let text = format!(
            r#"{{"type":"Topology","arcs":{arcs},"objects":{{"o":{{"type":"Polygon","properties":{{"code":"A"}},"arcs":{refs}}}}}}}"#
        );
        topojson::read(text.as_bytes(), "t.topojson", &Fields::default()).map_err(|problems| problems[0].to_string())
    };
    let square = "[[[0,0],[1,0],[1,1],[0,0]]]";
    assert!(read(square, "[[0]]").is_ok());
    let again = "The file is damaged or was changed by hand: export it again, such as by mapshaper.";
    for (refs, why) in [
        ("[[1]]", "there is no arc 1, the file has 1, numbered from 0"),
        ("[[-2147483648]]", "there is no arc -2147483648, the file has 1, numbered from 0"),
        ("[0]", "a number stands where a list of arcs should"),
        ("0", "a Polygon is a list of rings, a MultiPolygon one of polygons, and a ring a list of arcs"),
        ("[[0,[0]]]", "a list stands where the number of an arc should"),
    ] {
        let expected = format!("error: t.topojson: A A: The arcs of the unit do not fit: {why}. {again}");
        assert_eq!(read(square, refs).unwrap_err(), expected, "{refs}");
    }
    assert!(read("[[[0,0],[1,0]]]", "[[0]]").is_err(), "not closed");
    let short = format!("error: t.topojson: Arc 0 has fewer than two positions. {again}");
    assert_eq!(read("[[[0,0]]]", "[[0]]").unwrap_err(), short);
    assert!(read("[[[0,0],[1000,0],[0,0]]]", "[[0]]").unwrap_err().contains("of arc 0 lies outside the earth"));
    assert_eq!(topojson::read(SQUARES.as_bytes(), "t", &Fields::default()).unwrap_err()[0].id, "wrong-format");
}

// ---- importing ----

#[test]
fn importing_moves_dissolves_simplifies_and_keeps_to_the_size() {
    use caremap::coverage::import::{Request, import};
    let square = |west: f64| {
        let wave = |k: usize| 0.002 * f64::from(u8::from(k % 2 == 1));
        let mut ring: Vec<String> = (0..=200).map(|k| format!("[{},{}]", west + k as f64 / 200.0, 30.0 + wave(k))).collect();
        ring.extend([format!("[{},31]", west + 1.0), format!("[{west},31]"), format!("[{west},30]")]);
        format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","))
    };
    let areas = "level,code,name,name_en,parent\nprovince,990000,省,Land,\nprefecture,990100,市,,990000\n\
                 county,990101,东,,990100\ncounty,990102,西,,990100\n";
    let mut door = |name: &str| match name {
        "990101.geojson" => Ok(square(110.0).into_bytes().into()),
        "990102.geojson" => Ok(square(111.0).into_bytes().into()),
        _ => Err(Problem::error("no-file", format!("There is no file {name}."))),
    };
    let request = Request { datum: Some(Datum::Gcj02), max_bytes: Some(1800), ..Request::default() };
    let done = import(areas.as_bytes(), &mut door, &request).unwrap().value;
    assert!(done.topojson.len() <= 1800, "{}", done.topojson.len());
    assert_eq!((done.report.areas_read, done.report.positions_read, done.report.arcs), (2, 408, 3));
    assert!(done.report.simplification.tolerance_m > 0.0);
    let read = topojson::read(done.topojson.as_bytes(), "made", &Fields::default()).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let province = &read.value.areas(Level::Province)[0];
    assert_eq!((province.name_en.as_deref(), province.polygons.len()), (Some("Land"), 1));
    let [west, south, ..] = geometry::bounds(&read.value, province).unwrap();
    let moved = to_wgs84([110.0, 30.0], Datum::Gcj02);
    assert!((west - moved[0]).abs() < 2e-3 && (south - moved[1]).abs() < 2e-3);
    let missing = import(format!("{areas}county,990103,北,,990100\n").as_bytes(), &mut door, &request).unwrap_err();
    assert_eq!(missing[0].to_string(), "error: There is no file 990103.geojson.");
}

/// The reader is this project's own, for speed and memory; the geojson crate says whether it reads right.
#[test]
fn the_reader_agrees_with_the_geojson_crate() {
    let cell = |x: i32, y: i32| {
        let (x, y) = (f64::from(x) / 3.0 + 100.0, f64::from(y) / 7.0 + 30.0);
        let ring = |m: f64| {
            let (w, h) = (1.0 / 3.0, 1.0 / 7.0);
            let corners = [[m, m], [1.0 - m, m], [1.0 - m, 1.0 - m], [m, 1.0 - m], [m, m]];
            corners.map(|[a, b]| format!("[{},{}]", x + a * w, y + b * h)).join(",")
        };
        // Every second area has a hole and an island in the hole.
        let (polygon, islands) = (format!("[{}]", ring(0.0)), format!("[[{}],[{}]],[[{}]]", ring(0.0), ring(0.25), ring(0.375)));
        match (x as i32 + y as i32) % 2 {
            0 => format!("{{\"type\":\"Polygon\",\"coordinates\":[{polygon}]}}"),
            _ => format!("{{\"type\":\"MultiPolygon\",\"coordinates\":[{islands}]}}"),
        }
    };
    let feature = |at: i32| {
        let geometry = cell(at % 6, at / 6);
        format!("{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{at:06}\",\"name\":\"区{at}\"}},\"geometry\":{geometry}}}")
    };
    let text =
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", (0..36).map(feature).collect::<Vec<_>>().join(","));
    let ours = caremap::read::geojson::read(text.as_bytes(), "cells.geojson", &Default::default()).unwrap().value;
    let theirs: ::geojson::FeatureCollection = text.parse::<::geojson::GeoJson>().unwrap().try_into().unwrap();
    let areas = ours.areas(Level::Unit);
    assert_eq!(areas.len(), theirs.features.len());
    for feature in theirs.features {
        let code = feature.property("code").and_then(|code| code.as_str()).unwrap();
        let area = areas.iter().find(|area| area.code == code).unwrap();
        let rings = area.polygons.iter().flat_map(|polygon| polygon.rings());
        let mut read: Vec<[u64; 2]> = rings.flat_map(|ring| ours.ring_positions(ring)).map(|p| p.map(f64::to_bits)).collect();
        let mut wanted = Vec::new();
        let value: serde_json::Value = serde_json::from_str(&feature.geometry.as_ref().unwrap().to_string()).unwrap();
        positions(&value["coordinates"], &mut wanted);
        read.sort_unstable();
        read.dedup();
        wanted.sort_unstable();
        wanted.dedup();
        assert_eq!(read, wanted, "{code}");
    }
}

fn positions(value: &serde_json::Value, into: &mut Vec<[u64; 2]>) {
    let list = value.as_array().expect("a list of positions");
    match list.as_slice() {
        [x, y] if x.is_number() => into.push([x, y].map(|number| number.as_f64().expect("a number").to_bits())),
        _ => list.iter().for_each(|inner| positions(inner, into)),
    }
}
