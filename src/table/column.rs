//! One column of a table: places in the text of a file, or what was computed.

use super::sheet::{Row, Sheet, Text};
use super::{Cell, CellRef, Missing, Value, number};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

static NO_ROW: Missing = Missing::NoRow;
static EMPTY: Missing = Missing::Empty;

/// One named column.
///
/// ```
/// use caremap::table::{Cell, CellRef, Column, Missing};
/// let mut beds = Column::new("beds", vec![Cell::Number(12.0), Cell::Missing(Missing::Empty)]);
/// beds.set(1, Cell::Text("1,200".into()));
/// assert_eq!((beds.cell(0), beds.text(1).as_ref(), beds.number(1)), (CellRef::Number(12.0), "1,200", Ok(1200.0)));
/// ```
#[derive(Debug, Clone)]
pub struct Column {
    /// Heading, trimmed.
    pub name: String,
    /// Unit, where the table names one: of the heading, of a row below it or of a title.
    pub unit: Option<String>,
    cells: Cells,
}

#[derive(Debug, Clone)]
enum Cells {
    /// A column of a sheet, and what was corrected in it.
    Written { text: Arc<Text>, rows: Arc<[Row]>, at: u32, changed: BTreeMap<usize, Cell> },
    /// Computed numbers: not a number where one is missing, and why.
    Numbers { numbers: Vec<f64>, missing: BTreeMap<usize, Missing> },
    /// Anything else.
    Mixed(Vec<Cell>),
}

/// How rows of a sheet were chosen: all of them, and the chosen.
pub(super) type Places = Vec<(Arc<[Row]>, Arc<[Row]>)>;

impl Column {
    /// A column of computed cells.
    pub fn new(name: impl Into<String>, cells: Vec<Cell>) -> Self {
        let plain = cells.iter().all(|cell| !matches!(cell, Cell::Text(_)));
        let cells = if plain { numbers(cells) } else { Cells::Mixed(cells) };
        Self { name: name.into(), unit: None, cells }
    }

    /// The columns of a sheet under these headings.
    pub(super) fn of_sheet(names: Vec<String>, sheet: Sheet) -> Vec<Column> {
        let (text, rows) = sheet.into_parts();
        let column = |(at, name)| {
            let (text, rows) = (Arc::clone(&text), Arc::clone(&rows));
            Column { name, unit: None, cells: Cells::Written { text, rows, at: at as u32, changed: BTreeMap::new() } }
        };
        names.into_iter().enumerate().map(column).collect()
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::Written { rows, .. } => rows.len(),
            Cells::Numbers { numbers, .. } => numbers.len(),
            Cells::Mixed(cells) => cells.len(),
        }
    }

    /// Whether it has no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row; [`Missing::NoRow`] beyond the last.
    pub fn cell(&self, row: usize) -> CellRef<'_> {
        match &self.cells {
            Cells::Written { text, rows, at, changed } => match rows.get(row) {
                None => CellRef::Missing(&NO_ROW),
                Some(_) if changed.contains_key(&row) => CellRef::from(&changed[&row]),
                Some(place) => written(text.cell_of(*place, *at)),
            },
            Cells::Numbers { numbers, missing } => match numbers.get(row) {
                None => CellRef::Missing(&NO_ROW),
                Some(number) if number.is_nan() => missing.get(&row).map_or(CellRef::Number(*number), CellRef::Missing),
                Some(number) => CellRef::Number(*number),
            },
            Cells::Mixed(cells) => cells.get(row).map_or(CellRef::Missing(&NO_ROW), CellRef::from),
        }
    }

    /// What stands in the cell of a row, as text: empty for a missing one.
    pub fn text(&self, row: usize) -> Cow<'_, str> {
        self.cell(row).text()
    }

    /// The number in the cell of a row, or why there is none.
    pub fn number(&self, row: usize) -> Value {
        number(self.cell(row))
    }

    /// The cells in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = CellRef<'_>> + ExactSizeIterator + Clone {
        (0..self.len()).map(|row| self.cell(row))
    }

    /// The numbers in order, or why there is none.
    pub fn numbers(&self) -> impl DoubleEndedIterator<Item = Value> + ExactSizeIterator + Clone {
        self.iter().map(number)
    }

    /// Puts something else into a cell; nothing happens beyond the last row.
    pub fn set(&mut self, row: usize, cell: Cell) {
        if row >= self.len() {
            return;
        }
        match &mut self.cells {
            Cells::Written { changed, .. } => {
                changed.insert(row, cell);
            }
            Cells::Mixed(cells) => cells[row] = cell,
            Cells::Numbers { .. } => {
                let mut cells: Vec<Cell> = self.iter().map(Cell::from).collect();
                cells[row] = cell;
                self.cells = Cells::Mixed(cells);
            }
        }
    }

    /// The cells of these rows in this order; a row that the column does not have is passed over. `places` remembers how rows of
    /// a sheet were chosen, so that the columns of one table share the choice.
    pub(super) fn rows_at(&self, rows: &[usize], places: &mut Places) -> Column {
        let cells = match &self.cells {
            Cells::Written { text, rows: all, at, changed } => {
                let chosen = choose(all, rows, places);
                let moved = |(to, from)| Some((to, changed.get(from)?.clone()));
                let changed = match changed.is_empty() {
                    true => BTreeMap::new(),
                    false => rows.iter().filter(|row| **row < all.len()).enumerate().filter_map(moved).collect(),
                };
                Cells::Written { text: Arc::clone(text), rows: chosen, at: *at, changed }
            }
            _ => {
                let cells = rows.iter().filter(|row| **row < self.len()).map(|row| self.cell(*row).into()).collect();
                return Column { unit: self.unit.clone(), ..Column::new(self.name.clone(), cells) };
            }
        };
        Column { name: self.name.clone(), unit: self.unit.clone(), cells }
    }
}

