//! Which columns hold the coordinates, and what their names say of the datum.

use super::{Fields, LISTED};
use crate::datum::Datum;
use crate::problem::Problem;
use crate::table::{Column, Table};

const ID: &[&str] = &["id", "code", "编号", "代码", "序号", "fid", "objectid", "row"];
const LONGITUDE: &[&str] = &["longitude", "lon", "lng", "long", "经度", "x"];
const LATITUDE: &[&str] = &["latitude", "lat", "纬度", "y"];
const NAME: &[&str] = &["name", "名称", "机构名称", "医院名称", "医院", "hospital", "title"];
/// Words in the names of columns that tell the datum.
const DATUMS: &[(&str, Datum)] = &[
    ("wgs84", Datum::Wgs84),
    ("wgs", Datum::Wgs84),
    ("cgcs2000", Datum::Wgs84),
    ("gcj02", Datum::Gcj02),
    ("gcj", Datum::Gcj02),
    ("火星", Datum::Gcj02),
    ("bd09", Datum::Bd09),
    ("bd", Datum::Bd09),
    ("百度", Datum::Bd09),
];

/// The columns of a table of points.
pub(super) struct Columns<'a> {
    pub id: Option<&'a Column>,
    pub longitude: &'a Column,
    pub latitude: &'a Column,
    pub name: Option<&'a Column>,
    pub group: Option<&'a Column>,
    /// Datum that the names of the columns of coordinates tell.
    pub written: Option<Datum>,
}

/// Finds the columns that are named, and those that are not by their usual names.
pub(super) fn find_columns<'a>(table: &'a Table, fields: &Fields) -> Result<Columns<'a>, Vec<Problem>> {
    let mut errors = Vec::new();
    let mut given = |name: &Option<String>| {
        let name = name.as_deref()?;
        let column = table.column(name);
        if column.is_none() {
            errors.push(table.unknown_column(name));
        }
        column
    };
    let (id, longitude, latitude) = (given(&fields.id), given(&fields.longitude), given(&fields.latitude));
    let (name, group) = (given(&fields.name), given(&fields.one_of));
    if !errors.is_empty() {
        return Err(errors);
    }
    let (longitude, latitude) = pair(table, longitude, latitude, fields.datum)?;
    let written = written(table, longitude, latitude).map_err(|problem| vec![problem])?;
    Ok(Columns {
        id: id.or_else(|| plain(table, ID)),
        longitude: longitude.0,
        latitude: latitude.0,
        name: name.or_else(|| plain(table, NAME)),
        group,
        written,
    })
}

/// The name of a column in lower case without the word for its datum, and the datum: `lng_gcj02`, `bd09_lat`, `经度（WGS-84）`.
fn stem(name: &str) -> (String, Option<Datum>) {
    let lower = name.trim().to_lowercase().replace("wgs-84", "wgs84").replace("gcj-02", "gcj02").replace("bd-09", "bd09");
    let is_between = |c: char| "_- .()（）[]/".contains(c);
    let words: Vec<&str> = lower.split(is_between).filter(|word| !word.is_empty()).collect();
    let datum_of = |word: &str| DATUMS.iter().find(|(known, _)| *known == word).map(|(_, datum)| *datum);
    // The datum stands before or behind; a word in the middle is about something else.
    match words.as_slice() {
        [rest @ .., last] if !rest.is_empty() && datum_of(last).is_some() => (rest.join("_"), datum_of(last)),
        [first, rest @ ..] if !rest.is_empty() && datum_of(first).is_some() => (rest.join("_"), datum_of(first)),
        _ => (lower, None),
    }
}

fn plain<'a>(table: &'a Table, names: &[&str]) -> Option<&'a Column> {
    names.iter().find_map(|name| table.columns.iter().find(|column| column.name.trim().to_lowercase() == *name))
}

/// The columns of longitude and latitude: given, or found by name. Of several pairs, one that tells one datum, the wanted one first,
/// then one that tells none, then WGS84; where none is wanted, WGS84 first, then what is told, then what is not.
fn pair<'a>(
    table: &'a Table,
    longitude: Option<&'a Column>,
    latitude: Option<&'a Column>,
    wanted: Option<Datum>,
) -> Result<(Found<'a>, Found<'a>), Vec<Problem>> {
    let preference = |datum: Option<Datum>| match datum {
        datum if datum.is_some() && datum == wanted => 0,
        None if wanted.is_some() => 1,
        Some(Datum::Wgs84) => 2,
        Some(_) => 3,
        None => 4,
    };
    let (x, y) = (candidates(table, longitude, LONGITUDE), candidates(table, latitude, LATITUDE));
    let missing = [(&x, "longitude"), (&y, "latitude")].into_iter().filter(|(found, _)| found.is_empty());
    let missing: Vec<Problem> = missing.map(|(_, what)| no_column(table, what)).collect();
    let pairs = x.iter().flat_map(|x| y.iter().map(move |y| (x, y)));
    let best = pairs
        .min_by_key(|((first, x), (second, y))| (x.1 != y.1, preference(x.1.or(y.1)), first + second))
        .map(|(x, y)| (x.1, y.1));
    best.ok_or(missing)
}

/// The column given, or those of one of the names, each with the place of its name among them and its datum.
fn candidates<'a>(table: &'a Table, given: Option<&'a Column>, names: &[&str]) -> Vec<(usize, Found<'a>)> {
    if let Some(column) = given {
        return vec![(0, (column, stem(&column.name).1))];
    }
    let named = |column: &'a Column| {
        let (name, datum) = stem(&column.name);
        Some((names.iter().position(|candidate| *candidate == name)?, (column, datum)))
    };
    table.columns.iter().filter_map(named).collect()
}

type Found<'a> = (&'a Column, Option<Datum>);

/// The datum that the names of the two columns tell.
fn written(table: &Table, longitude: Found<'_>, latitude: Found<'_>) -> Result<Option<Datum>, Problem> {
    match (longitude.1, latitude.1) {
        (Some(a), Some(b)) if a != b => {
            let message = format!("The columns \"{}\" and \"{}\" are of different datums.", longitude.0.name, latitude.0.name);
            let help = "Name the columns that belong together; data of different datums are not mixed.";
            Err(Problem::error("datum-conflict", message).in_file(table.place()).help(help))
        }
        (a, b) => Ok(a.or(b)),
    }
}

fn no_column(table: &Table, what: &str) -> Problem {
    Problem::error("no-coordinate-column", format!("No column is named as a {what}."))
        .in_file(table.place())
        .help(format!("Say which column holds it. The columns are {}.", headings(table)))
}

fn headings(table: &Table) -> String {
    let names: Vec<String> = table.columns.iter().take(LISTED).map(|column| format!("\"{}\"", column.name)).collect();
    names.join(", ")
}
