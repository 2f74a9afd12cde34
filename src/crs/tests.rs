//! Against PROJ (`tests/oracle/crs.py`), and what is refused.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// Degrees that a tenth of a millimetre on the ground has, and as much again for the rounding.
const CLOSE: f64 = 2e-9;
/// A millimetre, for the shifts of Hong Kong 1980 and Beijing 1954.
const MILLIMETRE: f64 = 9e-9;

type Places = Vec<([f64; 2], [f64; 2])>;

/// The places of each system: on the plane, and in longitude and latitude.
fn oracle() -> BTreeMap<String, Places> {
    let mut systems: BTreeMap<String, Places> = BTreeMap::new();
    for line in include_str!("../../tests/oracle/crs.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        systems.entry(cells[0].into()).or_default().push(([number(1), number(2)], [number(3), number(4)]));
    }
    systems
}

fn forms() -> BTreeMap<String, BTreeMap<String, Value>> {
    serde_json::from_str(include_str!("../../tests/oracle/crs.json")).unwrap()
}

/// The greatest distance in degrees between where the system puts the places and where PROJ puts them.
fn worst(system: &System, places: &Places) -> f64 {
    let mut positions: Vec<[f64; 2]> = places.iter().map(|(plane, _)| *plane).collect();
    system.to_wgs84(&mut positions).unwrap();
    let apart = |(found, (_, expected)): (&[f64; 2], &([f64; 2], [f64; 2]))| {
        (found[0] - expected[0]).abs().max((found[1] - expected[1]).abs())
    };
    positions.iter().zip(places).map(apart).fold(0.0, f64::max)
}

#[test]
fn every_code_agrees_with_proj() {
    let oracle = oracle();
    let codes = oracle.iter().filter(|(name, _)| name.starts_with("EPSG"));
    let mut places_seen = 0;
    for (name, places) in codes {
        let system = System::of(&Written::of_name(name)).unwrap();
        let close = if ["EPSG:2326", "EPSG:2436"].contains(&name.as_str()) { MILLIMETRE } else { CLOSE };
        assert!(worst(&system, places) < close, "{name}: {}", worst(&system, places));
        places_seen += places.len();
    }
    assert!(places_seen > 2_000);
}

#[test]
fn every_way_of_writing_a_system_agrees_with_proj() {
    let oracle = oracle();
    for (name, forms) in forms() {
        assert!(oracle[&name].len() >= 8);
        for (form, text) in forms {
            let written = if form == "json" { Written::Json(text) } else { Written::Wkt(text.as_str().unwrap().into()) };
            let system = System::of(&written).unwrap_or_else(|system| panic!("{name} as {form}: {system}"));
            let apart = worst(&system, &oracle[&name]);
            assert!(apart < CLOSE, "{name} as {form}: {apart}, {}", system.proj);
            assert_eq!(system.fate().unwrap().0, Fate::Transformed);
        }
    }
}

/// PROJJSON without its codes has to be understood by its parameters.
#[test]
fn projjson_without_a_code_is_understood_by_its_parameters() {
    let oracle = oracle();
    for (name, mut forms) in forms() {
        let json = forms.get_mut("json").unwrap();
        json.as_object_mut().unwrap().remove("id");
        let system = System::of(&Written::Json(json.clone())).unwrap();
        assert!(worst(&system, &oracle[&name]) < CLOSE, "{name}: {}", system.proj);
    }
}

#[test]
fn a_system_says_what_becomes_of_positions() {
    let told = |name: &str| match System::of(&Written::of_name(name)).map(|system| system.fate()) {
        Ok(Ok((fate, remark))) => format!("{fate:?} {}", remark.map(|remark| remark.text).unwrap_or_default()),
        Ok(Err(refused)) => format!("refused: {refused}"),
        Err(unknown) => format!("unknown: {unknown}"),
    };
    let expected = [
        ("EPSG:4326", "Kept "),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "Kept "),
        (
            "http://www.opengis.net/def/crs/EPSG/0/4490",
            "Kept The file is in CGCS2000 (EPSG:4490), which agrees with WGS84 to centimetres; it is read as WGS84.",
        ),
        (
            "EPSG:4527",
            "Transformed The file is in EPSG:4527, on CGCS2000, which agrees with WGS84 to centimetres; it is transformed to WGS84.",
        ),
        ("EPSG:3857", "Transformed The file is in EPSG:3857; it is transformed to WGS84."),
        (
            "EPSG:4258",
            "Kept The file is in EPSG:4258, whose datum agrees with WGS84 to within about 2 metres; it is read as WGS84.",
        ),
        (
            "EPSG:4610",
            "Kept The file is in EPSG:4610, on the Xian 1980 datum, whose shift to WGS84 is not public; it is read as WGS84 without one, and lies up to about 150 metres off.",
        ),
        (
            "EPSG:4555",
            "Kept The file is in EPSG:4555, on the New Beijing datum, whose shift to WGS84 is not public; it is read as WGS84 without one, and lies up to about 150 metres off.",
        ),
        (
            "EPSG:4214",
            "Transformed The file is in EPSG:4214, on the Beijing 1954 datum, whose shift is published for some regions only; it is transformed to WGS84 by one of them, right to about 20 metres.",
        ),
        (
            "EPSG:2326",
            "Transformed The file is in EPSG:2326; it is transformed to WGS84 by the shift that is published with it, right to some metres.",
        ),
        (
            "+proj=longlat +ellps=bessel",
            "refused: The file is in +proj=longlat +ellps=bessel, on a datum whose shift to WGS84 this program does not know.",
        ),
        ("EPSG:99999", "unknown: EPSG:99999"),
        ("the town's own", "unknown: the town's own"),
        ("LOCAL_CS[\"Plan\"]", "unknown: Plan"),
    ];
    for (name, text) in expected {
        assert_eq!(told(name), text);
    }
}

#[test]
fn what_no_system_has_is_an_error_and_never_a_panic() {
    let zone = System::of(&Written::Code(4527)).unwrap();
    let mut positions = vec![[39_500_000.0, 4_000_000.0]; 20_000];
    positions[17_000] = [f64::NAN, 0.0];
    assert_eq!(zone.to_wgs84(&mut positions), Err(Failure::Position(17_000)));
    let deep = format!("PROJCS{}", "[A".repeat(100_000));
    assert!(System::of(&Written::Wkt(deep)).is_err());
    assert!(System::of(&Written::Proj("+proj=nonsense +datum=WGS84".into())).unwrap().to_wgs84(&mut [[0.0, 0.0]]).is_err());
}

proptest::proptest! {
    /// The text of a system with a part cut out or a byte changed is read or refused.
    #[test]
    fn damaged_text_is_read_or_refused(which in 0usize..9, form in 0usize..3, at in 0usize..2_000, length in 0usize..40, byte in 32u8..127) {
        let forms: Vec<_> = forms().into_values().collect();
        let forms = &forms[which % forms.len()];
        let text = forms[["esri", "wkt1", "wkt2"][form]].as_str().unwrap().to_string();
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let end = (at + length).min(bytes.len());
        bytes.drain(at..end);
        if let Ok(system) = System::of(&Written::Wkt(String::from_utf8_lossy(&bytes).into())) {
            let _ = system.fate();
            let _ = system.to_wgs84(&mut [[500_000.0, 4_000_000.0]]);
        }
    }
}
