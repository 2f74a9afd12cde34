//! TopoJSON (specification of 2013, version 1.0): areas that share their borders already.

use super::areas::{Chosen, join_duplicates};
use super::geojson::{Fields, Properties};
use crate::coverage::check::check;
use crate::coverage::{ArcRef, Arcs, Area, BoundaryLine, Coverage, Origin, Polygon, Position, Ring};
use crate::datum::to_wgs84;
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem, Severity};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Reads areas over shared arcs. Objects named `province`, `prefecture` and `county` become levels; lines become lines of the
/// object's name. Of several other objects, `fields.object` says which one holds the areas.
///
/// ```
/// use caremap::read::{geojson::Fields, topojson};
///
/// let text = r#"{"type": "Topology", "arcs": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
///     "objects": {"fields": {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0]]}}}"#;
/// let fields = topojson::read(text.as_bytes(), "fields.topojson", &Fields::default()).unwrap().value;
/// assert_eq!(fields.areas(caremap::level::Level::Unit)[0].code, "A");
/// ```
pub fn read(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Coverage> {
    let (read, sha256) = rayon::join(|| read_unsigned(bytes, file, fields), || crate::fingerprint::sha256(bytes));
    read.map(|mut noted| {
        noted.value.origin.sha256 = sha256;
        if let Some(finest) = noted.value.layers.keys().last() {
            let found = check(&noted.value, *finest).problems(&noted.value, *finest);
            noted.problems.extend(found.into_iter().map(|problem| problem.in_file(file)));
        }
        noted
    })
}

/// Reads the bundled set, which a test has checked.
pub(crate) fn read_bundled(bytes: &[u8], file: &str) -> Outcome<Coverage> {
    let fields = Fields::default();
    let (read, sha256) = rayon::join(|| read_unsigned(bytes, file, &fields), || crate::fingerprint::sha256(bytes));
    read.map(|mut noted| {
        noted.value.origin.sha256 = sha256;
        noted
    })
}

/// The same without the fingerprint of the file and without a check of the borders.
fn read_unsigned(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Coverage> {
    let named = |problems: Vec<Problem>| problems.into_iter().map(|problem| problem.in_file(file)).collect::<Vec<_>>();
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if plain.iter().all(u8::is_ascii_whitespace) {
        return Err(named(vec![Problem::error("empty-file", "The file is empty.").help("Give a TopoJSON file of areas.")]));
    }
    let topology: Topology = serde_json::from_slice(plain).map_err(|error| vec![super::json::problem(&error, plain, file)])?;
    let coverage = topology.coverage(fields).map_err(named)?;
    Ok(Noted { value: coverage.value, problems: named(coverage.problems) })
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
    if let Some(asked) = &fields.object {
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
        [] => Err(vec![Problem::error("no-areas", "The file has no object with Polygon or MultiPolygon geometries.")]),
        [only] => Ok(vec![(only, fields.level)]),
        _ => Err(vec![
            Problem::error("several-objects", "The file has several objects of areas.")
                .help(format!("Say which one to read: {}.", list())),
        ]),
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
    let Noted { value: chosen, problems } = Chosen::find(&properties, fields)?;
    let mut areas = chosen.areas(&properties)?;
    let mut errors = Vec::new();
    for (area, geometry) in areas.iter_mut().zip(&geometries) {
        match polygons(geometry, arcs) {
            Some(polygons) => area.polygons = polygons,
            None => errors.push(
                Problem::error("wrong-geometry", format!("The arcs of the {level} are no rings of arcs that are there."))
                    .about(format!("{} {}", area.code, area.name)),
            ),
        }
    }
    if errors.is_empty() { Ok(Noted { value: areas, problems }) } else { Err(errors) }
}

fn polygons(geometry: &Object, arcs: &Arcs) -> Option<Vec<Polygon>> {
    let polygons = match geometry.kind.as_deref() {
        Some("Polygon") => std::slice::from_ref(&geometry.arcs),
        _ => geometry.arcs.list()?,
    };
    let mut read = Vec::new();
    for polygon in polygons {
        let mut rings = polygon.list()?.iter().map(|rings| ring(rings, arcs)).collect::<Option<Vec<Ring>>>()?.into_iter();
        if let Some(exterior) = rings.next() {
            read.push(Polygon { exterior, holes: rings.collect() });
        }
    }
    Some(read)
}

/// A ring: arcs that are there, each beginning where the one before ends.
fn ring(nested: &Nested, arcs: &Arcs) -> Option<Ring> {
    let ring = chain(nested, arcs)?;
    let ends = |arc: ArcRef| {
        let positions = arcs.get(arc.number());
        let (first, last) = (positions[0], positions[positions.len() - 1]);
        if arc.is_reversed() { (last, first) } else { (first, last) }
    };
    let is_closed = (0..ring.len()).all(|at| ends(ring[at]).1 == ends(ring[(at + 1) % ring.len()]).0);
    (is_closed && !ring.is_empty()).then_some(ring)
}

fn chain(nested: &Nested, arcs: &Arcs) -> Option<Vec<ArcRef>> {
    let Nested::List(list) = nested else { return None };
    list.iter()
        .map(|item| match item {
            Nested::Number(number) if ArcRef(*number).number() < arcs.len() => Some(ArcRef(*number)),
            _ => None,
        })
        .collect()
}

/// The lines of an object, if it has any.
fn lines(name: &str, object: &Object, arcs: &Arcs, found: &mut Vec<BoundaryLine>) -> Result<(), Problem> {
    for geometry in object.flat() {
        let chains: Option<Vec<Vec<ArcRef>>> = match (geometry.kind.as_deref(), &geometry.arcs) {
            (Some("LineString"), nested) => chain(nested, arcs).map(|chain| vec![chain]),
            (Some("MultiLineString"), Nested::List(list)) => list.iter().map(|nested| chain(nested, arcs)).collect(),
            (Some("MultiLineString"), _) => None,
            _ => continue,
        };
        let chains = chains.ok_or_else(|| {
            Problem::error("wrong-geometry", format!("The lines of \"{name}\" are no lists of arcs that are there."))
        })?;
        found.extend(
            chains
                .iter()
                .map(|chain| BoundaryLine { kind: name.to_string(), positions: crate::coverage::ring_positions(arcs, chain) }),
        );
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
                return Err(vec![Problem::error("bad-arc", format!("Arc {number} has fewer than two positions."))]);
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
                    let [x, y]: Position = *position;
                    return Err(vec![
                        Problem::error(
                            "bad-position",
                            format!("Arc {number} has a position ({x}, {y}) that is no longitude and latitude."),
                        )
                        .help("Only WGS84 longitudes and latitudes in degrees are read; convert the file first."),
                    ]);
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
        deserializer.deserialize_seq(ArcsVisitor(&mut arcs))?;
        Ok(arcs)
    }
}

struct ArcsVisitor<'a>(&'a mut QuantisedArcs);

impl<'de> Visitor<'de> for ArcsVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of arcs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(ArcSeed(self.0))?.is_some() {}
        Ok(())
    }
}

struct ArcSeed<'a>(&'a mut QuantisedArcs);

impl<'de> DeserializeSeed<'de> for ArcSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ArcSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an arc, a list of positions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(Pair(position)) = list.next_element()? {
            self.0.numbers.push(position);
        }
        self.0.ends.push(self.0.numbers.len());
        Ok(())
    }
}

/// A position; further numbers are passed over.
struct Pair([f64; 2]);

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PairVisitor)
    }
}

struct PairVisitor;

impl<'de> Visitor<'de> for PairVisitor {
    type Value = Pair;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a position")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pair, A::Error> {
        let short = || A::Error::custom("a position has fewer than two numbers");
        let x = list.next_element()?.ok_or_else(short)?;
        let y = list.next_element()?.ok_or_else(short)?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Pair([x, y]))
    }
}
