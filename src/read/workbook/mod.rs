//! Workbooks: XLSX, XLSB, XLS and ODS, read by calamine within limits that are checked before.

mod cells;
mod old;
pub(super) mod package;
mod tally;

use super::format::TableFormat;
use super::rows::Rows;
use crate::problem::{Problem, listed};
use calamine::{
    Data, DataRef, Dimensions, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx, XlsxError,
};
use cells::{Cells, Value};
use package::{Marks, Package};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most cells that the sheets of a workbook may span, so that a hostile file cannot fill the memory.
const MOST_CELLS: u64 = 30_000_000;

/// Which sheet is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetChoice {
    /// By its name.
    Name(String),
    /// By its place, from 1.
    Number(usize),
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct SheetReport {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
}

type Bytes<'a> = Cursor<&'a [u8]>;

enum Book<'a> {
    Xlsx(Box<Xlsx<Bytes<'a>>>),
    Xlsb(Box<Xlsb<Bytes<'a>>>),
    Xls(Box<Xls<Bytes<'a>>>),
    Ods(Box<Ods<Bytes<'a>>>),
}

/// A workbook that has been opened.
pub(super) struct Workbook<'a> {
    book: Book<'a>,
    package: Package<'a>,
    hidden_rows: Vec<old::HiddenRows>,
    /// The sheets of cells, in the order of the workbook.
    pub sheets: Vec<SheetReport>,
}

/// Runs a piece of calamine. It checks what it reads, but not everywhere: a damaged record makes it index beyond its end. It holds no
/// state that is used after a panic, and the program is built to unwind.
fn guarded<T>(run: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(damaged("a part of it is not what it should be")))
}

/// The error of a workbook that cannot be read.
fn damaged(why: impl std::fmt::Display) -> Problem {
    Problem::error("bad-workbook", format!("The workbook cannot be read: {why}."))
        .help("Open it in a spreadsheet program and save it again; if that fails, get it again.")
}

fn too_large(what: &str) -> Problem {
    Problem::error("too-large", format!("The workbook is too large: {what}.")).help("Save the sheet that you need as CSV.")
}

fn encrypted() -> Problem {
    Problem::error("encrypted", "The workbook is protected by a password.")
        .help("Open it in a spreadsheet program, remove the password and save it.")
}

impl<'a> Workbook<'a> {
    /// Opens a workbook.
    pub fn open(bytes: &'a [u8], format: TableFormat) -> Result<Self, Problem> {
        guarded(|| Self::open_unguarded(bytes, format))
    }

    fn open_unguarded(bytes: &'a [u8], format: TableFormat) -> Result<Self, Problem> {
        let cursor = || Cursor::new(bytes);
        let mut package = Package::default();
        let mut hidden_rows = Vec::new();
        let book = match format {
            TableFormat::Xls => {
                hidden_rows = old::check(bytes)?;
                Book::Xls(Box::new(Xls::new(cursor()).map_err(|error| match error {
                    XlsError::Password => encrypted(),
                    other => damaged(other),
                })?))
            }
            _ => {
                package = Package::open(bytes, format)?;
                match format {
                    TableFormat::Xlsb => Book::Xlsb(Box::new(Xlsb::new(cursor()).map_err(damaged)?)),
                    TableFormat::Ods => Book::Ods(Box::new(Ods::new(cursor()).map_err(|error| match error {
                        OdsError::Password => encrypted(),
                        other => damaged(other),
                    })?)),
                    _ => Book::Xlsx(Box::new(Xlsx::new(cursor()).map_err(|error| match error {
                        XlsxError::Password => encrypted(),
                        other => damaged(other),
                    })?)),
                }
            }
        };
        let metadata = match &book {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xlsb(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
        };
        let of_cells = metadata.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let report =
            |sheet: &calamine::Sheet| SheetReport { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible };
        let sheets: Vec<SheetReport> = of_cells.map(report).collect();
        if sheets.is_empty() {
            return Err(
                Problem::error("empty-table", "The workbook has no sheet of cells.").help("Check that it was saved whole.")
            );
        }
        Ok(Self { book, package, hidden_rows, sheets })
    }

    /// The sheets to try, the first that holds a table to be taken: the one asked for, else all, hidden ones last.
    pub fn candidates(&self, asked: Option<&SheetChoice>) -> Result<Vec<usize>, Problem> {
        let of_name = |name: &str| self.sheets.iter().position(|sheet| sheet.name.trim() == name.trim());
        let found = match asked {
            None => {
                let (mut shown, hidden): (Vec<usize>, Vec<usize>) =
                    (0..self.sheets.len()).partition(|at| !self.sheets[*at].hidden);
                shown.extend(hidden);
                return Ok(shown);
            }
            Some(SheetChoice::Name(name)) => of_name(name).ok_or_else(|| format!("\"{name}\"")),
            Some(SheetChoice::Number(number)) => match number.checked_sub(1) {
                Some(at) if at < self.sheets.len() => Ok(at),
                // A sheet may be called 2020.
                _ => of_name(&number.to_string()).ok_or_else(|| format!("number {number}")),
            },
        };
        found.map(|at| vec![at]).map_err(|asked| {
            let names: Vec<String> = self.sheets.iter().map(|sheet| format!("\"{}\"", sheet.name)).collect();
            Problem::error("unknown-sheet", format!("The workbook has no sheet {asked}."))
                .help(format!("Its sheets are: {}.", listed(&names, 12).0))
        })
    }

    /// The cells of a sheet.
    pub fn rows(&mut self, at: usize) -> Result<Rows, Problem> {
        guarded(|| self.rows_unguarded(at))
    }

    fn rows_unguarded(&mut self, at: usize) -> Result<Rows, Problem> {
        let Some(name) = self.sheets.get(at).map(|sheet| sheet.name.clone()) else { return Ok(Rows::default()) };
        let mut marks = self.package.marks(&name)?;
        if let Book::Xls(book) = &self.book {
            marks.merge(&book.merge_cells_by_sheet_name(&name).unwrap_or_default());
            marks.hidden_lines =
                self.hidden_rows.iter().find(|hidden| hidden.name == name).map(|hidden| hidden.lines.clone()).unwrap_or_default();
        }
        let mut cells = Cells::new(&marks);
        match &mut self.book {
            Book::Xlsx(book) => {
                let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    cells.push(cell.get_position(), Value::of_ref(cell.get_value()))?;
                }
            }
            Book::Xlsb(book) => {
                let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    cells.push(cell.get_position(), Value::of_ref(cell.get_value()))?;
                }
            }
            Book::Xls(book) => push_range(&mut cells, &book.worksheet_range(&name).map_err(damaged)?)?,
            Book::Ods(book) => push_range(&mut cells, &book.worksheet_range(&name).map_err(damaged)?)?,
        }
        cells.finish(&name)
    }
}

