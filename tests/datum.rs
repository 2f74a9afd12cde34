//! Datums: the formulas against other implementations, and telling the datum of points and of boundaries without being told.

use caremap::coverage::{Arcs, Position, bundled};
use caremap::datum::{Confidence, Datum, Verdict, borders, convert, extent, from_wgs84, points, to_wgs84};
use caremap::measure::geodesic::metres;
use caremap::place::key::Gazetteer;
use caremap::problem::Problem;
use caremap::read::points::{Fields, Points, from_table, survey};
use caremap::read::table::read_table;
use caremap::read::{features, geojson};
use caremap::table::Table;
use proptest::prelude::*;

/// Farther than this, in metres, is wrong.
const MILLIMETRE: f64 = 1e-3;

// ---- the formulas ----

#[test]
fn all_six_ways_agree_with_two_other_implementations() {
    for line in include_str!("oracle/datum.csv").lines().skip(1) {
        let n: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let at = |datum: Datum| [n[2 * datum as usize], n[2 * datum as usize + 1]];
        for from in Datum::ALL {
            for to in Datum::ALL {
                let off = metres(convert(at(from), from, to), at(to));
                assert!(off < MILLIMETRE, "{from} to {to}: {off} m, {line}");
            }
        }
    }
}

#[test]
fn every_way_back_is_exact_on_a_dense_grid() {
    let mut worst: f64 = 0.0;
    for x in (0..252).map(|step| 73.0 + f64::from(step) / 4.0) {
        for y in (0..204).map(|step| 3.0 + f64::from(step) / 4.0) {
            for (from, to) in [(Datum::Gcj02, Datum::Wgs84), (Datum::Bd09, Datum::Wgs84), (Datum::Bd09, Datum::Gcj02)] {
                let place = convert([x, y], Datum::Wgs84, to);
                worst = worst.max(metres(convert(convert(place, to, from), from, to), place));
            }
        }
    }
    assert!(worst < MILLIMETRE / 100.0, "{worst} m");
}

proptest! {
    #[test]
    fn every_way_back_is_exact(x in 72.01..137.83f64, y in 0.83..55.82f64, near in -1e-9..1e-9f64) {
        // The shift has a cusp at 105 degrees.
        for place in [[x, y], [105.0 + near, y], [105.0, 35.0]] {
            for datum in Datum::ALL {
                let back = to_wgs84(from_wgs84(place, datum), datum);
                prop_assert!(metres(back, place) < MILLIMETRE, "{} {:?} {:?}", datum, place, back);
            }
        }
    }

    #[test]
    fn any_number_is_taken(x in any::<f64>(), y in any::<f64>()) {
        for from in Datum::ALL {
            for to in Datum::ALL {
                convert([x, y], from, to);
            }
            extent::to_wgs84([x, y], from, None);
            extent::from_wgs84([x, y], from);
        }
    }
}

// ---- points ----

/// The bundled hospitals as a stranger would hand them over: name, address and coordinates in a datum that nothing says.
fn hospitals(datum: Datum, headings: [&str; 2]) -> String {
    let file = caremap::world::bundled("hospitals_cn_3a").expect("bundled");
    let table = read_table(file, "h.csv", &Default::default()).expect("bundled").value;
    let text = |name: &str, row: usize| table.column(name).expect("bundled").text(row).replace('"', "");
    let mut csv = format!("name,address,{},{}\n", headings[0], headings[1]);
    for row in 0..table.rows() {
        let place = ["longitude_wgs84", "latitude_wgs84"].map(|name| text(name, row).parse::<f64>().expect("bundled"));
        let [x, y] = if place == [0.0, 0.0] { place } else { extent::from_wgs84(place, datum) };
        csv += &format!("\"{}\",\"{}\",{x},{y}\n", text("name", row), text("address", row));
    }
    csv
}

fn table(csv: &str) -> Table {
    read_table(csv.as_bytes().to_vec(), "hospitals.csv", &Default::default()).expect("made for this").value
}

fn read(csv: &str, fields: &Fields) -> Result<(Points, Vec<&'static str>), Vec<Problem>> {
    let noted = from_table(&table(csv), fields, &|_| true)?;
    Ok((noted.value, noted.problems.iter().map(|problem| problem.id).collect()))
}

