//! Geometries, their positions read into flat lists.

use crate::coverage::outlines::Outlines;
use crate::read::gathering::Shape;
use crate::read::json::part::{Part, Seed, rest_of_position};
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess};

/// What a geometry was, once its positions are in the outlines.
#[derive(Default)]
pub(super) struct Geometry {
    pub kind: Option<String>,
    /// How deep its coordinates are nested: 2 a list of rings, 3 a list of polygons.
    pub depth: Option<usize>,
    pub parts: Vec<Geometry>,
}

impl Geometry {
    /// Reads the member `key`, if geometries have such a one.
    pub fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, outlines: &mut Outlines) -> Result<(), A::Error> {
        match key {
            "type" => self.kind = map.next_value::<serde_json::Value>()?.as_str().map(str::to_string),
            "coordinates" => self.depth = map.next_value_seed(Seed(Coordinates(outlines)))?,
            "geometries" => self.parts = map.next_value_seed(Seed(Geometries(outlines)))?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Whether the positions read are rings. Lines are lists of positions too; only the type, which may come last, tells.
    fn has_rings(&self) -> bool {
        matches!(self.kind.as_deref(), Some("Polygon" | "MultiPolygon" | "GeometryCollection"))
    }

    /// What the geometry is. Of a collection, the first part that is not sound or no area decides.
    pub fn shape(&self) -> Shape {
        match (self.kind.as_deref(), self.depth) {
            (Some("Polygon"), Some(2)) | (Some("MultiPolygon"), Some(3)) => Shape::Areas,
            (Some("GeometryCollection"), _) => {
                let mut parts = self.parts.iter().map(Geometry::shape);
                parts.find(|shape| matches!(shape, Shape::Foreign(_) | Shape::Unsound(..))).unwrap_or(Shape::Areas)
            }
            (Some("Polygon" | "MultiPolygon"), None) => Shape::Nothing,
            (Some(kind @ ("Point" | "MultiPoint" | "LineString" | "MultiLineString")), _) => Shape::Foreign(kind.to_string()),
            (kind, _) => Shape::Unsound(
                format!("The coordinates do not have the shape of a {}.", kind.unwrap_or("geometry without a type")),
                "RFC 7946, section 3.1: a Polygon is a list of rings, a MultiPolygon a list of polygons.",
            ),
        }
    }
}

/// A geometry or null.
pub(super) struct MaybeGeometry<'a>(pub &'a mut Outlines);

impl<'de> Part<'de> for MaybeGeometry<'_> {
    type Value = Option<Geometry>;
    const WHAT: &'static str = "a geometry or null";

    fn null<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let outlines = self.0;
        let before = [outlines.positions.len(), outlines.rings.len(), outlines.polygons.len()];
        let mut geometry = Geometry::default();
        while let Some(key) = map.next_key::<String>()? {
            geometry.member(&key, &mut map, outlines)?;
        }
        if !geometry.has_rings() {
            outlines.positions.truncate(before[0]);
            outlines.rings.truncate(before[1]);
            outlines.polygons.truncate(before[2]);
        }
        Ok(Some(geometry))
    }
}

struct Geometries<'a>(&'a mut Outlines);

impl<'de> Part<'de> for Geometries<'_> {
    type Value = Vec<Geometry>;
    const WHAT: &'static str = "a list of geometries";

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element_seed(Seed(MaybeGeometry(self.0)))? {
            parts.extend(part);
        }
        Ok(parts)
    }
}

/// The lists of a geometry's positions; their depth.
struct Coordinates<'a>(&'a mut Outlines);

impl<'de> Part<'de> for Coordinates<'_> {
    type Value = Option<usize>;
    const WHAT: &'static str = "a list of coordinates";

    fn list<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        match Nest(self.0).list(list)? {
            Nested::List(depth) => Ok(depth),
            Nested::Number(_) => Ok(None),
        }
    }
}

/// One value inside `coordinates`: a number, or a list.
enum Nested {
    Number(f64),
    /// A list of this depth: 0 a position, 1 a list of positions, and so on; `None` where it is empty.
    List(Option<usize>),
}

/// Reads nested lists of positions. A closed list of positions is a ring, a closed list of rings a polygon; whether that is what
/// the geometry is, its type tells.
struct Nest<'a>(&'a mut Outlines);

impl<'de> Part<'de> for Nest<'_> {
    type Value = Nested;
    const WHAT: &'static str = "a list of coordinates or a number";

    fn number<E: Error>(self, number: f64) -> Result<Nested, E> {
        Ok(Nested::Number(number))
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nested, A::Error> {
        let outlines = self.0;
        match list.next_element_seed(Seed(Nest(outlines)))? {
            None => Ok(Nested::List(None)),
            Some(Nested::Number(x)) => {
                let position = rest_of_position(x, &mut list)?;
                outlines.positions.push(position);
                Ok(Nested::List(Some(0)))
            }
            Some(Nested::List(mut depth)) => {
                while let Some(next) = list.next_element_seed(Seed(Nest(outlines)))? {
                    match next {
                        Nested::List(None) => {}
                        Nested::List(found) if depth.is_none() || found == depth => depth = found,
                        _ => return Err(A::Error::custom("lists of different depth stand side by side in coordinates")),
                    }
                }
                match depth {
                    Some(0) => outlines.rings.push(outlines.positions.len()),
                    Some(1) => outlines.polygons.push(outlines.rings.len()),
                    _ => {}
                }
                Ok(Nested::List(depth.map(|depth| depth + 1)))
            }
        }
    }
}
