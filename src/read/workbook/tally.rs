//! What was seen in the cells of a sheet that whoever reads the table should know.

use super::package::Marks;
use crate::problem::{Problem, listed};
use crate::read::rows::cell_name;
use std::collections::BTreeMap;

/// Cells and lines named one by one.
const NAMED: usize = 3;

/// The kinds of cells of a column.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub numbers: usize,
    pub numbers_as_text: usize,
    pub texts: usize,
    pub dates: usize,
    pub date_cells: Seen,
}

/// Cells of a kind, and the first few of them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    count: usize,
    first: Vec<String>,
}

impl Seen {
    pub fn add(&mut self, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(what());
        }
    }

    /// The first few and how many more there are.
    fn told(&self) -> String {
        let more = self.count.saturating_sub(self.first.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", self.first.join(", "))
    }
}

/// What was seen in a sheet.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    /// By column, from 0.
    pub columns: BTreeMap<u32, Tally>,
    /// Codes under a date format.
    pub codes: Seen,
    /// Numbers of which noise was rounded off.
    pub noise: Seen,
    /// Numbers merged over several rows.
    pub shared_numbers: Seen,
}

/// How many cells are or do something, in one number or the other.
fn cells(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 cell {one}") } else { format!("{count} cells {several}") }
}

impl Tallies {
    /// What is worth saying of a sheet.
    pub fn problems(&self, marks: &Marks, sheet: &str) -> Vec<Problem> {
        let of_columns =
            self.columns.iter().flat_map(|(column, tally)| [tally.dates_among_others(), tally.numbers_as_text(*column)]);
        let found = [self.codes_as_dates(), self.shared_numbers(), self.noise()].into_iter().chain(of_columns).flatten();
        found.chain(hidden(marks)).map(|problem| problem.about(format!("sheet \"{sheet}\""))).collect()
    }

    fn codes_as_dates(&self) -> Option<Problem> {
        let what = cells(self.codes.count, "holds a code", "hold codes");
        let message = format!("{what} that the sheet shows as dates ({}); they are read as the codes.", self.codes.told());
        let problem = Problem::warning("codes-as-dates", message).help("Format the column as text.");
        (self.codes.count > 0).then_some(problem)
    }

    fn shared_numbers(&self) -> Option<Problem> {
        let what = cells(self.shared_numbers.count, "holds a number", "hold a number");
        let message =
            format!("{what} merged over several rows ({}); it counts for the first row only.", self.shared_numbers.told());
        let problem = Problem::warning("merged-number", message).help("Unmerge the cells and write the number of each row.");
        (self.shared_numbers.count > 0).then_some(problem)
    }

    fn noise(&self) -> Option<Problem> {
        let what = cells(self.noise.count, "carries", "carry");
        let message = format!(
            "{what} noise of arithmetic in the last digits ({}); it is rounded off, as spreadsheets show it.",
            self.noise.told()
        );
        (self.noise.count > 0).then(|| Problem::note("rounded-noise", message))
    }
}

impl Tally {
    fn dates_among_others(&self) -> Option<Problem> {
        let what = cells(self.dates, "is a date", "are dates");
        let message = format!("{what} in a column of other things ({}).", self.date_cells.told());
        let help = "A spreadsheet makes dates of codes such as 3-1; format the column as text and type them again.";
        // The heading is one of the texts.
        let others = (self.numbers + self.numbers_as_text + self.texts).saturating_sub(1);
        (self.dates > 0 && self.dates < others).then(|| Problem::warning("dates-among-others", message).help(help))
    }

    fn numbers_as_text(&self, column: u32) -> Option<Problem> {
        let letters = cell_name(column as usize, 1).trim_end_matches('1').to_owned();
        let what = cells(self.numbers_as_text, "is a number", "are numbers");
        let message =
            format!("In column {letters} {what} kept as text, beside {} that are numbers; all are read alike.", self.numbers);
        (self.numbers > 0 && self.numbers_as_text > 0).then(|| Problem::note("numbers-as-text", message))
    }
}

/// Rows and columns that a spreadsheet does not show.
fn hidden(marks: &Marks) -> impl Iterator<Item = Problem> {
    let rows: Vec<String> = marks.hidden_lines.iter().map(u32::to_string).collect();
    [(rows, "row"), (marks.hidden_columns.clone(), "column")].into_iter().filter(|(names, _)| !names.is_empty()).map(
        |(names, what)| {
            let are = if names.len() == 1 { format!("1 {what} is") } else { format!("{} {what}s are", names.len()) };
            let message = format!("{are} hidden in the sheet ({}) and read like the others.", listed(&names, NAMED).0);
            Problem::warning("hidden", message).help("Show them, and delete those that do not belong to the table.")
        },
    )
}
