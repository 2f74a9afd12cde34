//! TopoJSON (specification of 2013, version 1.0): areas that share their borders already.

use super::areas::{Chosen, join_duplicates};
use super::boundaries::place::{short, wrong_how};
use super::boundaries::{About, SystemReport, field_reports};
use super::features::{Features, Fields, Properties};
use super::json::part::{Part, Seed, rest_of_position};
use crate::coverage::check::check;
use crate::coverage::repair::doubled_area;
use crate::coverage::{ArcRef, Arcs, Area, BoundaryLine, Coverage, Origin, Polygon, Position, Ring, ring_positions};
use crate::datum::to_wgs84;
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem, Severity, in_file};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess};
use serde_json::Value;
use std::collections::BTreeMap;

/// What to do about arcs that do not fit together.
const AGAIN: &str = "The file is damaged or was changed by hand: export it again, such as by mapshaper.";
/// What to do about positions in metres: TopoJSON has no way to name a coordinate system.
const IN_DEGREES: &str = "TopoJSON is read in degrees only: export it again in WGS84, such as by mapshaper -proj wgs84.";

/// Reads areas over shared arcs. Objects named `province`, `prefecture` and `county` become levels; lines become lines of the
/// object's name. Of several other objects, `fields.layer` says which one holds the areas.
///
/// ```
/// use caremap::read::{features::Fields, topojson};
///
/// let text = r#"{"type": "Topology", "arcs": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
///     "objects": {"fields": {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0]]}}}"#;
/// let fields = topojson::read(text.as_bytes(), "fields.topojson", &Fields::default()).unwrap().value;
/// assert_eq!(fields.areas(caremap::level::Level::Unit)[0].code, "A");
/// ```
pub fn read(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Coverage> {
    let Noted { value: (coverage, _), problems } = inspect(bytes, file, fields)?;
    Ok(Noted { value: coverage, problems })
}

/// The areas, and what the file says of itself.
pub(crate) fn inspect(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<(Coverage, About)> {
    let (read, sha256) = rayon::join(|| read_unsigned(bytes, file, fields), || crate::fingerprint::sha256(bytes));
    read.map(|mut noted| {
        let coverage = &mut noted.value.0;
        coverage.origin.sha256 = sha256;
        if let Some(finest) = coverage.layers.keys().last() {
            let found = check(coverage, *finest).problems(coverage, *finest);
            noted.problems.extend(found.into_iter().map(|problem| problem.in_file(file)));
        }
        noted
    })
}

/// Whether a file is TopoJSON: by the first type it says, and where that is no telling, by that of the whole.
pub(crate) fn is_topology(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type", default)]
        kind: Value,
    }
    let start = &bytes[..bytes.len().min(1 << 16)];
    let first = start.windows(6).position(|word| word == b"\"type\"").map(|at| start[at + 6..].trim_ascii_start());
    let first = first.and_then(|rest| rest.strip_prefix(b":")).map(<[u8]>::trim_ascii_start).unwrap_or(b"");
    let is_geojson = first.starts_with(b"\"Feature") || first.starts_with(b"\"name\"");
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    first.starts_with(b"\"Topology\"")
        || !is_geojson && serde_json::from_slice::<Kind>(plain).is_ok_and(|whole| whole.kind == "Topology")
}

/// Reads the bundled set, which a test has checked.
pub(crate) fn read_bundled(bytes: &[u8], file: &str) -> Outcome<Coverage> {
    let fields = Fields::default();
    let (read, sha256) = rayon::join(|| read_unsigned(bytes, file, &fields), || crate::fingerprint::sha256(bytes));
    let Noted { value: (mut coverage, _), problems } = read?;
    coverage.origin.sha256 = sha256;
    Ok(Noted { value: coverage, problems })
}

/// The same without the fingerprint of the file and without a check of the borders.
fn read_unsigned(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<(Coverage, About)> {
    let plain = super::json::body(bytes, file, "TopoJSON").map_err(|problem| vec![problem])?;
    let topology: Topology = serde_json::from_slice(plain).map_err(|error| vec![super::json::problem(&error, plain, file)])?;
    let about = topology.about(fields);
    let Noted { value: coverage, problems } = in_file(topology.coverage(fields), file)?;
    Ok(Noted { value: (coverage, about), problems })
}

#[derive(Deserialize)]
struct Topology {
    #[serde(rename = "type", default)]
    kind: String,
    transform: Option<Transform>,
    #[serde(default)]
    objects: BTreeMap<String, Object>,
    #[serde(default)]
    arcs: QuantisedArcs,
    origin: Option<WrittenOrigin>,
}

#[derive(Deserialize, Clone, Copy)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// Where the set comes from; a member of this program's own files, which the specification permits.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WrittenOrigin {
    source_zh: String,
    source_en: String,
    notice_zh: Option<String>,
    notice_en: Option<String>,
    vintage: Option<u16>,
}

/// A geometry, or a collection of them.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    geometries: Vec<Object>,
    #[serde(default)]
    properties: Option<Properties>,
    id: Option<Value>,
    #[serde(default)]
    arcs: Nested,
}