fn push_range(cells: &mut Cells<'_>, range: &Range<Data>) -> Result<(), Problem> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        cells.push((first_row + row as u32, first_column + column as u32), Value::of_data(value))?;
    }
    Ok(())
}

impl Marks {
    /// Adds blocks of merged cells.
    fn merge(&mut self, blocks: &[Dimensions]) {
        for Dimensions { start, end } in blocks {
            self.add_merged(*start, *end);
        }
    }
}

impl<'a> Value<'a> {
    fn of_ref(value: &'a DataRef<'_>) -> Self {
        match value {
            DataRef::Int(number) => Value::Number(*number as f64),
            DataRef::Float(number) => Value::Number(*number),
            DataRef::String(text) => Value::Text(text),
            DataRef::SharedString(text) => Value::Text(text),
            DataRef::Bool(yes) => Value::Flag(*yes),
            DataRef::DateTime(date) => Value::Date(*date),
            DataRef::DateTimeIso(text) => Value::Iso(text),
            DataRef::DurationIso(text) => Value::Text(text),
            DataRef::Error(error) => Value::Error(error.clone()),
            DataRef::Empty => Value::Empty,
        }
    }

    fn of_data(value: &'a Data) -> Self {
        match value {
            Data::Int(number) => Value::Number(*number as f64),
            Data::Float(number) => Value::Number(*number),
            Data::String(text) => Value::Text(text),
            Data::Bool(yes) => Value::Flag(*yes),
            Data::DateTime(date) => Value::Date(*date),
            Data::DateTimeIso(text) => Value::Iso(text),
            Data::DurationIso(text) => Value::Text(text),
            Data::Error(error) => Value::Error(error.clone()),
            Data::Empty => Value::Empty,
        }
    }
}
