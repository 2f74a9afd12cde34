//! GeoPackage (OGC 12-128r19): tables of features in an SQLite database.
//!
//! SQLite reads the database from memory, so that this reader too is a function of bytes.

use super::{Found, Source, wkb};
use crate::coverage::outlines::Outlines;
use crate::crs::Written;
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::{Fields, Properties};
use crate::read::gathering::{Gathering, Shape};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::{Number, Value};

/// Where the header of a database says whether it is written through a log: 1 no, 2 yes, for writing and for reading.
const JOURNAL: std::ops::Range<usize> = 18..20;
/// Longest text that is taken from a cell, in bytes.
const LONGEST: usize = 10_000;

/// Steps of SQLite's machine between two looks at how long it has worked, and how many looks are enough: a row takes some dozens.
const STEPS_OF_A_TURN: i32 = 1_000_000;
const MOST_TURNS: usize = 2_000;

/// A table of features.
struct Layer {
    name: String,
    geometry: String,
    /// What the table says its geometries are.
    kind: String,
    system: i64,
}

/// Reads the features of the layer asked for, or of the first with areas.
pub(super) fn find(source: &Source<'_>, fields: &Fields) -> Outcome<Found> {
    let wrong = |error: rusqlite::Error| {
        let problem = Problem::error("bad-geopackage", format!("The file is not a sound GeoPackage: {error}."));
        vec![problem.help("Get it again, and compare its size.")]
    };
    let mut problems = Vec::new();
    let database = open(&source.bytes, &mut problems).map_err(wrong)?;
    let layers: Vec<Layer> = layers(&database).map_err(wrong)?;
    let layer =
        super::choose_layer(&layers, |layer| &layer.name, |layer| layer.may_hold_areas(), fields)?.drain_into(&mut problems);
    let crs = system(&database, layer.system).map_err(wrong)?;
    let mut gathering = Gathering::default();
    let columns = columns(&database, &layer.name).map_err(wrong)?;
    let list = columns.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let mut statement = database.prepare(&format!("SELECT {list} FROM {}", quoted(&layer.name))).map_err(wrong)?;
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        add(&mut gathering, row, &columns, &layer.geometry).map_err(wrong)?;
    }
    gathering.features.crs = crs;
    let features = gathering.finish()?.drain_into(&mut problems);
    let chosen = Some(layer.name.clone());
    let layers = layers.into_iter().map(|layer| layer.name).collect();
    Ok(Noted { value: Found { layers, layer: chosen, ..Found::of("GeoPackage", features) }, problems })
}

/// Opens the database in memory, for reading only. One that is written through a log is opened as it was when the log was last
/// taken in, and that is said.
fn open(bytes: &[u8], problems: &mut Vec<Problem>) -> rusqlite::Result<Connection> {
    let mut bytes = bytes.to_vec();
    if bytes.get(JOURNAL).is_some_and(|journal| journal == [2, 2]) {
        bytes[JOURNAL].copy_from_slice(&[1, 1]);
        let message = "The GeoPackage is written through a log (-wal); what stands only there is not read.";
        problems.push(Problem::note("write-ahead-log", message));
    }
    let mut database = Connection::open_in_memory()?;
    // Tables may be views, and views may go on for ever.
    let mut turns = 0;
    let is_enough = move || {
        turns += 1;
        turns > MOST_TURNS
    };
    database.progress_handler(STEPS_OF_A_TURN, Some(is_enough))?;
    database.deserialize_read_exact("main", &bytes[..], bytes.len(), true)?;
    database.pragma_update(None, "trusted_schema", false)?;
    database.pragma_update(None, "cell_size_check", true)?;
    Ok(database)
}

fn layers(database: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let mut statement = database.prepare(
        "SELECT g.table_name, g.column_name, g.geometry_type_name, g.srs_id FROM gpkg_geometry_columns g \
         JOIN gpkg_contents c ON c.table_name = g.table_name WHERE c.data_type = 'features' ORDER BY c.rowid",
    )?;
    let layer = |row: &Row<'_>| Ok(Layer { name: row.get(0)?, geometry: row.get(1)?, kind: row.get(2)?, system: row.get(3)? });
    statement.query_map([], layer)?.take(10_000).collect()
}

/// The names of a table's columns, as text that SQLite checks: the library takes those of a query on trust, and stops where one is not
/// UTF-8.
fn columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

impl Layer {
    fn may_hold_areas(&self) -> bool {
        let kinds = ["POLYGON", "MULTIPOLYGON", "GEOMETRY", "GEOMETRYCOLLECTION", "SURFACE", "MULTISURFACE"];
        kinds.contains(&self.kind.to_uppercase().as_str())
    }
}

/// The coordinate system of a number: by its code in the EPSG register, else as the file defines it. 0 and -1 are "undefined".
fn system(database: &Connection, number: i64) -> rusqlite::Result<Written> {
    if number <= 0 {
        return Ok(Written::Unsaid);
    }
    let query = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let system = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?));
    let (organization, code, definition) = database.query_row(query, [number], system)?;
    Ok(match u32::try_from(code) {
        Ok(code) if organization.eq_ignore_ascii_case("EPSG") => Written::Code(code),
        _ if definition.contains('[') => Written::Wkt(definition),
        _ => Written::Name(format!("{organization}:{code}")),
    })
}

/// The name of a table within a query.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Adds a row of the layer.
fn add(gathering: &mut Gathering, row: &Row<'_>, columns: &[String], geometry: &str) -> rusqlite::Result<()> {
    let mut properties = Properties::new();
    let mut shape = Shape::Nothing;
    for (at, name) in columns.iter().enumerate() {
        match row.get_ref(at)? {
            ValueRef::Blob(bytes) if name.eq_ignore_ascii_case(geometry) => shape = add_geometry(bytes, gathering.outlines()),
            ValueRef::Blob(_) => {}
            other => {
                properties.insert(name.clone(), value(other));
            }
        }
    }
    gathering.close(properties, shape);
    Ok(())
}

/// Adds a geometry: "GP", a version, flags, the number of the system, a box of a length that the flags tell, then well-known binary.
fn add_geometry(bytes: &[u8], outlines: &mut Outlines) -> Shape {
    let body = match *bytes {
        [b'G', b'P', _, flags, ..] => {
            let numbers_of_box = [0, 4, 6, 6, 8].get(usize::from(flags >> 1 & 0b111));
            numbers_of_box.and_then(|numbers| bytes.get(8 + 8 * numbers..)).map(|body| (flags, body))
        }
        _ => None,
    };
    match body {
        Some((flags, _)) if flags & 0b1_0000 != 0 => Shape::Nothing,
        Some((_, body)) => wkb::add(body, outlines),
        None => wkb::unsound("it does not begin as the format says"),
    }
}

fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        ValueRef::Text(text) => Value::String(String::from_utf8_lossy(&text[..text.len().min(LONGEST)]).into_owned()),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}
