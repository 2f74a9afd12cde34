//! GeoJSON (RFC 7946) of areas.
//!
//! The positions of a file are read straight into flat lists, without a tree of values in between, so that a file of 95 MB and four
//! million positions takes well under a second.

use crate::coverage::check::check;
use crate::coverage::outlines::Outlines;
use crate::coverage::{Coverage, Position};
use crate::datum::Datum;
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// What to read from a boundary file, and how. The default finds code and name by the names such fields usually have.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    /// Property with the code of an area.
    pub code: Option<String>,
    /// Property with its name.
    pub name: Option<String>,
    /// Property with its English name.
    pub name_en: Option<String>,
    /// Property with the code of its parent.
    pub parent: Option<String>,
    /// Level of the areas.
    pub level: Level,
    /// Object of a TopoJSON file that holds the areas.
    pub object: Option<String>,
    /// What the positions refer to; they are moved to WGS84 on reading.
    pub datum: Datum,
}

impl Default for Fields {
    fn default() -> Self {
        Self { code: None, name: None, name_en: None, parent: None, level: Level::Unit, object: None, datum: Datum::Wgs84 }
    }
}

/// The properties of a feature.
pub type Properties = Map<String, Value>;

/// A file's features: their rings, and what is said of each, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// The rings; one area a feature.
    pub outlines: Outlines,
    /// The properties of each feature; the feature's `id` is among them as `id` unless a property has that name.
    pub properties: Vec<Properties>,
}

/// Reads areas and builds a coverage of them: borders that two areas give alike are shared.
///
/// ```
/// use caremap::read::geojson::{Fields, read};
///
/// let text = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A", "name": "Field"},
///     "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}"#;
/// let fields = read(text.as_bytes(), "field.geojson", &Fields::default()).unwrap().value;
/// assert_eq!(fields.areas(caremap::level::Level::Unit)[0].name, "Field");
/// ```
pub fn read(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Coverage> {
    let in_file = |mut problem: Problem| {
        problem.place.file = Some(file.to_string());
        problem
    };
    let (features, sha256) = rayon::join(|| features(bytes, file), || crate::fingerprint::sha256(bytes));
    let Noted { value: features, mut problems } = features?;
    let mut coverage = match super::areas::from_features(features, fields) {
        Ok(noted) => {
            problems.extend(noted.problems.into_iter().map(in_file));
            noted.value
        }
        Err(found) => {
            problems.extend(found.into_iter().map(in_file));
            return Err(problems);
        }
    };
    coverage.origin.sha256 = sha256;
    let found = check(&coverage, fields.level).problems(&coverage, fields.level);
    problems.extend(found.into_iter().map(in_file));
    Ok(Noted { value: coverage, problems })
}

/// Reads the features of a file without building anything.
pub fn features(bytes: &[u8], file: &str) -> Outcome<Features> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(vec![Problem::error("empty-file", "The file is empty.").in_file(file).help("Give a GeoJSON file of areas.")]);
    }
    if let Some(problem) = super::json::other_format(bytes, file) {
        return Err(vec![problem]);
    }
    let mut sink = Sink::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = DocumentSeed { sink: &mut sink }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(error) = read {
        return Err(vec![super::json::problem(&error, bytes, file)]);
    }
    sink.finish(file)
}

/// What has been read so far.
#[derive(Default)]
struct Sink {
    features: Features,
    crs: Option<Value>,
    kind: Option<String>,
    /// Geometries that are not areas, by type, with the number of the first feature that has one.
    foreign: Vec<(usize, String)>,
    /// Features with a geometry that does not have the shape its type says.
    misshapen: Vec<(usize, String)>,
    without: Vec<usize>,
}

