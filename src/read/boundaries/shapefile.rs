//! Shapefile (ESRI Shapefile Technical Description, 1998): shapes in `.shp`, attributes in `.dbf`, and what `.shx`, `.prj` and `.cpg`
//! say of them where they are there.

mod attributes;
mod encoding;
mod rings;

use super::{Found, Source};
use crate::coverage::Position;
use crate::coverage::outlines::Outlines;
use crate::crs::Written;
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::{Features, Fields};
use crate::read::gathering::{Gathering, Shape};
use attributes::Attributes;
use shapefile::{Point, PointM, PointZ, ReadableShape};
use std::io::Cursor;
use std::ops::Range;

/// First bytes of every `.shp`.
pub(super) const MAGIC: &[u8] = b"\x00\x00\x27\x0A";
/// Length of the header of `.shp` and `.shx`.
const HEADER: usize = 100;

/// Reads the features of a shapefile.
pub(super) fn find(source: &Source<'_>, fields: &Fields) -> Outcome<Found> {
    let records = records(&source.bytes, source.part("shx")).map_err(|problem| vec![problem])?;
    let Some(dbf) = source.part("dbf") else {
        let message = "The file of attributes (.dbf) that belongs to the shapefile is not beside it.";
        return Err(vec![
            Problem::error("no-attributes", message).help("Put it there under the same name; it holds the codes and names."),
        ]);
    };
    let mut problems = Vec::new();
    let attributes = attributes::read(dbf, source.part("cpg"), fields.encoding.as_deref())?.drain_into(&mut problems);
    if attributes.rows.len() != records.len() {
        let message = format!(
            "The file of shapes (.shp) has {} shapes and that of attributes (.dbf) {} rows, which do not belong together.",
            records.len(),
            attributes.rows.len()
        );
        return Err(vec![
            Problem::error("bad-attributes", message).help("Get all files of the shapefile again, from one place."),
        ]);
    }
    let encoding = Some(attributes.encoding.clone());
    let mut features = features(&source.bytes, records, attributes)?.drain_into(&mut problems);
    features.crs = match source.part("prj").map(|bytes| String::from_utf8_lossy(bytes).trim().to_string()) {
        Some(text) if !text.is_empty() => Written::Wkt(text),
        _ => Written::Unsaid,
    };
    if features.crs == Written::Unsaid && fields.crs.is_none() {
        let message = "No .prj file says the coordinate system; the positions are taken for longitudes and latitudes of WGS84.";
        problems.push(Problem::note("crs", message));
    }
    Ok(Noted { value: Found { encoding, ..Found::of("Shapefile", features) }, problems })
}

/// Whether a file that begins with `start` may hold areas: by the kind of shape its header says.
pub(super) fn may_hold_areas(start: &[u8]) -> bool {
    matches!(little(start, 32), Some(0 | 5 | 15 | 25))
}

/// Where the content of each record stands in `.shp`: as `.shx` says where that is sound, else one after the other.
fn records(shp: &[u8], shx: Option<&[u8]>) -> Result<Vec<Range<usize>>, Problem> {
    let cut_short = |said: usize| {
        let message = format!("The shapefile should have {said} bytes and has {}: it is cut short.", shp.len());
        Problem::error("truncated-file", message).help("Get it again, and compare its size.")
    };
    if shp.len() < HEADER {
        return Err(cut_short(HEADER));
    }
    let said = big(shp, 24) * 2;
    if said > shp.len() {
        return Err(cut_short(said));
    }
    if let Some(records) = shx.and_then(|shx| indexed(shp, shx)) {
        return Ok(records);
    }
    let mut records = Vec::new();
    let mut at = HEADER;
    while at + 8 <= said {
        let end = at + 8 + big(shp, at + 4) * 2;
        if end > shp.len() {
            return Err(cut_short(end));
        }
        records.push(at + 8..end);
        at = end;
    }
    Ok(records)
}

/// The records that `.shx` lists, if all of them are there.
fn indexed(shp: &[u8], shx: &[u8]) -> Option<Vec<Range<usize>>> {
    let entries = shx.starts_with(MAGIC).then(|| shx.get(HEADER..))??;
    let entries = entries.chunks_exact(8).map(|entry| {
        let start = big(entry, 0) * 2 + 8;
        let end = start + big(entry, 4) * 2;
        let is_same = shp.get(start - 4..start).is_some_and(|length| length == &entry[4..]);
        (start > HEADER && end <= shp.len() && is_same).then_some(start..end)
    });
    entries.collect()
}

