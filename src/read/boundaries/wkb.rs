//! Well-known binary, as GeoPackage and GeoParquet hold it.

use crate::coverage::outlines::Outlines;
use crate::read::gathering::Shape;
use geo_traits::{
    CoordTrait, GeometryCollectionTrait, GeometryTrait, GeometryType, LineStringTrait, MultiPolygonTrait, PolygonTrait,
};

/// Adds the polygons of a geometry. Heights and measures are passed over.
pub(super) fn add(bytes: &[u8], outlines: &mut Outlines) -> Shape {
    match wkb::reader::read_wkb(bytes) {
        Ok(geometry) => add_geometry(&geometry, outlines),
        Err(error) => unsound(&error.to_string()),
    }
}

/// A geometry that cannot be read, and why.
pub(super) fn unsound(why: &str) -> Shape {
    Shape::Unsound(format!("The geometry is not sound: {why}."), "Get the file again; it is damaged.")
}

/// The library bounds the nesting of collections.
fn add_geometry(geometry: &impl GeometryTrait<T = f64>, outlines: &mut Outlines) -> Shape {
    let foreign = match geometry.as_type() {
        GeometryType::Polygon(polygon) => {
            add_polygon(polygon, outlines);
            return if polygon.exterior().is_some() { Shape::Areas } else { Shape::Nothing };
        }
        GeometryType::MultiPolygon(polygons) => {
            polygons.polygons().for_each(|polygon| add_polygon(&polygon, outlines));
            return if polygons.num_polygons() > 0 { Shape::Areas } else { Shape::Nothing };
        }
        GeometryType::GeometryCollection(parts) => {
            let shapes: Vec<Shape> = parts.geometries().map(|part| add_geometry(&part, outlines)).collect();
            return shapes.into_iter().find(|shape| !matches!(shape, Shape::Areas)).unwrap_or(Shape::Areas);
        }
        GeometryType::Point(_) => "Point",
        GeometryType::MultiPoint(_) => "MultiPoint",
        GeometryType::LineString(_) | GeometryType::Line(_) => "LineString",
        GeometryType::MultiLineString(_) => "MultiLineString",
        GeometryType::Rect(_) | GeometryType::Triangle(_) => "geometry of another kind",
    };
    Shape::Foreign(foreign.into())
}

fn add_polygon(polygon: &impl PolygonTrait<T = f64>, outlines: &mut Outlines) {
    for ring in polygon.exterior().into_iter().chain(polygon.interiors()) {
        outlines.ring(ring.coords().map(|position| [position.x(), position.y()]));
    }
    outlines.close_polygon();
}