impl Sink {
    fn finish(self, file: &str) -> Outcome<Features> {
        let mut problems = Vec::new();
        let mut errors = Vec::new();
        match self.kind.as_deref() {
            Some("FeatureCollection" | "Feature" | "Polygon" | "MultiPolygon" | "GeometryCollection") => {}
            Some("Topology") => errors.push(
                Problem::error("wrong-format", "The file is TopoJSON, not GeoJSON.")
                    .help("Name it .topojson, or give its format."),
            ),
            Some(kind @ ("Point" | "MultiPoint" | "LineString" | "MultiLineString")) => errors.push(not_areas(kind)),
            Some(kind) => errors.push(
                Problem::error("wrong-format", format!("\"{kind}\" is not a type of GeoJSON."))
                    .help("A boundary file is a FeatureCollection of Polygon and MultiPolygon features."),
            ),
            None => errors.push(
                Problem::error("wrong-format", "The file is JSON, but not GeoJSON: it has no \"type\".")
                    .help("A boundary file is a FeatureCollection of Polygon and MultiPolygon features."),
            ),
        }
        if errors.is_empty() {
            self.judge_features(&mut problems, &mut errors);
        }
        if let Some(crs) = &self.crs {
            match judge_crs(crs) {
                Ok(note) => problems.extend(note),
                Err(error) => errors.push(error),
            }
        }
        let named = |list: Vec<Problem>| list.into_iter().map(|problem| problem.in_file(file)).collect::<Vec<_>>();
        if errors.is_empty() {
            Ok(Noted { value: self.features, problems: named(problems) })
        } else {
            errors.extend(problems);
            Err(named(errors))
        }
    }

    fn judge_features(&self, problems: &mut Vec<Problem>, errors: &mut Vec<Problem>) {
        let subject = |number: usize| super::areas::subject(&self.features.properties, number);
        if self.features.outlines.is_empty() {
            errors.push(Problem::error("no-areas", "The file holds no feature.").help("Give a file with at least one area."));
        }
        for (number, kind) in self.misshapen.iter().take(20) {
            errors.push(
                Problem::error("wrong-geometry", format!("The coordinates do not have the shape of a {kind}."))
                    .about(subject(*number))
                    .help("RFC 7946, section 3.1: a Polygon is a list of rings, a MultiPolygon a list of polygons."),
            );
        }
        if let Some((number, kind)) = self.foreign.first() {
            if self.foreign.len() == self.features.outlines.len() {
                errors.push(not_areas(kind).about(subject(*number)));
            } else {
                problems.push(
                    Problem::warning(
                        "wrong-geometry",
                        format!(
                            "{} features are points or lines, not areas, and are left out; the first is a {kind}.",
                            self.foreign.len()
                        ),
                    )
                    .about(subject(*number)),
                );
            }
        }
        for number in self.without.iter().take(20) {
            problems.push(Problem::warning("no-geometry", "The feature has no territory.").about(subject(*number)));
        }
    }
}

fn not_areas(kind: &str) -> Problem {
    Problem::error("wrong-geometry", format!("The file holds {kind} features, not areas."))
        .help("Boundaries are Polygon or MultiPolygon features; points belong under [points].")
}

/// Judges the `crs` member of the 2008 format: WGS84 passes, CGCS2000 passes with a note, anything else is refused.
fn judge_crs(crs: &Value) -> Result<Option<Problem>, Problem> {
    if crs.is_null() {
        return Ok(None);
    }
    let name = crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or("without a name");
    let upper = name.to_uppercase();
    let is = |code: &str| upper.ends_with(code);
    if is(":CRS84") || is(":4326") || upper == "WGS84" || upper == "WGS 84" {
        Ok(None)
    } else if is(":4490") {
        Ok(Some(Problem::note(
            "crs",
            "The file is in CGCS2000 (EPSG:4490), which agrees with WGS84 to centimetres; it is read as WGS84.",
        )))
    } else {
        Err(Problem::error(
            "crs",
            format!("The file is in the coordinate system \"{name}\"; only WGS84 longitudes and latitudes are read."),
        )
        .help("Convert it first, for example: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson"))
    }
}

