//! The document: a collection, a feature or a geometry; and what is wrong with it.

use super::geometry::{Geometry, MaybeGeometry};
use crate::crs;
use crate::problem::{Outcome, Problem};
use crate::read::features::{Features, Properties};
use crate::read::gathering::{Gathering, Shape, not_areas};
use crate::read::json::part::{Part, Seed};
use serde::de::{MapAccess, SeqAccess};
use serde_json::Value;

/// What has been read so far.
#[derive(Default)]
pub(super) struct Sink {
    pub gathering: Gathering,
    crs: Option<Value>,
    kind: Option<String>,
}

impl Sink {
    /// The features, or what is wrong with them.
    pub fn finish(mut self) -> Outcome<Features> {
        if let Some(problem) = self.wrong_kind() {
            return Err(vec![problem]);
        }
        self.gathering.features.crs = self.crs.as_ref().map_or(crs::Written::Unsaid, written_crs);
        self.gathering.finish()
    }

    /// What is wrong with the type of the document read last.
    pub fn wrong_kind(&self) -> Option<Problem> {
        let collection = "A boundary file is a FeatureCollection of Polygon and MultiPolygon features.";
        let (message, help) = match self.kind.as_deref() {
            Some("FeatureCollection" | "Feature" | "Polygon" | "MultiPolygon" | "GeometryCollection") => return None,
            Some("Topology") => ("The file is TopoJSON, not GeoJSON.".into(), "Name it .topojson, or give its format."),
            Some(kind @ ("Point" | "MultiPoint" | "LineString" | "MultiLineString")) => return Some(not_areas(kind)),
            Some(kind) => (format!("\"{kind}\" is not a type of GeoJSON."), collection),
            None => ("The file is JSON, but not GeoJSON: it has no \"type\".".into(), collection),
        };
        Some(Problem::error("wrong-format", message).help(help))
    }
}

/// The `crs` member of the 2008 format, which RFC 7946 took away and many files still have.
fn written_crs(crs: &Value) -> crs::Written {
    match crs {
        Value::Null => crs::Written::Unsaid,
        _ => crs::Written::of_name(crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or(crs::NAMELESS)),
    }
}

/// The outermost value of the file: a collection, a feature or a geometry.
pub(super) struct Document<'a>(pub &'a mut Sink);

impl<'de> Part<'de> for Document<'_> {
    type Value = ();
    const WHAT: &'static str = "a GeoJSON object";

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut feature = Feature::begin(self.0);
        let mut is_collection = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    is_collection = true;
                    map.next_value_seed(Seed(Members(feature.sink)))?;
                }
                "crs" => feature.sink.crs = Some(map.next_value()?),
                _ => feature.member(&key, &mut map)?,
            }
        }
        feature.sink.kind = feature.bare.kind.clone();
        // A collection's own "geometry" or "coordinates" would be a foreign member; it cannot have any beside its features.
        if !is_collection && feature.bare.kind.as_deref() != Some("FeatureCollection") {
            feature.end();
        }
        Ok(())
    }
}

/// The features of a collection.
struct Members<'a>(&'a mut Sink);

impl<'de> Part<'de> for Members<'_> {
    type Value = ();
    const WHAT: &'static str = "a list of features";

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Seed(Member(self.0)))?.is_some() {}
        Ok(())
    }
}

struct Member<'a>(&'a mut Sink);

impl<'de> Part<'de> for Member<'_> {
    type Value = ();
    const WHAT: &'static str = "a feature";

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut feature = Feature::begin(self.0);
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
    /// The type, of the feature or of the bare geometry, and what belongs to the latter.
    bare: Geometry,
    properties: Properties,
    id: Option<Value>,
    geometry: Option<Geometry>,
}

impl<'a> Feature<'a> {
    fn begin(sink: &'a mut Sink) -> Self {
        Self { sink, bare: Geometry::default(), properties: Properties::new(), id: None, geometry: None }
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let outlines = self.sink.gathering.outlines();
        match key {
            "properties" => {
                if let Value::Object(properties) = map.next_value()? {
                    self.properties = properties;
                }
            }
            "id" => self.id = Some(map.next_value()?),
            "geometry" => self.geometry = map.next_value_seed(Seed(MaybeGeometry(outlines)))?,
            _ => self.bare.member(key, map, outlines)?,
        }
        Ok(())
    }

    fn end(mut self) {
        let is_bare = self.bare.depth.is_some() || !self.bare.parts.is_empty();
        let geometry = self.geometry.or(is_bare.then_some(self.bare));
        let shape = geometry.map_or(Shape::Nothing, |geometry| geometry.shape());
        if let Some(id) = self.id {
            self.properties.entry("id").or_insert(id);
        }
        self.sink.gathering.close(self.properties, shape);
    }
}
