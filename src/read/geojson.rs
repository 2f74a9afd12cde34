//! GeoJSON (RFC 7946) of areas, whole or newline-delimited (RFC 8142).
//!
//! The positions of a file are read straight into flat lists, without a tree of values in between, so that a file of 95 MB and four
//! million positions takes well under a second.

mod document;
mod geometry;

use super::boundaries::{build, place};
use super::features::{Features, Fields};
use super::json::part::Seed;
use crate::coverage::Coverage;
use crate::problem::{Noted, Outcome, in_file};
use document::{Document, Sink};
use serde::de::DeserializeSeed;
use std::borrow::Cow;

/// Begins each text of a sequence (RFC 8142); it stands nowhere else in JSON.
const RECORD_SEPARATOR: u8 = 0x1E;

/// Reads areas and builds a coverage of them: borders that two areas give alike are shared.
///
/// ```
/// use caremap::read::{features::Fields, geojson::read};
///
/// let text = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A", "name": "Field"},
///     "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}"#;
/// let fields = read(text.as_bytes(), "field.geojson", &Fields::default()).unwrap().value;
/// assert_eq!(fields.areas(caremap::level::Level::Unit)[0].name, "Field");
/// ```
pub fn read(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Coverage> {
    let Noted { value: (features, _), mut problems } = found(bytes, file)?;
    let (coverage, _) = build::coverage(bytes, file, features, fields)?.drain_into(&mut problems);
    Ok(Noted { value: coverage, problems })
}

/// Reads the features of a file, in WGS84, without building anything.
pub fn features(bytes: &[u8], file: &str) -> Outcome<Features> {
    let Noted { value: (value, _), mut problems } = found(bytes, file)?;
    let value = in_file(place::in_wgs84(value, &Fields::default()), file)?.drain_into(&mut problems);
    Ok(Noted { value, problems })
}

/// The features as they stand in the file, and whether it is a sequence of several documents.
pub(crate) fn found(bytes: &[u8], file: &str) -> Outcome<(Features, bool)> {
    let bytes = super::json::body(bytes, file, "GeoJSON").map_err(|problem| vec![problem])?;
    if let Some(problem) = super::json::other_format(bytes, file) {
        return Err(vec![problem]);
    }
    let bytes = without_separators(bytes);
    let mut sink = Sink::default();
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let mut read = Seed(Document(&mut sink)).deserialize(&mut deserializer);
    let mut is_sequence = false;
    while read.is_ok() && deserializer.end().is_err() {
        if let Some(problem) = sink.wrong_kind() {
            return Err(vec![problem.in_file(file)]);
        }
        is_sequence = true;
        read = Seed(Document(&mut sink)).deserialize(&mut deserializer);
    }
    match read {
        Ok(()) => in_file(sink.finish().map(|noted| Noted { value: (noted.value, is_sequence), problems: noted.problems }), file),
        Err(error) => Err(vec![super::json::problem(&error, &bytes, file)]),
    }
}

fn without_separators(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.first() != Some(&RECORD_SEPARATOR) {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == RECORD_SEPARATOR { b' ' } else { *byte }).collect())
}