/// The outermost value of the file: a collection, a feature or a geometry.
struct DocumentSeed<'a> {
    sink: &'a mut Sink,
}

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut feature = Feature::begin(self.sink);
        let mut is_collection = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    is_collection = true;
                    map.next_value_seed(FeaturesSeed { sink: feature.sink })?;
                }
                "crs" => feature.sink.crs = Some(map.next_value()?),
                _ => feature.member(&key, &mut map)?,
            }
        }
        feature.sink.kind = feature.kind.clone();
        // A collection's own "geometry" or "coordinates" would be a foreign member; it cannot have any beside its features.
        if !is_collection && feature.kind.as_deref() != Some("FeatureCollection") {
            feature.end();
        }
        Ok(())
    }
}

struct FeaturesSeed<'a> {
    sink: &'a mut Sink,
}

impl<'de> DeserializeSeed<'de> for FeaturesSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for FeaturesSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(FeatureSeed { sink: self.sink })?.is_some() {}
        Ok(())
    }
}

struct FeatureSeed<'a> {
    sink: &'a mut Sink,
}

impl<'de> DeserializeSeed<'de> for FeatureSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut feature = Feature::begin(self.sink);
        while let Some(key) = map.next_key::<String>()? {
            feature.member(&key, &mut map)?;
        }
        feature.end();
        Ok(())
    }
}

/// A feature, or a bare geometry that stands for one, while it is read. Members come in any order.
struct Feature<'a> {
    sink: &'a mut Sink,
    kind: Option<String>,
    properties: Properties,
    id: Option<Value>,
    geometry: Option<Geometry>,
}

impl<'a> Feature<'a> {
    fn begin(sink: &'a mut Sink) -> Self {
        Self { sink, kind: None, properties: Properties::new(), id: None, geometry: None }
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "type" => self.kind = map.next_value::<Value>()?.as_str().map(str::to_string),
            "properties" => {
                if let Value::Object(properties) = map.next_value()? {
                    self.properties = properties;
                }
            }
            "id" => self.id = Some(map.next_value()?),
            "geometry" => self.geometry = map.next_value_seed(GeometrySeed { outlines: &mut self.sink.features.outlines })?,
            "coordinates" => {
                let depth = map.next_value_seed(NestSeed { outlines: &mut self.sink.features.outlines })?;
                self.geometry = Some(Geometry { kind: None, depth, parts: Vec::new() });
            }
            "geometries" => {
                let parts = map.next_value_seed(GeometriesSeed { outlines: &mut self.sink.features.outlines })?;
                self.geometry = Some(Geometry { kind: Some("GeometryCollection".into()), depth: None, parts });
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn end(mut self) {
        let number = self.sink.features.outlines.len();
        if let Some(geometry) = &mut self.geometry
            && geometry.kind.is_none()
        {
            geometry.kind = self.kind.clone();
        }
        match self.geometry {
            None => self.sink.without.push(number),
            Some(geometry) => geometry.judge(number, self.sink),
        }
        if let Some(id) = self.id {
            self.properties.entry("id").or_insert(id);
        }
        self.sink.features.properties.push(self.properties);
        self.sink.features.outlines.close_area();
    }
}

/// What a geometry was, once its positions are in the outlines.
struct Geometry {
    kind: Option<String>,
    depth: Option<usize>,
    parts: Vec<Geometry>,
}

impl Geometry {
    /// Notes what is wrong with the geometry of feature `number`.
    fn judge(&self, number: usize, sink: &mut Sink) {
        match (self.kind.as_deref(), self.depth) {
            (Some("Polygon"), Some(2)) | (Some("MultiPolygon"), Some(3)) => {}
            (Some("GeometryCollection"), _) => self.parts.iter().for_each(|part| part.judge(number, sink)),
            (Some("Polygon" | "MultiPolygon"), None) => sink.without.push(number),
            (Some(kind @ ("Point" | "MultiPoint" | "LineString" | "MultiLineString")), _) => {
                sink.foreign.push((number, kind.to_string()));
            }
            (kind, _) => sink.misshapen.push((number, kind.unwrap_or("geometry without a type").to_string())),
        }
    }
}

struct GeometrySeed<'a> {
    outlines: &'a mut Outlines,
}

impl<'de> DeserializeSeed<'de> for GeometrySeed<'_> {
    type Value = Option<Geometry>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed<'_> {
    type Value = Option<Geometry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut geometry = Geometry { kind: None, depth: None, parts: Vec::new() };
        let before = [self.outlines.positions.len(), self.outlines.rings.len(), self.outlines.polygons.len()];
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => geometry.kind = map.next_value::<Value>()?.as_str().map(str::to_string),
                "coordinates" => geometry.depth = map.next_value_seed(NestSeed { outlines: self.outlines })?,
                "geometries" => geometry.parts = map.next_value_seed(GeometriesSeed { outlines: self.outlines })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !matches!(geometry.kind.as_deref(), Some("Polygon" | "MultiPolygon" | "GeometryCollection")) {
            // Lines are lists of positions too; only the type, which may come last, tells that they are not rings.
            self.outlines.positions.truncate(before[0]);
            self.outlines.rings.truncate(before[1]);
            self.outlines.polygons.truncate(before[2]);
        }
        Ok(Some(geometry))
    }
}