/// Numbers of arcs in lists of lists.
#[derive(Deserialize)]
#[serde(untagged)]
enum Nested {
    Number(i32),
    List(Vec<Nested>),
}

impl Default for Nested {
    fn default() -> Self {
        Nested::List(Vec::new())
    }
}

impl Nested {
    fn list(&self) -> Option<&[Nested]> {
        match self {
            Nested::List(list) => Some(list),
            Nested::Number(_) => None,
        }
    }
}

impl Topology {
    /// What the file says of itself.
    fn about(&self, fields: &Fields) -> About {
        let of_areas = || self.objects.iter().filter(|(_, object)| object.has_areas());
        let areas = of_areas().flat_map(|(_, object)| object.flat()).take(1_000);
        let properties = areas.map(|area| area.properties.clone().unwrap_or_default()).collect();
        let features = Features { properties, ..Features::default() };
        About {
            format: "TopoJSON".into(),
            layers: of_areas().map(|(name, _)| name.clone()).collect(),
            layer: fields.layer.clone(),
            crs: SystemReport::of(&features.crs, fields),
            fields: field_reports(&features),
            ..About::default()
        }
    }

    fn coverage(self, fields: &Fields) -> Outcome<Coverage> {
        if self.kind != "Topology" {
            return Err(vec![
                Problem::error("wrong-format", "The file is JSON, but not TopoJSON: its \"type\" is not \"Topology\".")
                    .help("Name it .geojson if it is GeoJSON."),
            ]);
        }
        let arcs = self.arcs.positions(self.transform, fields)?;
        let mut coverage = Coverage { arcs, origin: self.origin.unwrap_or_default().into(), ..Coverage::default() };
        let mut problems = Vec::new();
        let mut errors = Vec::new();
        for (object, level) in chosen_objects(&self.objects, fields)? {
            match areas(&self.objects[object], fields, level, &coverage.arcs) {
                Ok(noted) => {
                    let areas = noted.drain_into(&mut problems);
                    let areas = join_duplicates(&coverage, areas).drain_into(&mut problems);
                    coverage.layers.insert(level, areas);
                }
                Err(found) => errors.extend(found.into_iter().map(|problem| add_object(problem, object))),
            }
        }
        for (name, object) in &self.objects {
            lines(name, object, &coverage.arcs, &mut coverage.lines).unwrap_or_else(|problem| errors.push(problem));
        }
        // Arcs of lines stand after those of areas and are kept with the lines.
        let polygons = coverage.layers.values().flatten().flat_map(|area| &area.polygons);
        let used = polygons.flat_map(Polygon::rings).flatten().map(|arc| arc.number() + 1).max().unwrap_or(0);
        coverage.arcs.truncate(used);
        if errors.is_empty() && problems.iter().all(|problem| problem.severity != Severity::Error) {
            Ok(Noted { value: coverage, problems })
        } else {
            errors.extend(problems);
            Err(errors)
        }
    }
}

fn add_object(mut problem: Problem, object: &str) -> Problem {
    if problem.place.subject.is_none() {
        problem.place.subject = Some(format!("object \"{object}\""));
    }
    problem
}

impl From<WrittenOrigin> for Origin {
    fn from(written: WrittenOrigin) -> Self {
        let WrittenOrigin { source_zh, source_en, notice_zh, notice_en, vintage } = written;
        Origin { source_zh, source_en, notice_zh, notice_en, vintage, sha256: String::new() }
    }
}

/// The objects to read, and the level of each.
fn chosen_objects<'a>(objects: &'a BTreeMap<String, Object>, fields: &Fields) -> Result<Vec<(&'a str, Level)>, Vec<Problem>> {
    let of_areas: Vec<&String> = objects.iter().filter(|(_, object)| object.has_areas()).map(|(name, _)| name).collect();
    let list = || of_areas.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    if let Some(asked) = &fields.layer {
        return match objects.get_key_value(asked) {
            Some((name, _)) => Ok(vec![(name, level_of(name).unwrap_or(fields.level))]),
            None => Err(vec![
                Problem::error("unknown-object", format!("The file has no object \"{asked}\"."))
                    .help(format!("Its objects of areas are: {}.", list())),
            ]),
        };
    }
    let levels: Vec<(&str, Level)> = of_areas.iter().filter_map(|name| Some((name.as_str(), level_of(name)?))).collect();
    match of_areas.as_slice() {
        _ if !levels.is_empty() => Ok(levels),
        [] => Err(vec![
            Problem::error("no-areas", "The file has no object with Polygon or MultiPolygon geometries.")
                .help("Give a file with at least one area; lines and points are no boundaries."),
        ]),
        [only] => Ok(vec![(only, fields.level)]),
        _ => Err(vec![Problem::error("several-objects", "The file has several objects of areas.").help(format!(
            "Say which one to read: boundaries = {{ file = \"…\", layer = \"…\" }} in the map file. They are: {}.",
            list()
        ))]),
    }
}