/// A whole number, most significant byte first. There are at least four bytes at `at`.
fn big(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

/// A whole number, least significant byte first, if it is there.
fn little(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?;
    usize::try_from(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).ok()
}

/// The features of the records and the rows that belong to them.
fn features(shp: &[u8], records: Vec<Range<usize>>, attributes: Attributes) -> Outcome<Features> {
    let mut gathering = Gathering::default();
    let mut problems = Vec::new();
    let mut deleted = 0;
    for (record, row) in records.into_iter().zip(attributes.rows) {
        let Some(properties) = row else {
            deleted += 1;
            continue;
        };
        let shape = match shape(&shp[record]) {
            Some(Ok(rings)) if rings.is_empty() => Shape::Nothing,
            Some(Ok(rings)) => add(gathering.outlines(), &rings),
            Some(Err(kind)) => Shape::Foreign(kind.into()),
            None => {
                let message = "The shape does not hold the rings and positions it says it has.";
                Shape::Unsound(message.into(), "Get the shapefile again; it is damaged.")
            }
        };
        gathering.close(properties, shape);
    }
    if deleted > 0 {
        let message = format!("{deleted} rows of the attributes are marked as deleted; they and their shapes are left out.");
        problems.push(Problem::warning("deleted-rows", message));
    }
    if matches!(little(shp, 32), Some(15 | 25)) {
        problems.push(Problem::note("heights", "The shapes have heights or measures, which are left out."));
    }
    gathering.features.names_are_cut = true;
    let features = gathering.finish()?.drain_into(&mut problems);
    Ok(Noted { value: features, problems })
}

/// The rings of a record; the kind of one that is no area; nothing where the record is damaged. A record without a shape has no ring.
fn shape(content: &[u8]) -> Option<Result<Vec<Vec<Position>>, &'static str>> {
    let kind = match little(content, 0)? {
        0 => return Some(Ok(Vec::new())),
        5 | 15 | 25 => None,
        1 | 11 | 21 => Some("Point"),
        8 | 18 | 28 => Some("MultiPoint"),
        3 | 13 | 23 => Some("LineString"),
        31 => Some("MultiPatch"),
        _ => return None,
    };
    if let Some(kind) = kind {
        return Some(Err(kind));
    }
    // The counts are held against the length before the library makes room for them.
    let (parts, positions) = (little(content, 36)?, little(content, 40)?);
    if parts.checked_mul(4)?.checked_add(positions.checked_mul(16)?)?.checked_add(44)? > content.len() {
        return None;
    }
    let starts: Vec<usize> = (0..parts).map(|part| little(content, 44 + 4 * part)).collect::<Option<_>>()?;
    if starts.first() != Some(&0) && positions > 0 || !starts.is_sorted() || starts.last().is_some_and(|last| *last > positions) {
        return None;
    }
    let shape = shapefile::Shape::read_from(&mut Cursor::new(content), i32::try_from(content.len()).ok()?).ok()?;
    Some(Ok(match shape {
        shapefile::Shape::Polygon(polygon) => rings_of(polygon.rings(), |point: &Point| [point.x, point.y]),
        shapefile::Shape::PolygonM(polygon) => rings_of(polygon.rings(), |point: &PointM| [point.x, point.y]),
        shapefile::Shape::PolygonZ(polygon) => rings_of(polygon.rings(), |point: &PointZ| [point.x, point.y]),
        _ => return None,
    }))
}

fn rings_of<P>(rings: &[shapefile::PolygonRing<P>], position: impl Fn(&P) -> Position) -> Vec<Vec<Position>> {
    rings.iter().map(|ring| ring.points().iter().map(&position).collect()).collect()
}

/// Adds the polygons of a shape. The rings are turned round, because exteriors run clockwise here and anticlockwise everywhere else.
fn add(outlines: &mut Outlines, rings: &[Vec<Position>]) -> Shape {
    for polygon in rings::polygons(rings) {
        for ring in polygon {
            outlines.ring(rings[ring].iter().rev().copied());
        }
        outlines.close_polygon();
    }
    Shape::Areas
}