struct GeometriesSeed<'a> {
    outlines: &'a mut Outlines,
}

impl<'de> DeserializeSeed<'de> for GeometriesSeed<'_> {
    type Value = Vec<Geometry>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for GeometriesSeed<'_> {
    type Value = Vec<Geometry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of geometries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element_seed(GeometrySeed { outlines: self.outlines })? {
            parts.extend(part);
        }
        Ok(parts)
    }
}

/// One value inside `coordinates`: a number, or a list.
enum Nest {
    Number(f64),
    /// A list of this depth: 0 a position, 1 a list of positions, and so on; `None` where it is empty.
    List(Option<usize>),
}

/// Reads nested lists of positions. A closed list of positions is a ring, a closed list of rings a polygon; whether that is what
/// the geometry is, its type tells.
struct NestSeed<'a> {
    outlines: &'a mut Outlines,
}

impl<'de> DeserializeSeed<'de> for NestSeed<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match deserializer.deserialize_any(NestVisitor { outlines: self.outlines })? {
            Nest::List(depth) => Ok(depth),
            Nest::Number(_) => Err(D::Error::custom("coordinates are a list, not a number")),
        }
    }
}

struct NestVisitor<'a> {
    outlines: &'a mut Outlines,
}

impl<'de> DeserializeSeed<'de> for NestVisitor<'_> {
    type Value = Nest;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Nest, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NestVisitor<'_> {
    type Value = Nest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of coordinates or a number")
    }

    fn visit_f64<E>(self, value: f64) -> Result<Nest, E> {
        Ok(Nest::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Nest, E> {
        Ok(Nest::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Nest, E> {
        Ok(Nest::Number(value as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nest, A::Error> {
        let outlines = self.outlines;
        let first = list.next_element_seed(NestVisitor { outlines })?;
        match first {
            None => Ok(Nest::List(None)),
            Some(Nest::Number(x)) => {
                let position = rest_of_position(x, &mut list)?;
                outlines.positions.push(position);
                Ok(Nest::List(Some(0)))
            }
            Some(Nest::List(mut depth)) => {
                while let Some(next) = list.next_element_seed(NestVisitor { outlines })? {
                    match next {
                        Nest::List(None) => {}
                        Nest::List(found) if depth.is_none() || found == depth => depth = found,
                        _ => return Err(A::Error::custom("lists of different depth stand side by side in coordinates")),
                    }
                }
                match depth {
                    Some(0) => outlines.rings.push(outlines.positions.len()),
                    Some(1) => outlines.polygons.push(outlines.rings.len()),
                    _ => {}
                }
                Ok(Nest::List(depth.map(|depth| depth + 1)))
            }
        }
    }
}

/// The rest of a position that begins with `x`. Heights and measures are passed over.
fn rest_of_position<'de, A: SeqAccess<'de>>(x: f64, list: &mut A) -> Result<Position, A::Error> {
    let Some(y) = list.next_element::<f64>()? else {
        return Err(A::Error::custom("a position has a longitude but no latitude"));
    };
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok([x, y])
}
