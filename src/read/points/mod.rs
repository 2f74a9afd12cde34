//! Points, such as hospitals, from the rows of a table.

mod columns;
mod look;
mod rows;

use crate::coverage::Position;
use crate::datum::extent::Doubt;
use crate::datum::source::{self, Known, Settled, Source};
use crate::datum::{self, Datum, extent, pairs};
use crate::problem::{Noted, Outcome, Problem, Severity};
use crate::read::table::{ReadOptions, read_table};
use crate::table::{Column, Table};
use columns::find_columns;
use look::Looked;
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
    /// Datum of the coordinates; read off the names of the columns, or found by looking at them, where it is not given.
    pub datum: Option<Datum>,
    /// Prefix of the command-line options by which these are given (`from` for `--from-datum`); none in a map file.
    pub option: Option<&'static str>,
    /// Column by which only the first row of each group is kept (`-1` or empty: alone).
    pub one_of: Option<String>,
}

/// The points of a file and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// The usable points in the order of the file.
    pub points: Vec<Point>,
    /// Datum of the file, and how it is known; the points are WGS84 whatever it was.
    pub settled: Settled,
    /// What is said of its datum, and what the coordinates show.
    pub source: Source,
    /// The columns used: id, longitude, latitude, name.
    pub columns: [Option<String>; 4],
    /// Lines of rows without a usable coordinate, each with what is wrong.
    pub rejected: Vec<(usize, String)>,
    /// How many rows were left out because their group had one already.
    pub grouped: usize,
}

/// Problems of one kind beyond this many are counted, not listed.
const LISTED: usize = 20;

/// Reads the points of a delimited file.
///
/// ```
/// use caremap::read::points::{Fields, read};
///
/// let file = "id,lon_wgs84,lat_wgs84\na,116.4,39.9\nb,31.2,121.5\nc,121.5,31.2\n";
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

/// Takes the points out of the rows of `table` for which `keep` is true, and moves them to WGS84.
///
/// A row whose coordinate is missing, 0,0, out of range or seemingly swapped is rejected with a warning that names its line.
/// Ids and positions that occur twice are reported and kept. What is said of the datum is compared with what the points show that
/// name their areas ([`crate::datum`]).
///
/// # Errors
///
/// Where a column cannot be found, where what is said of the datum contradicts itself or the coordinates, where all coordinates have
/// the same mistake, and where no row is usable.
pub fn from_table(table: &Table, fields: &Fields, keep: &dyn Fn(usize) -> bool) -> Outcome<Points> {
    take(table, fields, keep, &|source| source.settle())
}

/// The points of a table, to be looked at and not used: where what is said of the datum is disproved, it is only told. None where the
/// table has no columns of coordinates.
///
/// # Errors
///
/// As [`from_table`] for the rest.
pub fn survey(table: &Table, fields: &Fields) -> Option<Outcome<Points>> {
    match find_columns(table, fields) {
        Err(problems) if problems.iter().any(|problem| problem.id != "datum-conflict") => return None,
        _ => {}
    }
    let told = |source: &Source| {
        source.settle().or_else(|problem| {
            let said = source.declared.or(source.written).unwrap_or(Datum::Wgs84);
            let problem = Problem { severity: Severity::Warning, ..problem };
            Ok((Settled { datum: said, known: Known::Written }, vec![problem]))
        })
    };
    Some(take(table, fields, &|_| true, &told))
}

type Settle<'a> = dyn Fn(&Source) -> Result<(Settled, Vec<Problem>), Problem> + 'a;

