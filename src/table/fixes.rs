//! Corrections that the program proposed and the author kept: a TOML file, named in the map by `fixes`.
//!
//! The program writes such a file (see [`crate::place::fixes`]) and never reads one that no map names. The author deletes what is wrong
//! and keeps what is right.

use super::patch::Correction;
use super::{Cell, Table, shorten};
use crate::problem::{Noted, Outcome, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file that is read, in bytes.
const LARGEST: usize = 16 << 20;

/// A file of fixes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The table that they belong to.
    table: Option<String>,
    #[serde(default, rename = "fix")]
    fixes: Vec<toml::Spanned<Fix>>,
}

/// A text in a column, on the lines where it stands, and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Lines of the table's file, from 1.
    pub lines: Vec<usize>,
    /// Column.
    pub column: String,
    /// What the cell says.
    pub old: String,
    /// What it is to say.
    pub new: String,
    /// Code of the area that is meant.
    #[serde(default)]
    pub code: String,
    /// How near the two are, from 0 to 100.
    #[serde(default)]
    pub score: u32,
    /// Why this is proposed.
    #[serde(default)]
    pub reason: String,
}

/// Reads a file of fixes and corrects the table. All are made, or none: each must find its cell with the old text in it.
pub fn apply(table: &mut Table, bytes: &[u8], file: &str) -> Outcome<Vec<Correction>> {
    let text = text(bytes).map_err(|problem| vec![problem.in_file(file)])?;
    let read: File = toml::from_str(text).map_err(|error| vec![unreadable(&error, text).in_file(file)])?;
    let line_of = |fix: &toml::Spanned<Fix>| text[..fix.span().start].matches('\n').count() + 1;
    let mut errors = Vec::new();
    if let Some(of) = read.table.as_deref().filter(|of| base(of) != base(table.place())) {
        let message = format!("The fixes are for {}, and the table is {}.", shorten(of), table.place());
        errors
            .push(Problem::error("fixes-of-another-table", message).help("Name the fixes beside the table that they belong to."));
    }
    let mut cells: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut changes = Vec::new();
    for (fix, line) in read.fixes.iter().flat_map(|fix| fix.get_ref().lines.iter().map(move |line| (fix, *line))) {
        let at = line_of(fix);
        let found = find(table, fix.get_ref(), line).and_then(|cell| match cells.insert(cell, at) {
            Some(other) => Err(twice(fix.get_ref(), line, other)),
            None => Ok(cell),
        });
        match found {
            Ok(cell) => changes.push((cell, fix.get_ref(), line)),
            Err(problem) => errors.push(problem.at_line(at)),
        }
    }
    if !errors.is_empty() {
        return Err(errors.into_iter().map(|problem| problem.in_file(file)).collect());
    }
    Ok(make(table, &changes, file))
}

fn make(table: &mut Table, changes: &[((usize, usize), &Fix, usize)], file: &str) -> Noted<Vec<Correction>> {
    let (mut corrections, mut problems) = (Vec::new(), Vec::new());
    for ((row, column), fix, line) in changes {
        table.columns[*column].set(*row, Cell::Text(fix.new.clone()));
        let message = format!("\"{}\" is read as \"{}\": kept in {file} ({}).", shorten(&fix.old), shorten(&fix.new), fix.reason);
        let place = table.place().to_string();
        problems.push(Problem::note("fixed", message).in_file(place).at_line(*line).in_column(&fix.column));
        corrections.push(Correction {
            line: *line,
            row: format!("line {line}"),
            column: fix.column.clone(),
            old: fix.old.clone(),
            new: fix.new.clone(),
            source: format!("{file}: {}", fix.reason),
        });
    }
    Noted { value: corrections, problems }
}

/// The cell of a fix, which must say what the fix expects.
fn find(table: &Table, fix: &Fix, line: usize) -> Result<(usize, usize), Problem> {
    let Some(column) = table.columns.iter().position(|column| column.name == fix.column) else {
        return Err(table.unknown_column(&fix.column));
    };
    // Lines ascend.
    let Ok(row) = table.lines.binary_search(&line) else {
        let message = format!("{} has no row on line {line}.", table.place());
        return Err(Problem::error("fix-row", message).help("The table has changed: delete the fix."));
    };
    let says = table.columns[column].text(row);
    if says.trim() != fix.old.trim() {
        let message = format!(
            "Line {line} of {} says \"{}\", the fix expects \"{}\".",
            table.place(),
            shorten(says.trim()),
            shorten(&fix.old)
        );
        let help = "The table has changed: delete the fix, and let caremap propose new ones.";
        return Err(Problem::error("fix-old-value", message).in_column(&fix.column).help(help));
    }
    if fix.new.trim().is_empty() {
        return Err(Problem::error("fix-new-value", "The fix does not say what the cell is to say.").in_column(&fix.column));
    }
    Ok((row, column))
}

