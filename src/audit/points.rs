//! Points that lie outside the area their row names, that share one position, or lie nowhere.

use super::columns::{Kind, Read};
use super::finding::{Finding, Severity};
use super::subject::Subject;
use crate::coverage::Position;
use crate::coverage::locate::Locator;
use crate::datum::points::named_points;
use crate::level::Level;
use crate::place::key::{Gazetteer, Spot};
use crate::read::points::{Fields, Points, survey};
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// How far outside a point may lie without being wrong, in degrees of latitude: borders are simplified and datums shift (2 km; 15 km).
const NEAR_PROVINCE: f64 = 0.02;
const NEAR_PREFECTURE: f64 = 0.15;

pub(super) fn audit(subject: &Subject<'_>, gazetteer: Option<&Gazetteer<'_>>) -> Vec<Finding> {
    let Some(Ok(found)) = survey(subject.table, &Fields::default()) else { return Vec::new() };
    let points = found.value;
    let mut findings = nowhere(subject, &points);
    findings.extend(shared(subject, &points));
    if let Some(gazetteer) = gazetteer {
        findings.extend(outside(subject, &points, gazetteer));
    }
    findings
}

/// Rows with 0,0 and other positions that are none.
fn nowhere(subject: &Subject<'_>, points: &Points) -> Vec<Finding> {
    let zero = |row: &usize| {
        let coordinates = [&points.columns[1], &points.columns[2]];
        coordinates.iter().all(|name| {
            name.as_ref().and_then(|name| subject.table.column(name)).is_some_and(|column| column.number(*row) == Ok(0.0))
        })
    };
    let rows: Vec<usize> = (0..subject.rows()).filter(zero).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let reason = format!(
        "{} at 0, 0, which lies in the Gulf of Guinea.",
        if rows.len() == 1 { "One point lies".to_owned() } else { format!("{} points lie", rows.len()) }
    );
    let finding =
        Finding::new("point-at-zero", Severity::Impossible, reason).over(rows.iter().map(|row| subject.line(*row)).collect());
    let finding = finding.column(coordinates(points)).about(subject.area(rows[0])).with("points", rows.len() as f64);
    vec![
        finding
            .cause("A geocoder that found nothing, or empty cells that were filled with 0.")
            .next("Empty the cells, or look the place up."),
    ]
}

fn coordinates(points: &Points) -> String {
    [&points.columns[1], &points.columns[2]].into_iter().flatten().cloned().collect::<Vec<_>>().join(" + ")
}

/// Rows with exactly one position together.
fn shared(subject: &Subject<'_>, points: &Points) -> Vec<Finding> {
    let mut rows_of: BTreeMap<[u64; 2], Vec<usize>> = BTreeMap::new();
    for point in &points.points {
        rows_of.entry(point.position.map(f64::to_bits)).or_default().push(point.row);
    }
    let mut groups: Vec<Vec<usize>> = rows_of.into_values().filter(|rows| rows.len() > 1).collect();
    groups.sort_by_key(|rows| rows.first().copied());
    let rows: usize = groups.iter().map(Vec::len).sum();
    let Some(largest) = groups.iter().max_by_key(|rows| (rows.len(), std::cmp::Reverse(rows.first().copied()))) else {
        return Vec::new();
    };
    let names: Vec<String> = largest
        .iter()
        .filter_map(|row| points.points.iter().find(|point| point.row == *row))
        .take(3)
        .map(|point| point.name.clone())
        .collect();
    let reason = format!(
        "{} positions are shared by {rows} of {} rows to the last digit; the most, {}, share that of {}.",
        groups.len(),
        points.points.len(),
        largest.len(),
        names.join(", ")
    );
    let lines = groups.iter().flatten().map(|row| subject.line(*row)).collect();
    let finding = Finding::new("position-shared", Severity::Look, reason)
        .over(lines)
        .column(coordinates(points))
        .about(subject.area(groups[0][0]));
    let finding = finding.with("positions", groups.len() as f64).with("rows", rows as f64).with("most", largest.len() as f64);
    vec![
        finding
            .cause("One hospital under several names, its branches, or a geocoder that gave the middle of a town.")
            .next("Leave one row of each hospital; look up those that are different places."),
    ]
}