fn numbers(cells: Vec<Cell>) -> Cells {
    let mut missing = BTreeMap::new();
    let numbers = cells.into_iter().enumerate().map(|(row, cell)| match cell {
        Cell::Number(number) => number,
        Cell::Missing(reason) => {
            missing.insert(row, reason);
            f64::NAN
        }
        Cell::Text(_) => f64::NAN,
    });
    Cells::Numbers { numbers: numbers.collect(), missing }
}

fn written(text: &str) -> CellRef<'_> {
    if text.trim_start().is_empty() { CellRef::Missing(&EMPTY) } else { CellRef::Text(text) }
}

fn choose(all: &Arc<[Row]>, rows: &[usize], places: &mut Places) -> Arc<[Row]> {
    if let Some((_, chosen)) = places.iter().find(|(known, _)| Arc::ptr_eq(known, all)) {
        return Arc::clone(chosen);
    }
    let chosen: Arc<[Row]> = rows.iter().filter_map(|row| all.get(*row).copied()).collect();
    places.push((Arc::clone(all), Arc::clone(&chosen)));
    chosen
}

impl From<(String, Vec<Cell>)> for Column {
    fn from((name, cells): (String, Vec<Cell>)) -> Self {
        Column::new(name, cells)
    }
}

/// Columns are equal whose names and cells are, however they are kept.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::sheet::SheetBuilder;

    fn sheet_columns() -> Vec<Column> {
        let mut builder = SheetBuilder::default();
        for (line, row) in [["1", "a"], [" ", "b"], ["3", "c"]].iter().enumerate() {
            row.iter().for_each(|cell| builder.cell(cell));
            builder.end_row(line + 2);
        }
        Column::of_sheet(vec!["number".into(), "letter".into()], builder.finish())
    }

    #[test]
    fn corrections_move_with_their_rows() {
        let mut columns = sheet_columns();
        assert_eq!(columns[0].cell(1), CellRef::Missing(&Missing::Empty));
        columns[0].set(2, Cell::Text("30".into()));
        columns[0].set(9, Cell::Number(1.0));
        let mut places = Vec::new();
        let chosen: Vec<Column> = columns.iter().map(|column| column.rows_at(&[2, 7, 0], &mut places)).collect();
        assert_eq!(chosen[0].iter().map(|cell| cell.text().into_owned()).collect::<Vec<_>>(), ["30", "1"]);
        assert_eq!(chosen[1].text(0), "c");
        assert_eq!(places.len(), 1, "the columns of a sheet share the choice");
        assert_eq!(chosen[0].cell(2), CellRef::Missing(&Missing::NoRow));
    }

    #[test]
    fn computed_cells_come_back_as_they_were() {
        let cells = vec![Cell::Number(f64::NAN), Cell::Missing(Missing::DivisionByZero), Cell::Number(2.0)];
        let mut column = Column::new("c", cells);
        assert!(matches!(column.cell(0), CellRef::Number(number) if number.is_nan()));
        assert_eq!(column.number(1), Err(Missing::DivisionByZero));
        column.set(0, Cell::Text("x".into()));
        assert_eq!(
            column,
            Column::new("c", vec![Cell::Text("x".into()), Cell::Missing(Missing::DivisionByZero), Cell::Number(2.0)])
        );
    }
}