fn twice(fix: &Fix, line: usize, other: usize) -> Problem {
    let message = format!("Line {line} of the table is fixed here and on line {other}.");
    Problem::error("fixed-twice", message).in_column(&fix.column).help("Keep one of the two: the one that is meant.")
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.len() > LARGEST {
        return Err(Problem::error("bad-fixes", "The file of fixes is larger than 16 MB.").help("Correct the table itself."));
    }
    std::str::from_utf8(bytes)
        .map_err(|_| Problem::error("bad-fixes", "The file of fixes is not UTF-8.").help("Save it as UTF-8."))
}

fn unreadable(error: &toml::de::Error, text: &str) -> Problem {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = format!("The file of fixes cannot be read: {}.", error.message().trim_end_matches('.'));
    Problem::error("bad-fixes", message).at_line(line).help("Each is [[fix]] with lines, column, old and new.")
}

/// The name of a file without its folder.
fn base(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::table::{ReadOptions, read_table};

    fn table() -> Table {
        read_table("name,beds\n荣阳市,10\n郑州市,20\n".as_bytes(), "data/beds.csv", &ReadOptions::default())
            .expect("a table")
            .value
    }

    fn fix(line: usize, column: &str, old: &str, new: &str) -> String {
        format!(
            "[[fix]]\nlines = [{line}]\ncolumn = \"{column}\"\nold = \"{old}\"\nnew = \"{new}\"\nscore = 55\nreason = \"near\"\n"
        )
    }

    fn errors(text: &str) -> Vec<String> {
        let mut table = table();
        let before = table.clone();
        let errors = apply(&mut table, text.as_bytes(), "beds.fixes.toml").expect_err("must be refused");
        assert_eq!(table, before, "refused fixes change nothing");
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_kept_is_made_and_told() {
        let mut table = table();
        let text = format!("table = \"beds.csv\"\n\n{}", fix(2, "name", "荣阳市", "荥阳市"));
        let noted = apply(&mut table, text.as_bytes(), "beds.fixes.toml").expect("applies");
        assert_eq!(table.columns[0].text(0), "荥阳市");
        assert_eq!((noted.value[0].row.as_str(), noted.value[0].source.as_str()), ("line 2", "beds.fixes.toml: near"));
        assert_eq!(
            noted.problems[0].to_string(),
            "note: data/beds.csv:2: column \"name\": \"荣阳市\" is read as \"荥阳市\": kept in beds.fixes.toml (near)."
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_and_nothing_is_changed() {
        let text = [
            fix(2, "name", "荥阳市", "郑州市"),
            fix(9, "name", "a", "b"),
            fix(3, "nam", "郑州市", "b"),
            fix(3, "name", "郑州市", "开封市"),
            fix(3, "name", "郑州市", "洛阳市"),
            fix(3, "beds", "20", " "),
        ]
        .concat();
        assert_eq!(
            errors(&text),
            [
                "error: beds.fixes.toml:1: column \"name\": Line 2 of data/beds.csv says \"荣阳市\", the fix expects \"荥阳市\". The table has changed: delete the fix, and let caremap propose new ones.",
                "error: beds.fixes.toml:8: data/beds.csv has no row on line 9. The table has changed: delete the fix.",
                "error: beds.fixes.toml:15: There is no column \"nam\". Did you mean \"name\"?",
                "error: beds.fixes.toml:29: column \"name\": Line 3 of the table is fixed here and on line 22. Keep one of the two: the one that is meant.",
                "error: beds.fixes.toml:36: column \"beds\": The fix does not say what the cell is to say.",
            ]
        );
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(
            errors("table = \"people.csv\"\n"),
            [
                "error: beds.fixes.toml: The fixes are for people.csv, and the table is data/beds.csv. Name the fixes beside the table that they belong to."
            ]
        );
        assert!(
            errors("[[fix]]\nlines = [2]\n")[0]
                .starts_with("error: beds.fixes.toml:1: The file of fixes cannot be read: missing field")
        );
        assert!(errors("accept = true\n")[0].contains("unknown field `accept`"));
    }
}
