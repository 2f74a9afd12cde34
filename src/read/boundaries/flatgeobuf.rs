//! FlatGeobuf (version 3). The library checks that the tables of a file are sound, but not that counts inside them fit; so positions and
//! properties are taken from the tables here, with every length held against what is there.

use super::{Found, Source};
use crate::coverage::outlines::Outlines;
use crate::crs::Written;
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::Properties;
use crate::read::gathering::{Gathering, Shape};
use flatgeobuf::{ColumnType, FallibleStreamingIterator, FgbReader, Geometry, GeometryType, Header};
use serde_json::{Number, Value};
use std::io::Cursor;

/// First bytes of every file; the eighth is the patch version.
pub(super) const MAGIC: &[u8] = b"fgb\x03fgb";
/// Where the length of the header stands.
const HEADER: usize = 8;
/// Deepest nesting of geometries that is followed.
const DEEPEST: usize = 8;
/// Length of a node of the index.
const NODE: usize = 40;

/// Reads the features of a file.
pub(super) fn find(source: &Source<'_>) -> Outcome<Found> {
    let damaged = |what: &str| {
        let problem = Problem::error("bad-flatgeobuf", format!("The file is not sound: {what}."));
        vec![problem.help("Get it again, and compare its size.")]
    };
    check_lengths(&source.bytes).map_err(damaged)?;
    let reader = FgbReader::open(Cursor::new(source.bytes.as_ref())).map_err(|error| damaged(&error.to_string()))?;
    let header = reader.header();
    let columns: Vec<(String, ColumnType)> =
        header.columns().into_iter().flatten().map(|column| (column.name().to_string(), column.type_())).collect();
    let kind = header.geometry_type();
    let crs = written_crs(&header);
    let layer = header.name().map(str::to_string);
    let mut gathering = Gathering::default();
    let mut iterator = reader.select_all().map_err(|error| damaged(&error.to_string()))?;
    while let Some(feature) = iterator.next().map_err(|error| damaged(&error.to_string()))? {
        let feature = feature.fbs_feature();
        let bytes = feature.properties().map(|bytes| bytes.bytes()).unwrap_or(&[]);
        let properties = properties(bytes, &columns).ok_or_else(|| damaged("properties do not fit their columns"))?;
        let shape = feature.geometry().map_or(Shape::Nothing, |geometry| add(&geometry, kind, gathering.outlines(), DEEPEST));
        gathering.close(properties, shape);
    }
    gathering.features.crs = crs;
    let Noted { value: features, problems } = gathering.finish()?;
    Ok(Noted { value: Found { layers: layer.into_iter().collect(), ..Found::of("FlatGeobuf", features) }, problems })
}

/// Holds the lengths of the header, the index and the features against that of the file, before room is made for them.
fn check_lengths(bytes: &[u8]) -> Result<(), &'static str> {
    let length = |at: usize| bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize);
    let cut_short = "it is cut short";
    let header_end = length(HEADER).and_then(|length| (HEADER + 4).checked_add(length)).filter(|end| *end <= bytes.len());
    let header_end = header_end.ok_or(cut_short)?;
    let header = FgbReader::open(Cursor::new(&bytes[..header_end])).map_err(|_| "its header cannot be read")?;
    let (count, node) = (header.header().features_count(), usize::from(header.header().index_node_size()));
    if node == 1 {
        return Err("its index has nodes of one");
    }
    let mut at = header_end;
    if node > 0 && count > 0 {
        // Every feature has a node of its own, so more features than nodes that fit are too many.
        let count = usize::try_from(count).ok().filter(|count| *count <= bytes.len() / NODE).ok_or(cut_short)?;
        at += NODE * index_nodes(count, node);
    }
    while at < bytes.len() {
        // The shortest table has eight bytes; the library does not check for less.
        let length = length(at).filter(|length| *length >= 8).ok_or("a feature of it has no length")?;
        at = (at + 4).checked_add(length).filter(|end| *end <= bytes.len()).ok_or(cut_short)?;
    }
    if at > bytes.len() { Err(cut_short) } else { Ok(()) }
}

/// How many nodes the index of `count` features has.
fn index_nodes(count: usize, node: usize) -> usize {
    let mut level = count;
    let mut nodes = count;
    while level > 1 {
        level = level.div_ceil(node);
        nodes += level;
    }
    // The format gives even a single feature a root of its own.
    if count == 1 { 2 } else { nodes }
}