#[test]
fn the_datum_of_hospitals_is_found_without_being_told() {
    for datum in Datum::ALL {
        let (found, ids) = read(&hospitals(datum, ["lon", "lat"]), &Fields::default()).unwrap();
        let verdict = found.source.verdict.unwrap();
        assert_eq!((verdict.datum, verdict.confidence), (Some(datum), Confidence::Clear), "{verdict:?}");
        assert_eq!(found.settled.datum, datum);
        assert!(ids.contains(&"datum-inferred"));
        // Wherever they were, they are in WGS84 now.
        assert!(metres(found.points[0].position, [116.423_893_263_466_71, 39.928_951_319_413_65]) < MILLIMETRE);
    }
}

#[test]
fn a_shifted_copy_under_the_old_headings_is_caught() {
    let copy = hospitals(Datum::Gcj02, ["longitude_wgs84", "latitude_wgs84"]);
    let problem = &read(&copy, &Fields::default()).unwrap_err()[0];
    assert_eq!(problem.id, "datum-disproved");
    assert!(problem.message.starts_with("The file is by its columns in WGS84, but its coordinates look like GCJ-02 (Amap, Tencent): read as WGS84, the points lie about 5"), "{}", problem.message);
    assert_eq!(problem.help.as_deref(), Some("Write datum = \"gcj02\"."));
    let wrong = Fields { datum: Some(Datum::Wgs84), ..Fields::default() };
    assert_eq!(read(&copy, &wrong).unwrap_err()[0].id, "datum-disproved");
    // What the message asks for works, though the headings still say the other thing.
    let right = Fields { datum: Some(Datum::Gcj02), ..Fields::default() };
    let (found, ids) = read(&copy, &right).unwrap();
    assert_eq!((found.settled.datum, ids[0]), (Datum::Gcj02, "datum-written-wrong"));
    let honest = hospitals(Datum::Wgs84, ["longitude_wgs84", "latitude_wgs84"]);
    assert!(!read(&honest, &Fields::default()).unwrap().1.iter().any(|id| id.starts_with("datum")));
}

#[test]
fn without_names_the_points_cannot_tell() {
    let bare: String = hospitals(Datum::Gcj02, ["lon", "lat"])
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.rsplitn(3, ',').collect();
            format!("{},{}\n", cells[1], cells[0])
        })
        .collect();
    let (found, ids) = read(&bare, &Fields::default()).unwrap();
    assert_eq!(found.source.verdict.unwrap().datum, None);
    assert!(ids.contains(&"datum-assumed"));
}

#[test]
fn files_without_coordinates_have_no_points() {
    for csv in
        [include_str!("inputs/datum/fever_clinics.csv"), "city_code,province,city,top100_hospitals\n110100,北京市,北京市,22\n"]
    {
        assert!(survey(&table(csv), &Fields::default()).is_none());
    }
}

// ---- boundaries ----

fn counties() -> Arcs {
    let file = include_bytes!("inputs/datum/counties.geojson");
    geojson::read(file, "counties.geojson", &features::Fields::default()).expect("made for this").value.arcs
}

#[test]
fn the_datum_of_boundaries_is_found_without_being_told() {
    let arcs = counties();
    for datum in Datum::ALL {
        let shifted = arcs.map(|position| convert(position, Datum::Gcj02, datum));
        let verdict = borders::verdict(&shifted, Datum::Wgs84);
        assert_eq!((verdict.datum, verdict.confidence), (Some(datum), Confidence::Clear), "{verdict:?}");
        // The same where the author has it moved.
        let moved = shifted.map(|position| to_wgs84(position, datum));
        assert_eq!(borders::verdict(&moved, datum).datum, Some(datum));
    }
}

#[test]
fn borders_elsewhere_say_nothing_wrong() {
    let mut abroad = Arcs::default();
    abroad.push((0..100).map(|step| [10.0 + f64::from(step) / 50.0, 50.0]));
    assert_eq!(borders::verdict(&abroad, Datum::Wgs84).datum, Some(Datum::Wgs84));
    let mut grid = Arcs::default();
    for row in 0..40 {
        grid.push((0..40).map(|step| [100.0 + f64::from(step) / 8.0, 30.0 + f64::from(row) / 8.0]));
    }
    assert_eq!(borders::verdict(&grid, Datum::Wgs84).datum, None);
}

