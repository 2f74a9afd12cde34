//! What stands below the rows of areas or among them and is no area: notes, sources, totals.

use crate::place::name;
use crate::problem::Problem;
use crate::read::rows::Merged;
use crate::table::sheet::{Sheet, SheetRow};

const WORDS: &[&str] = &[
    "注",
    "备注",
    "说明",
    "附注",
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
/// Characters of the longest name of an area; what stands alone and is longer is a sentence.
const LONGEST_NAME: usize = 12;
/// Totals named one by one.
const NAMED: usize = 5;

/// Takes the note and source rows off the end.
pub(super) fn take_notes(rows: &mut Sheet, columns: usize, merged: &[Merged], ragged: bool) -> Sheet {
    let alone =
        |row: &SheetRow<'_>| (row.filled() == 1 && !row.cell(0).trim().is_empty()) || is_note(row, columns, merged, ragged);
    let tail = rows.rows().rposition(|row| !alone(&row)).map_or(0, |at| at + 1);
    // The second line of a note does not say that it is one.
    let first = rows.rows().skip(tail).position(|row| is_note(&row, columns, merged, ragged));
    let end = first.map_or(rows.len(), |first| tail + first);
    rows.split_off(end)
}

fn is_note(row: &SheetRow<'_>, columns: usize, merged: &[Merged], ragged: bool) -> bool {
    let first = row.cell(0).trim();
    let lower = first.to_lowercase();
    let worded = WORDS.iter().any(|word| lower.starts_with(word));
    let lone = row.filled() == 1 && !first.is_empty();
    // A row that is short because its cells were cut off would be a loss; one long sentence in the first cell is not a row.
    let short = !ragged && row.len() < columns;
    let is_sentence = first.chars().count() > LONGEST_NAME;
    let across = merged.iter().any(|block| block.is_wide() && block.first_column == 0 && block.holds(row.line(), 0));
    let punctuated = ragged && first.contains(['。', '；', '：', '，', ';', ':']);
    columns > 1 && ((worded && (lone || short)) || (lone && is_sentence && (short || punctuated)) || (lone && across))
}

/// Rows that are sums of others: line and text. They stay in the table, where they are no area, so that they can be compared with it.
pub(super) fn totals(rows: &Sheet) -> Vec<(usize, String)> {
    const LONGEST: usize = 40;
    // How such names begin, so that a million rows are gone through quickly.
    let may_be = |cell: &&str| {
        cell.len() <= LONGEST && cell.starts_with(|c: char| c.is_ascii_alphabetic() || "合总總全平共小".contains(c))
    };
    let is_total = |row: &SheetRow<'_>| row.cells().take(3).map(str::trim).filter(may_be).any(name::is_total);
    rows.rows().filter(is_total).map(|row| (row.line(), row.text())).collect()
}

/// Says which rows are totals.
pub(super) fn note_totals(totals: &[(usize, String)], file: &str, problems: &mut Vec<Problem>) {
    let Some((first, _)) = totals.first() else { return };
    let lines: Vec<String> = totals.iter().map(|(line, text)| format!("line {line}, \"{text}\"")).collect();
    let (named, count) = (crate::problem::listed(&lines, NAMED).0, totals.len());
    let message = match count {
        1 => format!("1 row is a total and stands for no area: {named}."),
        _ => format!("{count} rows are totals and stand for no area: {named}."),
    };
    problems.push(Problem::note("total-rows", message).in_file(file).at_line(*first));
}
