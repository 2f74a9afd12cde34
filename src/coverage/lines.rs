//! Lines of a GeoJSON file that are no borders of areas, such as the dashes in the South China Sea.

use super::{BoundaryLine, Position};
use crate::problem::Problem;
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    features: Vec<Document>,
    geometry: Option<Box<Geometry>>,
    #[serde(flatten)]
    bare: Option<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    LineString(Vec<Position>),
    MultiLineString(Vec<Vec<Position>>),
}

/// Reads the lines of a file as lines of `kind`.
pub(super) fn read(bytes: &[u8], file: &str, kind: &str) -> Result<Vec<BoundaryLine>, Problem> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| crate::read::json::problem(&error, bytes, file))?;
    let mut lines = Vec::new();
    collect(document, &mut lines);
    if lines.is_empty() {
        return Err(Problem::error("wrong-geometry", "The file holds no LineString and no MultiLineString.").in_file(file));
    }
    Ok(lines.into_iter().map(|positions| BoundaryLine { kind: kind.to_string(), positions }).collect())
}

fn collect(document: Document, lines: &mut Vec<Vec<Position>>) {
    for geometry in document.geometry.map(|boxed| *boxed).into_iter().chain(document.bare) {
        match geometry {
            Geometry::LineString(line) => lines.push(line),
            Geometry::MultiLineString(several) => lines.extend(several),
        }
    }
    document.features.into_iter().for_each(|feature| collect(feature, lines));
}
