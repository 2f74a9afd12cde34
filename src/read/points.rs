//! Points, such as hospitals, from the rows of a table.

use crate::coverage::Position;
use crate::datum::Datum;
use crate::problem::{Noted, Outcome, Problem};
use crate::read::table::{ReadOptions, read_table};
use crate::table::{CellRef, Column, Missing, Table, number, shorten};
use std::collections::BTreeMap;

/// One place of a point file.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Id as written, or the number of the row (from 1) where the file has no ids.
    pub id: String,
    /// Name; empty where the file has none.
    pub name: String,
    /// Longitude and latitude in degrees, WGS84.
    pub position: Position,
    /// Row of the table, from 0.
    pub row: usize,
    /// Line of the file, from 1.
    pub line: usize,
}

impl crate::measure::nearest::Named for Point {
    fn id(&self) -> &str {
        &self.id
    }

    fn position(&self) -> Position {
        self.position
    }
}

/// What the author says about a point file. Columns that are not named are looked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    /// Column of ids.
    pub id: Option<String>,
    /// Column of longitudes, in degrees.
    pub longitude: Option<String>,
    /// Column of latitudes, in degrees.
    pub latitude: Option<String>,
    /// Column of names.
    pub name: Option<String>,
    /// Datum of the coordinates; read off the names of the columns where it is not given.
    pub datum: Option<Datum>,
    /// Column by which only the first row of each group is kept (`-1` or empty: alone).
    pub one_of: Option<String>,
}

/// The points of a file and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// The usable points in the order of the file.
    pub points: Vec<Point>,
    /// Datum of the file; the points are WGS84 whatever it was.
    pub datum: Datum,
    /// The columns used: id, longitude, latitude, name.
    pub columns: [Option<String>; 4],
    /// Lines of rows without a usable coordinate, each with what is wrong.
    pub rejected: Vec<(usize, String)>,
    /// How many rows were left out because their group had one already.
    pub grouped: usize,
}

const ID: &[&str] = &["id", "code", "编号", "代码", "序号", "fid", "objectid", "row"];
const LONGITUDE: &[&str] = &["longitude", "lon", "lng", "long", "经度", "x"];
const LATITUDE: &[&str] = &["latitude", "lat", "纬度", "y"];
const NAME: &[&str] = &["name", "名称", "机构名称", "医院名称", "医院", "hospital", "title"];
/// Endings of column names that tell the datum.
const DATUMS: &[(&str, Datum)] = &[
    ("wgs84", Datum::Wgs84),
    ("wgs", Datum::Wgs84),
    ("cgcs2000", Datum::Wgs84),
    ("gcj02", Datum::Gcj02),
    ("gcj", Datum::Gcj02),
    ("bd09", Datum::Bd09),
    ("bd", Datum::Bd09),
];
/// What is said of a row whose latitude is a longitude.
const SWAPPED: &str = "longitude and latitude seem to be swapped";
/// Problems of one kind beyond this many are counted, not listed.
const LISTED: usize = 20;

/// Reads the points of a delimited file.
///
/// ```
/// use caremap::read::points::{Fields, read};
///
/// let file = "id,lon_wgs84,lat_wgs84\na,116.4,39.9\nb,39.9,116.4\n";
/// let noted = read(file.as_bytes(), "clinics.csv", &Fields::default()).unwrap();
/// assert_eq!(noted.value.points[0].position, [116.4, 39.9]);
/// assert!(noted.problems[0].message.contains("swapped"));
/// ```
///
/// # Errors
///
/// As [`from_table`], and where the file cannot be read.
pub fn read(bytes: &[u8], file: &str, fields: &Fields) -> Outcome<Points> {
    let Noted { value: table, mut problems } = read_table(bytes, file, &ReadOptions::default())?;
    let noted = from_table(&table, fields, &|_| true)?;
    problems.extend(noted.problems);
    Ok(Noted { value: noted.value, problems })
}