fn take(table: &Table, fields: &Fields, keep: &dyn Fn(usize) -> bool, settle: &Settle<'_>) -> Outcome<Points> {
    let columns = find_columns(table, fields)?;
    let kept: Vec<usize> = (0..table.rows()).filter(|&row| keep(row)).collect();
    let (rows, grouped) = rows::one_of_each_group(kept, columns.group);
    let mut problems = Vec::new();
    if let Some(problem) = look::fault(table, &columns, &rows, fields) {
        return Err(vec![problem]);
    }
    let (mut points, rejected) = as_written(table, &columns, &rows);
    let Looked { source, problems: odd } = look::at(table, fields, columns.written, &points);
    let (settled, said) = settle(&source).map_err(|problem| vec![problem])?;
    problems.extend(said);
    rows::report_rejected(&rejected, &mut problems);
    problems.extend(odd);
    move_to_wgs84(&mut points, settled.datum, table, &mut problems);
    rows::report_far_north(&points, &mut problems);
    rows::report_doubles(&points, columns.id.is_some(), &mut problems);
    for problem in &mut problems {
        problem.place.file = Some(table.place().to_owned());
    }
    if points.is_empty() {
        let message = format!("No row of {} has a usable coordinate.", table.place());
        let help = "Check which columns hold longitude and latitude, in decimal degrees.";
        problems.push(Problem::error("no-points", message).in_file(table.place()).help(help));
        return Err(problems);
    }
    let name = |column: Option<&Column>| column.map(|column| column.name.clone());
    let used = [name(columns.id), name(Some(columns.longitude)), name(Some(columns.latitude)), name(columns.name)];
    Ok(Noted { value: Points { points, settled, source, columns: used, rejected, grouped }, problems })
}

/// What is wrong with measuring between two files of points: that their datums differ and nobody said so, or that points of one name
/// lie beside each other as the datums do.
pub fn mixing(one: &Points, other: &Points) -> Option<Problem> {
    let beside = || pairs::mixing(&of_pair(one), &of_pair(other)).or_else(|| pairs::mixing(&of_pair(other), &of_pair(one)));
    source::mixing((&one.source, one.settled), (&other.source, other.settled)).or_else(beside)
}

fn of_pair(points: &Points) -> pairs::List<'_> {
    let named = points.points.iter().map(|point| (point.name.as_str(), point.position)).collect();
    pairs::List { source: &points.source, settled: points.settled, points: named }
}

/// The points where they are written, and the lines of the rows without a usable coordinate, each with what is wrong.
fn as_written(table: &Table, columns: &columns::Columns<'_>, rows: &[usize]) -> (Vec<Point>, Vec<(usize, String)>) {
    let (mut points, mut rejected) = (Vec::new(), Vec::new());
    for &row in rows {
        let line = table.lines[row];
        match rows::position(columns.longitude.cell(row), columns.latitude.cell(row)) {
            Ok(position) => points.push(Point {
                id: columns.id.map_or_else(|| (row + 1).to_string(), |column| column.text(row).into_owned()),
                name: columns.name.map_or_else(String::new, |column| column.text(row).into_owned()),
                position,
                row,
                line,
            }),
            Err(reason) => rejected.push((line, reason)),
        }
    }
    (points, rejected)
}