/// Points that lie in another province or prefecture than their row names, farther than borders and datums can be off.
fn outside(subject: &Subject<'_>, points: &Points, gazetteer: &Gazetteer<'_>) -> Vec<Finding> {
    let at: BTreeMap<usize, Position> = points.points.iter().map(|point| (point.row, point.position)).collect();
    let list: Vec<(usize, Position)> = at.iter().map(|(row, position)| (*row, *position)).collect();
    let locators = [Level::Province, Level::Prefecture].map(|level| (level, Locator::new(gazetteer.coverage(), level)));
    let mut findings = Vec::new();
    // A province that was looked up from the point says nothing of the address: what is written freely counts by itself as well.
    let mut named = named_points(subject.table, &list, gazetteer);
    named.extend(named_points(&free_text(subject), &list, gazetteer));
    let mut told = BTreeSet::new();
    for named in named {
        for (level, locator) in &locators {
            let Some(wanted) = gazetteer.lift(named.spot, *level) else { continue };
            let near = if *level == Level::Province { NEAR_PROVINCE } else { NEAR_PREFECTURE };
            if around(named.position, near).into_iter().any(|position| locator.locate(position) == Some(wanted)) {
                continue;
            }
            if told.insert(named.row) {
                findings.push(elsewhere(subject, points, &named, (*level, wanted), locator.locate(named.position), gazetteer));
            }
            break;
        }
    }
    findings
}

/// The table with only the columns of free text, such as names and addresses: hardly two cells of them are alike.
fn free_text(subject: &Subject<'_>) -> Table {
    let is_free = |column: &&Read<'_>| {
        let cells: BTreeSet<_> = column.column.iter().map(|cell| cell.text().into_owned()).collect();
        column.kind == Kind::Text && cells.len() * 2 > subject.rows()
    };
    let columns = subject.columns.iter().filter(is_free).map(|column| column.column.clone()).collect();
    let table = subject.table;
    Table { name: table.name.clone(), file: table.file.clone(), columns, lines: table.lines.clone() }
}

/// A position and sixteen around it.
fn around([x, y]: Position, near: f64) -> Vec<Position> {
    let mut positions = vec![[x, y]];
    for part in [0.5, 1.0] {
        for step in 0..8 {
            let (sin, cos) = libm::sincos(f64::from(step) * std::f64::consts::FRAC_PI_4);
            positions.push([x + near * part * cos / libm::cos(y.to_radians()).max(0.1), y + near * part * sin]);
        }
    }
    positions
}

fn elsewhere(
    subject: &Subject<'_>,
    points: &Points,
    named: &crate::datum::points::Named,
    wanted: Spot,
    found: Option<usize>,
    gazetteer: &Gazetteer<'_>,
) -> Finding {
    let name = |spot: Spot| format!("{} {}", gazetteer.area(spot).code, gazetteer.area(spot).name);
    let place = found.map_or("no area of the boundaries".to_owned(), |at| name((wanted.0, at)));
    let reason =
        format!("The row names {}, its point {:.4}, {:.4} lies in {place}.", name(wanted), named.position[0], named.position[1]);
    let (rule, severity) = match wanted.0 {
        Level::Province => ("point-outside-province", Severity::Impossible),
        _ => ("point-outside-prefecture", Severity::VeryUnlikely),
    };
    let title = points.points.iter().find(|point| point.row == named.row).map(|point| point.name.clone());
    let finding = Finding::new(rule, severity, reason).at(subject.line(named.row)).about(title);
    let finding = finding.with("longitude", named.position[0]).with("latitude", named.position[1]);
    finding
        .cause("A geocoder that took a place of the same name, or a name that tells another place than the address.")
        .next("Look the address up, and correct the coordinates or leave the row out.")
}
