//! Corrections to a table, kept in a file of their own and printed in the record; the data stay as they were published.
//!
//! A patch file is CSV. Its columns `column`, `old`, `new` and `source` say what is corrected; every other column names a column of
//! the table and finds the row. For example `CODE,column,old,new,source`.

use super::{Cell, Missing, Table, parse_number, shorten};
use crate::problem::{Noted, Outcome, Problem};
use crate::read::table::{ReadOptions, read_table};

/// One correction as it was made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Correction {
    /// Line of the table's file on which the row stands.
    pub line: usize,
    /// What the row was found by, such as `CODE = 150703`.
    pub row: String,
    /// Column.
    pub column: String,
    /// What the file says.
    pub old: String,
    /// What is used.
    pub new: String,
    /// Who says so.
    pub source: String,
}

const PARTS: [&str; 4] = ["column", "old", "new", "source"];

/// Reads a patch file and corrects the table. All its corrections are made, or none: each must find exactly one row and match its
/// old value.
pub fn apply(table: &mut Table, patch: &[u8], patch_file: &str) -> Outcome<Vec<Correction>> {
    let options = ReadOptions { name: patch_file.to_string(), delimiter: Some(b','), ..ReadOptions::default() };
    let Noted { value: patch, mut problems } = read_table(patch, patch_file, &options)?;
    let keys = key_columns(&patch, table)?;
    let mut changes = Vec::new();
    let mut errors = Vec::new();
    for row in 0..patch.rows() {
        match find_change(&patch, row, &keys, table) {
            Ok(change) => changes.push(change),
            Err(problem) => errors.push(problem.in_file(patch_file).at_line(patch.lines[row])),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut corrections = Vec::new();
    for (row, column, correction) in changes {
        let text = correction.new.clone();
        let empty = text.trim().is_empty();
        table.columns[column].set(row, if empty { Cell::Missing(Missing::Empty) } else { Cell::Text(text) });
        let message =
            format!("{} corrected from {} to {} ({}).", correction.row, correction.old, correction.new, correction.source);
        let place = table.place().to_string();
        problems.push(Problem::note("corrected", message).in_file(place).at_line(correction.line).in_column(&correction.column));
        corrections.push(correction);
    }
    Ok(Noted { value: corrections, problems })
}

/// The columns of the patch that find the row.
fn key_columns(patch: &Table, table: &Table) -> Result<Vec<String>, Vec<Problem>> {
    let mut errors: Vec<Problem> = PARTS
        .iter()
        .filter(|part| patch.column(part).is_none())
        .map(|part| {
            Problem::error("bad-patch", format!("The patch has no column \"{part}\".")).in_file(&patch.file).help(sample(table))
        })
        .collect();
    let keys: Vec<String> = patch.headings().filter(|heading| !PARTS.contains(heading)).map(str::to_string).collect();
    for key in keys.iter().filter(|key| table.column(key).is_none()) {
        let message = format!("The patch finds rows by \"{}\", which is no column of {}.", shorten(key), table.place());
        errors.push(Problem::error("bad-patch", message).in_file(&patch.file).at_line(1).help(sample(table)));
    }
    if keys.is_empty() {
        let problem = Problem::error("bad-patch", "The patch has no column that finds the row.").in_file(&patch.file);
        errors.push(problem.help("Put the column that identifies a row first, such as the code."));
    }
    if errors.is_empty() { Ok(keys) } else { Err(errors) }
}

/// What a patch of this table looks like, from its first row.
fn sample(table: &Table) -> String {
    let (Some(key), Some(last)) = (table.columns.first(), table.columns.last()) else { return String::new() };
    let (row, old) = (shorten(key.text(0).trim()), shorten(last.text(0).trim()));
    format!(
        "Its first columns are those of the table that find the row: {},column,old,new,source and below it {row},{},{old},NEW,WHO SAYS SO.",
        key.name, last.name
    )
}

fn find_change(patch: &Table, at: usize, keys: &[String], table: &Table) -> Result<(usize, usize, Correction), Problem> {
    let part = |name: &str| patch.column(name).map_or(String::new(), |column| column.text(at).trim().to_string());
    let found_by = keys.iter().map(|key| format!("{key} = {}", shorten(&part(key)))).collect::<Vec<_>>().join(", ");
    let fits = |row: &usize| keys.iter().all(|key| table.column(key).is_some_and(|column| column.text(*row).trim() == part(key)));
    let rows: Vec<usize> = (0..table.rows()).filter(fits).collect();
    let [row] = rows.as_slice() else {
        let message = match rows.first() {
            None => format!("No row of {} has {found_by}.", table.place()),
            Some(first) => {
                let lines = (table.lines[*first], table.lines[rows[1]]);
                format!("Rows on lines {} and {} of {} both have {found_by}.", lines.0, lines.1, table.place())
            }
        };
        return Err(Problem::error("patch-row", message).help("A correction must find exactly one row."));
    };
    let name = part("column");
    let Some(column) = table.columns.iter().position(|column| column.name == name) else {
        return Err(table.unknown_column(&name));
    };
    let (old, new, source) = (part("old"), part("new"), part("source"));
    let written = table.columns[column].text(*row).trim().to_string();
    if !same(&written, &old) {
        let message = format!("{found_by}: the table says \"{}\", the patch expects \"{}\".", shorten(&written), shorten(&old));
        let help = "The table may have been corrected at its source; then the patch is to be taken out.";
        return Err(Problem::error("patch-old-value", message).in_column(name).help(help));
    }
    if source.is_empty() {
        return Err(
            Problem::error("patch-source", format!("{found_by}: the correction names no source.")).help("Say who says so.")
        );
    }
    Ok((*row, column, Correction { line: table.lines[*row], row: found_by, column: name, old, new, source }))
}

/// Equal as text, or as numbers.
fn same(written: &str, expected: &str) -> bool {
    written == expected || matches!((parse_number(written), parse_number(expected)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CellRef;

    fn table() -> Table {
        read_table(b"code,year,beds\n1,2014,\"1,000\"\n1,2015,20\n2,2014,30\n", "beds.csv", &ReadOptions::default())
            .expect("a table")
            .value
    }

    fn errors(patch: &str) -> Vec<String> {
        let mut table = table();
        let before = table.clone();
        let errors = apply(&mut table, patch.as_bytes(), "patch.csv").expect_err("must be refused");
        assert_eq!(table, before, "a refused patch changes nothing");
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_correction_is_made_and_told() {
        let mut table = table();
        let patch = "code,year,column,old,new,source\n1,2014,beds,1000,100,Yearbook\n";
        let noted = apply(&mut table, patch.as_bytes(), "patch.csv").expect("applies");
        assert_eq!(table.columns[2].cell(0), CellRef::Text("100"));
        assert_eq!(noted.value[0].row, "code = 1, year = 2014");
        assert_eq!(
            noted.problems[0].to_string(),
            "note: beds.csv:2: column \"beds\": code = 1, year = 2014 corrected from 1000 to 100 (Yearbook)."
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_and_nothing_is_changed() {
        let head = "code,column,old,new,source\n";
        assert_eq!(
            errors(&format!("{head}2,beds,31,3,a\n9,beds,1,2,a\n1,beds,1,2,a\n2,bedz,30,1,a\n2,beds,30,1,\n")),
            [
                "error: patch.csv:2: column \"beds\": code = 2: the table says \"30\", the patch expects \"31\". The table may have been corrected at its source; then the patch is to be taken out.",
                "error: patch.csv:3: No row of beds.csv has code = 9. A correction must find exactly one row.",
                "error: patch.csv:4: Rows on lines 2 and 3 of beds.csv both have code = 1. A correction must find exactly one row.",
                "error: patch.csv:5: There is no column \"bedz\". Did you mean \"beds\"?",
                "error: patch.csv:6: code = 2: the correction names no source. Say who says so.",
            ]
        );
        assert_eq!(
            errors("row,column,old,new,source\n1,beds,1,2,a\n"),
            [
                "error: patch.csv:1: The patch finds rows by \"row\", which is no column of beds.csv. Its first columns are those of the table that find the row: code,column,old,new,source and below it 1,beds,1,000,NEW,WHO SAYS SO."
            ]
        );
        assert_eq!(errors("column,old,new\nbeds,1,2\n").len(), 2);
    }
}
