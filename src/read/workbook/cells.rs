//! The cells of a sheet as text, and what a spreadsheet did to them: dates made of codes, noise of arithmetic, numbers kept as text.

use super::package::Marks;
use super::tally::Tallies;
use super::{damaged, too_large};
use crate::problem::Problem;
use crate::read::delimited::{MOST_CELLS, MOST_COLUMNS};
use crate::read::rows::{Merged, Rows, cell_name};
use crate::table::parse_number;
use crate::table::sheet::SheetBuilder;
use calamine::{CellErrorType, ExcelDateTime};
use std::fmt::Write;
use std::ops::Range;

/// Days that are codes of areas under a date format: 110000 is in the year 2201.
const CODES: Range<f64> = 110_000.0..830_000.0;
/// Significant digits that a spreadsheet keeps of a number; what stands behind them is noise of its arithmetic.
const DIGITS: usize = 15;
/// Digits by which a number must become shorter for what is rounded off to be noise.
const LEAST_NOISE: usize = 4;

/// What a cell holds.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    Number(f64),
    Text(&'a str),
    Flag(bool),
    Date(ExcelDateTime),
    /// A date or a date and time, `2020-11-01T00:00:00`.
    Iso(&'a str),
    Error(CellErrorType),
    Empty,
}

/// A block that goes down over several rows, and what stands in its first cell where this is to be repeated below.
#[derive(Debug)]
struct Column {
    block: Merged,
    text: String,
}

/// Cells on their way into a sheet, row after row.
pub(super) struct Cells<'m> {
    marks: &'m Marks,
    builder: SheetBuilder,
    /// The row at hand, from 0, and its cells: column and place in `text`.
    row: u32,
    cells: Vec<(u32, Range<usize>)>,
    text: String,
    /// Merged blocks that are still to come, by their first row, and those that reach into the row at hand.
    coming: std::slice::Iter<'m, Merged>,
    next: Option<&'m Merged>,
    reaching: Vec<Column>,
    seen: Tallies,
}

impl<'m> Cells<'m> {
    pub fn new(marks: &'m Marks) -> Self {
        let mut coming = marks.merged.iter();
        let next = coming.next();
        Self {
            marks,
            builder: SheetBuilder::default(),
            row: 0,
            cells: Vec::new(),
            text: String::new(),
            coming,
            next,
            reaching: Vec::new(),
            seen: Tallies::default(),
        }
    }

    /// Takes the next cell: row and column from 0.
    pub fn push(&mut self, (row, column): (u32, u32), value: Value<'_>) -> Result<(), Problem> {
        if matches!(value, Value::Empty) {
            return Ok(());
        }
        if column as usize >= MOST_COLUMNS {
            return Err(too_large(&format!(
                "cell {} lies beyond column {MOST_COLUMNS}",
                cell_name(column as usize, row as usize + 1)
            )));
        }
        if row != self.row {
            if row < self.row {
                return Err(damaged(format!("row {} stands below row {}", row + 1, self.row + 1)));
            }
            self.end_row()?;
            self.row = row;
        }
        let start = self.text.len();
        self.write(column, &value);
        self.cells.push((column, start..self.text.len()));
        Ok(())
    }