#[test]
fn exchanged_boundaries_are_told_where_they_look_like_boundaries() {
    // A county of Xinjiang: exchanged, it lies in the Arctic, which is a place.
    let square = |[x, y]: Position| serde_json::json!([[[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0], [x, y]]]);
    let file = |at: Position| {
        let feature = serde_json::json!({ "type": "Feature", "properties": { "code": "650106", "name": "头屯河区" },
            "geometry": { "type": "Polygon", "coordinates": square(at) } });
        let file = serde_json::json!({ "type": "FeatureCollection", "features": [feature] }).to_string();
        geojson::read(file.as_bytes(), "x.geojson", &features::Fields::default()).expect("is read").value
    };
    let problem = borders::fault(&file([43.5, 86.8]), "x.geojson").expect("is told");
    assert!(problem.message.starts_with("Longitude and latitude are exchanged"), "{}", problem.message);
    assert!(problem.help.is_some_and(|help| help.contains("GeoJSON puts the longitude first")));
    assert_eq!(borders::fault(&file([86.8, 43.5]), "x.geojson"), None);
}

// ---- how often it is right ----

/// Right, wrong, cannot tell.
#[derive(Default, Clone, Copy)]
struct Tally([usize; 3]);

impl Tally {
    fn count(&mut self, verdict: &Verdict, truth: Datum) {
        self.0[match verdict.datum {
            Some(datum) if datum == truth => 0,
            Some(_) => 1,
            None => 2,
        }] += 1;
    }
}

/// A number of a sequence that is the same every time (splitmix64).
fn random(seed: &mut u64) -> usize {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed ^ (mixed >> 27)) >> 11) as usize
}

fn some_of<T: Copy>(all: &[T], count: usize, seed: &mut u64) -> Vec<T> {
    let mut all = all.to_vec();
    let count = count.min(all.len());
    for at in 0..count {
        let other = at + random(seed) % (all.len() - at);
        all.swap(at, other);
    }
    all.truncate(count);
    all
}

/// Points by their addresses alone: random subsets of the hospitals in every datum.
fn tally_points(count: usize, tries: usize) -> [Tally; 3] {
    let gazetteer = Gazetteer::new(bundled());
    let mut seed = count as u64;
    Datum::ALL.map(|datum| {
        let table = table(&hospitals(datum, ["lon", "lat"]));
        let number =
            |name: &str, row: usize| table.column(name).expect("made for this").text(row).parse::<f64>().expect("made for this");
        let all: Vec<(usize, Position)> = (0..table.rows()).map(|row| (row, [number("lon", row), number("lat", row)])).collect();
        let named = points::named_points(&table, &all, &gazetteer);
        let mut tally = Tally::default();
        for _ in 0..tries {
            let rows: std::collections::BTreeSet<usize> =
                some_of(&all, count, &mut seed).into_iter().map(|(row, _)| row).collect();
            let some: Vec<points::Named> = named.iter().copied().filter(|point| rows.contains(&point.row)).collect();
            let (votes, sentence) = points::votes(&some, &gazetteer);
            tally.count(&Verdict::of(&votes, vec![sentence]), datum);
        }
        tally
    })
}

#[test]
fn subsets_of_hospitals_are_never_told_wrong() {
    for count in [50, 500] {
        for (datum, tally) in Datum::ALL.into_iter().zip(tally_points(count, 8)) {
            assert_eq!(tally.0[1], 0, "{count} {datum}");
        }
    }
    assert!(tally_points(1_444, 1).iter().all(|tally| tally.0 == [1, 0, 0]));
}

#[test]
fn subsets_of_counties_are_told_right() {
    let file: serde_json::Value = serde_json::from_slice(include_bytes!("inputs/datum/counties.geojson")).unwrap();
    let features: Vec<&serde_json::Value> = file["features"].as_array().unwrap().iter().collect();
    let mut seed = 7;
    for datum in Datum::ALL {
        for _ in 0..8 {
            let some = arcs_of(&some_of(&features, 5, &mut seed)).map(|position| convert(position, Datum::Gcj02, datum));
            assert_eq!(borders::verdict(&some, Datum::Wgs84).datum, Some(datum));
        }
    }
}

fn arcs_of(features: &[&serde_json::Value]) -> Arcs {
    let file = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
    geojson::read(file.as_bytes(), "some.geojson", &features::Fields::default()).expect("made for this").value.arcs
}

// ---- at the terminal ----