/// Moves points to WGS84, and says of which ones there is doubt.
fn move_to_wgs84(points: &mut [Point], datum: Datum, table: &Table, problems: &mut Vec<Problem>) {
    if datum == Datum::Wgs84 {
        return;
    }
    let mut doubts: BTreeMap<Doubt, Vec<String>> = BTreeMap::new();
    let unsure = |point: &&Point| extent::to_wgs84(point.position, datum, None).1 == Some(Doubt::Unsure);
    let rows: Vec<usize> = points.iter().filter(unsure).map(|point| point.row).collect();
    let mainland = if rows.is_empty() { Vec::new() } else { datum::points::on_mainland(table, &rows) };
    let mainland: BTreeMap<usize, Option<bool>> = rows.into_iter().zip(mainland).collect();
    for point in points {
        let named = mainland.get(&point.row).copied().flatten();
        let (position, doubt) = extent::to_wgs84(point.position, datum, named);
        point.position = position;
        if let Some(doubt) = doubt {
            doubts.entry(doubt).or_default().push(format!("line {}", point.line));
        }
    }
    let name = datum.title();
    for (doubt, lines) in doubts {
        let (count, lines) = (lines.len(), rows::list(&lines));
        problems.push(match doubt {
            Doubt::Special => Problem::note(
                "datum-left",
                format!("{count} points in Hong Kong, Macau or Taiwan are left where they are, as Google and Apple do: {lines}."),
            )
            .help("Amap and Huawei say that they move those of Hong Kong and Macau: if these are so, give them in WGS84."),
            Doubt::Unsure => Problem::warning(
                "datum-unsure",
                format!(
                    "{count} points lie so near the border of Hong Kong or Macau that {name} does not tell which side they are on; they \
                     are taken as Shenzhen's and as Macau's: {lines}."
                ),
            )
            .help("Name the city in their address, or correct them in a patch file."),
            Doubt::Abroad => {
                Problem::note("datum-left", format!("{count} points abroad are left where they are, for {name} is WGS84 there: {lines}."))
            }
        });
    }
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
        assert_eq!((points.value.settled.datum, points.value.points[0].id.as_str()), (Datum::Gcj02, "7"));
        assert_eq!(points.value.columns[1].as_deref(), Some("经度_GCJ02"));
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
    fn the_names_of_columns_tell_the_datum_before_or_behind() {
        let of = |headings: &[&str]| {
            let cells: Vec<&str> =
                headings.iter().map(|name| if name.contains(['a', '纬']) { "39.9" } else { "116.4" }).collect();
            from_table(&table(headings, &[&cells]), &Fields::default(), &|_| true).map(|noted| noted.value.source.written)
        };
        assert_eq!(of(&["lng_gcj02", "lat_gcj02"]), Ok(Some(Datum::Gcj02)));
        assert_eq!(of(&["bd09_lng", "bd09_lat"]), Ok(Some(Datum::Bd09)));
        assert_eq!(of(&["经度（WGS-84）", "纬度（WGS-84）"]), Ok(Some(Datum::Wgs84)));
        assert_eq!(of(&["lng", "lat", "gcj02_lng", "gcj02_lat"]), Ok(Some(Datum::Gcj02)));
        assert_eq!(of(&["gcj02_lng", "gcj02_lat", "wgs84_lng", "wgs84_lat"]), Ok(Some(Datum::Wgs84)));
        assert_eq!(of(&["gcj02_lng", "wgs84_lat"]).unwrap_err()[0].id, "datum-conflict");
    }

    #[test]
    fn swapped_columns_are_told() {
        let swapped = table(&["lon_wgs84", "lat_wgs84"], &[&["39.9", "116.4"], &["31.2", "121.5"], &["43.8", "87.6"]]);
        let problems = from_table(&swapped, &Fields::default(), &|_| true).unwrap_err();
        assert_eq!(
            problems[0].to_string(),
            "error: p.csv: Longitude and latitude are exchanged: \"lon_wgs84\" holds latitudes and \"lat_wgs84\" longitudes. As written \
             0 of 3 points lie in China; put right, 3 do. Write longitude = \"lat_wgs84\" and latitude = \"lon_wgs84\"."
        );
        let option = Fields { option: Some("from"), ..Fields::default() };
        let help = from_table(&swapped, &option, &|_| true).unwrap_err()[0].help.clone();
        assert_eq!(help.as_deref(), Some("Say --from-lon \"lat_wgs84\" --from-lat \"lon_wgs84\"."));
        let urumqi = table(&["lon_wgs84", "lat_wgs84"], &[&["43.8", "87.6"], &["116.4", "39.9"]]);
        let noted = from_table(&urumqi, &Fields::default(), &|_| true).unwrap();
        assert_eq!((noted.problems[0].id, noted.value.points.len()), ("maybe-swapped", 2));
    }

    #[test]
    fn a_row_whose_mistake_is_plain_is_told() {
        let rows: &[&[&str]] = &[
            &["北京市东城区朝内北小街2号", "116.42", "39.93"],
            &["北京市海淀区北洼路", "-116.30", "39.94"],
            &["上海市徐汇区", "121.43", "31.18"],
        ];
        let noted = from_table(&table(&["address", "lon_wgs84", "lat_wgs84"], rows), &Fields::default(), &|_| true).unwrap();
        assert_eq!(
            noted.problems[0].to_string(),
            "warning: p.csv:3: The point lies outside 海淀区, which its row names; it would lie inside but that its longitude is \
             negative. Correct it in a patch file, or leave the row out by `where`."
        );
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
