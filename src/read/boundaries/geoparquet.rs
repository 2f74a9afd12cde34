//! GeoParquet (versions 1.0 and 1.1): a Parquet table with geometries in one column, as well-known binary or as lists of positions.

use super::{Found, Source, wkb};
use crate::coverage::outlines::Outlines;
use crate::crs::Written;
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::Properties;
use crate::read::gathering::{Gathering, Shape};
use parquet::data_type::AsBytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Number, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The columns in which pandas keeps the numbers of its rows.
const ROW_NUMBERS: &str = "__index_level_";

/// Whether the file is more than a table: its description, which stands at the end, has an entry `geo`.
pub(super) fn has_geometries(bytes: &[u8]) -> bool {
    open(bytes).is_ok_and(|reader| description(&reader).is_some())
}

/// Reads the features of a file.
pub(super) fn find(source: &Source<'_>) -> Outcome<Found> {
    // The library checks what it reads, but not everywhere: a damaged page makes it index beyond its end. It holds no state that
    // outlives the call, and the program is built to unwind.
    let found = catch_unwind(AssertUnwindSafe(|| read(&source.bytes)));
    found.unwrap_or_else(|_| Err(unsound("it is damaged")))
}

fn unsound(why: &str) -> Vec<Problem> {
    let problem = Problem::error("bad-geoparquet", format!("The file is not a sound GeoParquet file: {why}."));
    vec![problem.help("Get it again, and compare its size.")]
}

fn open(bytes: &[u8]) -> Result<SerializedFileReader<bytes::Bytes>, ParquetError> {
    SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes))
}

/// The entry `geo` of the file's description.
fn description(reader: &SerializedFileReader<bytes::Bytes>) -> Option<Value> {
    let entries = reader.metadata().file_metadata().key_value_metadata()?;
    let entry = entries.iter().find(|entry| entry.key == "geo")?;
    serde_json::from_str(entry.value.as_deref()?).ok()
}

fn read(bytes: &[u8]) -> Outcome<Found> {
    let wrong = |error: ParquetError| unsound(&error.to_string());
    let reader = open(bytes).map_err(wrong)?;
    let description = description(&reader).ok_or_else(|| {
        let problem = Problem::error("wrong-format", "The Parquet file is a table without geometries.");
        vec![problem.help("Boundaries need a column of geometries and the entry \"geo\" that describes it (GeoParquet).")]
    })?;
    let column = description.get("primary_column").and_then(Value::as_str).unwrap_or("geometry");
    let about = description.get("columns").and_then(|columns| columns.get(column)).unwrap_or(&Value::Null);
    let mut gathering = Gathering::default();
    for row in reader.get_row_iter(None).map_err(wrong)? {
        let mut properties = Properties::new();
        let mut shape = Shape::Nothing;
        for (name, field) in row.map_err(wrong)?.into_columns() {
            if name == column {
                shape = add(&field, gathering.outlines());
            } else if !name.starts_with(ROW_NUMBERS)
                && let Some(value) = value(field)
            {
                properties.insert(name, value);
            }
        }
        gathering.close(properties, shape);
    }
    gathering.features.crs = match about.get("crs") {
        // The standard says so.
        None => Written::Code(4326),
        Some(Value::Null) => Written::Unsaid,
        Some(Value::String(name)) => Written::of_name(name),
        Some(json) => Written::Json(json.clone()),
    };
    let Noted { value: features, problems } = gathering.finish()?;
    Ok(Noted { value: Found::of("GeoParquet", features), problems })
}

/// Adds the geometry of a row: bytes are well-known binary, lists are rings of positions.
fn add(field: &Field, outlines: &mut Outlines) -> Shape {
    match field {
        Field::Null => Shape::Nothing,
        Field::Bytes(bytes) => wkb::add(bytes.as_bytes(), outlines),
        Field::Group(_) => Shape::Foreign("Point".into()),
        Field::ListInternal(_) => match (depth(field), elements(field)) {
            (3, polygons) => all(polygons.iter().map(|polygon| add_polygon(polygon, outlines))),
            (2, _) => add_polygon(field, outlines),
            (1, _) => Shape::Foreign("LineString".into()),
            _ => Shape::Nothing,
        },
        _ => wkb::unsound("it is neither bytes nor lists of positions"),
    }
}

/// How many lists stand in one another.
fn depth(field: &Field) -> usize {
    match field {
        Field::ListInternal(list) => 1 + list.elements().first().map_or(0, depth),
        _ => 0,
    }
}

fn elements(field: &Field) -> &[Field] {
    match field {
        Field::ListInternal(list) => list.elements(),
        _ => &[],
    }
}

fn all(mut shapes: impl Iterator<Item = Shape>) -> Shape {
    shapes.find(|shape| !matches!(shape, Shape::Areas)).unwrap_or(Shape::Areas)
}

fn add_polygon(polygon: &Field, outlines: &mut Outlines) -> Shape {
    for ring in elements(polygon) {
        let positions: Option<Vec<[f64; 2]>> = elements(ring).iter().map(position).collect();
        let Some(positions) = positions else { return wkb::unsound("a position has no x and y") };
        outlines.ring(positions);
    }
    outlines.close_polygon();
    Shape::Areas
}

fn position(field: &Field) -> Option<[f64; 2]> {
    let Field::Group(row) = field else { return None };
    let number = |wanted: &str| {
        row.get_column_iter().find(|(name, _)| *name == wanted).and_then(|(_, field)| match field {
            Field::Double(number) => Some(*number),
            Field::Float(number) => Some(f64::from(*number)),
            _ => None,
        })
    };
    Some([number("x")?, number("y")?])
}

/// A cell as a property; groups, lists and bytes are no properties.
fn value(field: Field) -> Option<Value> {
    let float = |number: f64| Some(Number::from_f64(number).map_or(Value::Null, Value::Number));
    match field {
        Field::Null => Some(Value::Null),
        Field::Str(text) => Some(Value::String(text)),
        Field::Bool(yes) => Some(yes.into()),
        Field::Byte(number) => Some(number.into()),
        Field::Short(number) => Some(number.into()),
        Field::Int(number) => Some(number.into()),
        Field::Long(number) => Some(number.into()),
        Field::UByte(number) => Some(number.into()),
        Field::UShort(number) => Some(number.into()),
        Field::UInt(number) => Some(number.into()),
        Field::ULong(number) => Some(number.into()),
        Field::Float(number) => float(number.into()),
        Field::Double(number) => float(number),
        Field::Bytes(_) | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => None,
        other => Some(Value::String(other.to_string())),
    }
}