    fn write(&mut self, column: u32, value: &Value<'_>) {
        let place = || cell_name(column as usize, self.row as usize + 1);
        let tally = self.seen.columns.entry(column).or_default();
        match value {
            Value::Number(number) => {
                tally.numbers += 1;
                if write_number(&mut self.text, *number) {
                    self.seen.noise.add(place);
                }
            }
            Value::Text(text) => {
                let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "-+.０１２３４５６７８９".contains(c))
                    && parse_number(text).is_ok();
                *if is_number { &mut tally.numbers_as_text } else { &mut tally.texts } += 1;
                self.text.push_str(text);
            }
            Value::Flag(yes) => self.text.push_str(if *yes { "TRUE" } else { "FALSE" }),
            Value::Error(error) => write!(self.text, "{error}").unwrap_or_default(),
            Value::Date(date) if date.is_duration() => {
                tally.numbers += 1;
                write_number(&mut self.text, date.as_f64());
            }
            Value::Date(date) => {
                let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
                let time = if (hour, minute, second) == (0, 0, 0) {
                    String::new()
                } else {
                    format!(" {hour:02}:{minute:02}:{second:02}")
                };
                self.write_date(column, date.as_f64(), &format!("{year:04}-{month:02}-{day:02}{time}"));
            }
            Value::Iso(text) => {
                let days = days_of(text);
                self.write_date(column, days.unwrap_or(0.5), &text.replace("T00:00:00", "").replace('T', " "));
            }
            Value::Empty => {}
        }
    }

    /// Writes a date, or the code that a spreadsheet shows as one. `days`: since the end of 1899, as spreadsheets count.
    fn write_date(&mut self, column: u32, days: f64, date: &str) {
        let place = cell_name(column as usize, self.row as usize + 1);
        let tally = self.seen.columns.entry(column).or_default();
        if CODES.contains(&days) && days.fract() == 0.0 {
            tally.numbers += 1;
            self.seen.codes.add(|| format!("{place}, {date} for {days}"));
            write_number(&mut self.text, days);
        } else {
            tally.dates += 1;
            tally.date_cells.add(|| format!("{place}, {date}"));
            self.text.push_str(date);
        }
    }

    /// Writes the row at hand into the sheet, with what blocks from above hold.
    fn end_row(&mut self) -> Result<(), Problem> {
        self.cells.sort_by_key(|(column, _)| *column);
        self.repeat_from_above();
        let mut column = 0;
        for (at, place) in &self.cells {
            while column < *at {
                self.builder.cell("");
                column += 1;
            }
            // A column that stands twice is a fault of the file; the first counts, as spreadsheets do.
            if column == *at {
                self.builder.cell(self.text.get(place.clone()).unwrap_or(""));
                column += 1;
            }
        }
        if self.builder.cells() > MOST_CELLS {
            return Err(too_large(&format!("at most {MOST_CELLS} cells are read")));
        }
        self.builder.end_row(self.row as usize + 1);
        self.cells.clear();
        self.text.clear();
        Ok(())
    }

    /// Text of a block that goes down belongs to each of its rows; a number does not, as it would count several times.
    fn repeat_from_above(&mut self) {
        let line = self.row + 1;
        while let Some(block) = self.next.filter(|block| block.first_line <= line) {
            self.next = self.coming.next();
            if block.last_line > block.first_line && block.last_line >= line {
                self.reaching.push(Column { block: *block, text: String::new() });
            }
        }
        self.reaching.retain(|column| column.block.last_line >= line);
        for reaching in &mut self.reaching {
            let at = reaching.block.first_column;
            let found = self.cells.binary_search_by_key(&at, |(column, _)| *column);
            match found {
                Ok(found) if reaching.block.first_line == line => {
                    let written = self.text.get(self.cells[found].1.clone()).unwrap_or("");
                    if parse_number(written).is_ok() {
                        self.seen.shared_numbers.add(|| cell_name(at as usize, line as usize));
                    } else {
                        written.clone_into(&mut reaching.text);
                    }
                }
                Err(found) if !reaching.text.is_empty() => {
                    let start = self.text.len();
                    self.text.push_str(&reaching.text);
                    self.cells.insert(found, (at, start..self.text.len()));
                }
                _ => {}
            }
        }
    }

    /// The rows of the sheet and what was noticed.
    pub fn finish(mut self, sheet_name: &str) -> Result<Rows, Problem> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        let problems = self.seen.problems(self.marks, sheet_name);
        let mut sheet = self.builder.finish();
        sheet.retain(|row| !row.is_blank());
        Ok(Rows { sheet, merged: self.marks.merged.clone(), ragged: true, headed: false, problems })
    }
}

/// Writes a number with the digits that spreadsheets keep; whether something was rounded off.
fn write_number(text: &mut String, number: f64) -> bool {
    let start = text.len();
    // Writing into a string does not fail.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        write!(text, "{}", number as i64).unwrap_or_default();
        return false;
    }
    if number.abs() >= 1e21 || number.abs() < 1e-7 {
        write!(text, "{number:e}").unwrap_or_default();
    } else {
        write!(text, "{number}").unwrap_or_default();
    }
    if text.len() - start <= DIGITS {
        return false;
    }
    let rounded: f64 = format!("{number:.*e}", DIGITS - 1).parse().unwrap_or(number);
    if rounded == number || number.fract() == 0.0 {
        return false;
    }
    let shown = rounded.to_string();
    // A third has as many digits as there is room for; noise stands behind a run of noughts or nines.
    if shown.len() + LEAST_NOISE > text.len() - start {
        return false;
    }
    text.truncate(start);
    text.push_str(&shown);
    true
}

/// Days since 1899-12-30 of a date without a time.
fn days_of(iso: &str) -> Option<f64> {
    let date = iso.strip_suffix("T00:00:00").unwrap_or(iso);
    let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else { return None };
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = (year % 400) * 365 + (year % 400) / 4 - (year % 400) / 100 + of_year;
    let since_1970 = year / 400 * 146_097 + of_era - 719_468;
    Some((since_1970 + 25_569) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64) -> (String, bool) {
        let mut text = String::new();
        let rounded = write_number(&mut text, number);
        (text, rounded)
    }

    #[test]
    fn numbers_are_written_as_spreadsheets_show_them() {
        assert_eq!(written(110_101.0), ("110101".into(), false));
        assert_eq!(written(0.1 + 0.2), ("0.3".into(), true));
        assert_eq!(written(35.6 * 3.0), ("106.8".into(), true));
        assert_eq!(written(49_670.2), ("49670.2".into(), false));
        assert_eq!(written(1.0 / 3.0), ("0.3333333333333333".into(), false));
        assert_eq!(written(1e300).0.parse::<f64>(), Ok(1e300));
        assert_eq!(written(-2.5e-9), ("-2.5e-9".into(), false));
    }

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        for (date, days) in
            [("1900-03-01", 61.0), ("1970-01-01", 25_569.0), ("2020-11-01T00:00:00", 44_136.0), ("2201-06-11", 110_101.0)]
        {
            assert_eq!(days_of(date), Some(days), "{date}");
        }
        assert_eq!(days_of("2020-13-01").or(days_of("x")).or(days_of("2020-01-01T08:30:00")), None);
    }
}