/// Runs the program in a folder of files: exit code, what it says, what it complains of.
fn caremap(files: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("made for this");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("made for this");
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_caremap"));
    let output = command.args(arguments).current_dir(folder.path()).output().expect("made for this");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("made for this");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const MAP: &str = "title = \"点\"\nlevel = \"province\"\ntable = \"bundled:province_physicians_2018\"\nvalue = \"physicians\"\n";

#[test]
fn check_refuses_to_mix_and_names_both_files() {
    let hospitals = hospitals(Datum::Gcj02, ["lon", "lat"]);
    let layer = "[[points]]\nfile = \"hospitals.csv\"\nlabel = \"医院\"\n";
    let with =
        |layer: &str| caremap(&[("m.toml", &format!("{MAP}{layer}")), ("hospitals.csv", &hospitals)], &["check", "m.toml"]);
    let (code, _, said) = with(layer);
    assert_eq!(code, Some(2), "{said}");
    for words in [
        "error[datum-mixed]",
        "where the borders expect them: hospitals.csv is in GCJ-02 (Amap, Tencent; its points show it) and bundled:china in WGS84",
        "Write datum = \"gcj02\" for hospitals.csv",
        "m.toml:6:9",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (code, _, said) = with(&format!("{layer}datum = \"gcj02\"\n"));
    assert_eq!((code, said.contains("datum")), (Some(0), false), "{said}");
    let (code, _, said) = with(&format!("{layer}datum = \"wgs84\"\n"));
    assert!(code == Some(2) && said.contains("error[datum-disproved]"), "{said}");
}

#[test]
fn check_asks_for_the_datum_of_points_that_do_not_tell() {
    let layer = "[[points]]\nfile = \"p.csv\"\nlabel = \"点\"\n";
    let (code, _, said) =
        caremap(&[("m.toml", &format!("{MAP}{layer}")), ("p.csv", "lon,lat\n116.31,39.92\n")], &["check", "m.toml"]);
    assert!(code == Some(2) && said.contains("error[missing-datum]") && said.contains("Add datum = \"wgs84\""), "{said}");
}

#[test]
fn boundaries_in_another_datum_are_told_and_moved() {
    let counties = include_str!("inputs/datum/counties.geojson");
    let (_, said, _) = caremap(&[("counties.geojson", counties)], &["inspect", "counties.geojson"]);
    assert!(said.contains("datum: GCJ-02, as the borders show (clear)"), "{said}");
    let map = "title = \"县\"\ntable = \"t.csv\"\nvalue = \"v\"\nboundaries = \"counties.geojson\"\n";
    let table = "code,v\n120106,1\n130203,2\n140502,3\n";
    let files = |map: &'static str| [("m.toml", map), ("t.csv", table), ("counties.geojson", counties)];
    let (code, _, said) = caremap(&files(map), &["check", "m.toml"]);
    assert!(code == Some(0) && said.contains("warning[datum-inferred]") && said.contains("datum = \"gcj02\""), "{said}");
}

#[test]
fn nearest_refuses_to_mix() {
    let (gcj, wgs) = (hospitals(Datum::Gcj02, ["lon", "lat"]), hospitals(Datum::Wgs84, ["lon_wgs84", "lat_wgs84"]));
    let files = [("a.csv", gcj.as_str()), ("b.csv", wgs.as_str())];
    let words = ["nearest", "--from", "a.csv", "--to", "b.csv", "-o", "o.csv"];
    let (code, _, said) = caremap(&files, &words);
    assert!(code == Some(2) && said.contains("error[datum-mixed]") && said.contains("--from-datum gcj02"), "{said}");
    let (code, _, said) = caremap(&files, &[&words[..], &["--from-datum", "gcj02"]].concat());
    assert!(code == Some(0) && !said.contains("datum"), "{said}");
}

#[test]
fn lists_of_the_same_places_tell_on_each_other() {
    let places: Vec<Position> = (0..12).map(|at| [113.0 + f64::from(at) / 9.0, 29.0 + f64::from(at) / 11.0]).collect();
    let list = |datum: Datum| {
        let line = |(at, place): (usize, &Position)| {
            let [x, y] = from_wgs84(*place, datum);
            format!("诊所甲{at}号,{x},{y}\n")
        };
        format!("name,lon,lat\n{}", places.iter().enumerate().map(line).collect::<String>())
    };
    let files = [("a.csv", list(Datum::Bd09)), ("b.csv", list(Datum::Wgs84))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let (code, _, said) = caremap(&files, &["nearest", "--from", "a.csv", "--to", "b.csv", "-o", "o.csv"]);
    assert!(code == Some(2) && said.contains("a.csv lies beside b.csv as BD-09 lies beside WGS84 (clear)"), "{said}");
}

#[test]
fn inspect_says_where_there_are_no_coordinates() {
    let (code, said, complaints) =
        caremap(&[("fever.csv", include_str!("inputs/datum/fever_clinics.csv"))], &["inspect", "fever.csv"]);
    assert!(
        code == Some(0) && said.contains("Points: none; no columns hold longitudes and latitudes in degrees."),
        "{said}{complaints}"
    );
}
