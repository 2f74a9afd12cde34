//! The rows of a file as text, before anything is known of their meaning: one text, and where in it each cell ends.
//!
//! A million rows of twenty cells are a text, twenty million numbers of four bytes and a million rows of twelve; no cell has an
//! allocation of its own. Tables cut from a sheet share its text, so that choosing rows or columns copies none of it.

use super::shorten;
use std::sync::Arc;

/// The cells of a file, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    text: String,
    /// Byte at which each cell ends and the next begins.
    ends: Vec<u32>,
}

/// The cells that make up one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    first: u32,
    cells: u32,
    line: u32,
}

impl Text {
    /// One cell; empty beyond the last.
    fn cell(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).map_or(usize::MAX, |end| *end as usize) };
        let end = self.ends.get(at).map_or(0, |end| *end as usize);
        self.text.get(start..end).unwrap_or("")
    }

    /// The cell of a row in a column; empty where the row is shorter.
    pub(super) fn cell_of(&self, row: Row, column: u32) -> &str {
        if column < row.cells { self.cell((row.first + column) as usize) } else { "" }
    }
}

/// Rows of text cells, as many in each row as the file has there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    text: Arc<Text>,
    rows: Vec<Row>,
}

impl Sheet {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row by its number from 0.
    pub fn row(&self, at: usize) -> Option<SheetRow<'_>> {
        self.rows.get(at).map(|row| SheetRow { text: &self.text, row: *row })
    }

    /// The rows in order.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = SheetRow<'_>> + ExactSizeIterator + Clone {
        self.rows.iter().map(|row| SheetRow { text: &self.text, row: *row })
    }

    /// Leaves out the rows for which `keep` is false.
    pub fn retain(&mut self, keep: impl Fn(&SheetRow<'_>) -> bool) {
        let text = &self.text;
        self.rows.retain(|row| keep(&SheetRow { text, row: *row }));
    }

    /// Cuts the sheet in two: the rows before `at` stay, those from there on are given back.
    #[must_use]
    pub fn split_off(&mut self, at: usize) -> Sheet {
        Sheet { text: Arc::clone(&self.text), rows: self.rows.split_off(at.min(self.rows.len())) }
    }

    /// Leaves out the columns before the first in which a row has something, and says how many these are.
    pub fn drop_blank_columns(&mut self) -> u32 {
        let blank = |row: SheetRow<'_>| row.cells().position(|cell| !cell.trim().is_empty());
        let mut least = u32::MAX;
        for row in self.rows() {
            least = least.min(blank(row).map_or(u32::MAX, |at| at as u32));
            if least == 0 {
                return 0;
            }
        }
        if least == u32::MAX {
            return 0;
        }
        for row in &mut self.rows {
            (row.first, row.cells) = (row.first + least.min(row.cells), row.cells.saturating_sub(least));
        }
        least
    }

    /// The line of the file on which each row stands.
    pub fn lines(&self) -> Vec<usize> {
        self.rows.iter().map(|row| row.line as usize).collect()
    }

    pub(super) fn into_parts(self) -> (Arc<Text>, Arc<[Row]>) {
        (self.text, self.rows.into())
    }
}

/// One row of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    text: &'a Text,
    row: Row,
}

impl<'a> SheetRow<'a> {
    /// Line of the file on which the row begins, from 1.
    pub fn line(&self) -> usize {
        self.row.line as usize
    }

    /// How many cells the row has, empty ones with them.
    pub fn len(&self) -> usize {
        self.row.cells as usize
    }

    /// Whether the row has no cell.
    pub fn is_empty(&self) -> bool {
        self.row.cells == 0
    }

    /// What stands in a cell; empty beyond the end of the row.
    pub fn cell(&self, column: usize) -> &'a str {
        u32::try_from(column).map_or("", |column| self.text.cell_of(self.row, column))
    }

    /// The cells in order.
    pub fn cells(&self) -> impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator + Clone + use<'a> {
        let row = *self;
        (0..self.row.cells).map(move |column| row.text.cell_of(row.row, column))
    }

    /// How many cells are not blank.
    pub fn filled(&self) -> usize {
        self.cells().filter(|cell| !cell.trim().is_empty()).count()
    }

    /// Whether all cells are blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.trim().is_empty())
    }

    /// How many cells there are up to the last that is not blank.
    pub fn width(&self) -> usize {
        self.cells().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1)
    }

    /// What stands in the row, shortened, for a message.
    pub fn text(&self) -> String {
        let cells: Vec<&str> = self.cells().map(str::trim).filter(|cell| !cell.is_empty()).collect();
        shorten(&cells.join(" "))
    }
}

/// Puts a sheet together, row by row.
#[derive(Debug, Default)]
pub struct SheetBuilder {
    text: Text,
    rows: Vec<Row>,
    /// First cell of the row that is being filled.
    first: u32,
}

impl SheetBuilder {
    /// Adds the next cell of the row. A sheet holds 4 GB of text; what would not fit is left out, so readers limit their input.
    pub fn cell(&mut self, text: &str) {
        if self.text.text.len() + text.len() <= u32::MAX as usize {
            self.text.text.push_str(text);
        }
        self.text.ends.push(self.text.text.len() as u32);
    }

    /// Ends the row, which stands on that line of the file.
    pub fn end_row(&mut self, line: usize) {
        let end = self.text.ends.len() as u32;
        self.rows.push(Row { first: self.first, cells: end - self.first, line: line as u32 });
        self.first = end;
    }

    /// How many cells there are so far.
    pub fn cells(&self) -> usize {
        self.text.ends.len()
    }

    /// Adds the next row, whose cells end at these bytes of a text given at the end.
    pub(crate) fn row_of_ends(&mut self, ends: impl Iterator<Item = u32>, line: usize) {
        self.text.ends.extend(ends);
        self.end_row(line);
    }

    /// The sheet.
    pub fn finish(self) -> Sheet {
        Sheet { text: Arc::new(self.text), rows: self.rows }
    }

    /// The sheet whose cells stand in `text` one after the other.
    pub(crate) fn finish_with(mut self, text: String) -> Sheet {
        self.text.text = text;
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_cells_when_others_are_taken_away() {
        let mut builder = SheetBuilder::default();
        for (line, row) in [["a", "", "北京"], ["", " ", ""], ["1", "2", ""]].iter().enumerate() {
            row.iter().for_each(|cell| builder.cell(cell));
            builder.end_row(line + 1);
        }
        let mut sheet = builder.finish();
        sheet.retain(|row| !row.is_blank());
        assert_eq!(sheet.lines(), [1, 3]);
        let rest = sheet.split_off(1);
        let row = rest.row(0).expect("a row");
        assert_eq!((row.cell(0), row.cell(1), row.cell(2), row.cell(3)), ("1", "2", "", ""));
        assert_eq!((row.len(), row.width(), row.filled()), (3, 2, 2));
        assert_eq!(sheet.row(0).expect("a row").text(), "a 北京");
    }

    #[test]
    fn columns_before_the_table_are_left_out() {
        let mut builder = SheetBuilder::default();
        for row in [&["", " ", "a", "b"][..], &[""], &["", "", "", "2"]] {
            row.iter().for_each(|cell| builder.cell(cell));
            builder.end_row(1);
        }
        let mut sheet = builder.finish();
        assert_eq!((sheet.drop_blank_columns(), sheet.drop_blank_columns()), (2, 0));
        assert_eq!((sheet.row(0).expect("a row").cell(0), sheet.row(2).expect("a row").cell(1)), ("a", "2"));
        assert_eq!(sheet.row(1).expect("a row").len(), 0);
    }
}