/// Takes the points out of the rows of `table` for which `keep` is true.
///
/// A row whose coordinate is missing, 0,0, out of range or seemingly swapped is rejected with a warning that names its line.
/// Ids and positions that occur twice are reported and kept.
///
/// # Errors
///
/// Where a column cannot be found, where the name of a column contradicts the declared datum, and where no row is usable.
pub fn from_table(table: &Table, fields: &Fields, keep: &dyn Fn(usize) -> bool) -> Outcome<Points> {
    let mut problems = Vec::new();
    let columns = find_columns(table, fields, &mut problems)?;
    let kept: Vec<usize> = (0..table.rows()).filter(|&row| keep(row)).collect();
    let (rows, grouped) = one_of_each_group(kept, columns.group);
    let mut points = Vec::new();
    let mut rejected = Vec::new();
    for row in rows {
        let line = table.lines[row];
        match position(columns.longitude.cell(row), columns.latitude.cell(row)) {
            Ok(position) => points.push(Point {
                id: columns.id.map_or_else(|| (row + 1).to_string(), |column| column.text(row).into_owned()),
                name: columns.name.map_or_else(String::new, |column| column.text(row).into_owned()),
                position: crate::datum::to_wgs84(position, columns.datum),
                row,
                line,
            }),
            Err(reason) => rejected.push((line, reason)),
        }
    }
    report_rejected(&rejected, &mut problems);
    report_far_north(&points, &mut problems);
    report_doubles(&points, columns.id.is_some(), &mut problems);
    for problem in &mut problems {
        problem.place.file = Some(table.place().to_owned());
    }
    if points.is_empty() {
        let message = format!("No row of {} has a usable coordinate.", table.place());
        let swapped = rejected.iter().filter(|(_, reason)| reason.ends_with(SWAPPED)).count();
        let help = if 2 * swapped > rejected.len() {
            "Longitude and latitude seem to be swapped: name the columns the other way round."
        } else {
            "Check which columns hold longitude and latitude, in decimal degrees."
        };
        problems.push(Problem::error("no-points", message).in_file(table.place()).help(help));
        return Err(problems);
    }
    let name = |column: Option<&Column>| column.map(|column| column.name.clone());
    let used = [name(columns.id), name(Some(columns.longitude)), name(Some(columns.latitude)), name(columns.name)];
    Ok(Noted { value: Points { points, datum: columns.datum, columns: used, rejected, grouped }, problems })
}

struct Columns<'a> {
    id: Option<&'a Column>,
    longitude: &'a Column,
    latitude: &'a Column,
    name: Option<&'a Column>,
    group: Option<&'a Column>,
    datum: Datum,
}

fn find_columns<'a>(table: &'a Table, fields: &Fields, problems: &mut Vec<Problem>) -> Result<Columns<'a>, Vec<Problem>> {
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
    let axis = |column: Option<&'a Column>, names, what| match column {
        Some(column) => Ok((column, stem(&column.name).1)),
        None => coordinate(table, names, fields.datum).ok_or_else(|| vec![no_column(table, what)]),
    };
    let (longitude, latitude) = match (axis(longitude, LONGITUDE, "longitude"), axis(latitude, LATITUDE, "latitude")) {
        (Ok(longitude), Ok(latitude)) => (longitude, latitude),
        (a, b) => return Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    };
    let datum = settle_datum(table, longitude, latitude, fields.datum, problems)?;
    Ok(Columns {
        id: id.or_else(|| plain(table, ID)),
        longitude: longitude.0,
        latitude: latitude.0,
        name: name.or_else(|| plain(table, NAME)),
        group,
        datum,
    })
}

/// The name of a column in lower case without its datum ending, and the datum.
fn stem(name: &str) -> (String, Option<Datum>) {
    let lower = name.trim().to_lowercase();
    for (ending, datum) in DATUMS {
        if let Some(rest) = lower.strip_suffix(ending)
            && let Some(rest) = rest.strip_suffix(['_', '-', ' ', '.', '('])
        {
            return (rest.trim().to_owned(), Some(*datum));
        }
    }
    (lower, None)
}

