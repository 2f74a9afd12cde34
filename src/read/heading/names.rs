//! The names of the columns, from one row of headings or from several.

use crate::problem::Problem;
use crate::read::rows::Merged;
use crate::table::sheet::{Sheet, SheetRow};
use std::collections::BTreeMap;

/// Most rows that a heading may have.
const MOST_ROWS: usize = 4;

/// How many rows of a sheet, from its first on, are its heading.
pub(super) fn depth(sheet: &Sheet, merged: &[Merged]) -> usize {
    let mut depth = 1;
    while depth < MOST_ROWS
        && let (Some(above), Some(below)) = (sheet.row(depth - 1), sheet.row(depth))
        && goes_on(&above, &below, merged)
    {
        depth += 1;
    }
    depth
}

/// Whether the heading goes on in the row below: it says what the parts of a wider heading are, and holds no number.
fn goes_on(above: &SheetRow<'_>, below: &SheetRow<'_>, merged: &[Merged]) -> bool {
    if below.cells().any(holds_number) || below.filled() == 0 {
        return false;
    }
    let tall = merged
        .iter()
        .any(|block| block.holds(above.line(), block.first_column as usize) && block.last_line as usize >= below.line());
    let wide = |block: &Merged| {
        block.is_wide()
            && block.last_line as usize == above.line()
            && (block.first_column..=block.last_column).all(|column| !below.cell(column as usize).trim().is_empty())
    };
    if tall || merged.iter().any(wide) {
        return true;
    }
    // Without merged cells: parts stand below the blanks beside a heading, and the area's own column has none.
    let is_part = |column: usize| {
        let of_group = (0..column).rev().find(|at| !above.cell(*at).trim().is_empty());
        above.cell(column).trim().is_empty() && of_group.is_some_and(|group| group > 0 && !below.cell(group).trim().is_empty())
    };
    let parts = (0..below.len()).filter(|column| !below.cell(*column).trim().is_empty() && above.cell(*column).trim().is_empty());
    below.cell(0).trim().is_empty() && parts.clone().count() > 0 && parts.clone().all(is_part)
}

/// Whether a row of groups stands above the row that was taken for the heading: the groups of some columns, nothing but text, and more
/// than one, as a title has only one.
pub(super) fn is_row_of_groups(above: &SheetRow<'_>, heading: &SheetRow<'_>, merged: &[Merged]) -> bool {
    let fills_blank =
        (0..above.len()).any(|column| !above.cell(column).trim().is_empty() && heading.cell(column).trim().is_empty());
    let is_wide = merged.iter().any(|block| block.is_wide() && block.holds(above.line(), block.first_column as usize));
    above.filled() > 1
        && (fills_blank || is_wide)
        && !above.cells().chain(heading.cells()).any(holds_number)
        && goes_on(above, heading, merged)
}

/// Whether a cell holds a number that is no year.
pub(super) fn holds_number(cell: &str) -> bool {
    crate::table::parse_number(cell).is_ok_and(|number| !(1900.0..2100.0).contains(&number) || number.fract() != 0.0)
}

/// What the rows of a heading say of a column, from the top: 人口 / 男.
fn written(heading: &Sheet, column: usize, merged: &[Merged]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let last = heading.len().saturating_sub(1);
    for (at, row) in heading.rows().enumerate() {
        let mut text = row.cell(column);
        if text.trim().is_empty() && at < last {
            text = group(heading, at, column, merged);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && parts.last() != Some(&text) {
            parts.push(text);
        }
    }
    parts.join(" / ")
}

/// The heading of the group that a column belongs to, where its own cell is blank.
fn group<'a>(heading: &'a Sheet, at: usize, column: usize, merged: &[Merged]) -> &'a str {
    let Some(row) = heading.row(at) else { return "" };
    if let Some(block) = merged.iter().find(|block| block.holds(row.line(), column)) {
        // The text of a block stands in its first cell, and is repeated down its first column.
        return row.cell(block.first_column as usize);
    }
    let parts = (at + 1..heading.len()).filter_map(|below| heading.row(below));
    let has_part = |column: usize| parts.clone().any(|row| !row.cell(column).trim().is_empty());
    let first = (0..column).rev().find(|left| !row.cell(*left).trim().is_empty());
    let is_merged = first.is_some_and(|first| merged.iter().any(|block| block.holds(row.line(), first)));
    first.filter(|first| !is_merged && has_part(column) && has_part(*first)).map_or("", |first| row.cell(first))
}

/// The names of the columns: trimmed, none empty, none twice.
pub(super) fn names(heading: &Sheet, used: &[bool], merged: &[Merged], file: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let line = heading.rows().next_back().map_or(1, |row| row.line());
    let mut names: Vec<String> = Vec::with_capacity(used.len());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, used) in used.iter().enumerate() {
        if !used {
            names.push(String::new());
            continue;
        }
        let written = written(heading, at, merged);
        let base = if written.is_empty() {
            let name = format!("column {}", at + 1);
            let message = format!("Column {} has no heading; it is called \"{name}\".", at + 1);
            problems.push(Problem::note("no-heading", message).in_file(file).at_line(line));
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
            let problem = Problem::warning("duplicate-heading", message).in_file(file).at_line(line).in_column(&base);
            problems.push(problem.help("Give each column a heading of its own."));
        }
        seen.insert(name.clone(), at + 1);
        names.push(name);
    }
    names
}
