//! A look at coordinates before they are used: whether they are coordinates, and in which datum.

use super::columns::Columns;
use super::{Fields, Point};
use crate::coverage::{Position, bundled};
use crate::datum::source::{Kind, PLACES, Source};
use crate::datum::{Datum, Verdict, axes, extent, pairs, points};
use crate::place::key::Gazetteer;
use crate::problem::Problem;
use crate::table::{Table, number};
use std::collections::BTreeMap;

/// What a look at points shows.
pub(super) struct Looked {
    /// What is said and shown of the datum.
    pub source: Source,
    /// Rows that lie outside the area they name by a mistake that is known.
    pub problems: Vec<Problem>,
}

/// The mistake that all coordinates of the table have, if there is one.
pub(super) fn fault(table: &Table, columns: &Columns<'_>, rows: &[usize], fields: &Fields) -> Option<Problem> {
    let both =
        |row: &usize| Some((*row, [number(columns.longitude.cell(*row)).ok()?, number(columns.latitude.cell(*row)).ok()?]));
    let numbers: Vec<(usize, Position)> = rows.iter().filter_map(both).collect();
    if !axes::is_suspicious(numbers.iter().map(|(_, at)| *at)) {
        return None;
    }
    let gazetteer = Gazetteer::new(bundled());
    let named: BTreeMap<usize, _> =
        points::named_points(table, &numbers, &gazetteer).into_iter().map(|point| (point.row, point.spot)).collect();
    let known: Vec<_> = numbers.iter().map(|(row, at)| (*at, named.get(row).copied())).collect();
    let found = axes::fault(&known, &gazetteer)?;
    let (x, y) = (columns.longitude.name.as_str(), columns.latitude.name.as_str());
    let swap = match fields.option {
        None => format!("Write longitude = \"{y}\" and latitude = \"{x}\"."),
        Some(prefix) => format!("Say --{prefix}-lon \"{y}\" --{prefix}-lat \"{x}\"."),
    };
    Some(Problem::error("wrong-coordinates", found.message(x, y)).in_file(table.place()).help(found.help(&swap)))
}

/// Looks at points whose positions are as written.
pub(super) fn at(table: &Table, fields: &Fields, written: Option<Datum>, points: &[Point]) -> Looked {
    let step = points.len().div_ceil(PLACES).max(1);
    let way = fields.option.map_or_else(|| "datum = \"{}\"".to_owned(), |prefix| format!("--{prefix}-datum {{}}"));
    let mut source = Source {
        file: table.place().to_owned(),
        kind: Kind::Points,
        declared: fields.datum,
        written,
        verdict: None,
        places: points.iter().step_by(step).map(|point| point.position).collect(),
        way,
    };
    let mut problems = Vec::new();
    // What comes with the program was looked at before.
    if !table.place().starts_with("bundled:") && !points.is_empty() {
        let (verdict, odd) = verdict(table, points);
        source.verdict = Some(verdict);
        problems = odd;
    }
    Looked { source, problems }
}

fn verdict(table: &Table, points: &[Point]) -> (Verdict, Vec<Problem>) {
    let places: Vec<Position> = points.iter().map(|point| point.position).collect();
    if !extent::is_moved(&places) {
        return (Verdict::abroad(), Vec::new());
    }
    let has_text = |column: &&crate::table::Column| (0..column.len().min(50)).any(|row| number(column.cell(row)).is_err());
    if !table.columns.iter().any(|column| has_text(&column)) {
        return (
            Verdict::unknown("The file has no column of names or addresses that would tell where its points belong."),
            Vec::new(),
        );
    }
    let gazetteer = Gazetteer::new(bundled());
    let written: Vec<(usize, Position)> = points.iter().map(|point| (point.row, point.position)).collect();
    let named = points::named_points(table, &written, &gazetteer);
    let (mut votes, sentence) = points::votes(&named, &gazetteer);
    let mut evidence = vec![sentence];
    if let Some((more, sentence)) = against_known_hospitals(points) {
        votes.add(&more);
        evidence.push(sentence);
    }
    (Verdict::of(&votes, evidence), odd(table, &named, &gazetteer))
}

/// Hospitals of the bundled list that the file names as well.
fn against_known_hospitals(points: &[Point]) -> Option<(crate::datum::verdict::Votes, String)> {
    let known = crate::world::bundled("hospitals_cn_3a")?;
    let table = crate::read::table::read_table(known, "bundled:hospitals_cn_3a", &Default::default()).ok()?.value;
    let fields = Fields { datum: Some(Datum::Wgs84), ..Fields::default() };
    let usable = table.column("usable")?;
    let known = super::from_table(&table, &fields, &|row| usable.text(row) == "1").ok()?.value;
    pairs::votes(
        points.iter().map(|point| (point.name.as_str(), point.position)),
        known.points.iter().map(|point| (point.name.as_str(), point.position)),
        "the hospitals in the program's own list",
    )
}

fn odd(table: &Table, named: &[points::Named], gazetteer: &Gazetteer<'_>) -> Vec<Problem> {
    let places: Vec<_> = named.iter().map(|point| (point.position, point.spot)).collect();
    let say = |(number, fault): (usize, axes::Fault)| {
        let (point, area) = (&named[number], &gazetteer.area(places[number].1).name);
        let message =
            format!("The point lies outside {area}, which its row names; it would lie inside but that {}.", fault.of_row());
        let help = "Correct it in a patch file, or leave the row out by `where`.";
        Problem::warning("odd-coordinate", message).at_line(table.lines[point.row]).help(help)
    };
    axes::odd_rows(&places, gazetteer).into_iter().map(say).collect()
}