fn plain<'a>(table: &'a Table, names: &[&str]) -> Option<&'a Column> {
    names.iter().find_map(|name| table.columns.iter().find(|column| column.name.trim().to_lowercase() == *name))
}

/// The column of a coordinate: that of the wanted datum first, then one that tells no datum, then WGS84, then any.
fn coordinate<'a>(table: &'a Table, names: &[&str], wanted: Option<Datum>) -> Option<(&'a Column, Option<Datum>)> {
    let preference = |datum: Option<Datum>| match datum {
        datum if datum.is_some() && datum == wanted => 0,
        None if wanted.is_some() => 1,
        Some(Datum::Wgs84) => 2,
        None => 3,
        _ => 4,
    };
    table
        .columns
        .iter()
        .filter_map(|column| {
            let (name, datum) = stem(&column.name);
            let place = names.iter().position(|candidate| *candidate == name)?;
            Some(((preference(datum), place), column, datum))
        })
        .min_by_key(|(key, _, _)| *key)
        .map(|(_, column, datum)| (column, datum))
}

type Found<'a> = (&'a Column, Option<Datum>);

fn settle_datum(
    table: &Table,
    longitude: Found<'_>,
    latitude: Found<'_>,
    declared: Option<Datum>,
    problems: &mut Vec<Problem>,
) -> Result<Datum, Vec<Problem>> {
    let names = format!("\"{}\" and \"{}\"", longitude.0.name, latitude.0.name);
    let conflict = |message: String| {
        Err(vec![
            Problem::error("datum-conflict", message)
                .in_file(table.place())
                .help("Name the columns and the datum that belong together; data of different datums are not mixed."),
        ])
    };
    let named = match (longitude.1, latitude.1) {
        (Some(a), Some(b)) if a != b => return conflict(format!("The columns {names} are of different datums.")),
        (a, b) => a.or(b),
    };
    match (declared, named) {
        (Some(declared), Some(named)) if declared != named => {
            conflict(format!("The datum is declared as {declared:?}, but the columns {names} say {named:?}."))
        }
        (Some(datum), _) | (None, Some(datum)) => Ok(datum),
        (None, None) => {
            let message = format!("Nothing says which datum the columns {names} are in; they are read as WGS84.");
            problems.push(
                Problem::warning("datum-assumed", message).help(
                    "Declare it: coordinates from Amap or Tencent are GCJ-02, from Baidu BD-09, both hundreds of metres off.",
                ),
            );
            Ok(Datum::Wgs84)
        }
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

fn one_of_each_group(rows: Vec<usize>, group: Option<&Column>) -> (Vec<usize>, usize) {
    let Some(group) = group else { return (rows, 0) };
    let before = rows.len();
    let mut seen = std::collections::BTreeSet::new();
    let kept: Vec<usize> = rows
        .into_iter()
        .filter(|&row| {
            let name = group.text(row).into_owned();
            name.is_empty() || name == "-1" || seen.insert(name)
        })
        .collect();
    let left_out = before - kept.len();
    (kept, left_out)
}

fn position(longitude: CellRef<'_>, latitude: CellRef<'_>) -> Result<Position, String> {
    let read = |cell: CellRef<'_>, what: &str| {
        number(cell).map_err(|reason| match reason {
            Missing::NotANumber(text) => format!("the {what} {text:?} is not a number"),
            reason => format!("the {what} is missing ({reason})"),
        })
    };
    let (x, y) = (read(longitude, "longitude")?, read(latitude, "latitude")?);
    if x == 0.0 && y == 0.0 {
        return Err("the coordinate is 0, 0, which stands for none".to_owned());
    }
    if y.abs() > 90.0 && y.abs() <= 180.0 && x.abs() <= 90.0 {
        return Err(format!("the latitude {y} is beyond 90 degrees: {SWAPPED}"));
    }
    if x.abs() > 180.0 || y.abs() > 90.0 {
        return Err(format!("the coordinate {x}, {y} is out of range"));
    }
    Ok([x, y])
}

fn report_rejected(rejected: &[(usize, String)], problems: &mut Vec<Problem>) {
    for (line, reason) in rejected.iter().take(LISTED) {
        problems.push(
            Problem::warning("bad-coordinate", format!("Row left out: {reason}."))
                .at_line(*line)
                .help("Correct it in a patch file, or leave the row out by `where`."),
        );
    }
    if rejected.len() > LISTED {
        let rest = &rejected[LISTED..];
        let lines: Vec<String> = rest.iter().take(200).map(|(line, _)| line.to_string()).collect();
        let message = format!("{} more rows left out for their coordinates, on lines {}.", rest.len(), lines.join(", "));
        problems.push(Problem::warning("bad-coordinate", message));
    }
}

/// Western China with longitude and latitude swapped lies in the Arctic Ocean, where a coordinate is still one.
fn report_far_north(points: &[Point], problems: &mut Vec<Problem>) {
    let lies = |point: &&Point| (15.0..55.0).contains(&point.position[0]) && (73.0..=90.0).contains(&point.position[1]);
    let lines: Vec<String> = points.iter().filter(lies).map(|point| format!("line {}", point.line)).collect();
    if !lines.is_empty() {
        let message = format!("{} points lie in the Arctic, where {SWAPPED}: {}.", lines.len(), list(&lines));
        problems.push(Problem::warning("maybe-swapped", message));
    }
}

fn report_doubles(points: &[Point], has_ids: bool, problems: &mut Vec<Problem>) {
    let mut first_of_id: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first_at: BTreeMap<[u64; 2], usize> = BTreeMap::new();
    let (mut ids, mut places) = (Vec::new(), Vec::new());
    for point in points {
        if let Some(line) = first_of_id.get(point.id.as_str()) {
            ids.push(format!("\"{}\" on lines {line} and {}", shorten(&point.id), point.line));
        } else {
            first_of_id.insert(&point.id, point.line);
        }
        let key = point.position.map(|x| (x + 0.0).to_bits());
        if let Some(line) = first_at.get(&key) {
            places.push(format!("lines {line} and {}", point.line));
        } else {
            first_at.insert(key, point.line);
        }
    }
    if has_ids && !ids.is_empty() {
        let message = format!("{} ids occur more than once: {}.", ids.len(), list(&ids));
        problems
            .push(Problem::warning("duplicate-id", message).help("Give each point an id of its own; answers name points by id."));
    }
    if !places.is_empty() {
        problems.push(Problem::note(
            "same-position",
            format!("{} points stand where another stands: {}.", places.len(), list(&places)),
        ));
    }
}

fn list(items: &[String]) -> String {
    let shown = items.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if items.len() > LISTED { format!("{shown}; and {} more", items.len() - LISTED) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(headings: &[&str], rows: &[&[&str]]) -> Table {
        let cell = |text: &str| crate::table::Cell::Text(text.to_owned());
        let columns =
            headings.iter().enumerate().map(|(at, name)| Column::new(*name, rows.iter().map(|row| cell(row[at])).collect()));
        Table { name: "p.csv".to_owned(), file: String::new(), columns: columns.collect(), lines: (2..rows.len() + 2).collect() }
    }

    #[test]
    fn columns_and_datum_are_found_by_name() {
        let table = table(&["编号", "名称", "经度_GCJ02", "纬度_gcj02", "x"], &[&["7", "甲", "116.4", "39.9", "1"]]);
        let points = from_table(&table, &Fields::default(), &|_| true).unwrap();
        assert_eq!((points.value.datum, points.value.points[0].id.as_str()), (Datum::Gcj02, "7"));
        assert!(points.problems.is_empty());
        let wrong = Fields { datum: Some(Datum::Wgs84), longitude: Some("经度_GCJ02".to_owned()), ..Fields::default() };
        assert_eq!(from_table(&table, &wrong, &|_| true).unwrap_err()[0].id, "datum-conflict");
    }

    #[test]
    fn every_bad_row_is_reported_with_its_line() {
        let rows: &[&[&str]] = &[
            &["1", "116.4", "39.9"],
            &["2", "39.9", "116.4"],
            &["3", "0", "0"],
            &["4", "NaN", "1"],
            &["5", "200", "1"],
            &["6", "<b>", "1"],
            &["1", "116.4", "39.9"],
        ];
        let noted = from_table(&table(&["id", "lon", "lat"], rows), &Fields::default(), &|_| true).unwrap();
        let lines: Vec<usize> = noted.value.rejected.iter().map(|(line, _)| *line).collect();
        assert_eq!((lines, noted.value.points.len()), (vec![3, 4, 5, 6, 7], 2));
        let ids: Vec<&str> = noted.problems.iter().map(|problem| problem.id).collect();
        assert_eq!(ids[0], "datum-assumed");
        assert_eq!(ids[ids.len() - 2..], ["duplicate-id", "same-position"]);
        assert_eq!(
            noted.problems[1].to_string(),
            "warning: p.csv:3: Row left out: the latitude 116.4 is beyond 90 degrees: longitude and latitude seem to be swapped. \
             Correct it in a patch file, or leave the row out by `where`."
        );
    }

    #[test]
    fn one_of_each_group_is_kept() {
        let rows: &[&[&str]] = &[&["1", "2", "-1"], &["1", "2", "4"], &["1", "3", "4"], &["1", "4", "-1"]];
        let fields = Fields { one_of: Some("group".to_owned()), datum: Some(Datum::Wgs84), ..Fields::default() };
        let points = from_table(&table(&["lon", "lat", "group"], rows), &fields, &|_| true).unwrap().value;
        assert_eq!((points.points.len(), points.grouped), (3, 1));
        assert_eq!(points.points[2].id, "4");
        let error = from_table(&table(&["a", "lat"], &[&["1", "2"]]), &fields, &|_| true).unwrap_err();
        assert_eq!(error[0].id, "unknown-column");
    }

    #[test]
    fn swapped_columns_are_told() {
        let swapped = table(&["lon_wgs84", "lat_wgs84"], &[&["39.9", "116.4"], &["31.2", "121.5"]]);
        let problems = from_table(&swapped, &Fields::default(), &|_| true).unwrap_err();
        assert_eq!(
            problems[2].to_string(),
            "error: p.csv: No row of p.csv has a usable coordinate. Longitude and latitude seem to be swapped: name the columns the \
             other way round."
        );
        let urumqi = table(&["lon_wgs84", "lat_wgs84"], &[&["43.8", "87.6"]]);
        let noted = from_table(&urumqi, &Fields::default(), &|_| true).unwrap();
        assert_eq!((noted.problems[0].id, noted.value.points.len()), ("maybe-swapped", 1));
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_a_panic(text in "(id|lon|lat|经度|x_bd09|,|\n|1|-|9e9|NaN|inf|\"|<b>|\\PC){0,60}", bytes in proptest::collection::vec(0u8.., 0..200)) {
            let _ = read(text.as_bytes(), "a.csv", &Fields::default());
            let _ = read(&bytes, "b.csv", &Fields::default());
            let long = format!("lon,lat\n{},1\n2,{}\n", "9".repeat(10_000), text);
            if let Ok(noted) = read(long.as_bytes(), "c.csv", &Fields::default()) {
                proptest::prop_assert!(noted.value.points.iter().all(|point| point.position.iter().all(|x| x.is_finite())));
            }
        }
    }
}