fn level_of(name: &str) -> Option<Level> {
    [Level::Province, Level::Prefecture, Level::County].into_iter().find(|level| level.word() == name)
}

impl Object {
    fn has_areas(&self) -> bool {
        matches!(self.kind.as_deref(), Some("Polygon" | "MultiPolygon")) || self.geometries.iter().any(Object::has_areas)
    }

    /// The geometries themselves; collections may hold collections, as deep as the JSON reader lets them.
    fn flat(&self) -> Vec<&Object> {
        if self.kind.as_deref() == Some("GeometryCollection") {
            self.geometries.iter().flat_map(Object::flat).collect()
        } else {
            vec![self]
        }
    }
}

/// The areas of an object.
fn areas(object: &Object, fields: &Fields, level: Level, arcs: &Arcs) -> Outcome<Vec<Area>> {
    let geometries: Vec<&Object> = object.flat().into_iter().filter(|geometry| geometry.has_areas()).collect();
    let properties: Vec<Properties> = geometries
        .iter()
        .map(|geometry| {
            let mut properties = geometry.properties.clone().unwrap_or_default();
            if let Some(id) = &geometry.id {
                properties.entry("id").or_insert_with(|| id.clone());
            }
            properties
        })
        .collect();
    let features = Features { properties, ..Features::default() };
    let Noted { value: chosen, problems } = Chosen::find(&features, fields)?;
    let mut areas = chosen.areas(&features.properties)?;
    let mut errors = Vec::new();
    for (area, geometry) in areas.iter_mut().zip(&geometries) {
        match polygons(geometry, arcs) {
            Ok(polygons) => area.polygons = polygons,
            Err(why) => {
                let problem = Problem::error("wrong-geometry", format!("The arcs of the {level} do not fit: {why}."));
                errors.push(problem.about(format!("{} {}", area.code, area.name)).help(AGAIN));
            }
        }
    }
    if errors.is_empty() { Ok(Noted { value: areas, problems }) } else { Err(errors) }
}

fn polygons(geometry: &Object, arcs: &Arcs) -> Result<Vec<Polygon>, String> {
    let lists = || "a Polygon is a list of rings, a MultiPolygon one of polygons, and a ring a list of arcs".to_string();
    let polygons = match geometry.kind.as_deref() {
        Some("Polygon") => std::slice::from_ref(&geometry.arcs),
        _ => geometry.arcs.list().ok_or_else(lists)?,
    };
    let mut read = Vec::new();
    for polygon in polygons {
        let rings = polygon.list().ok_or_else(lists)?.iter().map(|rings| ring(rings, arcs));
        let mut rings = rings.collect::<Result<Vec<Ring>, String>>()?.into_iter();
        if let Some(exterior) = rings.next() {
            let holes = rings.map(|hole| turned(hole, arcs, false)).collect();
            read.push(Polygon { exterior: turned(exterior, arcs, true), holes });
        }
    }
    Ok(read)
}

/// The ring so that it runs anticlockwise, or clockwise. The specification leaves it open, and programs differ.
fn turned(mut ring: Ring, arcs: &Arcs, anticlockwise: bool) -> Ring {
    let area = doubled_area(&ring_positions(arcs, &ring));
    if area != 0.0 && (area > 0.0) != anticlockwise {
        ring.reverse();
        ring.iter_mut().for_each(|arc| *arc = arc.reversed());
    }
    ring
}

/// A ring: arcs that are there, each beginning where the one before ends.
fn ring(nested: &Nested, arcs: &Arcs) -> Result<Ring, String> {
    let ring = chain(nested, arcs)?;
    let ends = |arc: ArcRef| {
        let positions = arcs.get(arc.number());
        let (first, last) = (positions[0], positions[positions.len() - 1]);
        if arc.is_reversed() { (last, first) } else { (first, last) }
    };
    let open = (0..ring.len()).find(|at| ends(ring[*at]).1 != ends(ring[(at + 1) % ring.len()]).0);
    match open {
        _ if ring.is_empty() => Err("a ring has no arc".to_string()),
        Some(at) => Err(format!("a ring is not closed after arc {}", ring[at].0)),
        None => Ok(ring),
    }
}

