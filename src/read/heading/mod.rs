//! Where in a sheet the table begins and ends: title rows above the heading and note rows below the data are left out and said.

mod below;
mod names;

use super::rows::Rows;
use super::unit;
use crate::problem::Problem;
use crate::table::sheet::{Sheet, SheetRow};
use std::collections::BTreeMap;

/// Rows looked at to find the width of the table.
const SAMPLE_ROWS: usize = 200;
/// Defects of one kind reported one by one; the rest are counted.
const REPORTED: usize = 10;

/// The table in a sheet.
pub(super) struct Found {
    /// The names of the columns: trimmed, none twice; empty where a sheet has nothing in a column between others.
    pub headings: Vec<String>,
    /// Line of the heading's first row.
    pub line: usize,
    /// How many rows the heading has.
    pub depth: usize,
    /// Line of the row of units.
    pub unit_line: Option<usize>,
    /// The unit of each column, where the table names one.
    pub units: Vec<Option<String>>,
    /// The rows of data.
    pub rows: Sheet,
    /// Title rows above the heading: line and text.
    pub above: Vec<(usize, String)>,
    /// Note rows below the data: line and text.
    pub below: Vec<(usize, String)>,
    /// Rows of data that are totals: line and text.
    pub totals: Vec<(usize, String)>,
}

/// Finds the table. `skip_given`: the author has said where the heading is, in the first row.
pub(super) fn find(rows: Rows, skip_given: bool, file: &str, problems: &mut Vec<Problem>) -> Result<Found, Vec<Problem>> {
    let Rows { mut sheet, mut merged, ragged, headed, .. } = rows;
    let first = if skip_given || headed { 0 } else { heading_row(&sheet, &merged) };
    let mut heading = sheet.split_off(first);
    if ragged {
        let dropped = heading.drop_blank_columns();
        merged.retain_mut(|block| block.move_left(dropped));
    }
    let depth = if headed { 1 } else { names::depth(&heading, &merged) };
    let mut rows = heading.split_off(depth);
    let Some(line) = heading.row(0).map(|row| row.line()) else {
        let problem = Problem::error("empty-table", "The file holds no rows.").in_file(file);
        return Err(vec![problem.help("Check that it was saved whole.")]);
    };
    let width = heading.rows().map(|row| row.width()).max().unwrap_or(0);
    let units = if headed { Sheet::default() } else { take_units(&mut rows, width) };
    let below = if headed { Sheet::default() } else { below::take_notes(&mut rows, width, &merged, ragged) };
    note_skipped(&sheet, &below, file, problems);
    let widest = rows.rows().map(|row| row.width()).max().unwrap_or(0);
    let cells = heading.rows().map(|row| row.len()).max().unwrap_or(0);
    // A spreadsheet's row ends with its last filled cell, so that a last column without a heading is beyond it.
    let columns = if ragged { width.max(widest) } else { width.max(widest.min(cells)) };
    let used = if ragged { used_columns(&heading, &rows, columns) } else { vec![true; columns] };
    let headings = names::names(&heading, &used, &merged, file, problems);
    check_widths(&rows, columns, ragged, file, problems)?;
    if rows.is_empty() {
        let problem = Problem::error("empty-table", "The table has a heading and no rows.").in_file(file).at_line(line);
        return Err(vec![problem.help("Check that it was saved whole.")]);
    }
    note_heading(&heading, &units, file, problems);
    let totals = below::totals(&rows);
    below::note_totals(&totals, file, problems);
    let told = |sheet: &Sheet| sheet.rows().map(|row| (row.line(), row.text())).collect();
    Ok(Found {
        line,
        depth,
        unit_line: units.row(0).map(|row| row.line()),
        units: units_of(&headings, &units, &sheet, &rows),
        headings,
        above: told(&sheet),
        below: told(&below),
        totals,
        rows,
    })
}

/// Which columns have something in them; a stray cell far out in a sheet does not make columns of all before it.
fn used_columns(heading: &Sheet, rows: &Sheet, columns: usize) -> Vec<bool> {
    let mut used = vec![false; columns];
    for row in heading.rows().chain(rows.rows()) {
        for (used, cell) in used.iter_mut().zip(row.cells()) {
            *used |= !cell.trim().is_empty();
        }
    }
    used
}

/// The first row that is about as wide as the table; title rows stand before it.
fn heading_row(sheet: &Sheet, merged: &[super::rows::Merged]) -> usize {
    let width = usual_width(sheet);
    let needed = if width <= 1 { 1 } else { (width * 3).div_ceil(5).max(2) };
    let first = sheet.rows().position(|row| row.filled() >= needed).unwrap_or(0);
    let above = first.checked_sub(1).and_then(|above| sheet.row(above));
    let is_group = above.zip(sheet.row(first)).is_some_and(|(above, row)| names::is_row_of_groups(&above, &row, merged));
    first - usize::from(is_group)
}

