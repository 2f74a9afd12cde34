//! Rows that have no usable coordinate, or the same as others.

use super::{LISTED, Point};
use crate::coverage::Position;
use crate::problem::Problem;
use crate::table::{CellRef, Column, Missing, number, shorten};
use std::collections::BTreeMap;

/// What is said of a row whose latitude is a longitude.
const SWAPPED: &str = "longitude and latitude seem to be swapped";
/// The first row of each group, and how many were left out.
pub(super) fn one_of_each_group(rows: Vec<usize>, group: Option<&Column>) -> (Vec<usize>, usize) {
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

/// The position in two cells, or why there is none.
pub(super) fn position(longitude: CellRef<'_>, latitude: CellRef<'_>) -> Result<Position, String> {
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

/// Says which rows were left out.
pub(super) fn report_rejected(rejected: &[(usize, String)], problems: &mut Vec<Problem>) {
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
pub(super) fn report_far_north(points: &[Point], problems: &mut Vec<Problem>) {
    let lies = |point: &&Point| (15.0..55.0).contains(&point.position[0]) && (73.0..=90.0).contains(&point.position[1]);
    let lines: Vec<String> = points.iter().filter(lies).map(|point| format!("line {}", point.line)).collect();
    if !lines.is_empty() {
        let message = format!("{} points lie in the Arctic, where {SWAPPED}: {}.", lines.len(), list(&lines));
        problems.push(Problem::warning("maybe-swapped", message));
    }
}

/// Says which points have one id or one place.
pub(super) fn report_doubles(points: &[Point], has_ids: bool, problems: &mut Vec<Problem>) {
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

/// The first of many things, and how many more there are.
pub(super) fn list(items: &[String]) -> String {
    let shown = items.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if items.len() > LISTED { format!("{shown}; and {} more", items.len() - LISTED) } else { shown }
}
