//! What the reader of a format hands on: rows of text, and what the file says of them beyond their text.

use crate::problem::Problem;
use crate::table::sheet::Sheet;

/// The rows of a file or of one of its sheets.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The cells.
    pub sheet: Sheet,
    /// Cells that are merged, above and to the left of others first.
    pub merged: Vec<Merged>,
    /// Whether a row ends at its last filled cell, so that a short one is no fault.
    pub ragged: bool,
    /// Whether the first row is known to be the heading.
    pub headed: bool,
    /// What was noticed.
    pub problems: Vec<Problem>,
}

/// A block of merged cells: lines from 1, columns from 0, the last ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Merged {
    pub first_line: u32,
    pub first_column: u32,
    pub last_line: u32,
    pub last_column: u32,
}

impl Merged {
    /// Whether a cell belongs to the block.
    pub fn holds(&self, line: usize, column: usize) -> bool {
        let within = |low: u32, at: usize, high: u32| (low as usize..=high as usize).contains(&at);
        within(self.first_line, line, self.last_line) && within(self.first_column, column, self.last_column)
    }

    /// Moves it to the left by so many columns; whether something of it is left.
    pub fn move_left(&mut self, columns: u32) -> bool {
        self.first_column = self.first_column.saturating_sub(columns);
        let last = self.last_column.checked_sub(columns);
        self.last_column = last.unwrap_or(0);
        last.is_some()
    }

    /// Whether it goes over several columns of one row.
    pub fn is_wide(&self) -> bool {
        self.last_column > self.first_column
    }
}

/// A cell as spreadsheets name it: C7 for column 2 (from 0) of line 7.
pub(super) fn cell_name(column: usize, line: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{}{line}", letters.into_iter().collect::<String>())
}

/// The column and the line of such a name.
pub(super) fn place_of(name: &str) -> Option<(u32, u32)> {
    let name = name.trim_start_matches('$');
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let line: u32 = name.get(letters..)?.trim_start_matches('$').parse().ok()?;
    let number = |sum: u32, letter: u8| sum.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let column = name.bytes().take(letters).try_fold(0, number)?;
    Some((column.checked_sub(1)?, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_names_of_spreadsheets() {
        for (column, name) in [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1"), (16_383, "XFD1")] {
            assert_eq!(cell_name(column, 1), name);
            assert_eq!(place_of(name), Some((column as u32, 1)));
        }
        assert_eq!(place_of("$C$7"), Some((2, 7)));
        assert_eq!([place_of(""), place_of("7"), place_of("C"), place_of("AAAAAAAAA1")], [None; 4]);
    }
}
