//! Where in a sheet the table begins and ends: title rows above the heading and note rows below the data are left out and said.

use crate::problem::Problem;
use crate::table::sheet::{Sheet, SheetRow};
use std::collections::BTreeMap;

/// Rows looked at to find the width of the table.
const SAMPLE_ROWS: usize = 200;
/// Defects of one kind reported one by one; the rest are counted.
const REPORTED: usize = 10;

/// The table in a sheet.
pub(super) struct Found {
    /// The names of the columns: trimmed, none empty, none twice.
    pub headings: Vec<String>,
    /// Line of the heading.
    pub line: usize,
    /// The rows of data.
    pub rows: Sheet,
    /// Title rows above the heading: line and text.
    pub above: Vec<(usize, String)>,
    /// Note rows below the data: line and text.
    pub below: Vec<(usize, String)>,
}

/// Finds the table. `skip_given`: the author has said where the heading is, in the first row.
pub(super) fn find(mut sheet: Sheet, skip_given: bool, file: &str, problems: &mut Vec<Problem>) -> Result<Found, Vec<Problem>> {
    let mut rest = sheet.split_off(if skip_given { 0 } else { heading_row(&sheet) });
    let mut rows = rest.split_off(1);
    let Some(heading) = rest.row(0) else {
        let problem = Problem::error("empty-table", "The file holds no rows.").in_file(file);
        return Err(vec![problem.help("Check that it was saved whole.")]);
    };
    let below = take_notes(&mut rows, &heading);
    note_skipped(&sheet, &below, file, problems);
    let widest = rows.rows().map(|row| row.width()).max().unwrap_or(0);
    let columns = heading.width().max(widest.min(heading.len()));
    let headings = headings(&heading, columns, file, problems);
    check_widths(&rows, columns, file, problems)?;
    if rows.is_empty() {
        let problem = Problem::error("empty-table", "The table has a heading and no rows.").in_file(file).at_line(heading.line());
        return Err(vec![problem.help("Check that it was saved whole.")]);
    }
    let told = |sheet: &Sheet| sheet.rows().map(|row| (row.line(), row.text())).collect();
    Ok(Found { headings, line: heading.line(), above: told(&sheet), below: told(&below), rows })
}

/// The first row that is about as wide as the table; title rows stand before it.
fn heading_row(sheet: &Sheet) -> usize {
    let width = usual_width(sheet);
    let needed = if width <= 1 { 1 } else { (width * 3).div_ceil(5).max(2) };
    sheet.rows().position(|row| row.filled() >= needed).unwrap_or(0)
}

/// The number of filled cells that most rows have.
fn usual_width(sheet: &Sheet) -> usize {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for row in sheet.rows().take(SAMPLE_ROWS) {
        *widths.entry(row.width()).or_default() += 1;
    }
    widths.into_iter().map(|(width, rows)| (rows, width)).max().map_or(0, |(_, width)| width)
}

/// Takes the note and source rows off the end.
fn take_notes(rows: &mut Sheet, heading: &SheetRow<'_>) -> Sheet {
    let columns = heading.width();
    let first_note = rows.rows().rposition(|row| !is_note(&row, columns)).map_or(0, |at| at + 1);
    rows.split_off(first_note)
}

fn is_note(row: &SheetRow<'_>, columns: usize) -> bool {
    const WORDS: &[&str] = &[
        "注",
        "备注",
        "说明",
        "数据来源",
        "资料来源",
        "来源",
        "note",
        "source",
        "data source",
        "*",
        "※",
        "数据库",
        "last updated",
    ];
    let first = row.cell(0).trim();
    let lower = first.to_lowercase();
    let worded = WORDS.iter().any(|word| lower.starts_with(word));
    let lone = row.filled() == 1 && !first.is_empty();
    // A row that is short because its cells were cut off would be a loss; one long sentence in the first cell is not a row.
    columns > 1 && ((worded && (lone || row.len() < columns)) || (lone && row.len() < columns && first.chars().count() > 12))
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

/// The names of the columns: trimmed, none empty, none twice.
fn headings(heading: &SheetRow<'_>, columns: usize, file: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..columns {
        let written = heading.cell(at).split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if written.is_empty() {
            let name = format!("column {}", at + 1);
            let message = format!("Column {} has no heading; it is called \"{name}\".", at + 1);
            problems.push(Problem::note("no-heading", message).in_file(file).at_line(heading.line()));
            name
        } else {
            written
        };
        let mut name = base.clone();
        if let Some(first) = seen.get(&base) {
            let mut nth = 2;
            name = format!("{base} ({nth})");
            while seen.contains_key(&name) {
                nth += 1;
                name = format!("{base} ({nth})");
            }
            let message = format!("Columns {first} and {} have the same heading; the second is called \"{name}\".", at + 1);
            let problem = Problem::warning("duplicate-heading", message).in_file(file).at_line(heading.line()).in_column(&base);
            problems.push(problem.help("Give each column a heading of its own."));
        }
        seen.insert(name.clone(), at + 1);
        names.push(name);
    }
    names
}

/// A row with more cells than headings is an error (its numbers stand under wrong headings); one with fewer is filled with empties.
fn check_widths(rows: &Sheet, columns: usize, file: &str, problems: &mut Vec<Problem>) -> Result<(), Vec<Problem>> {
    let long: Vec<SheetRow<'_>> = rows.rows().filter(|row| row.width() > columns).collect();
    let short: Vec<SheetRow<'_>> = rows.rows().filter(|row| row.len() < columns).collect();
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