fn written_crs(header: &Header<'_>) -> Written {
    let Some(crs) = header.crs() else { return Written::Unsaid };
    let is_epsg = crs.org().is_none_or(|org| org.eq_ignore_ascii_case("EPSG"));
    match (u32::try_from(crs.code()), crs.wkt().filter(|wkt| !wkt.is_empty()), crs.name()) {
        (Ok(code), ..) if is_epsg && code > 0 => Written::Code(code),
        (_, Some(wkt), _) => Written::Wkt(wkt.to_string()),
        (_, None, Some(name)) => Written::of_name(name),
        _ => Written::Unsaid,
    }
}

/// Adds the polygons of a geometry of the kind the header says, or its own where the header says none.
fn add(geometry: &Geometry<'_>, kind: GeometryType, outlines: &mut Outlines, depth: usize) -> Shape {
    let kind = if kind == GeometryType::Unknown { geometry.type_() } else { kind };
    let foreign = match kind {
        GeometryType::Polygon => return add_polygon(geometry, outlines),
        GeometryType::MultiPolygon | GeometryType::GeometryCollection if depth > 0 => {
            let inner = if kind == GeometryType::MultiPolygon { GeometryType::Polygon } else { GeometryType::Unknown };
            let mut parts = geometry.parts().into_iter().flatten().map(|part| add(&part, inner, outlines, depth - 1));
            return parts.find(|shape| !matches!(shape, Shape::Areas)).unwrap_or(Shape::Areas);
        }
        GeometryType::Point => "Point",
        GeometryType::MultiPoint => "MultiPoint",
        GeometryType::LineString => "LineString",
        GeometryType::MultiLineString => "MultiLineString",
        GeometryType::CurvePolygon | GeometryType::MultiSurface => "CurvePolygon",
        _ => "geometry of another kind",
    };
    Shape::Foreign(foreign.into())
}

fn add_polygon(geometry: &Geometry<'_>, outlines: &mut Outlines) -> Shape {
    let unsound =
        || Shape::Unsound("The rings of the feature are not where it says.".into(), "Get the file again; it is damaged.");
    let Some(numbers) = geometry.xy() else { return Shape::Nothing };
    let count = numbers.len() / 2;
    let ends: Vec<usize> = match geometry.ends() {
        Some(ends) if !ends.is_empty() => ends.iter().map(|end| end as usize).collect(),
        _ => vec![count],
    };
    if !ends.is_sorted() || ends.last().is_some_and(|last| *last > count) {
        return unsound();
    }
    let mut start = 0;
    for end in ends {
        outlines.ring((start..end).map(|at| [numbers.get(2 * at), numbers.get(2 * at + 1)]));
        start = end;
    }
    outlines.close_polygon();
    Shape::Areas
}

/// The properties of a feature: numbers of columns, each with its value. Nothing where they do not fit.
fn properties(mut bytes: &[u8], columns: &[(String, ColumnType)]) -> Option<Properties> {
    let mut properties = Properties::new();
    while bytes.len() > 1 {
        let number = u16::from_le_bytes(take(&mut bytes)?);
        let (name, kind) = columns.get(usize::from(number))?;
        properties.insert(name.clone(), value(&mut bytes, *kind)?);
    }
    Some(properties)
}

fn value(bytes: &mut &[u8], kind: ColumnType) -> Option<Value> {
    let float = |number: f64| Number::from_f64(number).map_or(Value::Null, Value::Number);
    Some(match kind {
        ColumnType::Byte => i8::from_le_bytes(take(bytes)?).into(),
        ColumnType::UByte => u8::from_le_bytes(take(bytes)?).into(),
        ColumnType::Bool => (u8::from_le_bytes(take(bytes)?) != 0).into(),
        ColumnType::Short => i16::from_le_bytes(take(bytes)?).into(),
        ColumnType::UShort => u16::from_le_bytes(take(bytes)?).into(),
        ColumnType::Int => i32::from_le_bytes(take(bytes)?).into(),
        ColumnType::UInt => u32::from_le_bytes(take(bytes)?).into(),
        ColumnType::Long => i64::from_le_bytes(take(bytes)?).into(),
        ColumnType::ULong => u64::from_le_bytes(take(bytes)?).into(),
        ColumnType::Float => float(f32::from_le_bytes(take(bytes)?).into()),
        ColumnType::Double => float(f64::from_le_bytes(take(bytes)?)),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
            let length = u32::from_le_bytes(take(bytes)?) as usize;
            Value::String(std::str::from_utf8(bytes.split_off(..length)?).ok()?.to_string())
        }
        ColumnType::Binary => {
            let length = u32::from_le_bytes(take(bytes)?) as usize;
            bytes.split_off(..length)?;
            Value::Null
        }
        _ => return None,
    })
}

/// The next bytes, if there are so many.
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}
