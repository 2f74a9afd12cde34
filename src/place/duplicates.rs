//! Two rows for one area, where nothing says that they may be added.

use super::join::Request;
use super::ledger::RowOutcome;
use super::route::Found;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// Areas reported one by one.
const REPORTED: usize = 10;

/// Marks the rows that share an area as a whole; gives the areas and their rows.
pub(super) fn mark(found: &mut [Found]) -> BTreeMap<usize, Vec<usize>> {
    let mut rows_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, found) in found.iter().enumerate().filter(|(_, found)| found.outcome.is_one_to_one()) {
        if let Some(area) = found.area {
            rows_of.entry(area).or_default().push(row);
        }
    }
    rows_of.retain(|_, rows| rows.len() > 1);
    for row in rows_of.values().flatten() {
        found[*row].outcome = RowOutcome::Duplicate;
    }
    rows_of
}

/// An error for each such area, naming both rows, and the area that one of them may have meant.
pub(super) fn problems(request: &Request<'_>, rows_of: &BTreeMap<usize, Vec<usize>>, found: &[Found]) -> Vec<Problem> {
    let areas = request.coverage.areas(request.level);
    let place = request.table.place();
    let mut problems = Vec::new();
    for (area, rows) in rows_of.iter().take(REPORTED) {
        let lines: Vec<usize> = rows.iter().map(|row| request.table.lines[*row]).collect();
        let more = if lines.len() > 2 { format!(" and {} more", lines.len() - 2) } else { String::new() };
        let alike = request.table.columns.iter().all(|column| rows.iter().all(|row| column.cell(*row) == column.cell(rows[0])));
        let message = format!(
            "The rows on lines {} and {}{more} belong to the same area{}.",
            lines[0],
            lines[1],
            if alike { " and are identical" } else { "" }
        );
        let subject = format!("{} {}", areas[*area].code, areas[*area].name);
        let problem = Problem::error("duplicate-key", message).in_file(place).at_line(lines[1]).about(subject);
        let near = rows.iter().find_map(|row| found[*row].near.first());
        problems.push(match near {
            _ if alike => problem.help("Delete all but one of them."),
            Some(near) => problem.help(format!(
                "One of them may be {} {}, which has no row: correct it by a patch. Otherwise choose one by `where`, or list the columns that may be added up in `sum`.",
                near.code, near.name
            )),
            None => problem.help("Delete the wrong one, choose one by `where`, or list the columns that may be added up in `sum`."),
        });
    }
    if rows_of.len() > REPORTED {
        let message = format!("{} more areas have several rows.", rows_of.len() - REPORTED);
        problems.push(
            Problem::error("duplicate-key", message)
                .in_file(place)
                .help("Leave one row of each in the table, or choose one by `where`."),
        );
    }
    problems
}