fn chain(nested: &Nested, arcs: &Arcs) -> Result<Vec<ArcRef>, String> {
    let Nested::List(list) = nested else { return Err("a number stands where a list of arcs should".to_string()) };
    list.iter()
        .map(|item| match item {
            Nested::Number(number) if ArcRef(*number).number() < arcs.len() => Ok(ArcRef(*number)),
            Nested::Number(number) => Err(format!("there is no arc {number}, the file has {}, numbered from 0", arcs.len())),
            Nested::List(_) => Err("a list stands where the number of an arc should".to_string()),
        })
        .collect()
}

/// The lines of an object, if it has any.
fn lines(name: &str, object: &Object, arcs: &Arcs, found: &mut Vec<BoundaryLine>) -> Result<(), Problem> {
    for geometry in object.flat() {
        let chains: Result<Vec<Vec<ArcRef>>, String> = match (geometry.kind.as_deref(), &geometry.arcs) {
            (Some("LineString"), nested) => chain(nested, arcs).map(|chain| vec![chain]),
            (Some("MultiLineString"), Nested::List(list)) => list.iter().map(|nested| chain(nested, arcs)).collect(),
            (Some("MultiLineString"), _) => Err("a number stands where a list of lines should".to_string()),
            _ => continue,
        };
        let wrong = |why| Problem::error("wrong-geometry", format!("The lines of \"{name}\" do not fit: {why}.")).help(AGAIN);
        let chains = chains.map_err(wrong)?;
        found.extend(chains.iter().map(|chain| BoundaryLine { kind: name.to_string(), positions: ring_positions(arcs, chain) }));
    }
    Ok(())
}

/// Arcs as they are written: numbers end to end, differences where there is a transform.
#[derive(Default)]
struct QuantisedArcs {
    numbers: Vec<[f64; 2]>,
    ends: Vec<usize>,
}

impl QuantisedArcs {
    fn positions(mut self, transform: Option<Transform>, fields: &Fields) -> Result<Arcs, Vec<Problem>> {
        let mut start = 0;
        for (number, end) in self.ends.iter().enumerate() {
            if end - start < 2 {
                let problem = Problem::error("bad-arc", format!("Arc {number} has fewer than two positions."));
                return Err(vec![problem.help(AGAIN)]);
            }
            if let Some(Transform { scale, translate }) = transform {
                let mut here = [0.0, 0.0];
                for position in &mut self.numbers[start..*end] {
                    here = [here[0] + position[0], here[1] + position[1]];
                    *position = [here[0] * scale[0] + translate[0], here[1] * scale[1] + translate[1]];
                }
            }
            for position in &mut self.numbers[start..*end] {
                if !(position[0].abs() <= 180.0 && position[1].abs() <= 90.0) {
                    let ([x, y], (how, help)) = (position.map(short), wrong_how(*position));
                    let problem = Problem::error("bad-position", format!("The position ({x}, {y}) of arc {number} {how}."));
                    return Err(vec![problem.help(if how.contains("metres") { IN_DEGREES.into() } else { help })]);
                }
                *position = to_wgs84(*position, fields.datum);
            }
            start = *end;
        }
        Ok(Arcs::from_parts(self.numbers, self.ends))
    }
}

impl<'de> Deserialize<'de> for QuantisedArcs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut arcs = QuantisedArcs::default();
        Seed(ArcList(&mut arcs)).deserialize(deserializer)?;
        Ok(arcs)
    }
}

struct ArcList<'a>(&'a mut QuantisedArcs);

impl<'de> Part<'de> for ArcList<'_> {
    type Value = ();
    const WHAT: &'static str = "a list of arcs";

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Seed(OneArc(self.0)))?.is_some() {}
        Ok(())
    }
}

struct OneArc<'a>(&'a mut QuantisedArcs);

impl<'de> Part<'de> for OneArc<'_> {
    type Value = ();
    const WHAT: &'static str = "an arc, a list of positions";

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(position) = list.next_element_seed(Seed(Pair))? {
            self.0.numbers.push(position);
        }
        self.0.ends.push(self.0.numbers.len());
        Ok(())
    }
}

/// A position; further numbers are passed over.
struct Pair;

impl<'de> Part<'de> for Pair {
    type Value = Position;
    const WHAT: &'static str = "a position";

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Position, A::Error> {
        let x = list.next_element()?.ok_or_else(|| A::Error::custom("a position is empty"))?;
        rest_of_position(x, &mut list)
    }
}