/// Takes off the row of units, where the first row below the heading is one.
fn take_units(rows: &mut Sheet, columns: usize) -> Sheet {
    let is_units = |row: &SheetRow<'_>| {
        let mut others =
            row.cells().enumerate().filter(|(at, cell)| !cell.trim().is_empty() && (*at > 0 || !unit::is_label(cell)));
        let first = row.cell(0).trim();
        let has_key = !first.is_empty() && !unit::is_label(first);
        columns > 1 && !has_key && others.clone().count() > 0 && others.all(|(_, cell)| unit::is_unit(cell))
    };
    if !rows.row(0).is_some_and(|row| is_units(&row)) {
        return Sheet::default();
    }
    let rest = rows.split_off(1);
    std::mem::replace(rows, rest)
}

/// The unit of each column: of the row of units, of its own heading, or of the titles where the column holds numbers.
fn units_of(headings: &[String], units: &Sheet, titles: &Sheet, rows: &Sheet) -> Vec<Option<String>> {
    let of_titles =
        unit::in_titles(titles.rows().flat_map(|row| row.cells().collect::<Vec<_>>()).filter(|cell| !cell.trim().is_empty()));
    let in_row = |at: usize| {
        let cell = units.row(0).map_or("", |row| row.cell(at)).trim();
        (!cell.is_empty() && unit::is_unit(cell)).then(|| cell.trim_matches(['(', ')', '（', '）']).to_owned())
    };
    let measures = |at: usize| {
        let mut cells = rows.rows().take(SAMPLE_ROWS).map(|row| row.cell(at)).filter(|cell| !cell.trim().is_empty());
        let is_code = |cell: &str| cell.trim().len() == 6 && crate::place::code::six_digits(cell).is_some();
        at > 0 && cells.clone().any(|cell| !is_code(cell)) && cells.any(|cell| crate::table::parse_number(cell).is_ok())
    };
    let of = |(at, heading): (usize, &String)| {
        in_row(at).or_else(|| unit::in_heading(heading)).or_else(|| of_titles.clone().filter(|_| measures(at)))
    };
    headings.iter().enumerate().map(of).collect()
}

/// Says that a heading has several rows, and that the row below it is one of units.
fn note_heading(heading: &Sheet, units: &Sheet, file: &str, problems: &mut Vec<Problem>) {
    let lines = heading.lines();
    if let [first, .., last] = lines.as_slice() {
        let message =
            format!("The heading has {} rows, lines {first} to {last}; what stands above one another is joined.", lines.len());
        problems.push(Problem::note("joined-heading", message).in_file(file).at_line(*first));
    }
    if let Some(row) = units.row(0) {
        let message = format!("The row below the heading names units and is no area: \"{}\".", row.text());
        problems.push(Problem::note("unit-row", message).in_file(file).at_line(row.line()));
    }
}

/// The number of filled cells that most rows have.
fn usual_width(sheet: &Sheet) -> usize {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for row in sheet.rows().take(SAMPLE_ROWS) {
        *widths.entry(row.width()).or_default() += 1;
    }
    widths.into_iter().map(|(width, rows)| (rows, width)).max().map_or(0, |(_, width)| width)
}

fn note_skipped(above: &Sheet, below: &Sheet, file: &str, problems: &mut Vec<Problem>) {
    for (id, rows, what) in [("skipped-title-rows", above, "above the heading"), ("skipped-note-rows", below, "below the data")] {
        if let Some(first) = rows.row(0) {
            let count = rows.len();
            let text: Vec<String> = rows.rows().take(3).map(|row| format!("\"{}\"", row.text())).collect();
            let more = if count > 3 { ", …" } else { "" };
            let rows_word = if count == 1 { "row" } else { "rows" };
            let message = format!("Left out {count} {rows_word} {what}: {}{more}.", text.join(", "));
            problems.push(Problem::note(id, message).in_file(file).at_line(first.line()));
        }
    }
}

/// A row with more cells than headings is an error (its numbers stand under wrong headings); one with fewer is filled with empties.
fn check_widths(rows: &Sheet, columns: usize, ragged: bool, file: &str, problems: &mut Vec<Problem>) -> Result<(), Vec<Problem>> {
    let long: Vec<SheetRow<'_>> = rows.rows().filter(|row| row.width() > columns).collect();
    let short: Vec<SheetRow<'_>> = rows.rows().filter(|row| !ragged && row.len() < columns).collect();
    for row in short.iter().take(REPORTED) {
        let message = format!("The row has {} cells under {columns} headings; the rest are taken as empty.", row.len());
        problems.push(
            Problem::warning("short-row", message).in_file(file).at_line(row.line()).help("Check that no delimiter is lost."),
        );
    }
    if short.len() > REPORTED {
        let message = format!("{} more rows have fewer than {columns} cells.", short.len() - REPORTED);
        problems.push(Problem::warning("short-row", message).in_file(file).at_line(short[REPORTED].line()));
    }
    if long.is_empty() {
        return Ok(());
    }
    let mut errors: Vec<Problem> = long
        .iter()
        .take(REPORTED)
        .map(|row| {
            let message = format!("The row has {} cells under {columns} headings, so they cannot be told apart.", row.width());
            let help = "Put quotation marks around a cell that contains the delimiter, or check `skip`.";
            Problem::error("long-row", message).in_file(file).at_line(row.line()).help(help)
        })
        .collect();
    if long.len() > REPORTED {
        let message = format!("{} more rows have more than {columns} cells.", long.len() - REPORTED);
        errors.push(Problem::error("long-row", message).in_file(file).at_line(long[REPORTED].line()));
    }
    Err(errors)
}
