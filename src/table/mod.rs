//! Tables of numbers and text, in which a missing cell says why it is missing.

mod column;
mod columns;
pub mod exact;
pub mod fixes;
pub mod formula;
mod number;
pub mod patch;
pub mod sheet;
mod years;

pub use column::Column;
pub use number::{has_large_scale, has_percent_sign, is_blank, number, parse_number, shorten};
pub use years::year_of;

use sheet::Sheet;
use std::borrow::Cow;
use std::fmt;

/// Why an area or a cell has no number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason", content = "detail")]
pub enum Missing {
    /// No row of the table belongs to the area.
    NoRow,
    /// The cell is empty.
    Empty,
    /// The cell holds a mark that stands for "no data", such as `-`, `—`, `…` or `N/A`, given here as written.
    Marked(String),
    /// The cell holds a spreadsheet error such as `#DIV/0!`.
    SpreadsheetError(String),
    /// The cell holds text where a number is needed.
    NotANumber(String),
    /// The number is infinite or too large to hold.
    OutOfRange(String),
    /// A formula divided by zero.
    DivisionByZero,
    /// A formula took the logarithm or root of a number that has none.
    Undefined(String),
    /// The measure has no answer there: nobody lives in the area, or no facility exists.
    NotApplicable(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::NoRow => f.write_str("no row"),
            Missing::Empty => f.write_str("empty cell"),
            Missing::Marked(mark) => write!(f, "marked {mark:?}"),
            Missing::SpreadsheetError(text) => write!(f, "spreadsheet error {text}"),
            Missing::NotANumber(text) => write!(f, "not a number: {text:?}"),
            Missing::OutOfRange(text) => write!(f, "out of range: {text}"),
            Missing::DivisionByZero => f.write_str("division by zero"),
            Missing::Undefined(text) => write!(f, "undefined: {text}"),
            Missing::NotApplicable(text) => write!(f, "not applicable: {text}"),
        }
    }
}

/// One cell of a table, as it is used.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// Text; codes are always text.
    Text(String),
    /// Nothing, and why.
    Missing(Missing),
}

/// One cell of a table, borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellRef<'a> {
    /// A finite number.
    Number(f64),
    /// Text as it stands in the file.
    Text(&'a str),
    /// Nothing, and why.
    Missing(&'a Missing),
}

impl Cell {
    /// What stands in the cell, as text: empty for a missing cell.
    pub fn text(&self) -> Cow<'_, str> {
        CellRef::from(self).text()
    }
}

impl<'a> CellRef<'a> {
    /// What stands in the cell, as text: empty for a missing cell.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            CellRef::Number(number) => Cow::Owned(number.to_string()),
            CellRef::Text(text) => Cow::Borrowed(text),
            CellRef::Missing(Missing::Marked(text) | Missing::SpreadsheetError(text)) => Cow::Borrowed(text),
            CellRef::Missing(_) => Cow::Borrowed(""),
        }
    }
}

impl<'a> From<&'a Cell> for CellRef<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Number(number) => CellRef::Number(*number),
            Cell::Text(text) => CellRef::Text(text),
            Cell::Missing(missing) => CellRef::Missing(missing),
        }
    }
}

impl From<CellRef<'_>> for Cell {
    fn from(cell: CellRef<'_>) -> Self {
        match cell {
            CellRef::Number(number) => Cell::Number(number),
            CellRef::Text(text) => Cell::Text(text.to_owned()),
            CellRef::Missing(missing) => Cell::Missing(missing.clone()),
        }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        value.map_or_else(Cell::Missing, Cell::Number)
    }
}

/// A value or the reason for having none.
pub type Value = Result<f64, Missing>;

/// A table with named columns of equal length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What the user calls it in formulas and messages.
    pub name: String,
    /// Where it came from (`bundled:NAME` or a path); empty for a computed table.
    pub file: String,
    /// The columns in the order of the file.
    pub columns: Vec<Column>,
    /// Line of the file each row stands on, from 1; for messages.
    pub lines: Vec<usize>,
}

impl Table {
    /// The table of a sheet under these headings, one a column.
    pub(crate) fn of_sheet(name: &str, file: &str, headings: Vec<String>, sheet: Sheet) -> Table {
        let lines = sheet.lines();
        Table { name: name.to_owned(), file: file.to_owned(), columns: Column::of_sheet(headings, sheet), lines }
    }

    /// The column of that exact name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }
}
